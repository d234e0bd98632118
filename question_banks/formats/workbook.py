"""XLSX tables of items, as the CSV tables; and an empty one to fill in."""

import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from question_banks.errors import BankFileInvalid
from question_banks.formats.foreign import Found
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.packages import Package, is_archive
from question_banks.formats.sheet import LETTERS, rows_found

WIDEST: Final = 40
HEADERS: Final = {
    "id": ("Nomor", "Soal", "Pilihan {}", "Bobot {}", "Kunci", "Kompetensi", "Level", "Indikator",
           "Kognitif", "Pembahasan", "Sumber", "Kelompok", "Bahasa"),
    "en": ("ID", "Question", "Option {}", "Score {}", "Key", "Competency", "Level", "Indicator",
           "Cognitive", "Rationale", "Source", "Group", "Language"),
}  # fmt: skip
EXAMPLES: Final = (
    {"stem": "Contoh pilihan ganda: ibu kota Jawa Timur adalah …", "A": "Malang", "B": "Surabaya",
     "C": "Kediri", "key": "B"},
    {"stem": "Contoh berbobot: seorang warga salah loket. Anda …", "A": "mengantarnya",
     "B": "menunjukkan loketnya", "C": "memintanya bertanya", "A+": "3", "B+": "2", "C+": "1"},
)  # fmt: skip


def read(data: bytes, limits: Limits = USUAL) -> Iterator[Found]:
    """Items of the first sheet, a row each; raises BankFileInvalid for what is no workbook."""
    if not is_archive(data):
        raise BankFileInvalid(reason="xlsx")
    package = Package(data, limits)  # the archive's own limits, before a library unpacks it
    if any(b"<!DOCTYPE" in package.read(name)[:4096] for name in package.names):
        raise BankFileInvalid(reason="doctype")
    yield from rows_found(_rows(data, limits))


def _rows(data: bytes, limits: Limits) -> Iterator[list[str]]:
    import openpyxl  # noqa: PLC0415 - slow import, needed here only

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_row=limits.items + 2, max_col=WIDEST):
            yield [_cell(cell) for cell in row]
        book.close()
    except Exception as error:  # a spreadsheet library fails in as many ways as files do
        raise BankFileInvalid(reason="xlsx") from error


def _cell(value: Any) -> str:
    """A cell as typed; a whole number that the program keeps as 3.0 is "3"."""
    if value is None:
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def headers(language: str) -> list[str]:
    """The columns' names in a language."""
    first, stem, option, score, *rest = HEADERS[language]
    options = [option.format(letter) for letter in LETTERS]
    return [first, stem, *options, *(score.format(letter) for letter in LETTERS), *rest]


def workbook(rows: Iterable[list[str]]) -> bytes:
    """A workbook of one sheet whose first row stays in sight; every cell is text."""
    import openpyxl  # noqa: PLC0415 - slow import, needed here only
    from openpyxl.styles import Font  # noqa: PLC0415 - slow import, needed here only

    book = openpyxl.Workbook()
    sheet = book.active
    for line, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(line, column)
            cell.value, cell.data_type = text, "s"  # never a formula
            if line == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["B"].width = 60
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template(language: str) -> bytes:
    """An empty table with two examples, to be filled in (DATA CONTOH)."""
    rows = [headers(language)]
    for n, own in enumerate(EXAMPLES, start=1):
        options = [own.get(letter, "") for letter in LETTERS]
        scores = [own.get(f"{letter}+", "") for letter in LETTERS]
        rows.append([f"CONTOH-{n}", own["stem"], *options, *scores, own.get("key", "")])
    return workbook(rows)
