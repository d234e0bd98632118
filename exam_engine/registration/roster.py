"""Candidates' file: CSV with a header `nama,nip,unit`, read row by row with reasons.

Commas or semicolons separate.
"""

import csv
import io

import msgspec

from documents.errors import GlyphsMissing
from documents.fonts import check_glyphs
from exam_engine.errors import RosterInvalid
from people import nip as nips
from people.errors import NipInvalid

COLUMNS = ("nama", "nip", "unit")
LONGEST_NAME = 150


class Candidate(msgspec.Struct, frozen=True):
    """One row that was read well."""

    name: str
    nip: str
    unit: str


class BadRow(msgspec.Struct, frozen=True):
    """One row that was not: line number in the file and a reason code."""

    line: int
    reason: str


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, or in the code page of Windows spreadsheets.

    Raises RosterInvalid for other bytes: a name is never changed silently.
    """
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterInvalid(reason="encoding", found="")


def read_roster(text: str) -> tuple[tuple[Candidate, ...], tuple[BadRow, ...]]:
    """Good and bad rows; raises RosterInvalid when the header, or the file's form, is wrong."""
    text = text.lstrip("\ufeff")
    # spreadsheets of a locale whose decimal sign is the comma separate by semicolons
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    header = tuple(name.strip().lower() for name in reader.fieldnames or ())
    if header[: len(COLUMNS)] != COLUMNS:
        raise RosterInvalid(reason="header", found=",".join(header))
    reader.fieldnames = list(header)
    good: list[Candidate] = []
    bad: list[BadRow] = []
    seen: set[str] = set()
    try:
        for row in reader:
            read = _read(row, seen)
            if isinstance(read, Candidate):
                seen.add(read.nip)
                good.append(read)
            else:
                bad.append(BadRow(reader.line_num, read))
    except csv.Error as error:
        raise RosterInvalid(reason="unreadable", line=reader.line_num) from error
    return tuple(good), tuple(bad)


def _drawable(name: str) -> bool:
    """Whether the certificate's fonts have every character of the name."""
    try:
        check_glyphs([name])
    except GlyphsMissing:
        return False
    return True


def _read(row: dict[str, str], seen: set[str]) -> Candidate | str:
    name, unit = (row.get("nama") or "").strip(), (row.get("unit") or "").strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return "name"
    if not _drawable(name):
        return "name_glyphs"
    if len(unit) > LONGEST_NAME or not unit.isprintable():
        return "unit"
    try:
        nip = nips.normalise(row.get("nip") or "")
    except NipInvalid as error:
        return f"nip_{error.data['rule']}"
    return "nip_repeated" if nip in seen else Candidate(name, nip, unit)
