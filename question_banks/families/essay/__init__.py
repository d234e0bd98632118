"""Essay (soal uraian): graded by people with a rubric. The engine says "pending", never a mark."""

from collections.abc import Mapping, Sequence

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Authored, Values
from question_banks.families.interface import Fields, Mark, Rule, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of

LONGEST = 15_000
MOST_POINTS = 1000
CRITERION = ("text", "levels")


class Level(msgspec.Struct, frozen=True):
    """A level of a criterion, and its points."""

    text: str
    points: int


class Criterion(msgspec.Struct, frozen=True):
    """What graders look at."""

    text: str
    levels: tuple[Level, ...]


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The rubric, the most characters that an answer may have, and lines shown at first."""

    rubric: tuple[Criterion, ...]
    longest: int = LONGEST
    lines: int = 12


class Essay(Authored):
    """A text area; the response is the text."""

    name = "essay"
    native_type = "essay"
    body_type = Body
    title = translate("soal uraian")

    def check(self, content: Content) -> str | None:
        """A malformed body, or a rubric that gives no points."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if content.options or not 1 <= body.longest <= LONGEST or not 1 <= body.lines <= 60:  # noqa: PLR2004 - lines of a page
            return "body_malformed"
        levels = [level for criterion in body.rubric for level in criterion.levels]
        if any(not 0 <= level.points <= MOST_POINTS for level in levels):
            return "credit_range"
        full = all(criterion.text.strip() and criterion.levels for criterion in body.rubric)
        return None if full and any(level.points for level in levels) else "rubric_missing"

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The text; raises ChoiceInvalid when it is too long (it is never cut)."""
        del order
        text = cleaned(fields.one())
        longest = body_of(content).longest
        if len(text) > longest:
            raise ChoiceInvalid(most=longest)
        return response_of(text) if text else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The text so far, and its limits."""
        body = body_of(content)
        text = self.told(content, order, response)
        return {"text": text, "longest": body.longest, "lines": body.lines}

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """Pending; a blank has the rule's `blank`."""
        del content
        given = value_of(response, str) if response else None
        return None if given else rule.blank

    def most(self, content: Content, rule: Rule) -> int:
        """The rule's marks for a right answer."""
        del content
        return rule.right

    def key(self, content: Content) -> tuple[str, ...]:
        """The rubric."""
        return tuple(_line(criterion) for criterion in body_of(content).rubric)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The text."""
        del content, order
        return (value_of(response, str) or "") if response else ""

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """None: texts of people are no categories."""
        del content, response
        return ()

    def form(self, content: Content) -> Shown:
        """A row for each criterion, its levels as lines `2 = words`; limits of the answer."""
        body = body_of(content) if content.body else Body(rubric=())
        return {
            "criterion": [
                {
                    "text": criterion.text,
                    "levels": "\n".join(f"{own.points} = {own.text}" for own in criterion.levels),
                }
                for criterion in body.rubric
            ],
            "longest": str(body.longest),
            "shown_lines": str(body.lines),
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Rows `criterion.text`, `.levels`, and the limits; raises FormInvalid."""
        found = [row for row in author.rows(values, "criterion", CRITERION) if any(
            row[name] for name in CRITERION)]  # fmt: skip
        body: dict[str, object] = {"rubric": [_criterion(row) for row in found]}
        for field, name in (("longest", "longest"), ("shown_lines", "lines")):
            if text := author.one(values, field):
                body[name] = author.whole_number(text, field)
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _line(criterion: Criterion) -> str:
    levels = [f"{level.points} = {level.text}" for level in criterion.levels]
    return " | ".join([criterion.text, *levels])


def _criterion(row: Mapping[str, str]) -> dict[str, object]:
    levels = []
    for line in row["levels"].split("\n"):
        points, _, words = line.partition("=")
        if line.strip():
            number = author.whole_number(points, "criterion")
            levels.append({"text": words.strip(), "points": number})
    return {"text": row["text"], "levels": levels}


FAMILY = Essay()
