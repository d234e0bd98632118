"""Exam sessions for the agency's admin: plan, register, freeze, open, close."""

import asyncio
from datetime import timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from exam_engine.assembly import preparing
from exam_engine.assembly import service as assembly
from exam_engine.delivery.closing import sweep
from exam_engine.registration import service, store
from exam_engine.registration.roster import BadRow, decode, read_roster
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.errors import Conflict, Invalid, NotFound
from people.roles import Principal, Role
from web import forms, i18n, session_form, who
from web import session_views as views
from web.rendering import AnyRequest, installation, language, page

CHUNK: Final = 5  # candidates a write job
LATEST: Final = timedelta(hours=12)


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


BAD_ROWS: Final = {
    "name": _("nama kosong, terlalu panjang, atau memuat tanda yang tidak dapat dicetak"),
    "unit": _("unit terlalu panjang atau memuat tanda yang tidak dapat dicetak"),
    "nip": _("NIP bukan 18 angka dengan tanggal yang mungkin"),
    "name_glyphs": _("Nama memuat huruf yang tidak dapat dicetak di sertifikat"),
    "nip_repeated": _("NIP sudah ada di baris sebelumnya"),
}


class CandidateNumberUnknown(NotFound):
    """No candidate of the session bears the number."""

    code = "candidate_number_unknown"


class CandidateHasStarted(Conflict):
    """The candidate's exam has begun, so its PIN stays."""

    code = "candidate_has_started"


@get("/staf/sesi")
async def sessions(request: AnyRequest) -> Response[Any]:
    """Sessions of one's agency, and the form for a new one."""
    return await _list_page(request, {}, {})


@post("/staf/sesi")
async def create(request: AnyRequest) -> Response[Any]:
    """Plan a session with its rooms."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    database = installation(request).database
    errors = session_form.refusals(request, form, now=database.clock.now())
    if errors:
        return await _list_page(request, session_form.typed(form), errors)
    plan = session_form.plan(form)
    await database.read(schemes.scheme, digest=plan.scheme)
    session_id = await database.write(
        service.create_session,
        title=plan.title,
        venue=plan.venue,
        zone=session_form.ZONE,
        scheme=plan.scheme,
        opens_at=plan.opens_at,
        closes_at=plan.opens_at + LATEST,
        rooms=(plan.room,),
        by=principal,
    )
    return forms.see(f"/staf/sesi/{ids.text(session_id)}")


@get("/staf/sesi/{session:str}")
async def session(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """One session: its steps, proofs and candidates."""
    return await _session_page(request, ids.parse(session), None, {})


@post("/staf/sesi/{session:str}/peserta")
async def register(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Register the good rows of a candidates' file; the cards with PINs are shown once."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    session_id = ids.parse(session)
    form = await forms.read(request)
    try:
        _, data = await forms.file(form, "file")
        good, bad = await asyncio.to_thread(lambda: read_roster(decode(data)))
    except Invalid as error:
        errors = {"file": forms.said(request, error)}
        return await _session_page(request, session_id, None, errors)
    database = installation(request).database
    rooms = await database.read(store.rooms, session_id=session_id)
    cards: list[service.Admission] = []
    for start in range(0, len(good), CHUNK):
        cards += await database.write(
            service.register_candidates,
            session_id=session_id,
            room_id=rooms[0].id,
            candidates=good[start : start + CHUNK],
            by=principal,
        )
    if not cards:
        report = {"accepted": 0, "rejected": [_bad(request, row) for row in bad]}
        return await _session_page(request, session_id, report, {})
    return await _cards_page(request, session_id, cards, bad)


@post("/staf/sesi/{session:str}/pin")
async def renew(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """New PINs for the candidate with the number, or, when it says so, for all who wait.

    They are shown once, as cards.
    """
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    session_id = ids.parse(session)
    form = await forms.read(request)
    number = forms.text(form, "candidate_no")
    database = installation(request).database
    await database.read(service.own_session, session_id=session_id, by=principal)
    roster = await database.read(store.registrations, session_id=session_id)
    try:
        if forms.text(form, "scope") == "all":
            chosen = roster
        else:
            chosen = _numbered(roster, forms.required(form, "candidate_no"))
        cards = await _renewed(request, session_id, [own.id for own in chosen], principal)
    except (Invalid, CandidateNumberUnknown, CandidateHasStarted) as error:
        errors = {"candidate_no": forms.said(request, error)}
        return await _session_page(request, session_id, None, errors, {"candidate_no": number})
    return await _cards_page(request, session_id, cards, ())


@post("/staf/sesi/{session:str}/pengawas")
async def assign(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Put a proctor on duty."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    await installation(request).database.write(
        service.assign_proctor,
        session_id=ids.parse(session),
        account_id=ids.parse(forms.required(form, "account")),
        by=principal,
    )
    return forms.see(f"/staf/sesi/{session}")


@post("/staf/sesi/{session:str}/kunci")
async def freeze(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Freeze scheme, pool, roster and seat seeds."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    database, session_id = installation(request).database, ids.parse(session)
    await database.read(service.own_session, session_id=session_id, by=principal)
    prepared = await database.read(preparing.prepare_session, session_id=session_id)
    await asyncio.to_thread(preparing.check, prepared)
    await database.write(
        assembly.freeze_session, session_id=session_id, by=principal, prepared=prepared
    )
    return forms.see(f"/staf/sesi/{session}")


@post("/staf/sesi/{session:str}/buka")
async def open_(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Let candidates start."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    await installation(request).database.write(
        service.open_session, session_id=ids.parse(session), by=principal
    )
    return forms.see(f"/staf/sesi/{session}")


@post("/staf/sesi/{session:str}/tutup")
async def close(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Let nobody go on; sittings that are still open are ended and graded at once."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    database = installation(request).database
    await database.write(service.close_session, session_id=ids.parse(session), by=principal)
    await asyncio.to_thread(sweep, database)
    return forms.see(f"/staf/sesi/{session}")


async def _cards_page(
    request: AnyRequest,
    session_id: bytes,
    cards: list[service.Admission],
    bad: tuple[BadRow, ...],
) -> Response[str]:
    """Admission cards with their PINs: the only time these are shown."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    database = installation(request).database
    rooms = await database.read(store.rooms, session_id=session_id)
    found = await database.read(store.session, session_id=session_id)
    scheme = await database.read(schemes.scheme, digest=found.scheme)
    fmt = views.formats(request, found.zone)
    return page(
        request,
        "admission.html",
        user=principal,
        session={
            "title": found.title,
            "url": f"/staf/sesi/{ids.text(session_id)}",
            "scheme": scheme.name_en if language(request) == "en" else scheme.name_id,
            "place": f"{found.venue}, {rooms[0].name}",
            "starts": fmt.datetime(found.opens_at),
        },
        cards=[
            {
                "number": card.candidate_no,
                "name": card.name,
                "room": card.room,
                "seat": card.seat + 1,
                "pin": card.registration_pin,
                "former_name": card.former_name,
            }
            for card in cards
        ],
        rejected=[_bad(request, row) for row in bad],
    )


def _numbered(roster: list[store.Registration], number: str) -> list[store.Registration]:
    chosen = [own for own in roster if own.candidate_no == number]
    if not chosen:
        raise CandidateNumberUnknown
    return chosen


async def _renewed(
    request: AnyRequest, session_id: bytes, chosen: list[bytes], by: Principal
) -> list[service.Admission]:
    """Cards with new PINs, in short jobs; raises CandidateHasStarted when there are none."""
    cards: list[service.Admission] = []
    for start in range(0, len(chosen), CHUNK):
        cards += await installation(request).database.write(
            service.renew_pins,
            session_id=session_id,
            registration_ids=tuple(chosen[start : start + CHUNK]),
            by=by,
        )
    if not cards:
        raise CandidateHasStarted
    return cards


async def _list_page(
    request: AnyRequest, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    context = await installation(request).database.read(
        views.session_list, by=principal, lang=language(request)
    )
    return page(
        request,
        "sessions.html",
        user=principal,
        http=forms.status(errors),
        **context,
        values=values,
        errors=errors,
        pages=None,
    )


async def _session_page(
    request: AnyRequest,
    session_id: bytes,
    report: dict[str, Any] | None,
    errors: dict[str, str],
    values: dict[str, str] | None = None,
) -> Response[str]:
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    context = await installation(request).database.read(
        views.session_page, session_id=session_id, by=principal, request=request
    )
    return page(
        request,
        "session.html",
        user=principal,
        http=forms.status(errors),
        **context,
        report=report,
        errors=errors,
        values=values or {},
    )


def _bad(request: AnyRequest, row: BadRow) -> dict[str, Any]:
    """A refused row with its reason in words."""
    reason = "nip" if row.reason.startswith("nip_") and row.reason not in BAD_ROWS else row.reason
    texts = i18n.translations(language(request))
    return {"line": row.line, "reason": texts.gettext(BAD_ROWS[reason])}


HANDLERS = [sessions, create, session, register, renew, assign, freeze, open_, close]
