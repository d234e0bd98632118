"""What families of options share: checking them, one chosen option, and a form of rows."""

from collections.abc import Mapping, Sequence

from question_banks.content import Content, Option
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families.interface import LETTERS, Fields, Shown, letter, option_at
from question_banks.formats.markup import plain, to_html

FEWEST_OPTIONS = 2
MOST_OPTIONS = 8


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
    """The options as rows of an author's form."""
    return [
        {"id": o.id, "text": plain(o.html), "html": o.html, "points": o.points}
        for o in content.options
    ]


def options_from(values: Mapping[str, Sequence[str]], content: Content) -> tuple[Option, ...]:
    """Options of an author's form: rows `option.id` (empty: new), `option.text`, `option.points`.

    A row whose words are unchanged keeps its HTML, so that formulas survive; an empty row is left
    out. Raises FormInvalid.
    """
    kept = {plain(o.html): o.html for o in content.options}
    texts = [text.strip() for text in values.get("option.text", ())]
    points = [*values.get("option.points", ()), *["0"] * len(texts)]
    ids = [*(own.strip() for own in values.get("option.id", ())), *[""] * len(texts)]
    rows = [(ids[n], text, points[n].strip() or "0") for n, text in enumerate(texts) if text]
    if len(rows) > len(LETTERS):
        raise FormInvalid(field="option.text", reason="option_count")
    free = (letter_ for letter_ in LETTERS if letter_ not in ids)
    try:
        return tuple(
            Option(
                id=id_ or next(free),
                html=kept.get(text) or to_html(text, "text"),
                points=int(value),
            )
            for id_, text, value in rows
        )
    except ValueError as error:
        raise FormInvalid(field="option.points", reason="points_malformed") from error


class OneChoice:
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
        return {"options": option_rows(content)}
