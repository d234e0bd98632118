"""What a writer types, as safe HTML: plain text or simple HTML, formulas between dollar signs."""

import html
import re
from typing import Final

import nh3

from question_banks.formats.formula import to_mathml
from question_banks.formats.markup import TAGS, TAGS_TABLE, plain

MATH: Final = {
    "math", "mrow", "mi", "mo", "mn", "mtext", "mfrac", "msup", "msub", "msubsup", "msqrt",
    "mroot",
}  # fmt: skip
TAG: Final = re.compile(r"<\s*/?[a-zA-Z]")
FORMULA: Final = re.compile(r"\$(?P<formula>[^$<\n]+)\$")


def to_html(text: str) -> str:
    """Sanitised HTML. MathML that is there already is kept, so that editing loses no formula."""
    text = text.strip().replace("\r\n", "\n")
    if not TAG.search(text):
        text = html.escape(text, quote=False).replace("\n", "<br>")
    formulas = FORMULA.sub(
        lambda match: to_mathml(html.unescape(match["formula"]), display=False), text
    )
    clean: str = nh3.clean(
        formulas,
        tags=TAGS | TAGS_TABLE | MATH,
        attributes={"*": set(), "math": {"display"}},
        link_rel=None,
    )
    return clean


def to_form(text: str) -> str:
    """What the form shows for stored HTML: plain words where there is no markup."""
    return text if TAG.search(text) else plain(text)
