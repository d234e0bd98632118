"""A closed session's fairness report, for those who answer for its results."""

from exam_engine.assembly import fairness
from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.assembly.fairness import Fairness, Seated
from exam_engine.errors import SessionStateWrong, SessionUnknown
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from exam_engine.schemes import store as schemes
from kernel.database import Tx
from people.roles import Principal, Role

READERS = (Role.DECISION_BOARD, Role.AGENCY_ADMIN, Role.AUDITOR)


def fairness_of(tx: Tx, *, session_id: bytes, by: Principal) -> tuple[Session, Fairness]:
    """The report of a session of one's own agency, an auditor's of any; to others it does not
    exist. Raises SessionStateWrong until the session is closed, as papers are still being sat.
    """
    by.require(*READERS)
    session = registrations.session(tx, session_id)
    if session.agency_id != by.agency_id and Role.AUDITOR not in by.roles:
        raise SessionUnknown
    if session.state is not SessionState.CLOSED:
        raise SessionStateWrong(state=str(session.state), needed=[str(SessionState.CLOSED)])
    frozen = assembly.freeze(tx, session_id)
    assembled = schemes.scheme(tx, digest=session.scheme).assembly
    seated = [
        Seated(room, seat, papers.from_bytes(body))
        for room, seat, body in assembly.seated_papers(tx, session_id)
    ]
    found = fairness.report(
        assembly.parse_manifest(frozen.manifest),
        assembly.parse_blueprint(frozen.blueprint),
        seated,
        unseen=bool(assembled and assembled.unseen_sittings),
    )
    return session, found
