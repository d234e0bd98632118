"""What the room's console shows, from the values the exam engine gives."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from exam_engine.delivery.sitting import SittingState
from exam_engine.proctoring.console import Happening, RoomView, SeatView
from exam_engine.proctoring.reasons import EXTENSION, GROUPS, RELEASE, Reason
from exam_engine.registration.states import SessionState
from kernel import ids
from kernel.clock import from_micros
from web import i18n, room_texts
from web.formats import Formats, clock_text
from web.rendering import AnyRequest, language

COLUMNS: Final = 6
SILENT: Final = timedelta(minutes=3)
NEEDS_ME: Final = {"held", "offline", "paused"}
TAILS: Final = ("waktu", "insiden", "pesan", "dibuka")


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


NEXT: Final = {
    SessionState.PLANNED: _("Sesi belum dikunci."),
    SessionState.FROZEN: _("Sesi siap dibuka oleh admin."),
    SessionState.OPEN: _("Tunjukkan PIN sesi kepada peserta."),
    SessionState.CLOSED: _("Sesi sudah ditutup."),
}
DONE: Final = {
    "waktu": _("Waktu %(n)s peserta diubah."),
    "insiden": _("Kejadian dicatat."),
    "pesan": _("Pesan tampil di layar %(n)s peserta."),
    "dibuka": _("Peserta ini dapat mencoba masuk lagi."),
}


class Terms(msgspec.Struct, frozen=True):
    """How the page is worded, and what it measures by."""

    fmt: Formats
    texts: Any
    total: int
    now: datetime


def console(
    request: AnyRequest,
    view: RoomView,
    *,
    total: int,
    now: datetime,
    chosen: SeatView | None,
    happened: list[Happening],
    errors: dict[str, str],
) -> dict[str, Any]:
    """Context of the console page; `happened` is the chosen seat's timeline."""
    lang = language(request)
    texts = i18n.translations(lang)
    fmt = Formats(lang, view.session.zone)
    states = {s.seat: _state(s, now) for s in view.seats}
    noted = {s.seat: len(view.incidents.get(s.registration_id, [])) for s in view.seats}
    terms = Terms(fmt, texts, total, now)
    seats = [
        _tile(s, states[s.seat], noted[s.seat], terms, current=s == chosen) for s in view.seats
    ]
    if request.query_params.get("sort") == "need":
        seats.sort(key=lambda tile: tile["state"] not in NEEDS_ME)
    tile = next((one for one in seats if one["current"]), None)
    return {
        "room": _room(view, states, now, fmt, texts),
        "seats": seats,
        "selected": _panel(chosen, tile, happened, terms) if chosen and tile else None,
        "reasons": _named(RELEASE, texts),
        "time_reasons": _named(EXTENSION, texts),
        "incident_reasons": [
            (str(reason), f"{texts.gettext(room_texts.GROUPS[group])}: {words}")
            for group, reasons in GROUPS.items()
            for reason, words in _named(reasons, texts)
        ],
        "errors": errors,
        "done": _done(request, texts),
        "sort": request.query_params.get("sort", "seat"),
    }


def _room(
    view: RoomView, states: dict[int, str], now: datetime, fmt: Formats, texts: Any
) -> dict[str, Any]:
    running = [s for s in view.seats if s.progress and not s.progress.state.over]
    return {
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
        "done": sum(state in {"done", "locked"} for state in states.values()),
        "paused": sum(state == "paused" for state in states.values()),
        "running": len(running),
        "incidents": sum(len(found) for found in view.incidents.values()),
        "minutes_url": f"/staf/sesi/{ids.text(view.session.id)}/berita-acara"
        if view.session.state is SessionState.CLOSED
        else None,
        "next": texts.gettext(NEXT[view.session.state]),
    }


def _named(reasons: Iterable[Reason], texts: Any) -> list[tuple[str, str]]:
    return [(str(reason), texts.gettext(room_texts.REASONS[reason])) for reason in reasons]


def _done(request: AnyRequest, texts: Any) -> str | None:
    """What was just done, by the address that the deed led to."""
    for name in TAILS:
        if (n := request.query_params.get(name)) is not None:
            said: str = texts.gettext(DONE[name])
            return said % {"n": n if n.isdecimal() else "0"}
    return None


def _state(seat: SeatView, now: datetime) -> str:
    own = seat.progress
    if own is None:
        return "absent"
    if own.state is SittingState.TERMINATED:
        return "locked"
    if own.state.over:
        return "done"
    if own.state is SittingState.PAUSED:
        return "paused"
    if not own.held:
        return "held"
    return "offline" if now - from_micros(own.seen_at) > SILENT else "working"


def _tile(seat: SeatView, state: str, noted: int, terms: Terms, *, current: bool) -> dict[str, Any]:
    own = seat.progress
    return {
        "no": seat.seat,
        "empty": False,
        "name": seat.name,
        "number": seat.candidate_no,
        "state": state,
        "state_text": terms.texts.gettext(room_texts.STATES[state]),
        "answered": own.answered if own else 0,
        "total": terms.total,
        "last_seen": terms.fmt.time(from_micros(own.seen_at)) if own else "",
        "flags": [terms.texts.gettext("Kejadian: %(n)s") % {"n": noted}] if noted else [],
        "current": current,
    }


def _panel(
    seat: SeatView, tile: dict[str, Any], happened: list[Happening], terms: Terms
) -> dict[str, Any]:
    own = seat.progress
    sits = own is not None and not own.state.over
    left = int((from_micros(own.deadline) - terms.now).total_seconds()) if own and sits else 0
    return {
        **tile,
        "can_release": bool(own and own.held and sits),
        "sits": sits,
        "paused": tile["state"] == "paused",
        "left": clock_text(max(0, left)) if sits and tile["state"] != "paused" else None,
        "timeline": [_line(one, terms.fmt, terms.texts) for one in happened],
    }


def _line(one: Happening, fmt: Formats, texts: Any) -> dict[str, str]:
    """A line of the timeline: when, what, and by whom and why."""
    what = texts.gettext(room_texts.HAPPENINGS[one.kind]) % {
        "minutes": fmt.number(max(1, round(one.seconds / 60)))
    }
    if one.sanction:
        what = texts.gettext(room_texts.SANCTIONS[one.sanction])
    reason = texts.gettext(room_texts.REASONS[Reason(one.reason)]) if one.reason else ""
    more = [part for part in (reason, one.text, one.hand) if part]
    return {"at": fmt.time(one.at), "what": what, "more": " · ".join(more)}


def _longest_left(view: RoomView, now: datetime) -> str | None:
    left = [
        int((from_micros(s.progress.deadline) - now).total_seconds())
        for s in view.seats
        if s.progress and s.progress.state is SittingState.ACTIVE
    ]
    return clock_text(max(0, *left, 0)) if left else None
