"""A compiled certificate signed in its first revision, judged by other people's tools."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from certificates.compiled import printing
from certificates.compiled.fields import Facts
from certificates.credential import fingerprint
from certificates.signing import check
from certificates.signing.errors import PdfSignatureBroken, SignerExpired
from certificates.verify_file import Outcome, TrustedKeys, Verdict, check_offline
from tests.certificates import authority, sample, strangers

AT = sample.claim().issued_at + timedelta(minutes=1)
ROOT = authority.make().trusted
REASON = "Uji / test"


def quickly(name: str = "Budi Contoh", **named: object) -> bytes | None:
    claim = sample.claim(holder_name=name)
    badge = sample.issued(claim)
    arguments = {"signer": authority.make().signer, "at": AT, "reason": REASON, **named}
    return printing.signed_quickly(
        Facts(claim, sample.CODE, sample.VERIFY_URL, fingerprint(sample.PUBLIC), sample.ZONE),
        credential=badge,
        proof_bundle=sample.proof_bundle(badge),
        **arguments,  # type: ignore[arg-type] # a test's changes
    )


@pytest.fixture(autouse=True, scope="module")
def no_template_is_left() -> Iterator[None]:
    yield
    printing._templates.clear()


@pytest.fixture(scope="module")
def pdf() -> bytes:
    made = quickly()
    assert made is not None
    return made


def test_poppler_finds_it_valid_trusted_and_whole(pdf: bytes, tmp_path: Path) -> None:
    store = strangers.nss_store(tmp_path / "nss", ROOT)
    assert strangers.pdfsig(pdf, store, tmp_path) == [
        strangers.Said(
            kind="ETSI.CAdES.detached",
            signature="Signature is Valid.",
            certificate="Certificate is Trusted.",
            total=True,
        )
    ]


def test_openssl_verifies_the_byte_range(pdf: bytes, tmp_path: Path) -> None:
    [(covered, der)] = strangers.signed_ranges(pdf)
    assert strangers.openssl_cms(covered, der, ROOT, tmp_path) == "CAdES Verification successful"
    changed = covered.replace(b"%PDF-1.7", b"%PDF-1.6")
    assert "failure" in strangers.openssl_cms(changed, der, ROOT, tmp_path)


def test_byte_range_leaves_out_the_value_alone(pdf: bytes) -> None:
    [(covered, der)] = strangers.signed_ranges(pdf)
    start = pdf.index(b"/Contents <3") + len("/Contents ")
    end = start + len(pdf) - len(covered)
    assert covered == pdf[:start] + pdf[end:]
    assert bytes.fromhex(pdf[start + 1 : end - 1].decode()).rstrip(b"\0") == der.rstrip(b"\0")


def test_pyhanko_finds_it_whole_and_unchanged(pdf: bytes) -> None:
    found = check.inspect(pdf, roots=[ROOT])
    check.verify_whole(found)
    check.verify_signer(found)
    [own] = found.signatures
    assert (own.coverage, own.changes, own.claimed) == ("entire_file", "none", AT.isoformat())


def test_flipped_byte_breaks_the_signature(pdf: bytes) -> None:
    for place in (pdf.index(b"stream\n") + 50, pdf.rindex(b"/Reason (") + 10):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        with pytest.raises(PdfSignatureBroken):
            check.verify_whole(check.inspect(changed, roots=[ROOT]))


def test_our_own_check_finds_a_valid_certificate(pdf: bytes) -> None:
    trusted = TrustedKeys(credential=(sample.PUBLIC,), log=(sample.LOG_VKEY,), roots=(ROOT,))
    report = check_offline(pdf, trusted_keys=trusted, at=AT)
    assert report.verdict is Verdict.VALID_STATUS_UNKNOWN
    assert all(each.outcome is not Outcome.FAILED for each in report.checks)


def test_file_is_sound_and_is_one_revision(pdf: bytes, tmp_path: Path) -> None:
    assert strangers.qpdf_check(pdf, tmp_path) == 0
    assert pdf.count(b"%%EOF") == 1
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [field] = opened.Root.AcroForm.Fields
        assert opened.Root.Perms.DocMDP.objgen == field.V.objgen
        assert field.V.Reference[0].TransformParams.P == 2
        assert field.V.M == "D:20261122020100Z"
        assert str(field.V.Reason) == REASON


def test_same_certificate_gives_the_same_signed_bytes(pdf: bytes) -> None:
    printing._templates.clear()
    assert quickly("Siti Contoh") != pdf
    assert quickly() == pdf


def test_name_beyond_the_compiled_fonts_goes_the_plain_path() -> None:
    assert quickly("Nguyễn Contoh") is None
    assert quickly() is not None, "one that cannot be printed spoils nothing for the next"


def test_signer_out_of_its_time_signs_nothing() -> None:
    with pytest.raises(SignerExpired):
        quickly(at=authority.SINCE - timedelta(seconds=1))
