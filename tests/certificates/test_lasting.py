"""Signatures beyond B-B: a local authority, other people's tools, our own check of each level."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.errors import NotACertificate
from certificates.pdf import FIELD, STAMP_FIELD
from certificates.signing import check, pades, pki
from certificates.signing.errors import (
    EvidenceMissing,
    PdfBytesUncovered,
    PdfSignatureBroken,
    PdfSignerRevoked,
    TimestampRefused,
)
from certificates.signing.evidence import Evidence, Level
from tests.certificates import authority, sample, strangers
from tests.certificates.tsa import TimeStamping

WHOLE = "Signature is Valid."


@pytest.fixture(scope="module")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> TimeStamping:
    return TimeStamping(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def url(stamping: TimeStamping) -> Iterator[str]:
    with stamping.served() as url:
        yield url


@pytest.fixture(scope="module")
def files(stamping: TimeStamping, url: str) -> dict[Level, bytes]:
    """One certificate at each level."""
    wanted = {level: stamping.evidence(level, url) for level in Level}
    return {level: signed(None if level is Level.B else wanted[level]) for level in Level}


def signed(evidence: Evidence | None) -> bytes:
    lasting = evidence is not None and evidence.level is Level.LTA
    return pades.sign(
        sample.pdf(fields=(FIELD, STAMP_FIELD) if lasting else (FIELD,)),
        authority.make().signer,
        field=FIELD.name,
        at=datetime.now(UTC).replace(microsecond=0),
        reason="Uji / test",
        evidence=evidence,
        stamp_field=STAMP_FIELD.name,
    )


def inspected(pdf: bytes, stamping: TimeStamping) -> check.Inspection:
    own = authority.make().trusted
    return check.inspect(pdf, roots=[own], stamping_roots=[stamping.root])


@pytest.mark.parametrize("level", Level)
def test_each_level_is_recognised_and_whole(
    files: dict[Level, bytes], stamping: TimeStamping, level: Level
) -> None:
    found = inspected(files[level], stamping)
    assert check.verify_whole(found)["level"] == level
    assert check.verify_signer(found)["fingerprint"] == found.signatures[0].fingerprint


def test_time_of_an_authority_that_nobody_trusts_does_not_count(
    files: dict[Level, bytes], stamping: TimeStamping
) -> None:
    found = check.inspect(files[Level.LTA], roots=[authority.make().trusted])
    assert check.verify_whole(found)["level"] == "B-B"


@pytest.mark.parametrize("level", Level)
def test_poppler_openssl_and_qpdf_agree(
    files: dict[Level, bytes], stamping: TimeStamping, level: Level, tmp_path: Path
) -> None:
    pdf, root = files[level], authority.make().trusted
    store = strangers.nss_store(tmp_path / "nss", root, stamping.root)
    said = strangers.pdfsig(pdf, store, tmp_path)
    assert said[0].signature == WHOLE
    assert said[0].certificate == "Certificate is Trusted."
    assert said[-1].total
    assert strangers.qpdf_check(pdf, tmp_path) == 0
    ranges = strangers.signed_ranges(pdf)
    assert len(ranges) == (2 if level is Level.LTA else 1)
    assert strangers.openssl_cms(*ranges[0], root, tmp_path) == "CAdES Verification successful"


def test_openssl_verifies_the_time_stamp_over_the_whole_file(
    files: dict[Level, bytes], stamping: TimeStamping, tmp_path: Path
) -> None:
    covered, token = strangers.signed_ranges(files[Level.LTA])[-1]
    assert strangers.openssl_ts(covered, token, stamping.root, tmp_path) == "Verification: OK"
    assert "FAILED" in strangers.openssl_ts(covered + b" ", token, stamping.root, tmp_path)


@pytest.mark.parametrize("level", [Level.B, Level.LTA])
def test_a_rust_engine_agrees(
    files: dict[Level, bytes], stamping: TimeStamping, level: Level, tmp_path: Path
) -> None:
    report = strangers.pdfsigner(files[level], (authority.make().trusted, stamping.root), tmp_path)
    assert report["document_intact"] is True
    assert report["all_valid"] is True
    assert report["all_trusted"] is True


def test_lasting_file_that_was_changed_or_grew_is_refused(
    files: dict[Level, bytes], stamping: TimeStamping
) -> None:
    pdf = files[Level.LTA]
    with pytest.raises(PdfBytesUncovered):
        check.verify_whole(inspected(pdf + b"% Budi\n", stamping))
    with pytest.raises(PdfSignatureBroken):
        check.verify_whole(inspected(pdf.replace(b"%PDF-1.7", b"%PDF-1.6"), stamping))
    stamp = pdf.rindex(b"/Contents <") + 200
    forged = pdf[:stamp] + (b"1" if pdf[stamp : stamp + 1] == b"0" else b"0") + pdf[stamp + 1 :]
    with pytest.raises((PdfSignatureBroken, NotACertificate)):
        check.verify_whole(inspected(forged, stamping))


def test_revoked_signer_stands_by_a_time_stamp_alone(
    files: dict[Level, bytes], stamping: TimeStamping
) -> None:
    own = authority.make()
    serial = x509.load_der_x509_certificate(own.signer.chain[0]).serial_number
    now = datetime.now(UTC)

    def lists(at: datetime, reason: x509.ReasonFlags) -> list[bytes]:
        entry = pki.Revoked(serial, at, reason)
        made = pki.crl(own.issuing, [entry], number=2, at=now, lasts=pki.YEAR)
        return [made.public_bytes(Encoding.DER)]

    compromised, replaced = x509.ReasonFlags.key_compromise, x509.ReasonFlags.superseded
    later, before = now + timedelta(hours=1), now - timedelta(hours=1)
    plain = inspected(files[Level.B], stamping)
    lasting = inspected(files[Level.LTA], stamping)
    check.verify_signer(lasting, crls=lists(later, compromised))
    check.verify_signer(plain, crls=lists(later, replaced))
    for found, crls in (
        (plain, lists(later, compromised)),
        (plain, lists(before, replaced)),
        (lasting, lists(before, compromised)),
    ):
        with pytest.raises(PdfSignerRevoked):
            check.verify_signer(found, crls=crls)


def test_authority_that_fails_once_is_asked_again(stamping: TimeStamping, url: str) -> None:
    stamping.asked, stamping.failures = 0, 1
    assert signed(stamping.evidence(Level.T, url))
    assert stamping.asked == 2
    stamping.failures = 0


def test_authority_that_is_away_is_named(stamping: TimeStamping) -> None:
    wanted = stamping.evidence(Level.T, "http://127.0.0.1:9/tsa")
    with pytest.raises(TimestampRefused) as caught:
        signed(wanted)
    assert caught.value.data["url"] == "http://127.0.0.1:9/tsa"


def test_missing_or_old_revocation_list_is_refused(stamping: TimeStamping, url: str) -> None:
    wanted = stamping.evidence(Level.LTA, url)
    own = authority.make()
    old = pki.crl(own.issuing, (), number=1, at=authority.SINCE, lasts=timedelta(days=30))
    for crls in (wanted.crls[:1], (wanted.crls[0], old.public_bytes(Encoding.DER), wanted.crls[2])):
        with pytest.raises(EvidenceMissing):
            signed(msgspec.structs.replace(wanted, crls=crls))
