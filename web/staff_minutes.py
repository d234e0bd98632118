"""A session's minutes and attendance list: on the page, as PDF, and signed by two."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from audit import reads
from documents.html_pdf import render_pdf
from exam_engine.proctoring import incident_store
from exam_engine.proctoring.minutes import Duty, Minutes, minutes, sign_minutes
from exam_engine.proctoring.reasons import Reason
from exam_engine.registration import store as registrations
from kernel import ids, workers
from kernel.clock import unstamp
from kernel.database import Tx
from people import store as persons
from people.errors import SignInThrottled
from people.roles import Principal, Role
from web import forms, i18n, room_texts, who
from web.formats import Formats
from web.re_entry import PasswordRefused, check_password
from web.rendering import HERE, AnyRequest, installation, language, markup, page

DUTIES: Final = (Role.PROCTOR, Role.AGENCY_ADMIN)


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


SIGNED_AS: Final = {Duty.PROCTOR: _("Pengawas"), Duty.WITNESS: _("Saksi")}
SEAT_STATES: Final = {
    "absent": _("tidak hadir"),
    "submitted": _("mengirim sendiri"),
    "auto_closed": _("ditutup karena waktu atau sesi berakhir"),
    "terminated": _("dihentikan pengawas"),
}


@get("/staf/sesi/{session:str}/berita-acara")
async def shown(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """The minutes, with the form to sign them."""
    principal = await who.staff(request, *DUTIES)
    return await _page(request, session, principal, {})


@post("/staf/sesi/{session:str}/berita-acara")
async def sign(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Sign as proctor or as witness with one's password."""
    principal = await who.staff(request, *DUTIES)
    form = await forms.read(request)
    duty = Duty.PROCTOR if forms.text(form, "duty") == Duty.PROCTOR else Duty.WITNESS
    database = installation(request).database
    await database.read(minutes, session_id=ids.parse(session), by=principal)
    try:
        await check_password(request, str(form.get("password", "")), principal)
    except (PasswordRefused, SignInThrottled) as error:
        errors = {"password": forms.said(request, error)}
        return await _page(request, session, principal, errors)
    await database.write(
        sign_minutes,
        session_id=ids.parse(session),
        duty=duty,
        shown=_digest(forms.text(form, "digest")),
        by=principal,
    )
    return forms.see(f"/staf/sesi/{session}/berita-acara")


@get("/staf/sesi/{session:str}/berita-acara/berkas")
async def file(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Minutes and attendance list as PDF/A."""
    principal = await who.staff(request, *DUTIES)
    here, lang = installation(request), language(request)
    context = await here.database.read(
        _context, session_id=ids.parse(session), lang=lang, by=principal
    )
    title = i18n.translations(lang).gettext("Berita acara ujian")
    html = markup("minutes_document.html", lang=lang, title=title, demo=here.demo, **context)
    render = partial(
        render_pdf,
        html,
        stylesheets=[HERE / "static" / "css" / "report.css"],
        attachments=[],
        identifier=bytes.fromhex(context["digest"])[:16],
        created=here.database.clock.now(),
        title=f"{title}: {context['session']['title']}",
        language=lang,
    )
    data = await asyncio.to_thread(workers.once, render)
    name = f"berita-acara-{context['session']['number']}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _digest(text: str) -> bytes:
    """The digest that the form showed; of anything else no minutes."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


async def _page(
    request: AnyRequest, session: str, by: Principal, errors: dict[str, str]
) -> Response[Any]:
    context = await installation(request).database.read(
        _context, session_id=ids.parse(session), lang=language(request), by=by
    )
    http = 422 if errors else 200
    return page(request, "minutes.html", user=by, http=http, errors=errors, **context)


def _context(tx: Tx, *, session_id: bytes, lang: str, by: Principal) -> dict[str, Any]:
    """What page and document show; names and notes come from where they can be erased."""
    found = minutes(tx, session_id=session_id, by=by)
    fmt, texts = Formats(lang, found.session.zone), i18n.translations(lang)
    own = {one.candidate_no: one for one in registrations.registrations(tx, session_id)}
    names = {number: persons.person(tx, one.person_id) for number, one in own.items()}
    notes = {ids.text(one.id): one.note for one in incident_store.of_session(tx, session_id)}
    head = reads.state(tx)
    facts = found.facts
    return {
        "session": _session(found, fmt),
        "digest": found.digest.hex(),
        "log": {"size": fmt.number(head.size), "root": head.root.hex()} if head else None,
        "tally": _tally(facts["seats"], texts),
        "proctors": [
            persons.person_of_account(tx, a).name for a in registrations.assigned(tx, session_id)
        ],
        "seats": [
            {
                **seat,
                "name": names[seat["candidate"]].name,
                "unit": names[seat["candidate"]].unit,
                "state_text": _word(texts, SEAT_STATES, seat["state"]),
            }
            for seat in facts["seats"]
        ],
        "incidents": [
            {
                "at": fmt.time(unstamp(one["at"])),
                "candidate": one["candidate"],
                "what": _word(texts, room_texts.REASONS, Reason(one["reason"])),
                "sanction": _word(texts, room_texts.SANCTIONS, one["sanction"])
                if one["sanction"]
                else "",
                "note": notes.get(one["id"], ""),
            }
            for one in facts["incidents"]
        ],
        "changes": [_change(one, fmt, texts) for one in facts["time"]],
        "signatures": [
            {
                "as_": texts.gettext(SIGNED_AS[duty]),
                "duty": str(duty),
                **_signature(tx, found, duty, fmt),
            }
            for duty in Duty
        ],
        "may_sign": _may_sign(tx, found, by),
    }


def _word(texts: Any, known: Mapping[Any, str], key: str) -> str:
    word = known[key]
    said: str = texts.gettext(word)
    return said


def _session(found: Minutes, fmt: Formats) -> dict[str, str]:
    session, facts = found.session, found.facts
    url = f"/staf/sesi/{ids.text(session.id)}"
    return {
        "title": session.title,
        "number": f"{session.number:04d}",
        "venue": session.venue,
        "url": url,
        "opened": fmt.datetime(unstamp(facts["opened_at"])),
        "closed": fmt.datetime(unstamp(facts["closed_at"])),
        "leaf": facts["closing_leaf"],
    }


def _tally(seats: list[dict[str, Any]], texts: Any) -> list[tuple[str, int]]:
    """How many candidates ended how."""
    counted = {state: sum(s["state"] == state for s in seats) for state in SEAT_STATES}
    shown = [(texts.gettext(SEAT_STATES[state]), n) for state, n in counted.items() if n]
    return [(texts.gettext("terdaftar"), len(seats)), *shown]


def _change(one: dict[str, Any], fmt: Formats, texts: Any) -> dict[str, str]:
    minutes_ = {"minutes": fmt.number(max(1, round(one["seconds"] / 60)))}
    return {
        "at": fmt.time(unstamp(one["at"])),
        "candidate": one["candidate"],
        "what": _word(texts, room_texts.HAPPENINGS, one["kind"]) % minutes_,
        "why": _word(texts, room_texts.REASONS, Reason(one["reason"])),
    }


def _signature(tx: Tx, found: Minutes, duty: Duty, fmt: Formats) -> dict[str, str]:
    """Who signed as this under these facts; empty while nobody has."""
    signed = found.signed(duty)
    if signed is None:
        return {"name": "", "at": "", "leaf": ""}
    return {
        "name": persons.person_of_account(tx, signed.account_id).name,
        "at": fmt.datetime(signed.at),
        "leaf": signed.leaf_hash.hex(),
    }


def _may_sign(tx: Tx, found: Minutes, by: Principal) -> str | None:
    """As what this account may sign now: the proctors first, a person only once."""
    signed = [found.signed(duty) for duty in Duty]
    hands = persons.persons_of(tx, (one.account_id for one in signed if one))
    if by.person_id in hands or by.account_id is None:
        return None
    on_duty = by.account_id in registrations.assigned(tx, found.session.id)
    if on_duty and not found.signed(Duty.PROCTOR):
        return str(Duty.PROCTOR)
    return None if found.signed(Duty.WITNESS) else str(Duty.WITNESS)


HANDLERS = [shown, sign, file]
