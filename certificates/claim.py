"""The claim: all that a certificate says, as one frozen value with canonical bytes.

A claim is private. Its digest goes to the log only inside a salted commitment, and it carries a
random salt of its own, so nobody finds the holder by trying names. What the outside sees is the
credential, which is derived from it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from certificates.errors import ClaimInvalid
from kernel.canonical import encode as canonical
from kernel.canonical import sha256
from kernel.clock import stamp, unstamp

FORMAT: Final = "ujikom-claim/1"
DOMAIN: Final = b"ujikom/claim/v1\0"
_LONGEST_TEXT: Final = 160
_LONGEST: Final = {"legal_basis": 600, "holder_name": 120, "signatory_name": 120}
_MOST_COMPETENCIES: Final = 36  # what one page holds
_NIP_DIGITS: Final = 18
# Signs that turn the direction of a text: a name could print as another name.
_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e") | frozenset(
    "\u2066\u2067\u2068\u2069"
)
NO_NIP: Final = "-"  # what stands for the masked NIP of a person who has none
_MASKED: Final = re.compile(r"[0-9]{4}\*{10}[0-9]{2}|-")
_HEX_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Competency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One proven competency; `score` is decimal text with a point, or None where none is shown.

    `code` is its place in the competency dictionary; without one it is left out of the bytes.
    """

    name_id: str
    name_en: str
    level: int | None
    score: str | None
    code: str = ""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the issuer asserts; every field that is printed stands here.

    `design` is the digest of the agency's design in hex; empty for the house's own, and then it is
    left out of the bytes.
    """

    format: str = FORMAT
    certificate_no: str
    holder_name: str
    holder_nip_masked: str
    agency_name: str
    agency_place: str
    scheme_code: str
    scheme_name_id: str
    scheme_name_en: str
    scheme_version: str
    legal_basis: str
    competencies: tuple[Competency, ...]
    issued_at: datetime
    valid_until: datetime
    exam_date: date
    signatory_name: str
    signatory_title: str
    decision_ref: str
    result_digest: str
    identity_salt: str
    identity_hash: str
    sample: bool
    design: str = ""

    def __post_init__(self) -> None:
        """Refuse what must never be printed or signed; raises ClaimInvalid."""
        _require(self.format == FORMAT, "format")
        for field, text in _texts(self):
            _require(_printable(text, _LONGEST.get(field, _LONGEST_TEXT)), field)
        _require(0 < len(self.competencies) <= _MOST_COMPETENCIES, "competencies")
        for competency in self.competencies:
            _require(competency.score is None or _is_decimal(competency.score), "score")
        _require(self.issued_at.tzinfo is not None, "issued_at")
        _require(self.valid_until.tzinfo is not None, "valid_until")
        _require(self.issued_at < self.valid_until, "valid_until")
        _require(_MASKED.fullmatch(self.holder_nip_masked) is not None, "holder_nip_masked")
        _require(not self.design or _HEX_DIGEST.fullmatch(self.design) is not None, "design")
        for field in ("result_digest", "identity_salt"):
            _require(_HEX_DIGEST.fullmatch(getattr(self, field)) is not None, field)


def _require(holds: bool, field: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise ClaimInvalid(field=field)


def _texts(claim: Claim) -> Iterator[tuple[str, str]]:
    for field in claim.__struct_fields__:
        value = getattr(claim, field)
        if isinstance(value, str) and field != "design":
            yield field, value
    for competency in claim.competencies:
        yield "name_id", competency.name_id
        yield "name_en", competency.name_en
        if competency.code:
            yield "code", competency.code


def _printable(text: str, longest: int) -> bool:
    if not text.strip() or len(text) > longest or unicodedata.normalize("NFC", text) != text:
        return False
    return not any(
        unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or sign in _DIRECTIONS
        for sign in text
    )


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def mask_nip(nip: str) -> str:
    """Show the first four digits (birth year) and the last two, `1986**********01`.

    The number of stars is fixed and tells nothing. Raises ClaimInvalid for anything that does not
    have eighteen digits.
    """
    if len(nip) != _NIP_DIGITS or not (nip.isascii() and nip.isdigit()):
        raise ClaimInvalid(field="nip")
    return f"{nip[:4]}{'*' * 10}{nip[-2:]}"


def hash_identity(nip: str, salt: bytes) -> str:
    """Hash a NIP with the claim's salt, in the form of an Open Badges identity hash.

    A NIP has few unknown digits: the hash hides it only as long as the salt stays with the holder
    and the issuer. The credential therefore carries the hash and never the salt.
    """
    return "sha256$" + hashlib.sha256((nip + salt.hex()).encode()).hexdigest()


def encode(claim: Claim) -> bytes:
    """Canonical bytes: RFC 8785, times in UTC with six decimals."""
    fields: dict[str, Any] = msgspec.to_builtins(claim)
    fields["issued_at"] = stamp(claim.issued_at)
    fields["valid_until"] = stamp(claim.valid_until)
    if not claim.design:
        del fields["design"]
    return canonical(fields)


def decode(data: bytes) -> Claim:
    """Inverse of `encode`, exact: other bytes than `encode` gives raise ClaimInvalid."""
    try:
        fields = msgspec.json.decode(data)
        for field in ("issued_at", "valid_until"):
            fields[field] = unstamp(fields[field])
        claim = msgspec.convert(fields, Claim)
    except (ValueError, TypeError, KeyError) as error:
        raise ClaimInvalid(field="bytes") from error
    if encode(claim) != data:
        raise ClaimInvalid(field="bytes")
    return claim


def digest(claim: Claim) -> bytes:
    """SHA-256 over the domain and the canonical bytes: what the log commits to."""
    return digest_of(encode(claim))


def digest_of(encoded: bytes) -> bytes:
    """Digest of stored claim bytes, without decoding them."""
    return sha256(DOMAIN + encoded)
