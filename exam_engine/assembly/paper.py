"""A paper (naskah peserta): what one candidate gets, in order, as canonical bytes."""

from typing import Final

import msgspec

from exam_engine.assembly.draw import Placed
from exam_engine.errors import NotYourItem
from question_banks.families.interface import letter

FORMAT: Final = "ujikom-paper/1"


class PaperItem(msgspec.Struct, frozen=True):
    """One place: section, version digest (hex), option ids in this candidate's order."""

    section: str
    version: str
    options: tuple[str, ...]

    def letter_of(self, option_id: str | None) -> str | None:
        """The shown letter of an option id."""
        return letter(self.options, option_id) or None


class Paper(msgspec.Struct, frozen=True):
    """All places, in order; positions count from 1."""

    format: str
    items: tuple[PaperItem, ...]

    def at(self, position: int) -> PaperItem:
        """The item at a position; raises NotYourItem."""
        if not 1 <= position <= len(self.items):
            raise NotYourItem(position=position, items=len(self.items))
        return self.items[position - 1]


def from_draw(placed: tuple[Placed, ...]) -> Paper:
    """A drawn paper."""
    return Paper(FORMAT, tuple(PaperItem(p.section, p.version.hex(), p.options) for p in placed))


def to_bytes(paper: Paper) -> bytes:
    """Canonical bytes: texts in a fixed shape, which msgspec spells as RFC 8785 does."""
    return msgspec.json.encode(paper, order="sorted")


def from_bytes(data: bytes) -> Paper:
    """Inverse of `to_bytes`."""
    return msgspec.json.decode(data, type=Paper)
