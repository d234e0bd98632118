"""What a reminder says, in both languages; nothing but what its holder knows."""

from datetime import datetime

import msgspec

from certificates.store import Certificate
from documents.dates import day_date, local_day
from kernel import ids


class Letter(msgspec.Struct, frozen=True):
    """One message; `name` is the same each time it is written."""

    name: str
    address: str
    subject: str
    text: str
    at: datetime


def letter(
    certificate: Certificate, days: int, *, address: str, public_url: str, zone: str, at: datetime
) -> Letter:
    """The reminder that a certificate ends within so many days."""
    claim = certificate.claim
    until = local_day(claim.valid_until, zone)
    home = f"{public_url}/sertifikat-saya"
    text = (
        f"Yth. {claim.holder_name},\n\n"
        f"Sertifikat kompetensi Anda nomor {claim.certificate_no} ({claim.scheme_name_id}) berlaku"
        f" sampai {day_date(until, 'id')}. Daftarlah ujian berikutnya lewat instansi Anda sebelum"
        f" tanggal itu.\n\nSertifikat Anda: {home}\n\n"
        f"{claim.agency_name}\n\n--\n\n"
        f"Your certificate of competency {claim.certificate_no} ({claim.scheme_name_en}) is valid"
        f" until {day_date(until, 'en')}. Register for the next exam with your agency before that"
        f" day.\n\nYour certificates: {home}\n"
    )
    subject = f"Sertifikat {claim.certificate_no} berlaku sampai {until.isoformat()}"
    name = f"pengingat-{ids.text(certificate.id)}-{days}"
    return Letter(name, address, subject, text, at)
