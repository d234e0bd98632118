"""The agency's design of certificates: versions, editor, preview, check, approval."""

import asyncio
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath

from certificates.designs import conformance, service
from certificates.designs.conformance import Report
from certificates.designs.design import HOUSE, Design, Layout, Look, changed, texts
from certificates.designs.errors import DesignInvalid
from certificates.designs.service import Listed
from certificates.designs.trial import trials
from kernel import ids
from kernel.canonical import sha256
from kernel.errors import UjikomError
from kernel.workers import processes
from people.roles import Principal, Role
from question_banks.errors import MediaInvalid
from question_banks.media.check import checked
from question_banks.media.limits import MediaLimits
from web import design_texts, forms, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

HOME: Final = "/staf/templat"
LOGO: Final = MediaLimits(bytes=2 * 1024 * 1024, side=800)
PREVIEW_WIDTH: Final = 1400
A = TypeVar("A")
R = TypeVar("R")
FIELDS: Final = tuple(name for name, _ in texts(HOUSE))


@get(HOME)
async def designs(request: AnyRequest) -> Response[Any]:
    """Every version, the newest first."""
    principal = await who.staff(request, *service.HANDS)
    found = await installation(request).database.read(service.listed, by=principal)
    lang = language(request)
    return page(
        request,
        "designs.html",
        user=principal,
        rows=[_row(each, lang) for each in found],
        may_write=Role.AGENCY_ADMIN in principal.roles,
    )


@get(HOME + "/baru")
async def editor(request: AnyRequest) -> Response[Any]:
    """A new version, beginning with the newest one."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    found = await installation(request).database.read(service.listed, by=principal)
    design = found[0].version.design if found else HOUSE
    return _editor(request, principal, _values(design), {})


@post(HOME)
async def write(request: AnyRequest) -> Response[Any]:
    """Keep a version; refused, the form comes back with everything that was typed."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    values = {name: forms.text(form, name) for name in ("layout", "logo", *FIELDS)}
    errors: dict[str, str] = {}
    picture = b""
    try:
        picture = await _logo(form)
        values["logo"] = sha256(picture).hex() if picture else values["logo"]
    except UjikomError as error:
        errors["picture"] = forms.said(request, error)
    if forms.ticked(form, "no_logo"):
        picture, values["logo"], values["logo_text"] = b"", "", ""
    design = None
    if not errors:
        try:
            design = _design(values)
        except DesignInvalid as error:
            errors[str(error.data["field"])] = forms.said(request, error)
    if design is None:
        return _editor(request, principal, values, errors)
    made = await installation(request).database.write(
        service.write, design=design, picture=picture, by=principal
    )
    return forms.see(f"{HOME}/{ids.text(made)}")


@get(HOME + "/{design:str}")
async def view(request: AnyRequest, design: FromPath[str]) -> Response[Any]:
    """One version: what it looks like, what its check says, and who approved it."""
    return await _view(request, design, await who.staff(request, *service.HANDS))


async def _view(request: AnyRequest, design: str, principal: Principal) -> Response[Any]:
    here = installation(request)
    found = await here.database.read(service.listed, by=principal)
    own = next((e for e in found if e.version.id == ids.parse(design)), None)
    look = await here.database.read(service.look, design_id=ids.parse(design), by=principal)
    assert own is not None  # noqa: S101 - `look` refuses what is not the agency's
    report = await asyncio.to_thread(_checked, look)
    lang = language(request)
    may = Role.DECISION_BOARD in principal.roles and own.version.approved_by is None
    return page(
        request,
        "design.html",
        user=principal,
        row=_row(own, lang),
        digest=own.version.digest.hex(),
        words=design_texts.words(own.version.design, lang),
        report=design_texts.checks(report, lang),
        passed=not report.faults,
        may_approve=may and own.version.account_id != principal.account_id and not report.faults,
        may_write=Role.AGENCY_ADMIN in principal.roles,
    )


@get(HOME + "/{design:str}/pratinjau.pdf")
async def preview_pdf(request: AnyRequest, design: FromPath[str]) -> Response[Any]:
    """The usual trial certificate, unsigned, by this version."""
    look = await _look(request, design)
    pdf = await asyncio.to_thread(_printed, look)
    headers = {"Content-Disposition": 'inline; filename="pratinjau.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@get([HOME + "/{design:str}/depan.png", HOME + "/{design:str}/belakang.png"])
async def preview_png(request: AnyRequest, design: FromPath[str]) -> Response[Any]:
    """Its front or back page as a picture."""
    look = await _look(request, design)
    page_number = int(request.url.path.endswith("belakang.png"))
    png = await asyncio.to_thread(_pictured, look, page_number)
    return Response(png, media_type="image/png", headers={"Cache-Control": "private"})


@post(HOME + "/{design:str}/setujui")
async def approve(request: AnyRequest, design: FromPath[str]) -> Response[Any]:
    """Let certificates be printed by this version; its check is run first."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    report = await asyncio.to_thread(_checked, await _look(request, design))
    await installation(request).database.write(
        service.approve, design_id=ids.parse(design), report=report, by=principal
    )
    return forms.see(f"{HOME}/{design}")


async def _look(request: AnyRequest, design: str) -> Look:
    principal = await who.staff(request, *service.HANDS)
    return await installation(request).database.read(
        service.look, design_id=ids.parse(design), by=principal
    )


def _editor(
    request: AnyRequest, principal: Principal, values: dict[str, str], errors: dict[str, str]
) -> Response[Any]:
    lang = language(request)
    return page(
        request,
        "design_editor.html",
        user=principal,
        http=forms.status(errors),
        values=values,
        errors=errors,
        layouts=design_texts.layouts(lang),
        pairs=design_texts.pairs(lang),
    )


async def _logo(form: FormMultiDict) -> bytes:
    """The uploaded picture, decoded and written anew; empty when none came."""
    upload = form.get("picture")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return b""
    _, data = await forms.file(form, "picture")
    logo = checked(data, LOGO)
    if not logo.width:
        raise MediaInvalid(reason="no_picture")  # a sound is media too
    return logo.data


def _design(values: dict[str, str]) -> Design:
    if values["layout"] not in set(Layout):
        raise DesignInvalid(field="layout")
    return changed(HOUSE, **{**values, "layout": Layout(values["layout"])})


def _values(design: Design) -> dict[str, str]:
    return {"layout": str(design.layout), "logo": design.logo, **dict(texts(design))}


def _row(each: Listed, lang: str) -> dict[str, Any]:
    version, fmt = each.version, Formats(lang)
    return {
        "number": version.number,
        "url": f"{HOME}/{ids.text(version.id)}",
        "layout": dict(design_texts.layouts(lang))[str(version.design.layout)],
        "author": each.author,
        "at": fmt.datetime(version.at),
        "approver": each.approver,
        "approved_at": fmt.datetime(version.approved_at) if version.approved_at else "",
        "used": each.used,
    }


# Printing runs in a worker process; what it gave is kept for the next look at the same version.


@lru_cache(maxsize=16)
def _checked(look: Look) -> Report:
    return _worked(conformance.check, look)


@lru_cache(maxsize=4)
def _printed(look: Look) -> bytes:
    return _worked(trials()[0].printed, look)


@lru_cache(maxsize=8)
def _pictured(look: Look, number: int) -> bytes:
    return _worked(partial(_drawn, number=number), _printed(look))


def _drawn(pdf: bytes, *, number: int) -> bytes:
    from documents.picture import page_png  # noqa: PLC0415 - loads a library, seldom needed

    return page_png(pdf, page=number, width=PREVIEW_WIDTH)


def _worked(work: Callable[[A], R], argument: A) -> R:
    with processes() as pool:
        return pool.submit(work, argument).result()


HANDLERS = [designs, editor, write, view, preview_pdf, preview_png, approve]
