"""A file's electronic signature in the words that officials know from BSrE's check.

Who signed, whether the document changed, when, whose certificate it is, and the verdict.
"""

from datetime import datetime
from typing import Any

from certificates.verify_file import Check, CheckName, Outcome, Report
from web import i18n
from web.formats import Formats
from web.installation import Installation


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


VALID = _("SAH")
INVALID = _("TIDAK SAH")
UNKNOWN = _("Tidak diketahui")
UNCHANGED = _("Dokumen tidak berubah sejak ditandatangani")
CHANGED = _("Dokumen berubah sejak ditandatangani, atau tidak ditandatangani seluruhnya")
BY_SIGNER = _("%(time)s (menurut penanda tangan)")
BY_AUTHORITY = _("%(time)s (dari otoritas penanda waktu)")
OWN_KIND = _("Tanda tangan elektronik tidak tersertifikasi (PP 71/2019 Pasal 60)")
SERVICE_KIND = _("Menurut penyelenggara sertifikasi elektroniknya")
LABELS = (
    _("Tanda tangan elektronik"),
    _("Penanda tangan"),
    _("Keutuhan dokumen"),
    _("Waktu penandatanganan"),
    _("Penerbit sertifikat elektronik"),
    _("Jenis tanda tangan"),
)


def facts(report: Report, here: Installation, lang: str) -> list[tuple[str, str]]:
    """Label and value of each fact, in the reader's language."""
    text = i18n.translations(lang).gettext
    found = {check.name: check for check in report.checks}
    whole, signer = found[CheckName.PDF_SIGNATURE], found[CheckName.PDF_SIGNER]
    intact, known = (each.outcome is Outcome.PASSED for each in (whole, signer))
    values = (
        text(VALID if intact and known else INVALID),
        _fact(whole, "signer") or _fact(signer, "signer") or text(UNKNOWN),
        text(UNCHANGED if intact else CHANGED),
        _time(whole, lang),
        _fact(signer, "authority") or text(UNKNOWN),
        text(SERVICE_KIND if here.settings.signer == "service" else OWN_KIND),
    )
    return list(zip(map(text, LABELS), values, strict=True))


def _fact(check: Check, name: str) -> str:
    return str(check.data.get(name, ""))


def _time(whole: Check, lang: str) -> str:
    """When it was signed, and who says so: beyond B-B an authority does."""
    text = i18n.translations(lang).gettext
    at = _fact(whole, "at")
    if not at:
        return text(UNKNOWN)
    shown: dict[str, Any] = {"time": Formats(lang).datetime(datetime.fromisoformat(at))}
    return text(BY_SIGNER if _fact(whole, "level") == "B-B" else BY_AUTHORITY) % shown
