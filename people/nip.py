"""NIP and NI PPPK: 18 digits whose structure can be tested (Perka BKN 22/2007; no check digit)."""

import re
from datetime import date

from people.errors import NipInvalid

DIGITS = 18
PPPK_CODES = range(21, 30)


def normalise(text: str) -> str:
    """Strip spaces, dots and hyphens and check the structure; raises NipInvalid with `rule`."""
    nip = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{18}", nip):
        raise NipInvalid(rule="length", digits=len(nip))
    birth = _date(nip[:8])
    year, code = int(nip[8:12]), int(nip[12:14])
    if year <= birth.year:
        raise NipInvalid(rule="appointment_before_birth")
    if code not in range(1, 13) and code not in PPPK_CODES:
        raise NipInvalid(rule="appointment_month")
    if nip[14] not in "12":
        raise NipInvalid(rule="sex")
    if nip[15:] == "000":
        raise NipInvalid(rule="serial")
    return nip


def mask(nip: str) -> str:
    """Birth year and last two digits only: `1986**********01`."""
    return f"{nip[:4]}{'*' * 10}{nip[-2:]}"


def _date(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise NipInvalid(rule="birth_date") from error
