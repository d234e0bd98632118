"""What an agency may choose of its certificates' look: layout, logo, words in two languages.

A design is immutable; its digest stands in the claim, and so in what the log commits to.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

import msgspec

from certificates.designs.errors import DesignInvalid
from kernel.canonical import encode as canonical
from kernel.canonical import sha256

FORMAT: Final = "ujikom-design/1"
DOMAIN: Final = b"ujikom/certificate-design/v1\0"
LONGEST: Final = 90  # letters of one text
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PLAIN: Final = ("format", "layout", "logo")  # fields that hold no text
_BARE: Final = {"logo", "logo_text", "behalf_id", "behalf_en", "motto_id", "motto_en"}


def _require(holds: bool, field: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise DesignInvalid(field=field)


def _printable(text: str) -> bool:
    if not text.strip() or text != text.strip() or len(text) > LONGEST:
        return False
    if unicodedata.normalize("NFC", text) != text:
        return False
    return not any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in text)


class Layout(StrEnum):
    """How the front page is laid out."""

    CLASSIC = "klasik"
    MODERN = "lugas"


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One design; a word between stars is set bold. `logo` is the SHA-256 of the picture's bytes.

    `behalf` stands above the signatory's title ("a.n. Wali Kota Contoh"), `motto` under the
    agency's place; both may be empty, and so may the logo.
    """

    format: str = FORMAT
    layout: Layout = Layout.CLASSIC
    logo: str = ""
    logo_text: str = ""
    title_id: str = "Sertifikat Kompetensi"
    title_en: str = "Certificate of Competency"
    given_id: str = "diberikan kepada"
    given_en: str = "awarded to"
    found_id: str = "dinyatakan *kompeten* pada skema sertifikasi"
    found_en: str = "found competent in the certification scheme"
    behalf_id: str = ""
    behalf_en: str = ""
    motto_id: str = ""
    motto_en: str = ""

    def __post_init__(self) -> None:
        """Refuse what must not be printed; raises DesignInvalid, naming the field."""
        _require(self.format == FORMAT, "format")
        for field, text in texts(self):
            empty = not text and field in _BARE
            _require(empty or _printable(text), field)
            _require(text.count("*") in (0, 2), field)
        _require(not self.logo or _DIGEST.fullmatch(self.logo) is not None, "logo")
        _require(bool(self.logo) == bool(self.logo_text), "logo_text")
        for pair in ("behalf", "motto"):
            both = [getattr(self, f"{pair}_{language}") for language in ("id", "en")]
            _require(all(both) or not any(both), f"{pair}_en" if both[0] else f"{pair}_id")


def texts(design: Design) -> Iterator[tuple[str, str]]:
    """Field and text of everything that is printed or spoken."""
    for field in design.__struct_fields__:
        if field not in _PLAIN:
            yield field, getattr(design, field)


HOUSE: Final = Design()


class Look(msgspec.Struct, frozen=True):
    """A design with its logo's bytes, which are a PNG or JPEG file; empty without a logo."""

    design: Design = HOUSE
    picture: bytes = b""


HOUSE_LOOK: Final = Look()


def emphasised(text: str) -> list[tuple[bool, str]]:
    """Cut a text at its stars: whether each part is bold, and the part."""
    return [(bool(n % 2), part) for n, part in enumerate(text.split("*")) if part]


def encode(design: Design) -> bytes:
    """Canonical bytes (RFC 8785)."""
    return canonical(msgspec.to_builtins(design))


def decode(data: bytes) -> Design:
    """Inverse of `encode`, exact: other bytes raise DesignInvalid."""
    try:
        design = msgspec.json.decode(data, type=Design)
    except (msgspec.DecodeError, ValueError) as error:
        raise DesignInvalid(field="bytes") from error
    if encode(design) != data:
        raise DesignInvalid(field="bytes")
    return design


def digest(design: Design) -> bytes:
    """SHA-256 over the domain and the canonical bytes."""
    return sha256(DOMAIN + encode(design))


def changed(design: Design, **values: Any) -> Design:
    """The design with other values; raises DesignInvalid."""
    made: Design = msgspec.structs.replace(design, **values)
    return made
