"""The author's side of a family: values of its form, a content from them, an answer as tried.

The only place of the workshop that asks a family; a family with another form is served here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from question_banks.authoring import texts
from question_banks.content import Content, Option
from question_banks.errors import ItemInvalid
from question_banks.families import FAMILIES
from question_banks.families.interface import FIELD, Fields, Rule, letter
from question_banks.formats import markup

LETTERS: Final = "ABCDEFGH"
MOST_POINTS: Final = 1000
Values = Mapping[str, Sequence[str]]


def form(content: Content) -> dict[str, Any]:
    """Values of the author's form: a row for each option, empty ones up to eight."""
    best = max((option.points for option in content.options), default=0)
    rows = [
        {"id": o.id, "text": texts.to_form(o.html),
         "points": o.points, "key": o.points == best and best > 0}
        for o in content.options
    ]  # fmt: skip
    spare = [letter for letter in LETTERS if letter not in {row["id"] for row in rows}]
    empty = [{"id": i, "text": "", "points": 0, "key": False} for i in spare[: 8 - len(rows)]]
    return {"options": rows + empty}


def from_form(content: Content, values: Values) -> Content:
    """The content with its options as the form says; raises ItemInvalid naming the reason."""
    weighted = content.family == "weighted_choice"
    key = _one(values, "key")
    options = tuple(
        Option(
            id=letter,
            html=texts.to_html(text),
            points=_points(_one(values, f"points.{letter}")) if weighted else int(letter == key),
        )
        for letter in LETTERS
        if (text := _one(values, f"option.{letter}").strip())
    )
    made = msgspec.structs.replace(content, options=options)
    check(made)
    return made


def check(content: Content) -> None:
    """Raise ItemInvalid when the content is no valid item of its family."""
    family = FAMILIES.get(content.family)
    if family is None:
        raise ItemInvalid(reason="family_unknown")
    if not markup.plain(content.stem):
        raise ItemInvalid(reason="empty_stem")
    if not content.competency:
        raise ItemInvalid(reason="competency_missing")
    reason = family.check(content)
    if reason is not None:
        raise ItemInvalid(reason=reason)


def tried(content: Content, values: Values) -> tuple[str | None, bool]:
    """A response as somebody tried it, and whether it earns the most; raises ChoiceInvalid.

    Options are named by their ids here: staff see them unshuffled.
    """
    family, rule = FAMILIES[content.family], Rule()
    order = [option.id for option in content.options]
    given = Fields({**values, FIELD: [letter(order, one) for one in values.get(FIELD, ())]})
    response = family.decode(content, given if order else Fields(values), order)
    most = family.most(content, rule)
    return response, response is not None and family.marks(content, response, rule) == most


def _one(values: Values, name: str) -> str:
    found = values.get(name, ())
    return found[0] if found else ""


def _points(text: str) -> int:
    try:
        points = int(text or "0")
    except ValueError as error:
        raise ItemInvalid(reason="points_missing") from error
    if abs(points) > MOST_POINTS:
        raise ItemInvalid(reason="points_missing")
    return points


def loosely(content: Content, values: Values) -> Content:
    """The content with what the form holds so far, checked by nobody: for a preview only."""
    options = tuple(
        Option(id=letter, html=texts.to_html(text), points=0)
        for letter in LETTERS
        if (text := _one(values, f"option.{letter}").strip())
    )
    return msgspec.structs.replace(content, options=options)
