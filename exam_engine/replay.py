"""Replay of a sitting: draw and score derived again from the evidence, compared point by point.

Pure. Each check says what it looked at and what it found; nothing is trusted because it is stored.
"""

from collections.abc import Callable
from hashlib import sha256
from itertools import zip_longest
from typing import Any

import msgspec

from audit import merkle
from audit.errors import InclusionWrong
from exam_engine.assembly import draw, pool, seats
from exam_engine.assembly import paper as papers
from exam_engine.assembly.store import parse_blueprint, parse_manifest
from exam_engine.delivery.time_ledger import Entry, Ledger
from exam_engine.delivery.time_store import Made
from exam_engine.errors import DrawExhausted, PoolTooSmall
from exam_engine.evidence import Evidence, OpenedEvent
from exam_engine.grading.scoring import Score, score
from exam_engine.outcomes import result as results
from exam_engine.outcomes.service import ratings_digest, responses_digest
from exam_engine.schemes import scheme as schemes
from kernel.errors import UjikomError
from question_banks import content as contents
from question_banks.families.rubric import Levels

ANSWERS = frozenset({"answer.saved", "answer.cleared"})
RATED = "rating.given"
IN_TIME = ANSWERS | {"sitting.submitted"}
ENDS = frozenset({"sitting.submitted", "sitting.auto_closed"})


class Check(msgspec.Struct, frozen=True):
    """One point of a replay; `faults` is empty when it holds."""

    name: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def replay(evidence: Evidence) -> list[Check]:
    """Every check, in the order of the exam."""
    checks: list[tuple[str, Callable[[Evidence], list[str]]]] = [
        ("chain", _chain),
        ("seat", _seat),
        ("pool", _pool),
        ("items", _items),
        ("draw", _draw),
        ("answers", _answers),
        ("time", _time),
        ("ratings", _ratings),
        ("score", _score),
    ]
    return [Check(name, _found(check, evidence)) for name, check in checks]


def _found(check: Callable[[Evidence], list[str]], evidence: Evidence) -> tuple[str, ...]:
    """What a check finds; evidence that it cannot even read is a fault too."""
    try:
        return tuple(check(evidence))
    except (UjikomError, LookupError, TypeError, ValueError) as error:
        return (f"evidence unreadable: {type(error).__name__}",)


def _chain(evidence: Evidence) -> list[str]:
    """The sitting's events are complete: numbered without a gap, each naming the one before."""
    faults = [] if evidence.events else ["no events: the chain is broken or gone"]
    if evidence.ended and not any(event.type in ENDS for event in evidence.events):
        faults.append("the sitting has ended, but no event says so")
    last = b""
    for place, event in enumerate(evidence.events, start=1):
        if event.k != place or event.previous != last:
            faults.append(f"event {place}: chain broken at k={event.k}")
        if not event.opens:
            faults.append(f"event {place} ({event.type}): opening missing or altered")
        if event.type in ENDS and event.clear.get("events") != place:
            faults.append(f"event {place}: states {event.clear.get('events')} events")
        last = event.leaf_hash
    return faults


def _seat(evidence: Evidence) -> list[str]:
    """The seat's seed is the one that was committed before opening."""
    committed = _session_event(evidence, "seats.committed")
    leaf = merkle.leaf_hash(seats.seat_leaf(evidence.seat, evidence.seat_seed))
    try:
        merkle.verify_inclusion(
            leaf,
            evidence.seat,
            evidence.seat_count,
            evidence.seat_path,
            bytes.fromhex(committed.clear["root"]),
        )
    except InclusionWrong:
        return [f"seat {evidence.seat}: seed is not under the committed root"]
    roster = _session_event(evidence, "roster.sealed").values.get("handles", [])
    if roster[evidence.seat : evidence.seat + 1] != [evidence.handle.hex()]:
        return [f"seat {evidence.seat}: sealed roster names another handle"]
    return []


def _pool(evidence: Evidence) -> list[str]:
    """Blueprint, pool and scheme are those that were sealed."""
    faults = []
    root = pool.bank_root(parse_manifest(evidence.manifest), evidence.pool_salt).hex()
    if root != _session_event(evidence, "bank.sealed").clear["root"]:
        faults.append("pool: root differs from bank.sealed")
    blueprint = sha256(evidence.blueprint).hexdigest()
    if blueprint != _session_event(evidence, "blueprint.sealed").clear["sha256"]:
        faults.append("blueprint: digest differs from blueprint.sealed")
    if schemes.digest(evidence.scheme) != evidence.scheme_digest:
        faults.append("scheme: bytes differ from their digest")
    if _session_event(evidence, "session.created").clear["scheme"] != evidence.scheme_digest.hex():
        faults.append("scheme: session.created names another version")
    return faults


def _items(evidence: Evidence) -> list[str]:
    """Each item version of the paper is there, and its bytes fit their digest."""
    drawn = {item.version for item in papers.from_bytes(evidence.paper).items}
    missing = sorted(drawn - evidence.contents.keys())
    return [f"item {version[:12]}: missing" for version in missing] + [
        f"item {version[:12]}: content differs from its digest"
        for version, data in sorted(evidence.contents.items())
        if contents.digest(data).hex() != version
    ]


def _draw(evidence: Evidence) -> list[str]:
    """The paper is what the draw gives, is what was logged, is what is stored."""
    started = _event(evidence, "sitting.started")
    faults = []
    if started.values.get("nonce") != evidence.nonce.hex():
        faults.append("nonce: differs from sitting.started")
    excluded = frozenset(bytes.fromhex(v) for v in started.values.get("excluded", []))
    blueprint = parse_blueprint(evidence.blueprint)
    seed = draw.draw_seed(
        evidence.seat_seed,
        session=evidence.session,
        handle=evidence.handle,
        nonce=evidence.nonce,
        beacon=b"",
        bank_root=bytes.fromhex(_session_event(evidence, "bank.sealed").clear["root"]),
        blueprint=evidence.blueprint,
    )
    try:
        drawn = draw.draw_paper(
            seed,
            cells=blueprint.cells,
            pool=pool.pool_items(parse_manifest(evidence.manifest)),
            excluded=excluded,
            shuffle_options=blueprint.shuffle_options,
            constrained=blueprint.constrained,
        )
    except (PoolTooSmall, DrawExhausted) as error:
        return [*faults, f"draw: {error}"]
    if papers.to_bytes(papers.from_draw(drawn)) != evidence.paper:
        faults.append("paper: differs from the draw")
    if _as_bytes(_event(evidence, "draw.made").values.get("paper")) != evidence.paper:
        faults.append("paper: differs from draw.made")
    return faults


def _answers(evidence: Evidence) -> list[str]:
    """Stored responses and logged answers are the same, one for one."""
    paper = papers.from_bytes(evidence.paper)
    logged = {e.values["answer"]["revision"]: e for e in evidence.events if _is_answer(e)}
    faults = []
    for row in evidence.revisions:
        event = logged.pop(row.revision, None)
        if event is None:
            faults.append(f"response {row.revision} (item {row.position}): not in the log")
            continue
        said = event.values["answer"]
        stored = {
            "choice": row.choice,
            "flagged": bool(row.flagged),
            "position": row.position,
            "revision": row.revision,
        }
        if said != stored or event.leaf_hash != row.leaf_hash:
            faults.append(
                f"response {row.revision} (item {row.position}): stored answer differs from"
                f" the logged one"
            )
        elif event.values["item"] != paper.at(row.position).version:
            faults.append(f"response {row.revision}: names another item version")
    faults += [f"response {number}: logged, but not stored" for number in sorted(logged)]
    return faults


def _time(evidence: Evidence) -> list[str]:
    """The time ledger is what was logged, and every answer falls into granted time."""
    logged = [event for event in evidence.events if event.type == "time.adjusted"]
    stored = evidence.time[1:]
    faults = []
    for n, (row, event) in enumerate(zip_longest(stored, logged), start=2):
        if row is None or event is None:
            faults.append(f"time {n}: " + ("logged, but not stored" if event else "not logged"))
        elif _stated(event) != _entered(row):
            faults.append(f"time {n}: differs from the logged entry")
    minutes = schemes.from_bytes(evidence.scheme).minutes
    ledger = Ledger(tuple(entry for entry, _ in evidence.time))
    start = _event(evidence, "sitting.started").at
    if not ledger.entries or ledger.entries[0].at != start:
        return [*faults, "time: the start differs from sitting.started"]
    if ledger.entries[0].seconds > minutes * 60:
        faults.append("time: more was granted at the start than the scheme allows")
    return faults + [
        f"event {event.k} ({event.type}): at a moment that was not granted"
        for event in evidence.events
        if event.type in IN_TIME and not (event.at and ledger.allows(event.at))
    ]


def _stated(event: OpenedEvent) -> tuple[object, ...]:
    values = event.values
    said = (event.clear.get("kind"), values.get("seconds"), values.get("reason"))
    return (*said, event.at, event.leaf_hash)


def _entered(row: tuple[Entry, Made]) -> tuple[object, ...]:
    entry, made = row
    return (str(entry.kind), entry.seconds, entry.reason, entry.at, made.leaf_hash)


def _ratings(evidence: Evidence) -> list[str]:
    """Stored ratings and logged ones are the same, one for one, in their order."""
    logged = [e for e in evidence.events if e.type == RATED]
    faults = []
    for n, (row, event) in enumerate(zip_longest(evidence.ratings, logged), start=1):
        if row is None or event is None:
            faults.append(f"rating {n}: " + ("logged, but not stored" if event else "not logged"))
            continue
        said = (event.values.get("position"), event.clear.get("number"), event.values.get("levels"))
        stored = (row.position, row.number, list(row.levels))
        if said != stored or event.leaf_hash != row.leaf_hash:
            faults.append(f"rating {n} (item {row.position}): differs from the logged one")
    return faults


def _score(evidence: Evidence) -> list[str]:
    """The newest result is what the logged answers give, signed and logged."""
    if not evidence.signed_results:
        return ["result: missing"] if evidence.ended else []
    try:
        documents = [results.verify(s, evidence.result_key) for s in evidence.signed_results]
    except results.ResultAltered:
        return ["result: signature does not fit"]
    logged = [e.values.get("digest") for e in evidence.events if e.type == "result.computed"]
    if [results.digest(document).hex() for document in documents] != logged:
        return ["result: differs from result.computed"]
    fields = results.read(documents[-1])
    faults = _compare_scores(_scored(evidence), fields)
    if fields["responses_sha256"] != responses_digest(evidence.revisions).hex():
        faults.append("result: was computed from other responses")
    counted = {event.leaf_hash for event in _rated(evidence)}
    given = ratings_digest([row for row in evidence.ratings if row.leaf_hash in counted])
    if fields.get("ratings_sha256") != (given.hex() if given else None):
        faults.append("result: was computed from other ratings")
    if fields.get("pending", []) != list(_scored(evidence).pending):
        faults.append("pending: differs from the replay")
    marks = [e.values.get("marks") for e in evidence.events if e.type == "graded.auto"]
    if not marks or marks[-1] != _scored(evidence).marks_stated:
        faults.append("marks: differ from graded.auto")
    return faults


def _scored(evidence: Evidence) -> Score:
    """The score of what the log says was answered."""
    answers = [e.values["answer"] for e in evidence.events if _is_answer(e)]
    return score(
        papers.from_bytes(evidence.paper),
        {answer["position"]: answer["choice"] for answer in answers},
        {version: contents.from_bytes(data) for version, data in evidence.contents.items()},
        schemes.from_bytes(evidence.scheme),
        _levels(evidence),
    )


def _rated(evidence: Evidence) -> list[OpenedEvent]:
    """The ratings that the newest result was computed from: those logged before it."""
    computed = [event.k for event in evidence.events if event.type == "result.computed"]
    last = max(computed, default=0)
    return [event for event in evidence.events if event.type == RATED and event.k < last]


def _levels(evidence: Evidence) -> dict[int, list[Levels]]:
    """What the log says that raters gave, by position, in order."""
    found: dict[int, list[Levels]] = {}
    for event in _rated(evidence):
        if event.opens:
            found.setdefault(event.values["position"], []).append(tuple(event.values["levels"]))
    return found


def _compare_scores(reached: Score, fields: dict[str, Any]) -> list[str]:
    faults = []
    for section, stated in zip(reached.sections, fields["sections"], strict=True):
        if stated["score"] != str(section.score):
            faults.append(
                f"section {section.code}: result says {stated['score']}, replay {section.score}"
            )
    if fields["total"] != str(reached.total):
        faults.append(f"total: result says {fields['total']}, replay {reached.total}")
    if fields["outcome"] != reached.outcome:
        faults.append("outcome: differs from the replay")
    return faults


def _is_answer(event: OpenedEvent) -> bool:
    return event.type in ANSWERS and event.opens


def _as_bytes(value: Any) -> bytes:
    return papers.to_bytes(msgspec.convert(value, papers.Paper)) if value else b""


def _event(evidence: Evidence, kind: str) -> OpenedEvent:
    return _one(evidence.events, kind)


def _session_event(evidence: Evidence, kind: str) -> OpenedEvent:
    return _one(evidence.session_events, kind)


def _one(events: list[OpenedEvent], kind: str) -> OpenedEvent:
    missing = OpenedEvent(
        type=kind,
        at=None,
        k=0,
        leaf_hash=b"",
        previous=b"",
        clear=_Blank(),
        values={},
        opens=False,
    )
    return next((event for event in events if event.type == kind), missing)


class _Blank(dict[str, Any]):
    """Clear fields of an event that is missing: each reads as empty, so its check fails."""

    def __missing__(self, key: str) -> str:
        return ""
