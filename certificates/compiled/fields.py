"""What of a certificate varies in its page, and what decides which compiled page fits it."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from certificates.claim import NO_NIP, Claim
from certificates.codes import display
from certificates.compiled.errors import NotReproducible
from certificates.compiled.tokens import FIELDS, NAME_LINES, refuse_lookalikes, token
from certificates.designs.design import HOUSE_LOOK, Look
from certificates.pdf import crowds, dates, fit_name, page_values, title, verification_place

_SPACES: Final = re.compile(r"^\s|\s$|\s\s|[^\S ]|\u00ad")
_DATES: Final = (("exam", "exam"), ("issued", "issued"), ("until", "until"))


class Facts(msgspec.Struct, frozen=True):
    """What is printed on one certificate, apart from its attachments."""

    claim: Claim
    code: str
    verify_url: str
    fingerprint: str
    zone: str
    look: Look = HOUSE_LOOK


class Kind(NamedTuple):
    """Certificates of one kind share a compiled page."""

    size: float
    lines: int
    nip: bool
    crowded: bool
    place: str
    letters: int
    fingerprint: str
    constant: tuple[Any, ...]


def kind_of(facts: Facts) -> Kind:
    """Which compiled page fits."""
    claim = facts.claim
    size, lines = fit_name(claim.holder_name)
    return Kind(
        size,
        len(lines),
        claim.holder_nip_masked != NO_NIP,
        crowds(claim.agency_name, facts.look),
        verification_place(facts.verify_url),
        len(facts.verify_url),
        facts.fingerprint,
        (
            claim.scheme_code,
            claim.scheme_name_id,
            claim.scheme_name_en,
            claim.scheme_version,
            claim.legal_basis,
            claim.competencies,
            claim.signatory_name,
            claim.signatory_title,
            claim.decision_ref,
            claim.sample,
            facts.look,
        ),
    )


def values_of(facts: Facts) -> dict[str, str]:
    """The text of every field; raises NotReproducible for spaces that layout would collapse."""
    claim = facts.claim
    _, lines = fit_name(claim.holder_name)
    values = dict(zip(NAME_LINES, lines, strict=False))
    values |= {
        "holder": claim.holder_name,
        "number": claim.certificate_no,
        "nip": claim.holder_nip_masked,
        "code": display(facts.code),
        "agency": claim.agency_name,
        "place": claim.agency_place,
        "title": title(claim),
    }
    printed = dates(claim, facts.zone)
    values["signed"] = printed["id"]["signed"]
    for field, key in _DATES:
        for language in ("id", "en"):
            values[f"{field}_{language}"] = printed[language][key]
    if any(_SPACES.search(text) for text in values.values()):
        raise NotReproducible
    return values


def stand_ins(facts: Facts) -> dict[str, Any]:
    """The template's values with a stand-in for each field; raises NotReproducible."""
    values = page_values(
        facts.claim,
        code=facts.code,
        verify_url=facts.verify_url,
        key_fingerprint=facts.fingerprint,
        zone=facts.zone,
        look=facts.look,
    )
    size, lines = values["name"]
    refuse_lookalikes(_texts([_constant(facts.claim), facts.look.design]))
    values["claim"] = msgspec.structs.replace(
        facts.claim,
        holder_name=token("holder"),
        certificate_no=token("number"),
        agency_name=token("agency"),
        agency_place=token("place"),
    )
    values["name"] = (size, [token(field) for field, _ in zip(NAME_LINES, lines, strict=False)])
    values["nip"] = token("nip") if values["nip"] else ""
    values["code"] = token("code")
    values["dates"] = {
        language: {
            "signed": token("signed"),
            **{key: token(f"{field}_{language}") for field, key in _DATES},
        }
        for language in ("id", "en")
    }
    return values


def _constant(claim: Claim) -> Mapping[str, Any]:
    varying = {"holder_name", "certificate_no", "agency_name", "agency_place"}
    return {k: v for k, v in msgspec.structs.asdict(claim).items() if k not in varying}


def _texts(value: Any) -> list[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, tuple | list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, msgspec.Struct):
        return _texts(msgspec.structs.asdict(value))
    return []


_DASHES_AND_QUOTES: Final = "–—‘’“”…"
ALPHABET: Final = (
    "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))))
    + _DASHES_AND_QUOTES
)
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_DIGITS: Final = "0123456789"
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LIGATURES: Final = ("ff", "fi", "fl", "ffi", "ffl", "fj", "fb", "fh", "fk", "ft", "fä", "fü")
_LETTERS: Final = {
    "number": _UPPER + _DIGITS + "-",
    "code": _UPPER + _DIGITS + "-",
    "nip": _DIGITS + "*",
    **{field: _ASCII for field in FIELDS if field.split("_")[0] in {"issued", "until", "exam"}},
    "signed": _ASCII,
}


def letters(field: str) -> str:
    """The characters that a compiled page's fonts hold for a field."""
    return _LETTERS.get(field, ALPHABET)
