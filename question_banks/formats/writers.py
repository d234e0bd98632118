"""Every file format that an export writes, by its name."""

from collections.abc import Callable
from functools import partial
from typing import Final

from question_banks.formats import native_writer, sheet_writers, text_writers
from question_banks.formats.export import Entry, Supply, Written
from question_banks.formats.qti import writer as qti

WRITERS: Final[dict[str, Callable[[list[Entry], Supply], Written]]] = {
    "native": native_writer.write,
    "qti3": partial(qti.write, version="3.0"),
    "qti22": partial(qti.write, version="2.2"),
    "moodle": text_writers.write_moodle,
    "gift": text_writers.write_gift,
    "aiken": text_writers.write_aiken,
    "csv": sheet_writers.write_csv,
    "xlsx": sheet_writers.write_xlsx,
}
