"""CSV tables with Indonesian or English headers, graded options included. Import."""

import csv
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final

from question_banks.errors import BankFileInvalid
from question_banks.formats.foreign import Found, choice, text_of
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.reading import Unreadable, words

HEADERS: Final = {
    "nomor": "id", "id": "id",
    "soal": "stem", "question": "stem",
    "kunci": "key", "key": "key",
    "kompetensi": "competency", "competency": "competency",
    "level": "level",
    "indikator": "indicator", "indicator": "indicator",
    "kognitif": "cognitive", "cognitive": "cognitive",
    "sumber": "source", "source": "source",
    "kelompok": "group", "group": "group",
    "bahasa": "lang", "language": "lang",
    "pembahasan": "rationale", "rationale": "rationale",
}  # fmt: skip
LETTERS: Final = "ABCDEFGH"
PLAIN: Final = ("competency", "indicator", "cognitive", "source", "group", "lang")
LONGEST_CELL: Final = 50_000


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of a table, a row each: `kunci` names the key (`A`, or `A,C` for several), or every
    option has its `bobot`. Raises BankFileInvalid when the first row has no headers of ours.
    """
    text = text_of(data, limits)
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    sign = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=sign, strict=True))
    except csv.Error as error:
        raise BankFileInvalid(reason=f"csv: {error}") from error
    yield from rows_found(rows)


def rows_found(rows: Iterable[list[str]]) -> Iterator[Found]:
    """Items of a table's rows, the first of which has the headers; raises BankFileInvalid."""
    numbered = enumerate(rows, start=1)
    _, head = next(numbered, (1, []))
    names = [_header(cell) for cell in head]
    if "stem" not in names or "option A" not in names:
        raise BankFileInvalid(reason="headers_missing")
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        found = row.get("id") or f"baris-{line}"
        try:
            yield Found(name=found, line=line, item=_item(row))
        except Unreadable as reason:
            yield Found(name=found, line=line, reason=str(reason))


def _header(cell: str) -> str:
    name = " ".join(cell.split()).casefold()
    kind, _, letter = name.partition(" ")
    if kind in {"pilihan", "option"} and letter.upper() in LETTERS:
        return f"option {letter.upper()}"
    if kind in {"bobot", "score"} and letter.upper() in LETTERS:
        return f"score {letter.upper()}"
    return HEADERS.get(name, "")


def _item(row: dict[str, str]) -> dict[str, Any]:
    options = {letter: text for letter in LETTERS if (text := row.get(f"option {letter}", ""))}
    item: dict[str, Any] = {"stem": words(row.get("stem", ""))}
    item |= {name: row[name] for name in PLAIN if row.get(name)}
    if row.get("rationale"):
        item["rationale"] = words(row["rationale"])
    if row.get("level"):
        if not row["level"].isascii() or not row["level"].isdigit():
            raise Unreadable("level_missing")
        item["level"] = int(row["level"])
    if row.get("key"):
        return item | _keyed(options, row["key"])
    return item | {
        "type": "weighted",
        "options": [_weighted(k, t, row) for k, t in options.items()],
    }


def _keyed(options: dict[str, str], key: str) -> dict[str, Any]:
    keys = {part.strip().upper() for part in key.replace(";", ",").split(",") if part.strip()}
    if keys - options.keys():
        raise Unreadable("key_count")
    rows = [(words(text), Fraction(letter in keys)) for letter, text in options.items()]
    item = choice(rows, single=len(keys) == 1)
    return item if len(keys) == 1 else item | {"body": {"mode": "all"}}


def _weighted(letter: str, text: str, row: dict[str, str]) -> dict[str, Any]:
    score = row.get(f"score {letter}", "")
    if not score.isascii() or not score.isdigit():
        raise Unreadable("points_missing")
    return {"key": letter, "text": words(text), "score": int(score)}
