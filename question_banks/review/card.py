"""The review card (kartu telaah): fifteen checks of an item's matter, construction and language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from question_banks.errors import CardIncomplete


class Part(StrEnum):
    """materi, konstruksi, bahasa."""

    MATTER = "matter"
    CONSTRUCTION = "construction"
    LANGUAGE = "language"


class Mark(StrEnum):
    """What the reviewer found; `na` where the check does not apply to the item."""

    YES = "yes"
    NO = "no"
    NA = "na"


CHECKS: Final[dict[str, Part]] = {
    "indicator": Part.MATTER,
    "options_alike": Part.MATTER,
    "one_key": Part.MATTER,
    "stem_clear": Part.CONSTRUCTION,
    "nothing_superfluous": Part.CONSTRUCTION,
    "no_hint": Part.CONSTRUCTION,
    "no_double_negative": Part.CONSTRUCTION,
    "figure_clear": Part.CONSTRUCTION,
    "equal_length": Part.CONSTRUCTION,
    "no_all_above": Part.CONSTRUCTION,
    "numbers_ordered": Part.CONSTRUCTION,
    "independent": Part.CONSTRUCTION,
    "correct_language": Part.LANGUAGE,
    "no_local_words": Part.LANGUAGE,
    "no_repetition": Part.LANGUAGE,
}


class Card(msgspec.Struct, frozen=True):
    """A filled card: a mark for each check, notes where there are any."""

    marks: dict[str, Mark]
    notes: dict[str, str] = {}

    @property
    def faults(self) -> tuple[str, ...]:
        """Checks that were not met, in the card's order."""
        return tuple(check for check in CHECKS if self.marks.get(check) is Mark.NO)


def filled(marks: Mapping[str, str], notes: Mapping[str, str]) -> Card:
    """A card from a form; raises CardIncomplete naming the checks without a mark."""
    missing = [check for check in CHECKS if marks.get(check) not in set(Mark)]
    if missing:
        raise CardIncomplete(missing=missing)
    return Card(
        {check: Mark(marks[check]) for check in CHECKS},
        {check: notes[check] for check in CHECKS if notes.get(check)},
    )


def to_bytes(card: Card) -> bytes:
    """What is stored."""
    return msgspec.json.encode(card, order="sorted")


def from_bytes(data: bytes) -> Card:
    """Inverse of `to_bytes`."""
    return msgspec.json.decode(data, type=Card)
