"""Item texts as safe HTML: plain text escaped, HTML sanitised, formulas turned into MathML."""

import html
import re
from typing import Final

import nh3

from question_banks.formats.formula import to_mathml

TAGS: Final = {"b", "i", "u", "em", "strong", "sub", "sup", "br", "p", "ul", "ol", "li"}
TAGS_TABLE: Final = {"table", "thead", "tbody", "tr", "th", "td"}
FORMULA: Final = re.compile(r"\$\$(?P<display>[^$]+)\$\$|\$(?P<inline>[^$]+)\$")
MARK: Final = "\ue000{}\ue001"
PLACE: Final = re.compile("\ue000(\\d+)\ue001")


def to_html(text: str, markup: str) -> str:
    """Safe HTML of a text in `text`, `html` or `html+jqmath` markup.

    Raises ValueError for another markup, RecursionError for formulas nested beyond all reason.
    """
    if markup == "text":
        return html.escape(text.strip(), quote=False).replace("\n", "<br>")
    if markup == "html":
        return _sanitise(text)
    if markup == "html+jqmath":
        return _with_formulas(text)
    raise ValueError(markup)


def names_media(text: str) -> bool:
    """Whether an HTML text shows an image or other media, which this format cannot carry."""
    return re.search(r"<\s*(img|svg|video|audio|object|iframe)\b", text, re.IGNORECASE) is not None


def plain(text: str) -> str:
    """The words of an HTML text, for lists and searches."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))).strip()


def _sanitise(text: str) -> str:
    clean: str = nh3.clean(
        text.strip(), tags=TAGS | TAGS_TABLE, attributes={"*": set()}, link_rel=None
    )
    return clean


def _with_formulas(text: str) -> str:
    found: list[str] = []

    def keep(match: re.Match[str]) -> str:
        display = match.group("display")
        found.append(to_mathml(display or match.group("inline"), display=display is not None))
        return MARK.format(len(found) - 1)

    clean = _sanitise(FORMULA.sub(keep, re.sub("[\ue000\ue001]", "", text)))
    return PLACE.sub(lambda match: "".join(found[int(match[1]) :][:1]), clean)
