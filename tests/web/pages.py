"""What a reader of a page is shown: its text nodes and the attributes that are read or spoken."""

import re
from html.parser import HTMLParser

SPOKEN = {"aria-label", "title", "placeholder", "alt"}
SPOKEN_PREFIXES = ("data-text", "data-label", "data-confirm")
SILENT = {"script", "style", "pre", "code"}
WORD = re.compile(r"[^\W\d_]{3,}")


class Shown(HTMLParser):
    """Collects (line, text) of everything shown, whitespace joined."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[int, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        for name, value in attrs:
            if name in SPOKEN or name.startswith(SPOKEN_PREFIXES):
                self._add(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(data)

    def _add(self, text: str) -> None:
        if joined := " ".join(text.split()):
            self.texts.append((self.getpos()[0], joined))


def shown(page: str) -> list[tuple[int, str]]:
    """Every text of a page with its line."""
    parser = Shown()
    parser.feed(page)
    parser.close()
    return parser.texts


def words(text: str) -> list[str]:
    """Words of three letters or more."""
    return WORD.findall(text)
