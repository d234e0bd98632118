"""What the pages about sessions show."""

from typing import Any, Final

from audit import reads
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.delivery.sitting import SittingState
from exam_engine.delivery.store import Progress
from exam_engine.registration import service, store
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Registration, Session
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx
from people import store as persons
from people.roles import Principal, Role
from web import i18n
from web.formats import Formats
from web.rendering import AnyRequest, language


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


ORDER: Final = (
    SessionState.PLANNED,
    SessionState.FROZEN,
    SessionState.OPEN,
    SessionState.CLOSED,
)
STEPS: Final = (
    (_("Kunci"), _("Skema, kisi-kisi, butir, dan urutan meja ditetapkan dan dicatat di log.")),
    (_("Buka"), _("Peserta dapat masuk dan mulai.")),
    (_("Tutup"), _("Tidak ada yang dapat mulai atau melanjutkan; semua jawaban dinilai.")),
    (_("Tetapkan"), _("Sidang penetapan memutuskan hasil.")),
)
NEXT: Final = {
    SessionState.PLANNED: (
        "kunci",
        _("Kunci sesi"),
        _("Setelah dikunci, butir dan urutan meja tidak berubah lagi."),
    ),
    SessionState.FROZEN: ("buka", _("Buka sesi"), _("Peserta dapat mulai sejak saat ini.")),
    SessionState.OPEN: (
        "tutup",
        _("Tutup sesi"),
        _("Ujian yang masih berjalan diakhiri dan dinilai."),
    ),
}
SITTING: Final = {
    SittingState.ACTIVE: (_("mengerjakan"), "amber"),
    SittingState.SUBMITTED: (_("selesai"), "green"),
    SittingState.PAUSED: (_("dijeda"), "amber"),
    SittingState.AUTO_CLOSED: (_("waktu habis"), "green"),
    SittingState.TERMINATED: (_("dihentikan"), "red"),
}


def formats(request: AnyRequest, zone: str = "Asia/Jakarta") -> Formats:
    """Formats of a request in a venue's zone."""
    return Formats(language(request), zone)


def session_list(tx: Tx, *, by: Principal, lang: str) -> dict[str, Any]:
    """Context of the list of sessions, the newest first."""
    own = [s for s in store.sessions(tx) if s.agency_id == by.agency_id]
    named = schemes.schemes(tx)
    names = {digest: s.name_en if lang == "en" else s.name_id for digest, s in named}
    return {
        "sessions": [
            {
                "title": s.title,
                "url": f"/staf/sesi/{ids.text(s.id)}",
                "scheme": names[s.scheme],
                "place": s.venue,
                "starts": Formats(lang, s.zone).datetime(s.opens_at),
                "state": str(s.state),
                "candidates": len(store.registrations(tx, s.id)),
            }
            for s in own
        ],
        "schemes": [(digest.hex(), f"{names[digest]} (v{s.version})") for digest, s in named],
        "can_create": True,
    }


def session_page(
    tx: Tx, *, session_id: bytes, by: Principal, request: AnyRequest
) -> dict[str, Any]:
    """Context of one session's page."""
    session = service.own_session(tx, session_id, by)
    scheme = schemes.scheme(tx, session.scheme)
    lang = language(request)
    texts = i18n.translations(lang)
    fmt = Formats(lang, session.zone)
    roster = store.registrations(tx, session_id)
    progress = delivery.progress(tx, session_id)
    rooms = store.rooms(tx, session_id)
    url = f"/staf/sesi/{ids.text(session_id)}"
    return {
        "session": {
            "title": session.title,
            "url": url,
            "scheme": scheme.name_en if lang == "en" else scheme.name_id,
            "place": f"{session.venue}, {', '.join(room.name for room in rooms)}",
            "starts": fmt.datetime(session.opens_at),
            "minutes": scheme.minutes,
            "state": str(session.state),
            "room_url": f"/staf/ruang/{ids.text(rooms[0].id)}" if rooms else None,
            "minutes_url": f"{url}/berita-acara" if session.state is SessionState.CLOSED else None,
            "fairness_url": f"{url}/keadilan" if session.state is SessionState.CLOSED else None,
        },
        "steps": _steps(session, texts.gettext),
        "next_step": _next_step(session, len(roster), texts.gettext),
        "facts": [
            (texts.gettext("Jumlah butir per naskah"), fmt.number(scheme.count)),
            (texts.gettext("Dasar hukum"), scheme.legal_basis),
            (texts.gettext("Peserta"), fmt.number(len(roster))),
        ],
        "proofs": _proofs(tx, session, texts.gettext),
        "candidates": [_candidate(tx, own, progress.get(own.id), texts.gettext) for own in roster],
        "unstarted": sum(own.id not in progress for own in roster),
        "can_renew": bool(roster) and session.state is not SessionState.CLOSED,
        "can_register": session.state is SessionState.PLANNED,
        "proctors": _proctors(tx, session, by),
    }


def _steps(session: Session, translate: Any) -> list[dict[str, str]]:
    reached = ORDER.index(session.state)
    return [
        {
            "title": translate(title),
            "text": translate(text),
            "state": "done" if i < reached else ("current" if i == reached else "todo"),
        }
        for i, (title, text) in enumerate(STEPS)
    ]


def _next_step(session: Session, candidates: int, translate: Any) -> dict[str, Any] | None:
    if session.state not in NEXT:
        return None
    action, text, what = NEXT[session.state]
    missing = session.state is SessionState.PLANNED and not candidates
    return {
        "action": action,
        "text": translate(text),
        "what": translate(what),
        "confirm": translate(what),
        "blocked": translate("Daftarkan peserta lebih dahulu.") if missing else None,
    }


def _proofs(tx: Tx, session: Session, translate: Any) -> list[dict[str, Any]]:
    scheme = {
        "label": translate("Versi skema (SHA-256)"),
        "value": session.scheme.hex(),
        "note": None,
    }
    if session.state is SessionState.PLANNED:
        return [scheme]
    frozen = assembly.freeze(tx, session.id)
    state = reads.state(tx)
    return [
        scheme,
        {
            "label": translate("Akar kumpulan butir"),
            "value": frozen.bank_root.hex(),
            "note": translate("Setiap butir masuk dengan garam; akar ini tidak membuka isi bank."),
        },
        {
            "label": translate("Akar benih meja"),
            "value": frozen.seat_root.hex(),
            "note": translate("Benih acak semua meja sudah terikat sebelum sesi dibuka."),
        },
        {
            "label": translate("Titik periksa log terbaru"),
            "value": state.root.hex() if state else "",
            "note": None,
        },
    ]


def _candidate(
    tx: Tx, own: Registration, progress: Progress | None, translate: Any
) -> dict[str, Any]:
    person = persons.person(tx, own.person_id)
    state, tone = SITTING[progress.state] if progress else (_("belum mulai"), "")
    return {
        "number": own.candidate_no,
        "name": person.name,
        "agency": person.unit,
        "seat": own.seat + 1,
        "state": translate(state),
        "tone": tone,
        "url": None,
    }


def _proctors(tx: Tx, session: Session, by: Principal) -> dict[str, Any]:
    on_duty = store.assigned(tx, session.id)
    accounts = persons.accounts_with(tx, by.agency_id, Role.PROCTOR)
    return {
        "on_duty": [name for account_id, name in accounts if account_id in on_duty],
        "free": [
            (ids.text(account_id), name)
            for account_id, name in accounts
            if account_id not in on_duty
        ],
    }
