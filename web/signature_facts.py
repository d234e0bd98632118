"""A file's electronic signature in the words that officials know from BSrE's check.

Who signed, whether the document changed, when, whose certificate it is, and the verdict.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from certificates.signing import check
from certificates.signing.check import Inspection
from certificates.verify_file import Check, CheckName, Outcome, Report
from kernel.errors import UjikomError
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
    """Label and value of each fact of a file, in the reader's language."""
    found = {check.name: check for check in report.checks}
    return _facts(found[CheckName.PDF_SIGNATURE], found[CheckName.PDF_SIGNER], here, lang)


def facts_of_stored(pdf: bytes, here: Installation, lang: str) -> list[tuple[str, str]]:
    """The same of a PDF that we keep; looks at it in a child process, once for each trust."""
    trust = here.pdf_trust()
    try:
        seen = _inspected(pdf, trust.roots, trust.stamping_roots)
    except UjikomError:
        return []
    whole = _checked(CheckName.PDF_SIGNATURE, lambda: check.verify_whole(seen))
    signer = _checked(CheckName.PDF_SIGNER, lambda: check.verify_signer(seen, crls=trust.crls))
    return _facts(whole, signer, here, lang)


@lru_cache(maxsize=128)
def _inspected(
    pdf: bytes, roots: tuple[bytes, ...], stamping_roots: tuple[bytes, ...]
) -> Inspection:
    return check.inspect(pdf, roots=roots, stamping_roots=stamping_roots)


def _checked(name: CheckName, verify: Callable[[], dict[str, Any]]) -> Check:
    try:
        return Check(name, Outcome.PASSED, None, verify())
    except UjikomError as error:
        return Check(name, Outcome.FAILED, error.code, dict(error.data))


def _facts(whole: Check, signer: Check, here: Installation, lang: str) -> list[tuple[str, str]]:
    text = i18n.translations(lang).gettext
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
