"""Events of the exam engine. Scores, answers, items and people are commitments only."""

from typing import Any

from audit.events import Event


class SchemePublished(Event, frozen=True):
    """A scheme version exists from here on."""

    type = "scheme.published"
    clear = frozenset({"code", "version", "digest"})
    code: str
    version: int
    digest: str


class SessionCreated(Event, frozen=True):
    """An exam session with its scheme version."""

    type = "session.created"
    clear = frozenset({"scheme"})
    scheme: str


class CandidateRegistered(Event, frozen=True):
    """A candidate got a seat."""

    type = "candidate.registered"
    person: str
    seat: int


class PinsRenewed(Event, frozen=True):
    """Lost cards were replaced; the PINs themselves are nowhere."""

    type = "pins.renewed"
    by: str
    candidates: list[str]


class RosterSealed(Event, frozen=True):
    """The order of seats: the commitment opens to the handles, seat by seat."""

    type = "roster.sealed"
    clear = frozenset({"seats"})
    seats: int
    handles: list[str]


class BlueprintSealed(Event, frozen=True):
    """What every draw of the session must satisfy."""

    type = "blueprint.sealed"
    clear = frozenset({"sha256"})
    sha256: str


class BankSealed(Event, frozen=True):
    """The frozen pool: root over its salted rows."""

    type = "bank.sealed"
    clear = frozenset({"root", "rows"})
    root: str
    rows: int


class SeatsCommitted(Event, frozen=True):
    """The seeds of all seats, committed before opening."""

    type = "seats.committed"
    clear = frozenset({"algorithm", "beacon", "root", "seats"})
    algorithm: str
    beacon: str
    root: str
    seats: int


class SessionOpened(Event, frozen=True):
    """Candidates may start."""

    type = "session.opened"
    by: str


class SessionClosed(Event, frozen=True):
    """No candidate may start or go on."""

    type = "session.closed"
    by: str


class SittingStarted(Event, frozen=True):
    """A candidate started, with the nonce of its draw and items it may not get."""

    type = "sitting.started"
    clear = frozenset({"nonce_source"})
    nonce_source: str
    nonce: str
    seat: int
    excluded: list[str]


class DrawMade(Event, frozen=True):
    """The paper as drawn; durable before its first item is shown."""

    type = "draw.made"
    paper: dict[str, Any]


class AnswerSaved(Event, frozen=True):
    """An answer was acknowledged."""

    type = "answer.saved"
    item: str
    answer: dict[str, Any]


class AnswerCleared(Event, frozen=True):
    """An item was left blank (again), or only flagged."""

    type = "answer.cleared"
    item: str
    answer: dict[str, Any]


class PlaceReleased(Event, frozen=True):
    """A proctor released the sitting's place for another PC."""

    type = "place.released"
    clear = frozenset({"reason"})
    reason: str
    by: str


class SittingResumed(Event, frozen=True):
    """The sitting went on at another place."""

    type = "sitting.resumed"


class TimeAdjusted(Event, frozen=True):
    """The time ledger got an entry: a pause, its end, an extension, or credit for an outage."""

    type = "time.adjusted"
    clear = frozenset({"kind"})
    kind: str
    seconds: int
    reason: str
    by: str


class IncidentNoted(Event, frozen=True):
    """A proctor noted an incident; `sanction` is empty, "warning" or "terminated"."""

    type = "incident.noted"
    clear = frozenset({"reason", "sanction"})
    reason: str
    sanction: str
    note: str
    by: str


class MessageSent(Event, frozen=True):
    """A proctor's message was put on the candidate's screen."""

    type = "message.sent"
    text: str
    by: str


class MinutesSigned(Event, frozen=True):
    """A proctor or a witness signed a session's minutes: `digest` is that of their facts."""

    type = "minutes.signed"
    clear = frozenset({"digest", "duty"})
    digest: str
    duty: str
    by: str


class SittingSubmitted(Event, frozen=True):
    """The candidate ended the sitting; `events` counts the chain, this one included."""

    type = "sitting.submitted"
    clear = frozenset({"events"})
    events: int
    answered: int


class SittingAutoClosed(Event, frozen=True):
    """The time ran out, or the session closed; `events` counts the chain, this one included."""

    type = "sitting.auto_closed"
    clear = frozenset({"events", "reason"})
    events: int
    reason: str
    answered: int


class GradedAuto(Event, frozen=True):
    """The answers were marked by the engine under a scheme version.

    A mark is a number, an exact text such as "2/3", or null: pending, people have to grade it.
    """

    type = "graded.auto"
    clear = frozenset({"engine", "scheme"})
    engine: str
    scheme: str
    marks: list[int | str | None]


class RatingGiven(Event, frozen=True):
    """A rater chose a level of each criterion for one answer; `number` counts its ratings."""

    type = "rating.given"
    clear = frozenset({"number"})
    number: int
    position: int
    item: str
    levels: list[int]
    remark: str
    rater: str


class ResultComputed(Event, frozen=True):
    """A signed result exists."""

    type = "result.computed"
    clear = frozenset({"version"})
    version: int
    digest: str


class DecisionMade(Event, frozen=True):
    """The board decided on one result."""

    type = "decision.made"
    digest: str
    outcome: str
    decision: str
    by: str
