"""Rating answers: who may see one, and what a rating does. Raters learn nobody's name."""

import msgspec

from audit.log import chain_end, record
from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.errors import DutyConflict, LevelsInvalid, TaskSettled, TaskUnknown
from exam_engine.events import RatingGiven
from exam_engine.grading.rating import settled
from exam_engine.outcomes.service import compute_result
from exam_engine.rating import store
from exam_engine.rating.store import Rating, Task
from exam_engine.registration import store as registrations
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx, emits
from people import store as persons
from people.roles import Principal, Role
from question_banks import store as banks
from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule
from question_banks.families.rubric import Criterion, Levels, fits


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a rater sees: the item, the answer as it was given, the criteria; no candidate."""

    task: Task
    content: Content
    version: str
    order: tuple[str, ...]
    response: str
    rule: Rule
    criteria: tuple[Criterion, ...]
    earlier: tuple[Rating, ...]


def sheet(tx: Tx, *, task_id: bytes, by: Principal) -> Sheet:
    """One answer for a rater of the session's agency.

    Raises TaskUnknown (also for strangers), TaskSettled, DutyConflict for who sat in or watched
    the session, or rated the answer already.
    """
    by.require(Role.ASSESSOR)
    task = store.task(tx, task_id)
    if task.agency_id != by.agency_id:
        raise TaskUnknown
    _check_duties(tx, task, by)
    found = _sheet(tx, task)
    if by.person_id in persons.persons_of(tx, (own.account_id for own in found.earlier)):
        raise DutyConflict(duty="assessor")
    if task.settled:
        raise TaskSettled
    return found


@emits("rating.given", "graded.auto", "result.computed")
def rate(tx: Tx, *, task_id: bytes, levels: Levels, remark: str = "", by: Principal) -> bool:
    """Keep a rating; gives whether the answer is settled by it.

    With the last answer that was pending the sitting gets its next signed result. Raises as
    `sheet` does, and LevelsInvalid.
    """
    by.require(Role.ASSESSOR)
    sitting = delivery.sitting(tx, store.task(tx, task_id).sitting_id, hold=True)
    found = sheet(tx, task_id=task_id, by=by)
    if not fits(found.criteria, levels):
        raise LevelsInvalid(missing=max(0, len(found.criteria) - len(levels)) or 1)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    task = found.task
    number = len(found.earlier) + 1
    event = RatingGiven(
        number=number, position=task.position, item=found.version, levels=list(levels),
        remark=remark, rater=ids.text(by.account_id),
    )  # fmt: skip
    sealer = persons.sealer(tx, sitting.person_id)
    record(tx, event, session=task.session_id, handle=sitting.handle, sealer=sealer)
    k, leaf_hash = chain_end(tx, sitting.handle)
    made = Rating(task.position, number, by.account_id, levels, k, leaf_hash)
    store.add_rating(tx, task, made, remark, sitting.person_id)
    given = [*(own.levels for own in found.earlier), levels]
    if settled(found.content, found.response, found.rule, given) is None:
        return False
    store.settle(tx, task.id)
    if not store.unsettled(tx, sitting.id):
        compute_result(tx, sitting)
    return True


def item_of(tx: Tx, task: Task) -> Content:
    """The item that an answer belongs to, for a list."""
    placed = papers.from_bytes(assembly.paper(tx, task.sitting_id).body).at(task.position)
    version = bytes.fromhex(placed.version)
    return banks.contents(tx, [version])[version]


def _sheet(tx: Tx, task: Task) -> Sheet:
    placed = papers.from_bytes(assembly.paper(tx, task.sitting_id).body).at(task.position)
    version = bytes.fromhex(placed.version)
    content = banks.contents(tx, [version])[version]
    answer = delivery.answers(tx, task.sitting_id).get(task.position)
    scheme = schemes.scheme(tx, registrations.session(tx, task.session_id).scheme)
    response = (answer.choice if answer else None) or ""
    given = store.of_sitting(tx, task.sitting_id)
    return Sheet(
        task=task,
        content=content,
        version=placed.version,
        order=placed.options,
        response=response,
        rule=next(s.rule for s in scheme.sections if s.code == placed.section),
        criteria=FAMILIES[content.family].criteria(content, response),
        earlier=tuple(own for own in given if own.position == task.position),
    )


def _check_duties(tx: Tx, task: Task, by: Principal) -> None:
    """By person: another account of the same person is the same hand."""
    if by.person_id in persons.persons_of(tx, registrations.assigned(tx, task.session_id)):
        raise DutyConflict(duty="proctor")
    if registrations.person_registered(tx, task.session_id, by.person_id):
        raise DutyConflict(duty="candidate")
