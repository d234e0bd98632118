"""An item's body as HTML: what is kept, what is lost by name, what makes an item unreadable."""

import html
from collections.abc import Callable
from typing import Final

from lxml import etree

from question_banks.formats.markup import TAGS, TAGS_MATH, TAGS_TABLE
from question_banks.formats.reading import Unreadable

KEPT: Final = (TAGS | TAGS_TABLE | TAGS_MATH) - {"p", "br"}
BLOCKS: Final = frozenset({
    "div", "blockquote", "section", "article", "figure", "figcaption", "pre", "dl", "dt", "dd",
    "header", "footer", "address", "caption", "tfoot", "p",
})  # fmt: skip
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FEEDBACK: Final = frozenset({"feedbackBlock", "feedbackInline", "modalFeedback"})
SILENT: Final = frozenset(
    {
        "rubricBlock",
        "script",
        "style",
        "stylesheet",
        "prompt",
        "catalogInfo",
        "companionMaterialsInfo",
    }
)
MEDIA: Final = frozenset({"video", "svg", "iframe", "embed", "include", "canvas"})
Picture = Callable[[str], str]


class Body:
    """Writes parts of a body; `losses` collects what was left out."""

    def __init__(self, picture: Picture, losses: list[str]) -> None:
        self._picture = picture
        self._losses = losses
        self.marks: dict[etree._Element, str] = {}

    def html(self, node: etree._Element | None) -> str:
        """The inner HTML of an element; interactions stand as their mark, or not at all."""
        if node is None:
            return ""
        return self._inner(node).strip()

    def _inner(self, node: etree._Element) -> str:
        parts = [_text(node.text)]
        for child in node:
            parts += [self._element(child), _text(child.tail)]
        return "".join(parts)

    def _element(self, node: etree._Element) -> str:
        tag = node.tag
        if tag.endswith("Interaction") or node in self.marks:
            return self.marks.get(node, "")
        if tag in FEEDBACK:
            self._lost("feedback")
            return ""
        if tag in SILENT:
            return ""
        if tag in {"templateBlock", "templateInline", "printedVariable"}:
            raise Unreadable("interaction_unsupported: template")
        if tag == "br":
            return "<br>"
        if tag in {"img", "object", "audio"}:
            return self._media(node)
        if tag in MEDIA:
            raise Unreadable(f"media_unsupported: {tag}")
        return self._words(node)

    def _words(self, node: etree._Element) -> str:
        tag, inner = node.tag, self._inner(node)
        if tag == "div" and node.get("class") in {"stem", "part"}:
            return inner
        if tag in HEADINGS:
            return f"<p><strong>{inner}</strong></p>"
        if tag in BLOCKS:
            return inner if _has_block(node) else f"<p>{inner}</p>" if inner.strip() else ""
        if tag == "math" and node.get("display") == "block":
            return f'<math display="block">{inner}</math>'
        return f"<{tag}>{inner}</{tag}>" if tag in KEPT else inner

    def _media(self, node: etree._Element) -> str:
        source, kind = node.get("src") or node.get("data"), node.get("type", "")
        if node.tag == "audio" and source is None:
            source = next((own.get("src") for own in node.iterfind("source")), None)
        if node.tag == "object" and kind and not kind.startswith(("image/", "audio/")):
            raise Unreadable(f"media_unsupported: {kind[:40]}")
        words = node.get("alt") or node.get("aria-label")
        words = words or " ".join("".join(node.itertext()).split())
        address = self._picture(source or "")
        if address.endswith(".flac") != (node.tag == "audio" or kind.startswith("audio/")):
            raise Unreadable("media_unsupported: kind")
        if address.endswith(".flac"):
            return f'<audio src="{html.escape(address)}" aria-label="{html.escape(words)}"></audio>'
        return f'<img src="{html.escape(address)}" alt="{html.escape(words)}">'

    def picture(self, node: etree._Element | None) -> tuple[str, str, int, int]:
        """Address, words and size of an interaction's picture; raises Unreadable."""
        found = None if node is None else node.find("object")
        if found is None and node is not None:
            found = node.find("img")
        if found is None:
            raise Unreadable("image_missing")
        words = found.get("alt") or " ".join("".join(found.itertext()).split())
        size = [found.get(name, "") for name in ("width", "height")]
        if not all(text.isascii() and text.isdigit() for text in size):
            raise Unreadable("image_size")
        source = self._picture(found.get("data") or found.get("src") or "")
        return source, words, int(size[0]), int(size[1])

    def _lost(self, what: str) -> None:
        if what not in self._losses:
            self._losses.append(what)


def _text(text: str | None) -> str:
    return html.escape(text or "", quote=False)


def _has_block(node: etree._Element) -> bool:
    return any(child.tag in BLOCKS | HEADINGS | {"ul", "ol", "table"} for child in node.iter()
               if child is not node)  # fmt: skip
