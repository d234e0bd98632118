"""Every file format that an import takes, by its name."""

from collections.abc import Callable, Iterator
from typing import Final

from question_banks.formats import aiken, gift, moodle_xml, sheet
from question_banks.formats.foreign import Found, Report, report
from question_banks.formats.native import Mapping, Target, read_bank

READERS: Final[dict[str, Callable[[bytes], Iterator[Found]]]] = {
    "aiken": aiken.read,
    "csv": sheet.read,
    "gift": gift.read,
    "moodle": moodle_xml.read,
}


def read_report(data: bytes, kind: str, target: Target, mapping: Mapping | None = None) -> Report:
    """What a file gives, item by item, with nothing stored; raises BankFileInvalid.

    `target` places items of formats that know no competency; `mapping` is the native format's.
    """
    if kind == "native":
        return Report(file=read_bank(data, mapping), lines={}, losses=())
    return report(READERS[kind](data), target)
