"""Item texts as safe HTML: plain text escaped, HTML sanitised, formulas turned into MathML."""

import html
import re
from typing import Final

import nh3

from question_banks.formats.formula import to_mathml

TAGS: Final = {"b", "i", "u", "em", "strong", "sub", "sup", "br", "p", "ul", "ol", "li"}
TAGS_TABLE: Final = {"table", "thead", "tbody", "tr", "th", "td"}
TAGS_MATH: Final = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msup", "msub",
    "msubsup", "mover", "munder", "munderover", "mtable", "mtr", "mtd",
}  # fmt: skip
MEDIA: Final = {
    "img": re.compile(r"/media/[0-9a-f]{64}\.(?:png|jpg)"),
    "audio": re.compile(r"/media/[0-9a-f]{64}\.flac"),
}
NO_SOURCE: Final = re.compile(
    r"<img(?![^>]*\ssrc=)[^>]*>|<audio(?![^>]*\ssrc=)[^>]*>.*?</audio>", re.DOTALL
)
ATTRIBUTES: Final = {
    "*": set[str](), "math": {"display"}, "img": {"src", "alt"}, "audio": {"src", "aria-label"},
}  # fmt: skip
PLAYED: Final = {"audio": {"controls": ""}}  # one alone: several come in any order
NAMED: Final = re.compile(
    r"<img\b[^>]*?\balt=\"([^\"]*)\"[^>]*>|<audio\b[^>]*?\baria-label=\"([^\"]*)\"[^>]*>"
)
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
    """Whether an HTML text shows a picture that is not in the bank, or other media."""
    found = re.finditer(r"<\s*(img|svg|video|audio|object|iframe)\b[^>]*", text, re.IGNORECASE)
    return any(not _own(match[1].lower(), match[0]) for match in found)


def _own(tag: str, text: str) -> bool:
    source = re.search(r"\bsrc\s*=\s*[\"']([^\"']*)", text, re.IGNORECASE)
    return source is not None and tag in MEDIA and MEDIA[tag].fullmatch(source[1]) is not None


def plain(text: str) -> str:
    """The words of an HTML text, for lists and searches."""
    named = NAMED.sub(lambda match: f" {match[1] or match[2]} ", text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", named))).strip()


def _sanitise(text: str) -> str:
    clean: str = nh3.clean(
        text.strip(),
        tags=TAGS | TAGS_TABLE | TAGS_MATH | MEDIA.keys(),
        attributes=ATTRIBUTES,
        attribute_filter=_own_attribute,
        set_tag_attribute_values=PLAYED,
        link_rel=None,
    )
    return NO_SOURCE.sub("", clean)


def _own_attribute(tag: str, name: str, value: str) -> str | None:
    """A picture's or sound's source only when it is one of the bank's own."""
    if name != "src":
        return value
    own = MEDIA.get(tag)
    return value if own is not None and own.fullmatch(value) else None


def _with_formulas(text: str) -> str:
    found: list[str] = []

    def keep(match: re.Match[str]) -> str:
        display = match.group("display")
        found.append(to_mathml(display or match.group("inline"), display=display is not None))
        return MARK.format(len(found) - 1)

    clean = _sanitise(FORMULA.sub(keep, re.sub("[\ue000\ue001]", "", text)))
    return PLACE.sub(lambda match: "".join(found[int(match[1]) :][:1]), clean)
