"""What the candidate's pages show, from the values the exam engine gives."""

from fractions import Fraction
from typing import Any, Final

from litestar import Response
from markupsafe import Markup

from certificates.store import Certificate
from exam_engine.delivery.desk import Desk, ItemView, News, Outcome, Standing
from exam_engine.delivery.responses import Saved
from exam_engine.delivery.sitting import SittingState
from exam_engine.schemes.scheme import Scheme
from kernel.clock import from_micros
from people.nip import mask
from question_banks.families import FAMILIES
from web import i18n
from web.formats import Formats, clock_text
from web.rendering import AnyRequest, installation, language, page

MOST_NOTICES: Final = 2


def confirm_page(
    request: AnyRequest, desk: Desk, *, refused: str | None, http: int = 200
) -> Response[str]:
    lang = language(request)
    fmt = Formats(lang, desk.session.zone)
    return page(
        request,
        "confirm.html",
        http=http,
        candidate={
            "name": desk.person.name,
            "number": desk.registration.candidate_no,
            "nip_masked": mask(desk.person.nip),
            "agency": desk.person.agency,
            "unit": desk.person.unit,
        },
        exam={
            **_exam(desk, lang),
            "session": desk.session.title,
            "venue": desk.session.venue,
            "items": desk.scheme.count,
            "minutes": desk.scheme.minutes,
            "starts_at": fmt.datetime(desk.session.opens_at),
        },
        sections=[
            {
                "name": _named(section, lang),
                "items": section.count,
                "cut": fmt.number(section.cut_score),
            }
            for section in desk.scheme.sections
        ],
        rules=[],
        resuming=desk.sitting is not None,
        errors={"agree": refused} if refused else {},
        refused=refused,
    )


def item_page(request: AnyRequest, view: ItemView, refused: str | None) -> Response[str]:
    here = installation(request)
    lang = language(request)
    placed = view.paper.at(view.position)
    answer = view.answers.get(view.position)
    section = next(s for s in view.desk.scheme.sections if s.code == placed.section)
    left = view.sitting.left_seconds(here.database.clock.now())
    return page(
        request,
        "item.html",
        zone=view.desk.session.zone,
        n=view.position,
        total=len(view.paper.items),
        place=view.sitting.place,
        counter=view.counter,
        exam=_exam(view.desk, lang),
        candidate=candidate_facts(view.desk),
        item={
            "section": _named(section, lang),
            "stimulus": Markup(view.stimulus) if view.stimulus else None,  # noqa: S704 - sanitised when kept
            "stem": Markup(view.content.stem),  # noqa: S704 - sanitised when it was imported
            "family": view.content.family,
        },
        shown=FAMILIES[view.content.family].shown(
            view.content, placed.options, answer.choice if answer else None
        ),
        answered=bool(answer and answer.choice),
        flagged=bool(answer and answer.flagged),
        numbers=[
            (n, bool((own := view.answers.get(n)) and own.choice), bool(own and own.flagged))
            for n in range(1, len(view.paper.items) + 1)
        ],
        counts=_counts(view),
        left_seconds=left,
        left_text=clock_text(left),
        saved=_saved(request, view),
        news=len(view.news),
        notices=_notices(view.news, lang, view.desk.session.zone),
        refused=refused,
    )


def _notices(news: list[News], lang: str, zone: str) -> list[dict[str, str]]:
    """The newest of what the candidate was told."""
    texts, fmt = i18n.translations(lang), Formats(lang, zone)
    shown = []
    for one in news[:MOST_NOTICES]:
        minutes = fmt.number(max(1, round(one.seconds / 60)))
        if one.text:
            title = texts.gettext("Pesan pengawas pukul %(time)s") % {"time": fmt.time(one.at)}
        elif one.outage:
            title = texts.gettext("Waktu yang hilang dikembalikan: %(n)s menit") % {"n": minutes}
        else:
            title = texts.gettext("Waktu Anda ditambah %(n)s menit") % {"n": minutes}
        shown.append({"tone": "amber" if one.text else "", "title": title, "text": one.text})
    return shown


def standing(now: Standing) -> dict[str, Any]:
    """What the exam screen asks for now and then."""
    return {
        "state": str(now.sitting.state),
        "left_seconds": int(now.left.total_seconds()),
        "news": now.news,
    }


def _saved(request: AnyRequest, view: ItemView) -> dict[str, Any] | None:
    """When the shown answer was saved, and the number of its receipt."""
    if view.saved is None:
        return None
    fmt = Formats(language(request), view.desk.session.zone)
    return {"at": fmt.time(from_micros(view.saved.at)), "receipt_no": view.saved.k}


def review_page(request: AnyRequest, view: ItemView) -> Response[str]:
    left = view.sitting.left_seconds(installation(request).database.clock.now())
    items = range(1, len(view.paper.items) + 1)
    answered = {n for n, answer in view.answers.items() if answer.choice}
    return page(
        request,
        "review.html",
        exam=_exam(view.desk, language(request)),
        candidate=candidate_facts(view.desk),
        counts=_counts(view),
        total=len(items),
        blanks=[n for n in items if n not in answered],
        flagged_items=[n for n in items if n in view.answers and view.answers[n].flagged],
        last=max(view.answers, default=1),
        place=view.sitting.place,
        counter=view.counter,
        left_seconds=left,
        left_text=clock_text(left),
    )


def submitted_page(
    request: AnyRequest, outcome: Outcome, lost: int | None, certificate: Certificate | None
) -> Response[str]:
    lang = language(request)
    fmt = Formats(lang, outcome.desk.session.zone)
    closed_at = outcome.closed_at
    return page(
        request,
        "submitted.html",
        exam=_exam(outcome.desk, lang),
        candidate=candidate_facts(outcome.desk),
        receipt={
            "number": f"{outcome.desk.registration.candidate_no}/{outcome.events}",
            "at": fmt.datetime(closed_at),
            "answers": outcome.answered,
            "head": outcome.head.hex(),
            "log_url": "/log",
            "download_url": "/ujian/tanda-terima",
            "evidence_url": "/ujian/bukti",
            "draw_url": "/ujian/undian",
        },
        counts={"answered": outcome.answered, "blank": outcome.items - outcome.answered},
        ended=_ended(outcome),
        ended_at=fmt.time(closed_at),
        lost=lost,
        certificate={"number": certificate.number, "public_url": f"/V/{certificate.code}"}
        if certificate
        else None,
        score=_score(outcome, lang),
        later=i18n.translations(lang).gettext("Sebagian jawaban masih dinilai oleh penilai.")
        if outcome.result and outcome.result["outcome"] == "pending"
        else None,
    )


def _ended(outcome: Outcome) -> str:
    """How the sitting ended: by the candidate, by the clock, or by the session's end."""
    if outcome.sitting.state is SittingState.SUBMITTED:
        return "submitted"
    if outcome.sitting.state is SittingState.TERMINATED:
        return "terminated"
    late = outcome.closed_at >= outcome.sitting.deadline
    return "time_over" if late else "session_closed"


def _score(outcome: Outcome, lang: str) -> dict[str, Any] | None:
    if outcome.result is None or outcome.result["outcome"] == "pending":
        return None
    return score_of(outcome.result, outcome.desk.scheme, lang)


def score_of(result: dict[str, Any], scheme: Scheme, lang: str) -> dict[str, Any]:
    """A graded result as pages show it."""
    fmt = Formats(lang)
    names = {section.code: _named(section, lang) for section in scheme.sections}
    passed = result["outcome"] == "passed"
    texts = i18n.translations(lang)
    return {
        "total": fmt.score(result["total"]),
        "max": fmt.score(result["most"]),
        "passed": passed,
        "outcome": texts.gettext("Memenuhi nilai ambang batas")
        if passed
        else texts.gettext("Belum memenuhi nilai ambang batas"),
        "sections": [
            {
                "name": names[s["code"]],
                "score": fmt.score(s["score"]),
                "cut": fmt.score(s["cut_score"]),
                "max": fmt.score(s["most"]),
                "percent": round(100 * Fraction(s["score"]) / max(1, int(s["most"]))),
                "cut_percent": round(100 * int(s["cut_score"]) / max(1, int(s["most"]))),
                "passed": s["passed"],
            }
            for s in result["sections"]
        ],
    }


def told(request: AnyRequest, saved: Saved) -> dict[str, Any]:
    here = installation(request)
    return {
        "saved_at": Formats(language(request)).time(saved.at),
        "receipt": saved.receipt(here.database.keys.signing("receipt")),
        "receipt_no": saved.k,
        "counter": saved.counter,
        "left_seconds": saved.left_seconds,
        "answered": saved.answered,
        "flagged": saved.flagged,
        "blank": saved.blank,
    }


def closed(
    request: AnyRequest, desk: Desk, reason: str, next_url: str | None = None
) -> Response[str]:
    return page(
        request,
        "closed.html",
        reason=reason,
        candidate=candidate_facts(desk),
        detail=None,
        next_url=next_url,
    )


def held(request: AnyRequest, desk: Desk) -> Response[str]:
    since = from_micros(desk.place.seen_at) if desk.place else desk.session.opens_at
    return page(
        request,
        "place_held.html",
        http=409,
        candidate=candidate_facts(desk),
        held={
            "seat": str(desk.registration.seat + 1),
            "since": Formats(language(request), desk.session.zone).time(since),
            "retry_url": "/ujian/mulai",
        },
    )


def _exam(desk: Desk, lang: str) -> dict[str, str]:
    return {
        "scheme": _named(desk.scheme, lang),
        "level": str(desk.scheme.level),
        "room": desk.room.name,
        "seat": str(desk.registration.seat + 1),
    }


def candidate_facts(desk: Desk) -> dict[str, str]:
    """Who sits where, as the candidate's pages name it."""
    return {
        "name": desk.person.name,
        "number": desk.registration.candidate_no,
        "seat": str(desk.registration.seat + 1),
    }


def _counts(view: ItemView) -> dict[str, int]:
    answered = sum(answer.choice is not None for answer in view.answers.values())
    return {
        "answered": answered,
        "flagged": sum(bool(answer.flagged) for answer in view.answers.values()),
        "blank": len(view.paper.items) - answered,
    }


def _named(thing: Any, lang: str) -> str:
    return str(thing.name_en if lang == "en" else thing.name_id)
