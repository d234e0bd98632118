"""What a simulated candidate knows: which option of an item, as shown on a page, earns how much."""

import re
from collections.abc import Iterable

from question_banks.content import Content
from question_banks.formats.markup import plain
from samples.visitor import ExamPage

Key = dict[tuple[str, frozenset[str]], dict[str, int]]


def answer_key(contents: Iterable[Content]) -> Key:
    """Points by option text, for each item, found by its stem and its option texts."""
    return {
        (_letters(plain(content.stem)), frozenset(points)): points
        for content in contents
        if (points := {_letters(plain(o.html)): o.points for o in content.options})
    }


def ranked(key: Key, page: ExamPage) -> list[str]:
    """The shown letters of a page, best first."""
    shown = {letter: _letters(text) for letter, text in page.options.items()}
    points = key[_letters(page.stem), frozenset(shown.values())]
    return sorted(shown, key=lambda letter: (-points[shown[letter]], letter))


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text)
