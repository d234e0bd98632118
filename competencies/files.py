"""Reading dictionaries and standards from JSON, CSV and XLSX, with Indonesian or English headers.

A bad row is named by its number and reason; it never costs the good ones.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from competencies.dictionary import KINDS, Entry, Level, Standard, fault, standard_fault
from competencies.errors import DictionaryFileInvalid

MOST_ROWS: Final = 20_000
LARGEST_UNPACKED: Final = 50 * 1024 * 1024
HEADERS: Final = {
    "kode": "code", "jenis": "kind", "nama": "name", "definisi": "definition",
    "deskripsi": "description", "indikator": "indicator", "jabatan": "position",
    "jenjang": "grade", "kompetensi": "code", "dasar hukum": "legal_basis",
    "dasar_hukum": "legal_basis", "berlaku sejak": "effective_from",
    "berlaku_sejak": "effective_from", "fokus daerah": "regional_focus",
    "fokus_daerah": "regional_focus", "name_id": "name", "nama_en": "name_en",
}  # fmt: skip


class Fault(msgspec.Struct, frozen=True):
    """A row (or entry) that was not taken: where, and why (a reason code)."""

    place: str
    reason: str


class Dictionary(msgspec.Struct, frozen=True):
    """What a dictionary file gave."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


class Standards(msgspec.Struct, frozen=True):
    """What a file of standards gave."""

    standards: tuple[Standard, ...]
    faults: tuple[Fault, ...]


class _FileLevel(msgspec.Struct):
    level: int
    deskripsi: str = ""
    indikator: tuple[str, ...] = ()


class _FileEntry(msgspec.Struct):
    kode: str
    jenis: str
    nama: str
    definisi: str = ""
    nama_en: str = ""
    level: tuple[_FileLevel, ...] = ()


def read_dictionary(name: str, data: bytes) -> Dictionary:
    """A dictionary file; raises DictionaryFileInvalid when it is none at all."""
    if name.lower().endswith(".json"):
        return _json(data)
    made: dict[str, dict[str, Any]] = {}
    faults = []
    for number, row in _rows(name, data):
        reason = _gather(made, row)
        if reason:
            faults.append(Fault(str(number), reason))
    entries = [_entry(told) for told in made.values()]
    return _checked(entries, faults)


def read_standards(name: str, data: bytes) -> Standards:
    """A file of position standards; raises DictionaryFileInvalid when it is none at all."""
    kept: list[Standard] = []
    faults: list[Fault] = []
    for number, row in _rows(name, data):
        level = row.get("level", "")
        standard = Standard(
            position=row.get("position", ""),
            grade=row.get("grade", ""),
            code=row.get("code", ""),
            level=int(level) if level.isascii() and level.isdigit() and len(level) < 3 else 0,  # noqa: PLR2004 - two digits
            legal_basis=row.get("legal_basis", ""),
            effective_from=row.get("effective_from", "")[:10],
            regional_focus=row.get("regional_focus", ""),
        )
        reason = standard_fault(standard)
        if reason:
            faults.append(Fault(str(number), reason))
        else:
            kept.append(standard)
    return Standards(tuple(kept), tuple(faults))


def _json(data: bytes) -> Dictionary:
    try:
        document = msgspec.json.decode(data)
        listed = document["kompetensi"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, RecursionError) as error:
        raise DictionaryFileInvalid(reason="kompetensi") from error
    if not isinstance(listed, list):
        raise DictionaryFileInvalid(reason="kompetensi")
    entries, faults = [], []
    for number, raw in enumerate(listed, start=1):
        try:
            told = msgspec.convert(raw, _FileEntry)
            kind = KINDS[told.jenis.strip().lower()]
        except (msgspec.ValidationError, KeyError):
            faults.append(Fault(str(number), "entry"))
            continue
        levels = tuple(Level(o.level, o.deskripsi, o.indikator) for o in told.level)
        entries.append(
            Entry(code=told.kode, kind=kind, name_id=told.nama, name_en=told.nama_en,
                  definition=told.definisi, levels=levels)
        )  # fmt: skip
    return _checked(entries, faults)


def _checked(entries: Iterable[Entry], faults: list[Fault]) -> Dictionary:
    kept = []
    for entry in entries:
        reason = fault(entry)
        if reason:
            faults.append(Fault(entry.code or "–", reason))
        else:
            kept.append(entry)
    return Dictionary(tuple(kept), tuple(faults))


def _gather(made: dict[str, dict[str, Any]], row: dict[str, str]) -> str | None:
    code, level = row.get("code", ""), row.get("level", "")
    if not code:
        return "code"
    told = made.get(code)
    if told is None:
        kind = KINDS.get(row.get("kind", "").lower())
        if kind is None:
            return "kind"
        told = made[code] = {
            "code": code, "kind": kind, "name_id": row.get("name", ""),
            "name_en": row.get("name_en", ""), "definition": row.get("definition", ""),
            "levels": {},
        }  # fmt: skip
    if level:
        if level not in {"1", "2", "3", "4", "5"}:
            return "levels"
        own = told["levels"].setdefault(int(level), [row.get("description", ""), []])
        if row.get("indicator"):
            own[1].append(row["indicator"])
    return None


def _entry(told: dict[str, Any]) -> Entry:
    levels = tuple(Level(n, text, tuple(own)) for n, (text, own) in sorted(told["levels"].items()))
    return Entry(**{**told, "levels": levels})


def _rows(name: str, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by header with their numbers as a spreadsheet shows them; empty rows are left out."""
    table = _xlsx(data) if name.lower().endswith(".xlsx") else _csv(data)
    header: list[str] | None = None
    for number, cells in enumerate(table, start=1):
        if number > MOST_ROWS:
            raise DictionaryFileInvalid(reason="rows")
        if header is None:
            header = [HEADERS.get(cell.strip().lower(), cell.strip().lower()) for cell in cells]
            if "code" not in header:
                raise DictionaryFileInvalid(reason="header")
        elif any(cells):
            yield number, dict(zip(header, (cell.strip() for cell in cells), strict=False))
    if header is None:
        raise DictionaryFileInvalid(reason="header")


def _csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DictionaryFileInvalid(reason="utf8") from error
    first = text.partition("\n")[0]
    try:
        yield from csv.reader(
            io.StringIO(text, newline=""),
            delimiter=";" if first.count(";") > first.count(",") else ",",
        )
    except csv.Error as error:
        raise DictionaryFileInvalid(reason="csv") from error


def _bound(data: bytes) -> None:
    """Refuse an archive that unpacks to more than fifty MiB; its directory says so unopened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > LARGEST_UNPACKED:
            raise DictionaryFileInvalid(reason="size")


def _xlsx(data: bytes) -> Iterator[list[str]]:
    import openpyxl  # noqa: PLC0415 - slow import, needed here only

    try:
        _bound(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1):
            yield ["" if cell is None else str(cell) for cell in row]
        book.close()
    except DictionaryFileInvalid:
        raise
    except Exception as error:  # a spreadsheet library fails in as many ways as files do
        raise DictionaryFileInvalid(reason="xlsx") from error
