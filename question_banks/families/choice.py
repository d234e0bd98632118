"""What families of options share: checking them, one chosen option, and a form of rows."""

from collections.abc import Sequence

from question_banks.authoring.texts import to_form, to_html
from question_banks.content import Content, Option
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families import author
from question_banks.families.author import Authored, Values
from question_banks.families.interface import LETTERS, ByMachine, Fields, Shown, letter, option_at
from question_banks.families.response import cleaned

FEWEST_OPTIONS = 2
MOST_OPTIONS = 8
MOST_POINTS = 1000
COLUMNS = ("id", "text", "points")


def check_options(content: Content, *, most: int = MOST_OPTIONS) -> str | None:
    """Reasons common to items of options: number of options, ids, repeated texts."""
    options = content.options
    if not FEWEST_OPTIONS <= len(options) <= most:
        return "option_count"
    if len({option.id for option in options}) != len(options):
        return "duplicate_option_id"
    if any(not option.html.strip() for option in options):
        return "empty_option"
    if len({" ".join(option.html.split()) for option in options}) != len(options):
        return "duplicate_option_text"
    return None


def shown_options(content: Content, order: Sequence[str], chosen: Sequence[str]) -> list[Shown]:
    """The options as the paper orders them."""
    return [
        {"letter": letter(order, id_), "html": option.html, "chosen": id_ in chosen}
        for id_ in order
        if (option := content.option(id_))
    ]


def option_rows(content: Content) -> list[Shown]:
    """The options as rows of an author's form; `key` where an option earns something."""
    return [
        {"id": o.id, "text": to_form(o.html), "points": str(o.points), "key": o.points > 0}
        for o in content.options
    ]


def options_from(values: Values, content: Content, *, graded: bool = False) -> tuple[Option, ...]:
    """Options of an author's form: rows `option.id` (empty: new), `option.text`, `option.points`.

    `graded` options have the points of their rows; others are right where `key` names the row's
    number, and keep the points they had where that does not change. Words that are unchanged keep
    their HTML. A row without words is left out. Raises FormInvalid.
    """
    found = [row for row in author.rows(values, "option", COLUMNS) if row["text"]]
    if len(found) > len(LETTERS):
        raise FormInvalid(field="option", reason="option_count")
    taken, keys = {row["id"] for row in found}, set(values.get("key", ()))
    free = (letter_ for letter_ in LETTERS if letter_ not in taken)
    return tuple(
        Option(
            id=row["id"] or next(free),
            html=_html(content.option(row["id"]), row["text"]),
            points=_graded(row["points"])
            if graded
            else _right(content.option(row["id"]), right=row["n"] in keys),
        )
        for row in found
    )


def _html(stored: Option | None, text: str) -> str:
    same = stored is not None and cleaned(to_form(stored.html)) == text
    return stored.html if stored is not None and same else to_html(text)


def _right(stored: Option | None, *, right: bool) -> int:
    kept = stored.points if stored else 0
    return kept if (kept > 0) is right else int(right)


def _graded(text: str) -> int:
    try:
        points = int(text or "0")
    except ValueError as error:
        raise FormInvalid(field="option", reason="points_malformed") from error
    if abs(points) > MOST_POINTS:
        raise FormInvalid(field="option", reason="points_malformed")
    return points


class OneChoice(Authored, ByMachine):
    """Answering by one option; the response is the option's id alone."""

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The chosen option's id, None when blank; raises ChoiceInvalid."""
        raw = fields.one()
        if not raw:
            return None
        chosen = option_at(order, raw)
        if chosen is None or content.option(chosen) is None:
            raise ChoiceInvalid
        return chosen

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """Options for `_options.html`."""
        chosen = [response] if response else []
        return {"kind": "radio", "options": shown_options(content, order, chosen)}

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The letter of the chosen option."""
        del content
        return letter(order, response)

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The option's id."""
        option = content.option(response) if response else None
        return (option.id,) if option else ()

    def form(self, content: Content) -> Shown:
        """Rows of options."""
        return {"option": option_rows(content)}
