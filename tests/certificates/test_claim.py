"""A claim's bytes are fixed, and what must not be printed is refused."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from certificates.claim import (
    Competency,
    decode,
    digest,
    digest_of,
    encode,
    hash_identity,
    mask_nip,
)
from certificates.errors import ClaimInvalid
from tests.certificates import sample

GOLDEN_BYTES = "1da71934a433371d25f3c4efe66f999ee25c861679efbb0e5f4e9e7dcee43a43"


def test_claim_encoded_is_the_golden_bytes() -> None:
    encoded = encode(sample.claim())
    assert encoded.startswith(b'{"agency_name":"Pemerintah Kota Contoh Lhokseumawe","agency_place"')
    assert b'"issued_at":"2026-11-22T02:00:00.000000Z"' in encoded
    assert b'"format":"ujikom-claim/1"' in encoded
    assert hashlib.sha256(encoded).hexdigest() == GOLDEN_BYTES


def test_claim_digest_separates_its_domain() -> None:
    encoded = encode(sample.claim())
    expected = hashlib.sha256(b"ujikom/claim/v1\0" + encoded).digest()
    assert digest(sample.claim()) == digest_of(encoded) == expected


def test_claim_decoded_is_the_same_claim() -> None:
    assert decode(encode(sample.claim())) == sample.claim()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"sample":true', b'"sample": true'),
        (b'"sample":true', b'"sample":1'),
        (b"claim/1", b"claim/2"),
        (b"00.000000Z", b"00Z"),
        (b"{", b'{"another":1,'),
        (b"}", b""),
    ],
)
def test_claim_bytes_that_nobody_encoded_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(ClaimInvalid):
        decode(encode(sample.claim()).replace(old, new, 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("holder_name", ""),
        ("holder_name", "   "),
        ("holder_name", "Budi\nContoh"),
        ("holder_name", "Budi \u202eretsaM"),
        ("holder_name", "Budi\u0000"),
        pytest.param("holder_name", "A" * 121, id="holder_name-too-long"),
        ("holder_name", "Jose\u0301"),
        ("scheme_name_en", "\u2066x\u2069"),
        ("format", "ujikom-claim/2"),
        ("holder_nip_masked", sample.NIP),
        ("holder_nip_masked", "1986***********01"),
        ("competencies", ()),
        pytest.param("competencies", sample.competencies(37), id="too-many"),
        pytest.param("competencies", (Competency("A", "B", 1, "tujuh"),), id="score-word"),
        pytest.param("competencies", (Competency("A", "B", 1, "NaN"),), id="score-nan"),
        pytest.param("competencies", (Competency("", "B", 1, None),), id="nameless"),
        ("issued_at", datetime(2026, 11, 22)),  # noqa: DTZ001 - the naive time is the fault
        ("valid_until", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("result_digest", "AB" * 32),
        ("identity_salt", "00"),
    ],
)
def test_claim_with_a_field_that_cannot_be_certified_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ClaimInvalid):
        sample.claim(**{field: value})


def test_nip_masked_shows_birth_year_and_last_two_digits() -> None:
    assert mask_nip("198601012010012901") == "1986**********01"


@pytest.mark.parametrize("nip", ["19860101201001290", "1986010120100129011", "1986010120100129x1"])
def test_nip_of_another_form_is_not_masked(nip: str) -> None:
    with pytest.raises(ClaimInvalid):
        mask_nip(nip)


def test_identity_hash_depends_on_nip_and_salt() -> None:
    one = hash_identity(sample.NIP, bytes(32))
    assert one == "sha256$" + hashlib.sha256(f"{sample.NIP}{'00' * 32}".encode()).hexdigest()
    assert one != hash_identity(sample.NIP, bytes(31) + b"\1")
