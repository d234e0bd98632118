"""Issued certificates: list, stored PDF, suspension and revocation; the holder's own copy."""

from functools import partial
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from audit.policy import Policy
from certificates import service
from certificates.issuing import Issuer, pending
from certificates.sending import service as sending
from certificates.service import Listed
from certificates.status import Status
from kernel import ids
from people.roles import Role
from web import forms, i18n, staff_packs, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page
from web.verdict_views import REASONS

REISSUE: Final = "reissued"
FINAL: Final = {Status.REVOKED, Status.SUPERSEDED}
CHANGES: Final = {"suspended": "suspended", "revoked": "revoked", "valid": "reinstated"}


@get("/staf/sertifikat")
async def certificates(request: AnyRequest) -> Response[Any]:
    """Certificates of one's agency."""
    return await _list_page(request, "", {}, {})


async def _list_page(
    request: AnyRequest, own: str, values: dict[str, str], errors: dict[str, str]
) -> Response[Any]:
    """The list; `own` is the certificate whose form was refused, with what was typed there."""
    principal = await who.staff(request, Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    here = installation(request)
    listed = await here.database.read(service.of_agency, by=principal, policy=here.policy)
    unissued, _unprinted = await here.database.read(pending)
    texts = i18n.translations(language(request))
    status = request.query_params.get("status", "")
    words = request.query_params.get("text", "")
    may = Role.DECISION_BOARD in principal.roles
    return page(
        request,
        "certificates.html",
        user=principal,
        http=forms.status(errors),
        certificates=[
            _row(entry, language(request), here.policy, may=may)
            for entry in listed
            if (not status or entry.status == status)
            and words.casefold()
            in f"{entry.certificate.number} {entry.certificate.claim.holder_name}".casefold()
        ],
        filter={"text": words, "status": status},
        reasons=[(code, texts.gettext(text)) for code, text in REASONS.items()],
        pages=None,
        errors=errors,
        refused=f"/staf/sertifikat/{own}",
        values=values,
        waiting=len(unissued) + sum(not (entry.printed or entry.waits) for entry in listed),
        held=sum(entry.waits for entry in listed),
    )


@get("/staf/sertifikat/penerbitan")
async def issuing(request: AnyRequest) -> Response[Any]:
    """How far issuing is, session by session, whoever issues: the server or the command."""
    principal = await who.staff(request, Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    found = await installation(request).database.read(service.progress, by=principal)
    packs = await installation(request).database.read(sending.listed, by=principal)
    fmt = Formats(language(request))
    return page(
        request,
        "issuing.html",
        user=principal,
        packs=staff_packs.rows(packs, fmt),
        printed=sum(each.printed for each in found),
        packing=any(not each.ended for each in packs),
        rows=[
            {
                "title": each.session.title,
                "starts": fmt.short_date(each.session.opens_at),
                "awarded": each.awarded,
                "issued": each.issued,
                "printed": each.printed,
            }
            for each in found
        ],
        running=any(each.printed < each.awarded for each in found),
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
    """Suspend, reinstate, revoke, or issue anew."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    form = await forms.read(request)
    asked = forms.text(form, "status")
    status = CHANGES.get(asked)
    if status is None and asked != REISSUE:
        raise forms.FieldInvalid(field="status")
    reason, note = forms.text(form, "reason"), forms.text(form, "note")
    needed = ("reason", "note")
    errors = forms.refusals(request, {n: partial(forms.required, form, n) for n in needed})
    if reason and reason not in REASONS:
        errors["reason"] = forms.said(request, forms.FieldInvalid(field="reason"))
    if errors:
        return await _list_page(request, certificate, {"reason": reason, "note": note}, errors)
    here = installation(request)
    given: dict[str, Any] = {
        "certificate_id": ids.parse(certificate),
        "reason": f"{reason}: {note}",
        "by": principal,
    }
    if status is None:
        issuer = Issuer(here.public_url, here.log_vkey, here.demo, here.policy)
        await here.database.write(service.reissue, issuer=issuer, **given)
    else:
        await here.database.write(service.change_status, status=status, **given)
    return forms.see("/staf/sertifikat")


@post("/staf/sertifikat/{certificate:str}/lepas")
async def release(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """Let a certificate be printed without the witness quorum, for a logged reason."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    form = await forms.read(request)
    here = installation(request)
    errors = forms.refusals(request, {"release": partial(forms.required, form, "reason")})
    if errors:
        return await _list_page(request, certificate, {}, errors)
    await here.database.write(
        service.release_without_quorum,
        certificate_id=ids.parse(certificate),
        reason=forms.text(form, "reason"),
        policy=here.policy,
        by=principal,
    )
    return forms.see("/staf/sertifikat")


def _row(entry: Listed, lang: str, policy: Policy, *, may: bool) -> dict[str, Any]:
    certificate = entry.certificate
    claim, fmt = certificate.claim, Formats(lang)
    own = ids.text(certificate.id)
    return {
        "number": certificate.number,
        "holder": claim.holder_name,
        "scheme": claim.scheme_name_en if lang == "en" else claim.scheme_name_id,
        "issued": fmt.short_date(certificate.issued_at),
        "valid_until": fmt.short_date(certificate.valid_until),
        "status": _state(entry),
        "quorum": policy.quorum,
        "cosigned": len(entry.cosigned),
        "witnesses": len(policy.witnesses),
        "override": entry.override.reason if entry.override else None,
        "printed": entry.printed,
        "can_release": may and entry.waits,
        "public_url": f"/V/{certificate.code}",
        "pdf_url": f"/staf/sertifikat/{own}/berkas" if entry.printed else None,
        "url": f"/staf/sertifikat/{own}",
        "can_change": may and entry.printed and entry.status not in FINAL,
    }


def _state(entry: Listed) -> str:
    if entry.waits:
        return "waiting"
    return str(entry.status) if entry.printed else "pending"


def _download(name: str, pdf: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


HANDLERS = [certificates, issuing, staff_copy, own_copy, change, release]
