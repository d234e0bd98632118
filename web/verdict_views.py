"""What the verification pages show: printed fields, checks with plain sentences, own checking."""

from typing import Any

from babel.numbers import format_decimal

from certificates.status import Status
from certificates.verification import Verification
from certificates.verify_file import Check, CheckName, Outcome, Report
from web import i18n
from web.error_texts import text_of_code
from web.formats import Formats
from web.installation import Installation
from web.rendering import AnyRequest, installation, language

KIB = 1024


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


NAMES = {
    CheckName.CREDENTIAL_SIGNATURE: _("Kredensial di dalam berkas bertanda tangan sah."),
    CheckName.ISSUER_KEY: _("Kuncinya adalah kunci penerbit ini."),
    CheckName.SAME_CREDENTIAL: _("Kredensial dan berkas buktinya sama."),
    CheckName.COMMITMENT: _("Catatan di log audit memuat kredensial ini."),
    CheckName.CHECKPOINT_SIGNATURE: _("Titik periksa log bertanda tangan sah."),
    CheckName.INCLUSION: _("Catatan penerbitan ada di dalam log."),
    CheckName.VALIDITY_PERIOD: _("Masa berlaku belum lewat."),
    CheckName.REVOCATION: _("Status pencabutan diperiksa ke basis data penerbit."),
    CheckName.PRINTED_PAGE: _("Halaman tercetak sama dengan yang diterbitkan."),
}
REASONS = {  # why a certificate was suspended or revoked
    "error": _("Kekeliruan data"),
    "integrity": _("Pelanggaran integritas"),
    "appeal": _("Putusan sanggah atau banding"),
    "other": _("Lainnya"),
}
STATES = {Outcome.PASSED: "ok", Outcome.FAILED: "fail", Outcome.NOT_CHECKED: "unknown"}


def context(
    request: AnyRequest,
    found: Verification | None,
    *,
    file_checks: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The part of a verdict page's context that comes from the certificate."""
    lang = language(request)
    fmt = Formats(lang)
    here = installation(request)
    now = found.checked_at if found else here.database.clock.now()
    checks = file_checks if file_checks is not None else (code_checks(found, lang) if found else [])
    return {
        "checked_at": fmt.datetime(now),
        "cert": _printed(found, lang, fmt, sample=here.demo) if found else None,
        "checks": checks,
        "files": _files(lang) if found else [],
        "commands": _command(here) if found else None,
    }


def _command(here: Installation) -> str:
    key = here.database.keys.verify_key("credential").hex()
    return (
        f"ujikom verify sertifikat.pdf \\\n  --key '{here.log_vkey}' \\\n  --credential-key {key}"
    )


def code_checks(found: Verification, lang: str) -> list[dict[str, Any]]:
    """What was checked for a code, each with its technical detail."""
    texts = i18n.translations(lang)
    certificate = found.certificate
    position = found.leaf_index
    return [
        {
            "state": "ok" if found.signed else "fail",
            "text": texts.gettext("Kredensial tersimpan bertanda tangan sah (Ed25519)."),
            "detail": f"SHA-256 {certificate.result_digest.hex()}",
        },
        {
            "state": "ok" if found.opens else "fail",
            "text": texts.gettext("Catatan penerbitan di log audit memuat kredensial ini."),
            "detail": f"leaf {certificate.leaf_hash.hex()}",
        },
        {
            "state": "ok" if position is not None else "unknown",
            "text": texts.gettext("Catatan penerbitan ada di dalam log yang ditandatangani."),
            "detail": f"index {position} / size {found.log_size}",
        },
        {
            "state": "ok" if found.status is Status.VALID else "fail",
            "text": texts.gettext("Belum dicabut, dibekukan, digantikan, atau kedaluwarsa.")
            if found.status is Status.VALID
            else texts.gettext("Statusnya berubah: sertifikat ini tidak berlaku sekarang."),
            "detail": str(found.status),
        },
    ]


def file_checks(
    request: AnyRequest, report: Report, issued: Verification | None
) -> list[dict[str, Any]]:
    """What was checked in an uploaded file. The stored hash settles what a file cannot."""
    lang = language(request)
    return [_file_check(check, issued, lang) for check in report.checks]


def reason_text(stored: str, lang: str) -> str:
    """A stored `code: note` in words; the note stays as it was written."""
    code, _mark, note = stored.partition(": ")
    text = i18n.translations(lang).gettext(REASONS[code]) if code in REASONS else code
    return f"{text}: {note}" if note else text


def size(request: AnyRequest, count: int) -> str:
    """A file's size: `62,4 KiB`."""
    number: str = format_decimal(count / KIB, format="#,##0.0", locale=language(request))
    return f"{number} KiB"


def _file_check(check: Check, issued: Verification | None, lang: str) -> dict[str, Any]:
    state = STATES[check.outcome]
    if check.name is CheckName.PRINTED_PAGE:
        state = "ok" if issued else "fail"
    if check.name is CheckName.REVOCATION and issued:
        state = "ok" if issued.status is Status.VALID else "fail"
    detail = "\n".join(f"{key}: {value}" for key, value in check.data.items())
    if check.code:
        text = text_of_code(check.code, check.data, lang)
        detail = f"{text.sentence}\n{detail}".strip()
    return {
        "state": state,
        "text": i18n.translations(lang).gettext(NAMES[check.name]),
        "detail": detail or None,
    }


def _printed(found: Verification, lang: str, fmt: Formats, *, sample: bool) -> dict[str, Any]:
    claim = found.certificate.claim
    english = lang == "en"
    latest = found.history[-1] if found.history else None
    return {
        "holder": claim.holder_name,
        "scheme": claim.scheme_name_en if english else claim.scheme_name_id,
        "level": str(claim.competencies[0].level or ""),
        "number": claim.certificate_no,
        "issued": fmt.datetime(claim.issued_at),
        "valid_from": fmt.date(claim.issued_at),
        "valid_until": fmt.date(claim.valid_until),
        "issuer": claim.agency_name,
        "signatory": f"{claim.signatory_name}, {claim.signatory_title}",
        "nip_masked": claim.holder_nip_masked,
        "competencies": [c.name_en if english else c.name_id for c in claim.competencies],
        "status_since": fmt.datetime(latest.at) if latest else None,
        "reason": reason_text(latest.reason, lang) if latest else None,
        "superseded_by_url": None,
        "pdf_sha256": found.pdf_sha256,
        "sample": sample or claim.sample,
    }


def _files(lang: str) -> list[dict[str, str]]:
    texts = i18n.translations(lang)
    return [
        {
            "name": "ujikom.json",
            "url": "/.well-known/ujikom.json",
            "note": texts.gettext("Kunci penerbit dan kunci log; cocokkan sidik jarinya."),
        },
        {
            "name": "did.json",
            "url": "/.well-known/did.json",
            "note": texts.gettext("Dokumen DID penerbit (did:web)."),
        },
    ]
