"""The decision board: results of closed sessions, one decision with minutes."""

from collections import Counter
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from audit.errors import QuorumMissing
from exam_engine.outcomes import store as outcomes
from exam_engine.outcomes.decisions import (
    BoardRow,
    board_rows,
    confirm,
    lacks_quorum,
    open_decision,
    waiting_of,
)
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel import ids
from kernel.clock import from_micros
from kernel.database import Tx
from people.roles import Principal, Role
from web import forms, i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


OUTCOMES = {
    "passed": _("Lulus"),
    "failed": _("Belum lulus"),
    "pending": _("Menunggu penilai"),
    "absent": _("Tidak hadir"),
    "writing": _("Masih mengerjakan"),
    "finished": _("Selesai, hasil belum dibuka"),
    "waiting": _("Belum mulai"),
}
TALLIES = {
    "passed": _("Memenuhi"),
    "failed": _("Belum memenuhi"),
    "pending": _("Menunggu penilai"),
    "absent": _("Tidak hadir"),
    "writing": _("Masih mengerjakan"),
    "finished": _("Selesai"),
    "waiting": _("Belum mulai"),
}
DECIDED = {"competent": _("Kompeten"), "not_yet_competent": _("Belum kompeten")}


@get("/staf/sidang")
async def board(request: AnyRequest) -> Response[Any]:
    """Closed sessions of the board's agency, undecided first."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    found = await installation(request).database.read(
        closed_sessions, by=principal, lang=language(request)
    )
    return page(
        request,
        "board.html",
        user=principal,
        sessions=[row for row in found if row["waiting"]],
        decided=[row for row in found if not row["waiting"]],
    )


@get("/staf/sidang/{session:str}")
async def session_results(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """One session's results."""
    return await _results_page(request, ids.parse(session), {}, {})


@post("/staf/sidang/{session:str}/tetapkan")
async def decide_results(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """Confirm all waiting results, or those ticked."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    form = await forms.read(request)
    values = {name: forms.text(form, name) for name in ("minutes", "scope", "without_quorum")}
    kept = {**values, "result": forms.texts(form, "result")}
    chosen = None
    if values["scope"] == "chosen":
        chosen = tuple(ids.parse(value) for value in kept["result"])
    errors = forms.refusals(request, {"minutes": lambda: forms.required(form, "minutes")})
    if chosen == ():
        errors["result"] = forms.said(request, forms.NoneChosen())
    if errors:
        return await _results_page(request, ids.parse(session), kept, errors)
    here = installation(request)
    try:
        decision = await here.database.write(
            open_decision,
            session_id=ids.parse(session),
            minutes=values["minutes"],
            by=principal,
            sitting_ids=chosen,
            policy=here.policy,
            without_quorum=values["without_quorum"],
        )
    except QuorumMissing as error:
        errors = {"without_quorum": forms.said(request, error)}
        return await _results_page(request, ids.parse(session), kept, errors)
    for part in decision.parts():
        await here.database.write(confirm, decision=decision, sitting_ids=part, by=principal)
    return forms.see(f"/staf/sidang/{session}")


async def _results_page(
    request: AnyRequest, session_id: bytes, values: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    principal = await who.staff(request, Role.DECISION_BOARD)
    here = installation(request)
    database = here.database
    session, rows = await database.read(board_rows, session_id=session_id, by=principal)
    scheme = await database.read(schemes.scheme, digest=session.scheme)
    lang = language(request)
    texts = i18n.translations(lang)
    fmt = Formats(lang, session.zone)
    undecided = [row for row in rows if row.result and not row.decided]
    decided = next((row.decided for row in rows if row.decided), None)
    closed = session.state is SessionState.CLOSED
    return page(
        request,
        "board_session.html",
        user=principal,
        http=forms.status(errors),
        session={
            "title": session.title,
            "url": f"/staf/sidang/{ids.text(session.id)}",
            "scheme": scheme.name_en if lang == "en" else scheme.name_id,
            "starts": fmt.datetime(session.opens_at),
            "decided": bool(decided) and not undecided,
            "fairness_url": f"/staf/sesi/{ids.text(session.id)}/keadilan" if closed else None,
        },
        summary=_summary(rows, texts, closed=closed),
        sections=[
            {"name": _named(s, lang), "cut": fmt.number(s.cut_score)} for s in scheme.sections
        ],
        results=[_row(row, scheme, fmt, texts, closed=closed) for row in rows],
        blocked=None if closed else texts.gettext("Sesi belum ditutup."),
        minutes=await database.read(_minutes, session=session, fmt=fmt),
        unwitnessed=await database.read(lacks_quorum, waiting=waiting_of(rows), policy=here.policy),
        values=values,
        errors=errors,
    )


def _outcome(row: BoardRow, *, closed: bool) -> str:
    """What the board may know of a candidate; of results nothing before the session is closed."""
    if row.state and not row.state.over:
        return "writing"
    if not closed:
        return "finished" if row.sitting_id else "waiting"
    return str(row.result["outcome"]) if row.result else "absent"


def _row(
    row: BoardRow, scheme: Scheme, fmt: Formats, texts: Any, *, closed: bool
) -> dict[str, Any]:
    result = row.result if closed else None
    outcome = _outcome(row, closed=closed)
    return {
        "id": ids.text(row.sitting_id) if row.sitting_id else "",
        "number": row.candidate_no,
        "name": row.name,
        "scores": [
            {"text": fmt.score(s["score"]), "passed": s["passed"]}
            for s in (result["sections"] if result else [])
        ]
        or [{"text": "–", "passed": True} for _s in scheme.sections],
        "total": fmt.score(result["total"]) if result else "–",
        "outcome": outcome,
        "outcome_text": texts.gettext(OUTCOMES[outcome]),
        "decision": texts.gettext(DECIDED[row.decided.outcome]) if row.decided else None,
        "waiting": bool(result and row.waits),
    }


def _summary(rows: list[BoardRow], texts: Any, *, closed: bool) -> list[tuple[str, int]]:
    """Labels with counts: how many candidates, and how many of each outcome that occurs."""
    reached = Counter(_outcome(row, closed=closed) for row in rows)
    always = {"passed", "failed", "absent"} if closed else {"writing", "finished", "waiting"}
    return [(texts.gettext(_("Peserta")), len(rows))] + [
        (texts.gettext(text), reached[outcome])
        for outcome, text in TALLIES.items()
        if outcome in always or reached[outcome]
    ]


def closed_sessions(tx: Tx, *, by: Principal, lang: str) -> list[dict[str, Any]]:
    """Rows of the board's list; `waiting` tells which still want a decision."""
    found = []
    for session in registrations.sessions(tx):
        if session.agency_id != by.agency_id or session.state is not SessionState.CLOSED:
            continue
        _own, rows = board_rows(tx, session_id=session.id, by=by)
        decided = any(row.decided for row in rows)
        scheme = schemes.scheme(tx, session.scheme)
        found.append(
            {
                "title": session.title,
                "url": f"/staf/sidang/{ids.text(session.id)}",
                "scheme": scheme.name_en if lang == "en" else scheme.name_id,
                "starts": Formats(lang, session.zone).datetime(session.opens_at),
                "candidates": len(rows),
                "passed": sum(_outcome(row, closed=True) == "passed" for row in rows),
                "state": "decided" if decided else str(session.state),
                "waiting": any(row.result and not row.decided for row in rows),
            }
        )
    return found


def _minutes(tx: Tx, *, session: Session, fmt: Formats) -> dict[str, str] | None:
    last = outcomes.last_decision(tx, session.id)
    if last is None:
        return None
    return {"text": last.minutes, "by": last.signatory, "at": fmt.datetime(from_micros(last.at))}


def _named(thing: Any, lang: str) -> str:
    return str(thing.name_en if lang == "en" else thing.name_id)


HANDLERS = [board, session_results, decide_results]
