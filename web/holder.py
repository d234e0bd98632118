"""The holder's own certificates: list, download, a link that shows the score, corrections."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates import service
from certificates.holding import service as holding
from certificates.holding.service import Asked, Own, Shared
from kernel import ids
from kernel.errors import UjikomError
from people import addresses, sign_ins
from people.errors import AddressMalformed, SignInNeeded
from people.roles import Principal
from web import exam_views, forms, i18n, who
from web.formats import Formats
from web.public import limited
from web.rendering import AnyRequest, installation, language, page

HOME: Final = "/sertifikat-saya"


async def _holder(request: AnyRequest) -> Principal:
    """Whoever is signed in, candidate or staff: each sees what is their own."""
    principal = await who.signed_in(request)
    if principal is None:
        raise SignInNeeded
    return principal


@get(HOME)
async def own_certificates(request: AnyRequest) -> Response[Any]:
    """The list of one's own certificates."""
    return await _page(request, await _holder(request))


async def _page(
    request: AnyRequest,
    principal: Principal,
    *,
    link: str = "",
    typed: str = "",
    refused: dict[str, str] | None = None,
    http: int = 200,
) -> Response[Any]:
    """The list; `link` is a new share link, which can be shown this once only."""
    here = installation(request)
    found = await here.database.read(holding.own, by=principal)
    lang = language(request)
    texts = i18n.translations(lang)
    return page(
        request,
        "holder.html",
        user=principal,
        http=http,
        certificates=[_row(each, lang) for each in found],
        terms=[(str(days), texts.gettext("%(n)s hari") % {"n": days}) for days in holding.TERMS],
        link=link,
        email=await here.database.read(addresses.address_of, person_id=principal.person_id),
        typed=typed,
        errors=refused or {},
    )


@post(HOME + "/surel")
async def set_address(request: AnyRequest) -> Response[Any]:
    """Keep or remove the address for reminders; refused, it comes back as it was typed."""
    principal = await _holder(request)
    typed = forms.text(await forms.read(request), "email")
    try:
        await installation(request).database.write(
            addresses.set_address, address=typed, by=principal
        )
    except AddressMalformed as error:
        refused = {"email": forms.said(request, error)}
        return await _page(request, principal, refused=refused, typed=typed, http=422)
    return forms.see(HOME)


@get(HOME + "/{certificate:str}/berkas")
async def holder_copy(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """The issued bytes of one's own certificate."""
    principal = await _holder(request)
    here = installation(request)
    name, pdf = await here.database.read(
        service.issued_pdf, certificate_id=ids.parse(certificate), blobs=here.blobs, by=principal
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@post(HOME + "/{certificate:str}/bagikan")
async def share(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """Make a link and show it once: only its hash is kept."""
    principal = await _holder(request)
    days = forms.text(await forms.read(request), "days")
    here = installation(request)
    token = sign_ins.new_token()
    await here.database.write(
        holding.share,
        certificate_id=ids.parse(certificate),
        days=int(days) if days.isascii() and days.isdigit() else 0,
        token=token,
        by=principal,
    )
    return await _page(request, principal, link=f"{here.public_url}/nilai/{token}")


@post(HOME + "/tautan/{share_id:str}/akhiri")
async def end_share(request: AnyRequest, share_id: FromPath[str]) -> Response[Any]:
    """End a link before its time."""
    principal = await _holder(request)
    await installation(request).database.write(
        holding.end_share, share_id=ids.parse(share_id), by=principal
    )
    return forms.see(HOME)


@post(HOME + "/{certificate:str}/koreksi")
async def ask(request: AnyRequest, certificate: FromPath[str]) -> Response[Any]:
    """Ask for a correction."""
    principal = await _holder(request)
    form = await forms.read(request)
    errors = forms.refusals(request, {"text": lambda: forms.required(form, "text")})
    if errors:
        return await _page(request, principal, refused=errors, http=422)
    await installation(request).database.write(
        holding.ask,
        certificate_id=ids.parse(certificate),
        text=forms.text(form, "text"),
        by=principal,
    )
    return forms.see(HOME)


@get("/nilai/{token:str}", middleware=[limited("score")])
async def shared_score(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The score that its holder shows; expired, ended and unknown links look alike."""
    try:
        found = await installation(request).database.read(holding.shared, token=token)
    except UjikomError:
        return page(request, "shared_score.html", http=404, cert=None, score=None)
    lang = language(request)
    return page(
        request,
        "shared_score.html",
        cert=_facts(found, lang),
        score=exam_views.score_of(found.result, found.scheme, lang),
        until=Formats(lang).datetime(found.share.expires_at),
    )


def _facts(found: Shared, lang: str) -> dict[str, Any]:
    claim = found.certificate.claim
    return {
        "holder": claim.holder_name,
        "scheme": claim.scheme_name_en if lang == "en" else claim.scheme_name_id,
        "number": found.certificate.number,
        "url": f"/V/{found.certificate.code}",
        "status": str(found.status),
        "issuer": claim.agency_name,
    }


def _row(own: Own, lang: str) -> dict[str, Any]:
    certificate, fmt = own.certificate, Formats(lang)
    path = f"{HOME}/{ids.text(certificate.id)}"
    return {
        "number": certificate.number,
        "scheme": certificate.claim.scheme_name_en
        if lang == "en"
        else certificate.claim.scheme_name_id,
        "issued": fmt.short_date(certificate.issued_at),
        "valid_until": fmt.short_date(certificate.valid_until),
        "status": str(own.status) if own.printed else "pending",
        "ends_soon": own.ends_soon,
        "public_url": f"/V/{certificate.code}",
        "new_url": f"/V/{own.replaced_by}" if own.replaced_by else None,
        "renewed_url": f"/V/{own.renewed_by}" if own.renewed_by else None,
        "pdf_url": f"{path}/berkas" if own.printed else None,
        "url": path,
        "shares": [
            {
                "url": f"{HOME}/tautan/{ids.text(each.id)}/akhiri",
                "since": fmt.datetime(each.at),
                "until": fmt.datetime(each.expires_at),
            }
            for each in own.shares
        ],
        "asked": [asked_row(each, lang) for each in own.asked],
        "may_ask": all(each.accepted is not None for each in own.asked),
    }


def asked_row(asked: Asked, lang: str) -> dict[str, Any]:
    """A request as its holder and the board see it."""
    texts = i18n.translations(lang)
    words = {
        None: texts.gettext("Menunggu jawaban"),
        True: texts.gettext("Diterima"),
        False: texts.gettext("Ditolak"),
    }
    return {
        "text": asked.text,
        "at": Formats(lang).datetime(asked.correction.at),
        "state": words[asked.accepted],
        "answer": asked.answer,
    }


HANDLERS = [own_certificates, set_address, holder_copy, share, end_share, ask, shared_score]
