"""Stand-ins for what differs from one certificate to the next while a page is compiled.

A stand-in is drawable text that no template contains, and upper-casing does not change it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from certificates.compiled.errors import NotReproducible

NAME_LINES: Final = ("name1", "name2", "name3")
FIELDS: Final = (
    *NAME_LINES,
    "holder",
    "number",
    "nip",
    "code",
    "agency",
    "place",
    "issued_id",
    "issued_en",
    "until_id",
    "until_en",
    "signed",
    "exam_id",
    "exam_en",
    "title",
    "pdf_time",
    "xmp_time",
)
_TOKEN: Final = re.compile(r"Q(\d\d)Q")


def token(field: str) -> str:
    """The stand-in of a field."""
    return f"Q{FIELDS.index(field):02d}Q"


def parts(text: str) -> tuple[str, ...]:
    """Cut a text at its stand-ins: constants at even places, names of fields at odd ones."""
    cut = _TOKEN.split(text)
    cut[1::2] = [FIELDS[int(number)] for number in cut[1::2]]
    return tuple(cut)


def filled(pattern: tuple[str, ...], values: Mapping[str, str]) -> str:
    """Put the values in the places that `parts` found."""
    if len(pattern) == 1:
        return pattern[0]
    return "".join(values[part] if n % 2 else part for n, part in enumerate(pattern))


def refuse_lookalikes(texts: Iterable[str]) -> None:
    """Raise NotReproducible when a constant text looks like a stand-in."""
    if any(_TOKEN.search(text.upper()) for text in texts):
        raise NotReproducible
