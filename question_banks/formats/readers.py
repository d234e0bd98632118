"""Every file format that an import takes, by its name."""

from collections.abc import Callable, Iterator
from typing import Final

from question_banks.formats import aiken, gift, moodle_xml, sheet, workbook
from question_banks.formats.foreign import Found, Report, report
from question_banks.formats.limits import USUAL, Limits
from question_banks.formats.native import NO_FIGURES, Figures, Mapping, Target, read_bank
from question_banks.formats.qti import reader as qti

READERS: Final[dict[str, Callable[[bytes, Limits], Iterator[Found]]]] = {
    "aiken": aiken.read,
    "csv": sheet.read,
    "gift": gift.read,
    "moodle": moodle_xml.read,
    "qti": qti.read,
    "xlsx": workbook.read,
}


def read_report(
    data: bytes,
    kind: str,
    target: Target,
    mapping: Mapping | None = None,
    *,
    limits: Limits = USUAL,
    figures: Figures = NO_FIGURES,
) -> Report:
    """What a file gives, item by item, with nothing stored; raises BankFileInvalid.

    `target` places items of formats that know no competency; `mapping` is the native format's.
    """
    if kind == "native":
        return Report(file=read_bank(data, mapping, figures, limits=limits), lines={})
    return report(READERS[kind](data, limits), target, limits)
