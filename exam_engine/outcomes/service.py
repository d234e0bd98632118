"""Computing a signed result from the evidence of a sitting."""

from collections.abc import Mapping, Sequence

from audit.log import record
from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.assembly.paper import Paper
from exam_engine.delivery import store as delivery
from exam_engine.delivery.sitting import Sitting
from exam_engine.delivery.store import Revision
from exam_engine.events import GradedAuto, ResultComputed
from exam_engine.grading.scoring import ENGINE, Score, score
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store
from exam_engine.outcomes.store import StoredResult
from exam_engine.rating import store as ratings
from exam_engine.rating.store import Rating, levels_by_position
from exam_engine.registration import store as registrations
from exam_engine.schemes import store as schemes
from kernel.canonical import sha256
from kernel.clock import stamp
from kernel.database import Tx
from people import store as persons
from question_banks import store as banks
from question_banks.families.rubric import Levels

RESPONSES = b"ujikom/responses/v1\0"
RATINGS = b"ujikom/ratings/v1\0"


def compute_result(tx: Tx, sitting: Sitting) -> StoredResult:
    """Grade a closed sitting and append the next version of its signed result, with events."""
    stored = assembly.paper(tx, sitting.id)
    revisions = delivery.revisions(tx, sitting.id)
    session = registrations.session(tx, sitting.exam_session_id)
    paper = papers.from_bytes(stored.body)
    given = ratings.of_sitting(tx, sitting.id)
    reached = grade(tx, paper, revisions, session.scheme, levels_by_position(given))
    ratings.open_tasks(tx, sitting.id, reached.pending)
    version = store.last_version(tx, sitting.id) + 1
    document = results.build(
        reached,
        handle=sitting.handle,
        session=sitting.exam_session_id,
        scheme=session.scheme,
        paper=stored.body,
        responses=responses_digest(revisions),
        ratings=ratings_digest(given),
        version=version,
        at=stamp(tx.at),
    )
    result = StoredResult(
        sitting_id=sitting.id,
        version=version,
        digest=results.digest(document),
        outcome=reached.outcome,
        document=document,
    )
    signed = results.sign(document, tx.keys.signing("result"))
    store.insert_result(tx, result, signed, sitting.person_id)
    sealer = persons.sealer(tx, sitting.person_id)
    for event in (
        GradedAuto(engine=ENGINE, scheme=session.scheme.hex(), marks=reached.marks_stated),
        ResultComputed(version=version, digest=result.digest.hex()),
    ):
        record(
            tx,
            event,
            session=sitting.exam_session_id,
            handle=sitting.handle,
            sealer=sealer,
        )
    return result


def grade(
    tx: Tx,
    paper: Paper,
    revisions: Sequence[Revision],
    scheme: bytes,
    given: Mapping[int, Sequence[Levels]],
) -> Score:
    """The score of a paper's responses, and ratings by position, under a scheme version."""
    versions = {item.version for item in paper.items}
    contents = banks.contents(tx, (bytes.fromhex(version) for version in versions))
    return score(
        paper,
        {revision.position: revision.choice for revision in revisions},
        {version.hex(): content for version, content in contents.items()},
        schemes.scheme(tx, scheme),
        given,
    )


def ratings_digest(given: Sequence[Rating]) -> bytes | None:
    """The leaves of every rating that counted, in order; None without any."""
    return sha256(RATINGS + b"".join(own.leaf_hash for own in given)) if given else None


def responses_digest(revisions: Sequence[Revision]) -> bytes:
    """What a result was computed from: the leaves of every acknowledged save, in order."""
    return sha256(RESPONSES + b"".join(revision.leaf_hash for revision in revisions))
