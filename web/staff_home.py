"""The staff's start page, and the style guide."""

from typing import Any

from litestar import Response, get

from certificates.issuing import pending
from exam_engine.rating import store as ratings
from exam_engine.registration import store as sessions
from exam_engine.registration.states import SessionState
from kernel import ids
from kernel.database import Tx
from people.roles import Principal, Role
from question_banks.catalogue import store as catalogue
from web import i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page
from web.staff_board import closed_sessions


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


@get("/staf")
async def home(request: AnyRequest) -> Response[Any]:
    """What waits for this person."""
    principal = await who.staff(request)
    tasks = await installation(request).database.read(_tasks, by=principal)
    texts = i18n.translations(language(request))
    admin = Role.AGENCY_ADMIN in principal.roles
    open_sessions = await installation(request).database.read(_open_sessions, by=principal)
    return page(
        request,
        "home.html",
        user=principal,
        tasks=[
            {
                "title": texts.gettext(title),
                "text": texts.gettext(text),
                "url": url,
                "icon": icon,
                "count": count,
                "urgent": bool(count),
            }
            for title, text, url, icon, count in tasks
        ],
        sessions=[
            {
                "starts": Formats(language(request), s.zone).datetime(s.opens_at),
                "title": s.title,
                "place": s.venue,
                "url": f"/staf/sesi/{ids.text(s.id)}" if admin else "/staf/ruang",
                "state": str(s.state),
            }
            for s in open_sessions
        ],
    )


@get("/staf/gaya")
async def style_guide(request: AnyRequest) -> Response[Any]:
    """Every component with its states."""
    principal = await who.staff(request)
    return page(request, "style_guide.html", user=principal)


Task = tuple[str, str, str, str, int | None]


def _tasks(tx: Tx, *, by: Principal) -> list[Task]:
    tasks: list[Task] = []
    if Role.ITEM_WRITER in by.roles:
        tasks.append(
            (
                _("Bank soal"),
                _("Impor butir soal dan lihat keadaannya."),
                "/staf/bank",
                "bank",
                None,
            )
        )
    if Role.REVIEWER in by.roles:
        waiting = catalogue.count_waiting(tx, by.account_id or b"")[0]
        tasks.append(
            (_("Telaah butir"), _("Butir yang menunggu telaah Anda."), "/staf/telaah", "pencil",
             waiting)
        )  # fmt: skip
    if Role.AGENCY_ADMIN in by.roles:
        tasks.append(
            (_("Sesi ujian"), _("Sesi yang direncanakan atau berjalan."), "/staf/sesi", "calendar",
             len(_open_sessions(tx, by=by)))
        )  # fmt: skip
    if Role.PROCTOR in by.roles:
        tasks.append((_("Ruang ujian"), _("Ruang yang Anda awasi."), "/staf/ruang", "grid", None))
    if Role.ASSESSOR in by.roles:
        tasks.append(
            (_("Penilaian"), _("Jawaban uraian yang menunggu nilai Anda."), "/staf/penilaian",
             "pencil", ratings.count_waiting(tx, by.agency_id, by.account_id or b""))
        )  # fmt: skip
    if Role.DECISION_BOARD in by.roles:
        undecided = [s for s in closed_sessions(tx, by=by, lang="id") if s["waiting"]]
        unissued, unprinted = pending(tx)
        tasks += [
            (_("Sidang penetapan"), _("Sesi yang hasilnya dapat ditetapkan."), "/staf/sidang",
             "scales", len(undecided)),
            (_("Sertifikat"), _("Sertifikat terbit, dibekukan, dan dicabut."), "/staf/sertifikat",
             "seal", len(unissued) + len(unprinted)),
        ]  # fmt: skip
    if Role.AUDITOR in by.roles:
        tasks.append(
            (_("Jejak audit"), _("Log, bukti, dan putar ulang."), "/staf/auditor", "log", None)
        )
    return tasks


def _open_sessions(tx: Tx, *, by: Principal) -> list[sessions.Session]:
    """An admin's sessions, or those a proctor is on duty in, that are not closed yet."""
    admin = Role.AGENCY_ADMIN in by.roles
    return [
        s
        for s in sessions.sessions(tx)
        if s.state is not SessionState.CLOSED
        and (
            (admin and s.agency_id == by.agency_id) or by.account_id in sessions.assigned(tx, s.id)
        )
    ]


HANDLERS = [home, style_guide]
