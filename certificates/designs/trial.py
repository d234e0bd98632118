"""Invented certificates for previews and checks; nothing of them is signed or logged."""

from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from certificates import pdf
from certificates.claim import Claim, Competency
from certificates.codes import new_code
from certificates.designs.design import Look
from documents.html_pdf import Observer

_CODE: Final = new_code(bytes(10))
_ADDRESS: Final = f"https://ujikom.contoh.invalid/V/{_CODE}"
_ZONE: Final = "Asia/Jakarta"
_PLACEHOLDERS: Final = (b"{}", b"[]")  # told apart by content
_MOST_COMPETENCIES: Final = 36
_LONG: Final = "Prof. Dr. Ir. Raden Ajeng Siti Nurhaliza Kusumaningtyas Contoh, S.Kom., M.T., Ph.D."
_USUAL: Final = ("Pelayanan Administrasi Contoh", "Sample Administrative Services")


class Trial(msgspec.Struct, frozen=True):
    """A certificate to try a look on: its name, its claim, how many pages it must have."""

    name: str
    claim: Claim
    pages: int = 2

    def printed(self, look: Look, observer: Observer | None = None) -> bytes:
        """The unsigned PDF; raises what printing does."""
        return pdf.certificate_pdf(
            self.claim,
            code=_CODE,
            verify_url=_ADDRESS,
            credential=_PLACEHOLDERS[0],
            proof_bundle=_PLACEHOLDERS[1],
            key_fingerprint="0123456789abcdef" * 4,
            zone=_ZONE,
            look=look,
            observer=observer,
        )


def trials() -> tuple[Trial, ...]:
    """A usual certificate, one that is as full as any may be, and one that is no sample."""
    full = {
        "holder_name": _LONG,
        "agency_name": "Kementerian Contoh Pendayagunaan Aparatur dan Pelayanan Publik Daerah",
        "scheme_name_id": "Pengelolaan Pengaduan dan Pelayanan Prima Terpadu Satu Pintu Contoh",
        "signatory_name": "Prof. Dr. Teuku Rahmatullah Contoh, S.H., M.A.P., M.Si.",
        "competencies": _competencies(_MOST_COMPETENCIES),
    }
    return (
        Trial("usual", claim()),
        Trial("full", claim(**full)),
        Trial("real", claim(sample=False, certificate_no="UJK-2026-000001")),
    )


def claim(**changes: Any) -> Claim:
    """An invented claim, DATA CONTOH, with other values."""
    fields: dict[str, Any] = {
        "certificate_no": "CTH-2026-000001",
        "holder_name": "Cut Meurah Keumala Contoh, S.A.P., M.Si.",
        "holder_nip_masked": "1986**********90",
        "agency_name": "Pemerintah Kota Contoh",
        "agency_place": "Kota Contoh",
        "scheme_code": "CTH-01",
        "scheme_name_id": "Pelayanan Publik Dasar",
        "scheme_name_en": "Basic Public Service",
        "scheme_version": "1",
        "legal_basis": "Peraturan Contoh Nomor 7 Tahun 2020 (DATA CONTOH)",
        "competencies": _competencies(4),
        "issued_at": datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
        "valid_until": datetime(2029, 11, 22, 2, 0, tzinfo=UTC),
        "exam_date": date(2026, 11, 14),
        "signatory_name": "Teuku Rahmat Contoh, S.H., M.A.P.",
        "signatory_title": "Ketua Sidang Penetapan",
        "decision_ref": "BA-07/SIDANG/XI/2026",
        "result_digest": "00" * 32,
        "identity_salt": "00" * 32,
        "identity_hash": "sha256$" + "00" * 32,
        "sample": True,
    }
    return Claim(**{**fields, **changes})


def _competencies(count: int) -> tuple[Competency, ...]:
    return tuple(
        Competency(f"{_USUAL[0]} {n + 1}", f"{_USUAL[1]} {n + 1}", n % 5 + 1, None, f"C.{n + 1}")
        for n in range(count)
    )
