"""Tables of the exam engine. What is evidence is append-only; what is state is small and moves."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = (
    "scheme_version",
    "session_freeze",
    "paper",
    "response",
    "result",
    "decision",
    "decision_row",
    "answer_rating",
    "time_entry",
    "incident",
    "proctor_message",
    "minutes_signature",
)


def _key(foreign: str | None = None) -> bytes:
    constraint = [sa.ForeignKey(foreign)] if foreign else []
    column: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), *constraint, primary_key=True))
    return column


def _ref(foreign: str | None = None, *, unique: bool = False) -> bytes:
    constraint = [sa.ForeignKey(foreign)] if foreign else []
    column: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), *constraint, nullable=False, index=not unique, unique=unique
        )
    )
    return column


def _digest(*, primary: bool = False) -> bytes:
    column: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(32), primary_key=primary, nullable=False)
    )
    return column


class SchemeVersion(SQLModel, table=True):
    """A scheme version as canonical bytes under its digest."""

    __tablename__ = "scheme_version"
    __table_args__ = (sa.UniqueConstraint("code", "version"),)
    digest: bytes = _digest(primary=True)
    code: str
    version: int
    body: bytes
    created_at: int = Field(sa_type=sa.BigInteger)


class ExamSession(SQLModel, table=True):
    """An exam session (sesi ujian)."""

    __tablename__ = "exam_session"
    id: bytes = _key()
    number: int = Field(unique=True)
    agency_id: bytes = _ref("agency.id")
    title: str
    venue: str
    zone: str
    scheme: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(32), sa.ForeignKey("scheme_version.digest"), nullable=False
        )
    )
    state: str
    opens_at: int = Field(sa_type=sa.BigInteger)
    closes_at: int = Field(sa_type=sa.BigInteger)


class Room(SQLModel, table=True):
    """A room of a session; its session PIN is derived, not stored."""

    id: bytes = _key()
    exam_session_id: bytes = _ref("exam_session.id")
    name: str


class Assignment(SQLModel, table=True):
    """A proctor's duty in a session."""

    exam_session_id: bytes = _key("exam_session.id")
    account_id: bytes = _key("account.id")


class Registration(SQLModel, table=True):
    """A candidate's place in a session. `handle` is the random name of the sitting in the log."""

    __table_args__ = (
        sa.UniqueConstraint("exam_session_id", "person_id"),
        sa.UniqueConstraint("exam_session_id", "seat"),
    )
    id: bytes = _key()
    exam_session_id: bytes = _ref("exam_session.id")
    room_id: bytes = _ref("room.id")
    person_id: bytes = _ref("person.id")
    handle: bytes = _ref(unique=True)
    candidate_no: str = Field(unique=True)
    seat: int
    pin_hash: bytes = _digest()


class SessionFreeze(SQLModel, table=True):
    """What a session was frozen with; the seat secret and the salt are sealed."""

    __tablename__ = "session_freeze"
    exam_session_id: bytes = _key("exam_session.id")
    blueprint: bytes
    manifest: bytes
    bank_root: bytes = _digest()
    seat_root: bytes = _digest()
    seats: int
    secrets: bytes
    frozen_at: int = Field(sa_type=sa.BigInteger)


class Sitting(SQLModel, table=True):
    """A candidate's attempt. Place, state and closing time move; everything else stays."""

    id: bytes = _key()
    registration_id: bytes = _ref("registration.id", unique=True)
    exam_session_id: bytes = _ref("exam_session.id")
    person_id: bytes = _ref("person.id")
    handle: bytes = _ref(unique=True)
    state: str
    started_at: int = Field(sa_type=sa.BigInteger)
    deadline: int = Field(sa_type=sa.BigInteger)
    seen_at: int = Field(sa_type=sa.BigInteger)
    place: str | None = None
    place_sign_in: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(32), nullable=True)
    )
    closed_at: int | None = Field(default=None, sa_type=sa.BigInteger)


class TimeEntry(SQLModel, table=True):
    """One entry of a sitting's time ledger; no account for what the system credits itself."""

    __tablename__ = "time_entry"
    sitting_id: bytes = _key("sitting.id")
    number: int = Field(primary_key=True)
    kind: str
    at: int = Field(sa_type=sa.BigInteger)
    seconds: int
    reason: str
    account_id: bytes | None = Field(
        default=None,
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("account.id"), nullable=True),
    )
    k: int
    leaf_hash: bytes = _digest()


class Incident(SQLModel, table=True):
    """What a proctor noted about a candidate; the note is sealed under the candidate's key."""

    id: bytes = _key()
    registration_id: bytes = _ref("registration.id")
    exam_session_id: bytes = _ref("exam_session.id")
    reason: str
    sanction: str
    note: bytes
    account_id: bytes = _ref("account.id")
    at: int = Field(sa_type=sa.BigInteger)


class ProctorMessage(SQLModel, table=True):
    """What a proctor wrote onto a candidate's screen, sealed under the candidate's key."""

    __tablename__ = "proctor_message"
    id: bytes = _key()
    sitting_id: bytes = _ref("sitting.id")
    text: bytes
    account_id: bytes = _ref("account.id")
    at: int = Field(sa_type=sa.BigInteger)


class MinutesSignature(SQLModel, table=True):
    """Who signed a session's minutes, with which digest of their facts."""

    __tablename__ = "minutes_signature"
    exam_session_id: bytes = _key("exam_session.id")
    number: int = Field(primary_key=True)
    duty: str
    digest: bytes = _digest()
    account_id: bytes = _ref("account.id")
    at: int = Field(sa_type=sa.BigInteger)
    k: int
    leaf_hash: bytes = _digest()


class Paper(SQLModel, table=True):
    """The drawn paper as canonical bytes."""

    sitting_id: bytes = _key("sitting.id")
    body: bytes
    nonce: bytes
    nonce_source: str


class Response(SQLModel, table=True):
    """One acknowledged save. Never updated: a change of mind is a further revision."""

    sitting_id: bytes = _key("sitting.id")
    revision: int = Field(primary_key=True)
    position: int
    choice: str | None = None
    flagged: int
    place: str
    counter: int
    at: int = Field(sa_type=sa.BigInteger)
    k: int
    leaf_hash: bytes = _digest()


class Answer(SQLModel, table=True):
    """The newest response to each item: derived from `response`, kept for speed."""

    sitting_id: bytes = _key("sitting.id")
    position: int = Field(primary_key=True)
    revision: int
    choice: str | None = None
    flagged: int
    place: str
    counter: int


class Result(SQLModel, table=True):
    """A signed result version, sealed under the person's key."""

    sitting_id: bytes = _key("sitting.id")
    version: int = Field(primary_key=True)
    digest: bytes = _digest()
    sealed: bytes
    outcome: str
    at: int = Field(sa_type=sa.BigInteger)


class Decision(SQLModel, table=True):
    """A decision of the board, with its minutes."""

    id: bytes = _key()
    exam_session_id: bytes = _ref("exam_session.id")
    number: str = Field(unique=True)
    minutes: str
    account_id: bytes = _ref("account.id")
    at: int = Field(sa_type=sa.BigInteger)


class DecisionRow(SQLModel, table=True):
    """What a decision says of one sitting's result."""

    __tablename__ = "decision_row"
    sitting_id: bytes = _key("sitting.id")
    decision_id: bytes = _ref("decision.id")
    result_digest: bytes = _digest()
    outcome: str


class RatingTask(SQLModel, table=True):
    """An answer that people have to rate; its random id tells raters nothing of the candidate."""

    __tablename__ = "rating_task"
    __table_args__ = (sa.UniqueConstraint("sitting_id", "position"),)
    id: bytes = _key()
    sitting_id: bytes = _ref("sitting.id")
    position: int
    settled: int = Field(default=0, index=True)


class AnswerRating(SQLModel, table=True):
    """One rater's levels for an answer; the remark is sealed under the candidate's key."""

    __tablename__ = "answer_rating"
    task_id: bytes = _key("rating_task.id")
    number: int = Field(primary_key=True)
    account_id: bytes = _ref("account.id")
    levels: str
    remark: bytes
    at: int = Field(sa_type=sa.BigInteger)
    k: int
    leaf_hash: bytes = _digest()
