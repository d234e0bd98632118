"""What candidates answered, as papers of responses that statistics take; nobody's name in it.

Only ended sittings of closed sessions count, so that figures tell nothing while an exam runs.
"""

from collections.abc import Set as AbstractSet
from fractions import Fraction

from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.grading import store
from exam_engine.grading.rating import settled
from exam_engine.rating import store as ratings
from exam_engine.rating.store import levels_by_position
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel.database import Tx
from question_banks import store as banks
from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.statistics.matrix import Paper, Response


def closed_sessions(tx: Tx) -> list[bytes]:
    """Sessions whose responses may be looked at."""
    return store.closed_sessions(tx)


def papers_of_session(tx: Tx, *, session_id: bytes, versions: AbstractSet[str]) -> list[Paper]:
    """The responses to the given item versions (hex), a paper for each ended sitting."""
    scheme = schemes.scheme(tx, store.scheme_of(tx, session_id))
    found = (_paper(tx, sitting, versions, scheme) for sitting in store.ended(tx, session_id))
    return [paper for paper in found if paper]


def _paper(tx: Tx, sitting_id: bytes, versions: AbstractSet[str], scheme: Scheme) -> Paper:
    drawn = papers.from_bytes(assembly.paper(tx, sitting_id).body)
    answers = delivery.answers(tx, sitting_id)
    given = levels_by_position(ratings.of_sitting(tx, sitting_id))
    rules = {section.code: section.rule for section in scheme.sections}
    own = [(n, i) for n, i in enumerate(drawn.items, start=1) if i.version in versions]
    contents = banks.contents(tx, (bytes.fromhex(item.version) for _, item in own))
    responses = []
    for position, item in own:
        content: Content = contents[bytes.fromhex(item.version)]
        answer = answers.get(position)
        chosen = answer.choice if answer else None
        family, rule = FAMILIES[content.family], rules[item.section]
        marks = family.marks(content, chosen, rule)
        if marks is None and chosen is not None:
            marks = settled(content, chosen, rule, given.get(position, ()))
        if marks is None:  # people have not graded it
            continue
        exact, most = Fraction(marks), family.most(content, rule)
        scale = exact.denominator  # a share of the most is what counts: whole numbers keep it exact
        responses.append(Response(item.version, exact.numerator, most * scale, chosen))
    return tuple(responses)
