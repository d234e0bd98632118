"""What a writer types, as safe HTML: plain text or simple HTML, formulas (TeX) between dollars."""

import html
import re
from typing import Final

from latex2mathml import exceptions
from latex2mathml.converter import convert

from question_banks.formats import markup

TAG: Final = re.compile(r"<\s*/?[a-zA-Z]")
FORMULA: Final = re.compile(r"\$\$(?P<display>[^$<]+)\$\$|\$(?P<inline>[^$<\n]+)\$")
OWN_ERRORS: Final = [
    found
    for found in vars(exceptions).values()
    if isinstance(found, type) and issubclass(found, Exception)
]
UNREADABLE: Final[tuple[type[Exception], ...]] = (
    *OWN_ERRORS,
    LookupError,
    ValueError,
    RecursionError,
)


def to_html(text: str) -> str:
    """Sanitised HTML. MathML that is there already is kept, so that editing loses no formula.

    A formula that is no TeX stays as it was typed, dollars and all, for its writer to see.
    """
    text = text.strip().replace("\r\n", "\n")
    if not TAG.search(text):
        text = html.escape(text, quote=False).replace("\n", "<br>")
    return markup.to_html(FORMULA.sub(_mathml, text), "html")


def to_form(text: str) -> str:
    """What the form shows for stored HTML: plain words where there is no markup."""
    return text if TAG.search(text) else markup.plain(text)


def _mathml(match: re.Match[str]) -> str:
    source = html.unescape(match["display"] or match["inline"])
    try:
        return convert(source, display="block" if match["display"] else "inline")
    except UNREADABLE:
        return match[0]
