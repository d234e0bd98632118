"""Aiken: a question, lettered lines, `ANSWER: B`. Import and export."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from question_banks.content import Content
from question_banks.formats.foreign import Found, choice, text_of
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.markup import plain
from question_banks.formats.reading import Unreadable, words

OPTION: Final = re.compile(r"([A-Z])[.)]\s+(.*)")
ANSWER: Final = re.compile(r"ANSWER:\s*([A-Z])\s*")


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of a file; one without its answer is refused and costs no other."""
    stem: list[str] = []
    options: dict[str, str] = {}
    start = number = 0
    for line, raw in enumerate([*text_of(data, limits).split("\n"), ""], start=1):
        text = raw.strip()
        answer, option = ANSWER.fullmatch(text), OPTION.fullmatch(text)
        if answer:
            number += 1
            yield _item(number, start or line, stem, options, answer[1])
            stem, options, start = [], {}, 0
        elif option:
            options[option[1]] = option[2]
        elif text:
            if options:  # a question without its answer line
                number += 1
                yield Found(name=f"aiken-{number}", line=start, reason="answer_missing")
                stem, options, start = [], {}, 0
            stem.append(text)
            start = start or line
    if stem or options:
        yield Found(name=f"aiken-{number + 1}", line=start, reason="answer_missing")


def write(items: list[Content]) -> tuple[str, list[Content]]:
    """The file, and the items that it cannot carry: all but single choice in one line each."""
    fit = [content for content in items if content.family == "single_choice"]
    blocks = []
    for content in fit:
        lines = [plain(content.stem)]
        letters = dict(zip("ABCDEFGH", content.options, strict=False))
        lines += [f"{letter}. {plain(option.html)}" for letter, option in letters.items()]
        key = next(letter for letter, option in letters.items() if option.points > 0)
        blocks.append("\n".join([*lines, f"ANSWER: {key}"]))
    return "\n\n".join(blocks) + "\n", [content for content in items if content not in fit]


def _item(number: int, line: int, stem: list[str], options: dict[str, str], key: str) -> Found:
    name = f"aiken-{number}"
    if key not in options or not stem:
        return Found(name=name, line=line, reason="key_count" if stem else "empty_stem")
    rows = [(words(text), Fraction(letter == key)) for letter, text in options.items()]
    try:
        return Found(
            name=name,
            line=line,
            item={"stem": words("\n".join(stem)), **choice(rows, single=True)},
        )
    except Unreadable as reason:
        return Found(name=name, line=line, reason=str(reason))
