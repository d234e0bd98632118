"""Issued certificates: list, stored PDF, suspension and revocation; the holder's own copy."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates import service
from certificates.issuing import pending
from certificates.service import Listed
from kernel import ids
from people.roles import Role
from web import forms, i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


REASONS: Final = (
    ("error", _("Kekeliruan data")),
    ("integrity", _("Pelanggaran integritas")),
    ("appeal", _("Putusan sanggah atau banding")),
    ("other", _("Lainnya")),
)
CHANGES: Final = {"suspended": "suspended", "revoked": "revoked", "valid": "reinstated"}


@get("/staf/sertifikat")
async def certificates(request: AnyRequest) -> Response[Any]:
    """Certificates of one's agency."""
    principal = await who.staff(request, Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    database = installation(request).database
    listed = await database.read(service.of_agency, by=principal)
    unissued, unprinted = await database.read(pending)
    texts = i18n.translations(language(request))
    status = request.query_params.get("status", "")
    words = request.query_params.get("text", "").casefold()
    may = Role.DECISION_BOARD in principal.roles
    return page(
        request,
        "certificates.html",
        user=principal,
        certificates=[
            _row(entry, Formats(language(request)), may=may)
            for entry in listed
            if (not status or entry.status == status)
            and words
            in f"{entry.certificate.number} {entry.certificate.claim.holder_name}".casefold()
        ],
        filter={"text": words, "status": status},
        reasons=[(code, texts.gettext(text)) for code, text in REASONS],
        pages=None,
        errors={},
        waiting=len(unissued) + len(unprinted),
    )


@get("/staf/sertifikat/{certificate:str}/berkas")
async def staff_copy(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """The issued bytes, for staff of the agency."""
    principal = await who.staff(request, Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    here = installation(request)
    name, pdf = await here.database.read(
        service.issued_pdf, certificate_id=ids.parse(certificate), blobs=here.blobs, by=principal
    )
    return _download(name, pdf)


@get("/ujian/sertifikat")
async def own_copy(request: AnyRequest) -> Response[Any]:
    """The issued bytes, for the holder."""
    principal = await who.candidate(request)
    here = installation(request)
    own = await here.database.read(service.of_candidate, by=principal)
    if own is None:
        return forms.see("/ujian/selesai")
    name, pdf = await here.database.read(
        service.issued_pdf, certificate_id=own.id, blobs=here.blobs, by=principal
    )
    return _download(name, pdf)


@post("/staf/sertifikat/{certificate:str}/status")
async def change(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """Suspend, reinstate or revoke."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    form = await forms.read(request)
    status = CHANGES.get(forms.text(form, "status"))
    if status is None:
        raise forms.FieldInvalid(field="status")
    known = dict(REASONS)
    reason = known.get(forms.text(form, "reason"), "")
    note = forms.text(form, "note")
    await installation(request).database.write(
        service.change_status,
        certificate_id=ids.parse(certificate),
        status=status,
        reason=": ".join(part for part in (reason, note) if part),
        by=principal,
    )
    return forms.see("/staf/sertifikat")


def _row(entry: Listed, fmt: Formats, *, may: bool) -> dict[str, Any]:
    certificate = entry.certificate
    own = ids.text(certificate.id)
    return {
        "number": certificate.number,
        "holder": certificate.claim.holder_name,
        "scheme": certificate.claim.scheme_name_id,
        "issued": fmt.date(certificate.issued_at),
        "valid_until": fmt.date(certificate.valid_until),
        "status": str(entry.status) if entry.printed else "pending",
        "public_url": f"/V/{certificate.code}",
        "pdf_url": f"/staf/sertifikat/{own}/berkas" if entry.printed else None,
        "url": f"/staf/sertifikat/{own}",
        "can_change": may and entry.printed,
    }


def _download(name: str, pdf: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


HANDLERS = [certificates, staff_copy, own_copy, change]
