"""Exam sessions for the agency's admin: plan, register, freeze, open, close."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath

from exam_engine.assembly import service as assembly
from exam_engine.delivery.closing import sweep
from exam_engine.registration import service, store
from exam_engine.registration.roster import BadRow, decode, read_roster
from exam_engine.schemes import store as schemes
from kernel import ids
from people.roles import Role
from web import forms, i18n, who
from web import session_views as views
from web.rendering import AnyRequest, installation, language, page

ZONE: Final = "Asia/Jakarta"
CHUNK: Final = 5  # candidates a write job
EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2199
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


@get("/staf/sesi")
async def sessions(request: AnyRequest) -> Response[Any]:
    """Sessions of one's agency, and the form for a new one."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    context = await installation(request).database.read(
        views.session_list, by=principal, lang=language(request)
    )
    return page(request, "sessions.html", user=principal, **context, errors={}, pages=None)


@post("/staf/sesi")
async def create(request: AnyRequest) -> Response[Any]:
    """Plan a session with its rooms."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    opens_at = _moment(forms.required(form, "starts_on"), forms.required(form, "starts_at"))
    database = installation(request).database
    digest = _digest(forms.required(form, "scheme"))
    await database.read(schemes.scheme, digest=digest)
    session_id = await database.write(
        service.create_session,
        title=forms.required(form, "title"),
        venue=forms.required(form, "venue"),
        zone=ZONE,
        scheme=digest,
        opens_at=opens_at,
        closes_at=opens_at + LATEST,
        rooms=(forms.required(form, "room"),),
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
    _, data = await forms.file(form, "file")
    good, bad = read_roster(decode(data))
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
    """New PINs for one candidate, or for all who have not started; shown once, as cards."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    session_id = ids.parse(session)
    form = await forms.read(request)
    wanted = forms.text(form, "candidate_no")
    database = installation(request).database
    await database.read(service.own_session, session_id=session_id, by=principal)
    roster = await database.read(store.registrations, session_id=session_id)
    chosen = [own.id for own in roster if wanted in {"", own.candidate_no}]
    cards: list[service.Admission] = []
    for start in range(0, len(chosen), CHUNK):
        cards += await database.write(
            service.renew_pins,
            session_id=session_id,
            registration_ids=tuple(chosen[start : start + CHUNK]),
            by=principal,
        )
    if not cards:
        return forms.see(f"/staf/sesi/{session}")
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
    await installation(request).database.write(
        assembly.freeze_session, session_id=ids.parse(session), by=principal
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


async def _session_page(
    request: AnyRequest, session_id: bytes, report: dict[str, Any] | None, errors: dict[str, str]
) -> Response[str]:
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    context = await installation(request).database.read(
        views.session_page, session_id=session_id, by=principal, request=request
    )
    return page(request, "session.html", user=principal, **context, report=report, errors=errors)


def _bad(request: AnyRequest, row: BadRow) -> dict[str, Any]:
    """A refused row with its reason in words."""
    reason = "nip" if row.reason.startswith("nip_") and row.reason not in BAD_ROWS else row.reason
    texts = i18n.translations(language(request))
    return {"line": row.line, "reason": texts.gettext(BAD_ROWS[reason])}


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise forms.FieldInvalid(field="scheme") from error


def _moment(day: str, hour: str) -> datetime:
    try:
        local = datetime.fromisoformat(f"{day}T{hour.replace('.', ':')}")
        moment = local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise ValueError(day)  # noqa: TRY301 - one exit for what is no date of a session
    except (ValueError, OverflowError) as error:
        raise forms.FieldInvalid(field="starts_on") from error
    return moment


HANDLERS = [sessions, create, session, register, renew, assign, freeze, open_, close]
