"""The room's console for proctors."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath

from exam_engine.delivery.time_ledger import EntryKind
from exam_engine.errors import NoteMissing, PlaceNotHeld, ReasonMissing, TimeOutOfRange
from exam_engine.proctoring.console import (
    RoomView,
    SeatView,
    release_place,
    room_view,
    timeline,
    unlock_sign_in,
)
from exam_engine.proctoring.incidents import Sanction, Told, note_incident, send_message
from exam_engine.proctoring.time_control import (
    SITTINGS_A_JOB,
    Change,
    adjust_time,
    adjust_times,
)
from exam_engine.registration import store
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx
from kernel.errors import UjikomError
from people.roles import Principal, Role
from web import forms, room_views, who
from web.rendering import AnyRequest, installation, page

DUTIES: Final = (Role.PROCTOR, Role.AGENCY_ADMIN)
DEEDS: Final = {
    "jeda": EntryKind.PAUSE,
    "lanjut": EntryKind.RESUME,
    "tambah": EntryKind.EXTENSION,
}
FIELDS: Final = {"reason_missing": "reason", "time_out_of_range": "minutes", "note_missing": "note"}
EVERYBODY: Final = "semua"


@get("/staf/ruang")
async def rooms(request: AnyRequest) -> Response[Any]:
    """Rooms on duty, straight into the only one."""
    principal = await who.staff(request, *DUTIES)
    found = await installation(request).database.read(_own_rooms, by=principal)
    if len(found) == 1:
        return forms.see(found[0]["url"])
    return page(request, "rooms.html", user=principal, rooms=found)


@get("/staf/ruang/{room:str}")
async def room(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """The console."""
    principal = await who.staff(request, *DUTIES)
    return await _shown(request, room, principal)


@post("/staf/ruang/{room:str}/lepas")
async def release(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Release a seat's place with a reason."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    chosen = await _seat(request, room, form, principal)
    await installation(request).database.write(
        release_place,
        registration_id=chosen.registration_id,
        reason=forms.text(form, "reason"),
        by=principal,
    )
    return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}#panel")


@post("/staf/ruang/{room:str}/buka-kunci")
async def unlock(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Let a seat's candidate sign in again after too many wrong PINs."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    chosen = await _seat(request, room, form, principal)
    await installation(request).database.write(
        unlock_sign_in, registration_id=chosen.registration_id, by=principal
    )
    return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}&dibuka=1#panel")


@post("/staf/ruang/{room:str}/waktu")
async def time(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Pause, let run, or extend one sitting, or all of the room."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    database = installation(request).database
    minutes = forms.number(forms.text(form, "minutes", default="0"))
    change = Change(
        kind=DEEDS.get(forms.text(form, "deed"), EntryKind.EXTENSION),
        reason=forms.text(form, "reason"),
        seconds=0 if forms.text(form, "deed") in {"jeda", "lanjut"} else minutes * 60,
    )
    try:
        if forms.text(form, "seat") != EVERYBODY:
            chosen = await _seat(request, room, form, principal)
            await database.write(
                adjust_time, registration_id=chosen.registration_id, change=change, by=principal
            )
            return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}&waktu=1#panel")
        changed = 0
        for part in await _parts(request, room, principal):
            changed += await database.write(
                adjust_times, registration_ids=part, change=change, by=principal
            )
    except (ReasonMissing, TimeOutOfRange) as error:
        return await _refused(request, room, form, principal, error)
    return forms.see(f"/staf/ruang/{room}?waktu={changed}")


@post("/staf/ruang/{room:str}/insiden")
async def incident(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Note an incident of one candidate, with a warning or the end of the sitting."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    chosen = await _seat(request, room, form, principal)
    sanction = forms.text(form, "sanction")
    told = Told(
        reason=forms.text(form, "reason"),
        note=forms.text(form, "note"),
        sanction=Sanction(sanction) if sanction in set(Sanction) else Sanction.NONE,
    )
    try:
        await installation(request).database.write(
            note_incident, registration_id=chosen.registration_id, told=told, by=principal
        )
    except (ReasonMissing, NoteMissing) as error:
        return await _refused(request, room, form, principal, error)
    return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}&insiden=1#panel")


@post("/staf/ruang/{room:str}/pesan")
async def message(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Put words on one candidate's screen, or on all of the room."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    alone = forms.text(form, "seat") != EVERYBODY
    parts, seat, sent = await _parts(request, room, principal), "", 0
    if alone:
        chosen = await _seat(request, room, form, principal)
        parts, seat = [(chosen.registration_id,)], f"seat={chosen.seat}&"
    try:
        for part in parts:
            sent += await installation(request).database.write(
                send_message,
                registration_ids=part,
                text=forms.text(form, "text"),
                by=principal,
            )
    except NoteMissing as error:
        return await _refused(request, room, form, principal, error)
    return forms.see(f"/staf/ruang/{room}?{seat}pesan={sent}{'#panel' if alone else ''}")


async def _shown(
    request: AnyRequest,
    room: str,
    by: Principal,
    *,
    errors: dict[str, str] | None = None,
    seat: str | None = None,
) -> Response[Any]:
    """The console, with what is wrong in a form that was sent."""
    database = installation(request).database
    view = await database.read(room_view, room_id=ids.parse(room), by=by)
    scheme = await database.read(schemes.scheme, digest=view.session.scheme)
    wanted = seat or request.query_params.get("seat", "")
    chosen = next((one for one in view.seats if str(one.seat) == wanted), None)
    happened = (
        await database.read(timeline, registration_id=chosen.registration_id, by=by)
        if chosen
        else []
    )
    context = room_views.console(
        request,
        view,
        total=scheme.count,
        now=database.clock.now(),
        happened=happened,
        chosen=chosen,
        errors=errors or {},
    )
    return page(request, "room.html", user=by, http=422 if errors else 200, **context)


async def _refused(
    request: AnyRequest, room: str, form: FormMultiDict, by: Principal, error: UjikomError
) -> Response[Any]:
    """The console again, the fault beside the field that has it."""
    field = "text" if "text" in form else FIELDS[error.code]
    alone = forms.text(form, "seat")
    name = f"{field}-{'all' if alone == EVERYBODY else 'one'}"
    return await _shown(request, room, by, errors={name: forms.said(request, error)}, seat=alone)


async def _parts(request: AnyRequest, room: str, by: Principal) -> list[tuple[bytes, ...]]:
    """The room's candidates who started, as many as one write job takes."""
    database = installation(request).database
    view = await database.read(room_view, room_id=ids.parse(room), by=by)
    sitting = [s.registration_id for s in view.seats if s.progress and not s.progress.state.over]
    return [
        tuple(sitting[start : start + SITTINGS_A_JOB])
        for start in range(0, len(sitting), SITTINGS_A_JOB)
    ]


async def _seat(request: AnyRequest, room: str, form: FormMultiDict, by: Principal) -> SeatView:
    """The form's seat in a room on duty; raises PlaceNotHeld for one that is not there."""
    database = installation(request).database
    view: RoomView = await database.read(room_view, room_id=ids.parse(room), by=by)
    wanted = forms.number(forms.text(form, "seat"))
    chosen = next((seat for seat in view.seats if seat.seat == wanted), None)
    if chosen is None:
        raise PlaceNotHeld
    return chosen


def _own_rooms(tx: Tx, *, by: Principal) -> list[dict[str, Any]]:
    found = []
    for session in store.sessions(tx):
        admin = Role.AGENCY_ADMIN in by.roles and session.agency_id == by.agency_id
        if admin or by.account_id in store.assigned(tx, session.id):
            found += [
                {
                    "title": session.title,
                    "name": room.name,
                    "url": f"/staf/ruang/{ids.text(room.id)}",
                    "state": str(session.state),
                }
                for room in store.rooms(tx, session.id)
            ]
    return found


HANDLERS = [rooms, room, release, unlock, time, incident, message]
