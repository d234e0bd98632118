"""The room's console for proctors."""

from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath

from exam_engine.delivery.sitting import SittingState
from exam_engine.errors import PlaceNotHeld
from exam_engine.proctoring.console import (
    ReleaseReason,
    RoomView,
    SeatView,
    release_place,
    room_view,
    unlock_sign_in,
)
from exam_engine.registration import store
from exam_engine.registration.states import SessionState
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.clock import from_micros
from kernel.database import Tx
from people.roles import Principal, Role
from web import forms, i18n, who
from web.formats import Formats, clock_text
from web.rendering import AnyRequest, installation, language, page

COLUMNS: Final = 6
SILENT: Final = timedelta(minutes=3)


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


REASONS: Final = {
    ReleaseReason.WORKSTATION: _("Komputer rusak atau macet"),
    ReleaseReason.NETWORK: _("Jaringan terputus"),
    ReleaseReason.POWER: _("Listrik padam"),
    ReleaseReason.COMFORT: _("Tempat duduk terganggu"),
    ReleaseReason.OTHER: _("Lainnya"),
}
WORDS: Final = {
    "absent": _("belum mulai"),
    "working": _("mengerjakan"),
    "offline": _("lama tidak menyimpan"),
    "held": _("menunggu komputer lain"),
    "done": _("selesai"),
}


@get("/staf/ruang")
async def rooms(request: AnyRequest) -> Response[Any]:
    """Rooms on duty, straight into the only one."""
    principal = await who.staff(request, Role.PROCTOR, Role.AGENCY_ADMIN)
    found = await installation(request).database.read(_own_rooms, by=principal)
    if len(found) == 1:
        return forms.see(found[0]["url"])
    return page(request, "rooms.html", user=principal, rooms=found)


@get("/staf/ruang/{room:str}")
async def room(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """The console."""
    principal = await who.staff(request, Role.PROCTOR, Role.AGENCY_ADMIN)
    database = installation(request).database
    view = await database.read(room_view, room_id=ids.parse(room), by=principal)
    scheme = await database.read(schemes.scheme, digest=view.session.scheme)
    now = database.clock.now()
    return page(
        request,
        "room.html",
        user=principal,
        **_console(request, view, total=scheme.count, now=now),
    )


@post("/staf/ruang/{room:str}/lepas")
async def release(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Release a seat's place with a reason."""
    principal = await who.staff(request, Role.PROCTOR, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    database = installation(request).database
    chosen = await _seat(request, room, form, principal)
    await database.write(
        release_place,
        registration_id=chosen.registration_id,
        reason=forms.text(form, "reason"),
        by=principal,
    )
    return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}#panel")


@post("/staf/ruang/{room:str}/buka-kunci")
async def unlock(request: AnyRequest, room: FromPath[str]) -> Response[Any]:
    """Let a seat's candidate sign in again after too many wrong PINs."""
    principal = await who.staff(request, Role.PROCTOR, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    chosen = await _seat(request, room, form, principal)
    await installation(request).database.write(
        unlock_sign_in, registration_id=chosen.registration_id, by=principal
    )
    return forms.see(f"/staf/ruang/{room}?seat={chosen.seat}&dibuka=1#panel")


async def _seat(request: AnyRequest, room: str, form: FormMultiDict, by: Principal) -> SeatView:
    """The form's seat in a room on duty; raises PlaceNotHeld for one that is not there."""
    database = installation(request).database
    view = await database.read(room_view, room_id=ids.parse(room), by=by)
    wanted = forms.number(forms.text(form, "seat"))
    chosen = next((seat for seat in view.seats if seat.seat == wanted), None)
    if chosen is None:
        raise PlaceNotHeld
    return chosen


def _console(request: AnyRequest, view: RoomView, *, total: int, now: datetime) -> dict[str, Any]:
    lang = language(request)
    texts = i18n.translations(lang)
    fmt = Formats(lang, view.session.zone)
    wanted = request.query_params.get("seat", "")
    states = {s.seat: _state(s, now) for s in view.seats}
    seats = [
        _tile(s, states[s.seat], total, fmt, texts, current=str(s.seat) == wanted)
        for s in view.seats
    ]
    if request.query_params.get("sort") == "need":
        seats.sort(key=lambda tile: tile["state"] not in {"held", "offline"})
    selected = next((s for s in view.seats if str(s.seat) == wanted), None)
    return {
        "room": {
            "title": view.session.title,
            "name": view.room.name,
            "url": f"/staf/ruang/{ids.text(view.room.id)}",
            "columns": COLUMNS,
            "session_pin": view.session_pin,
            "time": fmt.time(now),
            "time_left": _longest_left(view, now),
            "present": sum(s.progress is not None for s in view.seats),
            "absent": sum(s.progress is None for s in view.seats),
            "working": sum(state in {"working", "offline"} for state in states.values()),
            "done": sum(state == "done" for state in states.values()),
            "next": texts.gettext(_next(view.session.state)),
        },
        "seats": seats,
        "selected": _panel(selected, states, total, fmt, texts) if selected else None,
        "reasons": [(str(code), texts.gettext(text)) for code, text in REASONS.items()],
        "errors": {},
        "unlocked": "dibuka" in request.query_params,
        "sort": request.query_params.get("sort", "seat"),
    }


def _state(seat: SeatView, now: datetime) -> str:
    if seat.progress is None:
        return "absent"
    if seat.progress.state is not SittingState.ACTIVE:
        return "done"
    if not seat.progress.held:
        return "held"
    return "offline" if now - from_micros(seat.progress.seen_at) > SILENT else "working"


def _tile(
    seat: SeatView, state: str, total: int, fmt: Formats, texts: Any, *, current: bool
) -> dict[str, Any]:
    return {
        "no": seat.seat,
        "empty": False,
        "name": seat.name,
        "number": seat.candidate_no,
        "state": state,
        "state_text": texts.gettext(WORDS[state]),
        "answered": seat.progress.answered if seat.progress else 0,
        "total": total,
        "last_seen": fmt.time(from_micros(seat.progress.seen_at)) if seat.progress else "",
        "flags": [],
        "current": current,
    }


def _panel(
    seat: SeatView, states: dict[int, str], total: int, fmt: Formats, texts: Any
) -> dict[str, Any]:
    state = states[seat.seat]
    tile = _tile(seat, state, total, fmt, texts, current=True)
    return {
        **tile,
        "can_release": bool(seat.progress and seat.progress.held and state != "done"),
    }


def _longest_left(view: RoomView, now: datetime) -> str | None:
    left = [
        int((from_micros(s.progress.deadline) - now).total_seconds())
        for s in view.seats
        if s.progress and s.progress.state is SittingState.ACTIVE
    ]
    return clock_text(max(left)) if left else None


def _next(state: SessionState) -> str:
    return {
        SessionState.PLANNED: _("Sesi belum dikunci."),
        SessionState.FROZEN: _("Sesi siap dibuka oleh admin."),
        SessionState.OPEN: _("Tunjukkan PIN sesi kepada peserta."),
        SessionState.CLOSED: _("Sesi sudah ditutup."),
    }[state]


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


HANDLERS = [rooms, room, release, unlock]
