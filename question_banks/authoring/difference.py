"""What changed between two versions, field by field, word by word, for people to read."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

import msgspec

from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.formats.markup import plain

FIELDS: Final = (
    "family", "language", "competency", "level", "cognitive", "indicator", "stem", "rationale",
    "source", "stimulus",
)  # fmt: skip
WORDS: Final = re.compile(r"\s+|\S+")


class Piece(msgspec.Struct, frozen=True):
    """Words that were kept, added or removed."""

    kind: str
    text: str


class Change(msgspec.Struct, frozen=True):
    """A field (or `option A`) with its pieces; unchanged fields have none of the others."""

    field: str
    pieces: tuple[Piece, ...]


def changes(old: Content, new: Content) -> tuple[Change, ...]:
    """Fields that differ, in the order of the form; markup counts, but is not shown.

    Options differ one by one; what else a family's form holds is one field, `answer_form`.
    """
    found = [
        Change(field, pieces(str(getattr(old, field)), str(getattr(new, field))))
        for field in FIELDS
        if getattr(old, field) != getattr(new, field)
    ]
    before, after = (
        {option.id: f"{plain(option.html)} ({option.points})" for option in content.options}
        for content in (old, new)
    )
    for ident in sorted(before | after):
        if before.get(ident, "") != after.get(ident, ""):
            words = pieces(before.get(ident, ""), after.get(ident, ""))
            found.append(Change(f"option {ident}", words))
    if old.body != new.body:
        found.append(Change("answer_form", pieces(_form(old), _form(new))))
    return tuple(found)


def _form(content: Content) -> str:
    """The fields of the author's form in lines, options aside."""
    if content.body is None or FAMILIES[content.family].check(content) is not None:
        return ""
    return "\n".join(_lines(FAMILIES[content.family].form(content)))


def _lines(form: Mapping[str, Any]) -> Iterator[str]:
    for name, value in form.items():
        if name == "part":
            for part in value:
                yield f"{part['family']}: {plain(part['stem'])} ({part['weight']})"
                yield from _lines(part["form"])
        elif isinstance(value, list):
            if name not in {"option", "families"}:
                yield from (_row(row) for row in value)
        elif isinstance(value, str | bool) and value:
            yield f"{name}: {value}"


def _row(row: Mapping[str, str]) -> str:
    told = (plain(text).replace("\n", "; ") for name, text in row.items() if name != "id" and text)
    return " | ".join(told)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Words of both texts: joined without the added ones they are the old text, and vice versa."""
    before, after = WORDS.findall(_words(old)), WORDS.findall(_words(new))
    made: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            made.append(Piece("kept", "".join(before[a:b])))
            continue
        if b > a:
            made.append(Piece("removed", "".join(before[a:b])))
        if d > c:
            made.append(Piece("added", "".join(after[c:d])))
    return tuple(made)


def _words(text: str) -> str:
    return plain(text) if "<" in text else text
