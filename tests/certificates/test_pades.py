"""The signature of a certificate as issued (PAdES B-B), judged by other people's tools."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from certificates.pdf import FIELD
from certificates.signing import pades
from certificates.signing.errors import SignerExpired
from certificates.signing.signer import FileSigner
from tests.certificates import authority, sample, strangers

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def signed(signer: FileSigner | None = None, at: datetime = AT) -> bytes:
    own = signer or authority.make().signer
    return pades.sign(sample.pdf(), own, field=FIELD.name, at=at, reason="Uji / test")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return signed()


def test_poppler_finds_it_valid_trusted_and_whole(pdf: bytes, tmp_path: Path) -> None:
    store = strangers.nss_store(tmp_path / "nss", authority.make().trusted)
    assert strangers.pdfsig(pdf, store, tmp_path) == [
        strangers.Said(
            kind="ETSI.CAdES.detached",
            signature="Signature is Valid.",
            certificate="Certificate is Trusted.",
            total=True,
        )
    ]


def test_poppler_that_does_not_know_the_root_says_so(pdf: bytes, tmp_path: Path) -> None:
    store = strangers.nss_store(tmp_path / "nss", authority.make(seed=7).trusted)
    [said] = strangers.pdfsig(pdf, store, tmp_path)
    assert said.certificate != "Certificate is Trusted."


def test_openssl_verifies_the_byte_range(pdf: bytes, tmp_path: Path) -> None:
    [(covered, der)] = strangers.signed_ranges(pdf)
    root = authority.make().trusted
    assert strangers.openssl_cms(covered, der, root, tmp_path) == "CAdES Verification successful"
    changed = covered.replace(b"%PDF-1.7", b"%PDF-1.6")
    assert "failure" in strangers.openssl_cms(changed, der, root, tmp_path)


def test_qpdf_finds_no_fault(pdf: bytes, tmp_path: Path) -> None:
    assert strangers.qpdf_check(pdf, tmp_path) == 0


def test_printed_bytes_stay_as_they_are_in_front(pdf: bytes) -> None:
    assert pdf.startswith(sample.pdf())


def test_it_certifies_and_allows_validation_data_only(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [field] = opened.Root.AcroForm.Fields
        assert field.T == "TTE1"
        assert opened.Root.Perms.DocMDP.objgen == field.V.objgen
        assert field.V.Reference[0].TransformParams.P == 2
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert field.V.M == "D:20261124030000Z"
        assert opened.Root.AcroForm.SigFlags == 3


def test_equal_data_give_equal_signatures() -> None:
    own = authority.make().signer
    assert own.sign(b"contoh") == own.sign(b"contoh")
    assert own.sign(b"contoh") != own.sign(b"contoh lain")


def test_certificate_out_of_its_time_signs_nothing() -> None:
    own = authority.make().signer
    for at in (authority.SINCE - timedelta(seconds=1), authority.SINCE + timedelta(days=731)):
        with pytest.raises(SignerExpired) as caught:
            signed(own, at)
        assert caught.value.data["valid_from"] == "2026-01-01T00:00:00+00:00"
