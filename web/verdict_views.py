"""What the verification pages show: printed fields, checks with plain sentences, own checking."""

from hashlib import sha256
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
    CheckName.PDF_SIGNATURE: _("PDF bertanda tangan elektronik sah dan utuh seluruhnya."),
    CheckName.PDF_SIGNER: _("Penanda tangan PDF bermuara pada akar sertifikat penerbit."),
    CheckName.PDF_CREDENTIAL: _("Halaman PDF dan kredensialnya menyebut sertifikat yang sama."),
    CheckName.CREDENTIAL_SIGNATURE: _("Kredensial di dalam berkas bertanda tangan sah."),
    CheckName.ISSUER_KEY: _("Kuncinya adalah kunci penerbit ini."),
    CheckName.SAME_CREDENTIAL: _("Kredensial dan berkas buktinya sama."),
    CheckName.COMMITMENT: _("Catatan di log audit memuat kredensial ini."),
    CheckName.CHECKPOINT_SIGNATURE: _("Titik periksa log bertanda tangan sah."),
    CheckName.INCLUSION: _("Catatan penerbitan ada di dalam log."),
    CheckName.VALIDITY_PERIOD: _("Masa berlaku belum lewat."),
    CheckName.REVOCATION: _("Tidak dicabut atau dibekukan menurut catatan penerbit saat ini."),
    CheckName.PRINTED_PAGE: _("Halaman tercetak sama dengan yang diterbitkan."),
}
REASONS = {  # why a certificate was suspended or revoked
    "error": _("Kekeliruan data"),
    "integrity": _("Pelanggaran integritas"),
    "appeal": _("Putusan sanggah atau banding"),
    "other": _("Lainnya"),
}
DEEDS = {
    "suspended": _("Dibekukan"),
    "reinstated": _("Dipulihkan"),
    "revoked": _("Dicabut"),
    "replaced": _("Digantikan"),
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


def shown_status(found: Verification) -> str:
    """The verdict's word: what the proofs contradict is never shown as a status."""
    return str(found.status) if found.proven else "unproven"


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
            "detail": f"SHA-256 {sha256(certificate.credential).hexdigest()}",
        },
        {
            "state": "ok" if found.opens else "fail",
            "text": texts.gettext("Catatan penerbitan di log audit memuat kredensial ini."),
            "detail": f"leaf {certificate.leaf_hash.hex()}",
        },
        {
            "state": "ok" if found.included else ("unknown" if position is None else "fail"),
            "text": texts.gettext("Catatan penerbitan ada di dalam log yang ditandatangani."),
            "detail": f"index {position} / size {found.log_size}",
        },
        witness_check(found, lang),
        {
            "state": "ok" if found.agreed else "fail",
            "text": texts.gettext("Perubahan status tersimpan sama dengan yang ada di log audit."),
            "detail": None,
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
    request: AnyRequest, report: Report, issued: Verification | None, named: Verification | None
) -> list[dict[str, Any]]:
    """What was checked in an uploaded file. The stored hash settles what a file cannot.

    `issued` is the certificate of exactly these bytes, `named` the one that the file names.
    """
    lang = language(request)
    checks = []
    for check in report.checks:
        checks.append(_file_check(check, issued, lang))
        if named and check.name is CheckName.INCLUSION:
            checks.append(witness_check(named, lang))
    return checks


def witness_check(found: Verification, lang: str) -> dict[str, Any]:
    """Who besides us has signed a checkpoint that covers the certificate's entry."""
    texts = i18n.translations(lang)
    reached, index = found.witnesses, found.leaf_index
    everyone = len(reached.policy.witnesses)
    if not everyone:
        text = texts.gettext("Titik periksa ditandatangani sendiri (tanpa saksi).")
        return {"state": "unknown", "text": text, "detail": None}
    names = [] if index is None else reached.cosigned(index + 1)
    met = index is not None and not reached.policy.self_signed and reached.enough > index
    text = texts.gettext("Titik periksa ditandatangani saksi luar: %(n)s dari %(m)s.")
    sizes = ", ".join(f"{name} (size {reached.sizes[name]})" for name in names)
    return {
        "state": "ok" if met else "unknown",
        "text": text % {"n": len(names), "m": everyone},
        "detail": f"quorum {reached.policy.quorum}: {sizes or '-'}",
    }


def reason_text(stored: str, lang: str) -> str:
    """The public part of a stored `code: note`: the note may name people and stays inside."""
    code = stored.partition(": ")[0]
    return i18n.translations(lang).gettext(REASONS.get(code, REASONS["other"]))


def size(request: AnyRequest, count: int) -> str:
    """A file's size: `62,4 KiB`."""
    number: str = format_decimal(count / KIB, format="#,##0.0", locale=language(request))
    return f"{number} KiB"


def _file_check(check: Check, issued: Verification | None, lang: str) -> dict[str, Any]:
    state = STATES[check.outcome]
    if check.name is CheckName.PRINTED_PAGE:
        state = "ok" if issued else "fail"
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
        "history": history(found, lang, fmt),
        "superseded_by_url": f"/V/{found.replaced_by}" if found.replaced_by else None,
        "renewed_by_url": f"/V/{found.renewed_by}" if found.renewed_by else None,
        "pdf_sha256": found.pdf_sha256,
        "sample": sample or claim.sample,
    }


def history(found: Verification, lang: str, fmt: Formats) -> list[dict[str, str]]:
    """From the issue on, every change of status for ever, oldest first; of reasons the public part.

    The board alone decides on certificates. An end of validity that is past stands in its place.
    """
    texts = i18n.translations(lang)
    claim = found.certificate.claim
    board = texts.gettext("sidang penetapan")
    entries = [(claim.issued_at, texts.gettext("Diterbitkan"), claim.decision_ref, board, "")]
    for change in found.history:
        url = f"/V/{found.replaced_by}" if change.status == "replaced" and found.replaced_by else ""
        what, reason = texts.gettext(DEEDS[change.status]), reason_text(change.reason, lang)
        entries.append((change.at, what, reason, board, url))
    if found.checked_at >= claim.valid_until:
        entries.append((claim.valid_until, texts.gettext("Masa berlaku berakhir"), "", "", ""))
    return [
        {"at": fmt.datetime(at), "what": what, "reason": reason, "by": by, "url": url}
        for at, what, reason, by, url in sorted(entries, key=lambda entry: entry[0])
    ]


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
        {
            "name": "periksa-sertifikat.html",
            "url": "/verifikasi/luring",
            "note": texts.gettext("Halaman pemeriksa yang bekerja tanpa jaringan."),
        },
    ]
