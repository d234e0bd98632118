"""Analysing a bank: gather what was answered, compute in a worker, keep the figures."""

from collections.abc import Callable

from exam_engine.grading.response_matrix import closed_sessions, papers_of_session
from kernel.database import Database
from kernel.workers import processes
from people.roles import Principal
from question_banks import store as banks
from question_banks.statistics.analysis import Analysis, analyse
from question_banks.statistics.matrix import Paper
from question_banks.statistics.service import keep_analysis
from question_banks.statistics.store import newest_analysis

Compute = Callable[[list[Paper]], Analysis | None]


def in_a_worker(papers: list[Paper]) -> Analysis | None:
    """Compute in another process, so that nobody's save waits for it."""
    with processes() as pool:
        return pool.submit(analyse, papers).result()


def gather(database: Database, bank_id: bytes) -> list[Paper]:
    """Every ended paper's responses to items of a bank, a short read for each session."""
    versions = database.read_sync(banks.versions_of_bank, bank_id=bank_id)
    return [
        paper
        for session in database.read_sync(closed_sessions)
        for paper in database.read_sync(papers_of_session, session_id=session, versions=versions)
    ]


def analyse_bank(
    database: Database, *, bank_id: bytes, by: Principal, compute: Compute = in_a_worker
) -> Analysis | None:
    """Compute and keep a bank's figures; None without any ended paper.

    Figures from data that were analysed already are not kept again. For threads without an
    event loop.
    """
    found = compute(gather(database, bank_id))
    if found is None:
        return None
    last = database.read_sync(newest_analysis, bank_id=bank_id)
    if last is None or last.data.hex() != found.data:
        keep_analysis(database, bank_id=bank_id, analysis=found, by=by)
    return found
