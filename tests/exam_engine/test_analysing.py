"""From candidates' answers to kept figures: what is pushed, what waits, what is kept once."""

import pytest

from audit import leaf as leaves
from exam_engine.grading.analysing import analyse_bank, gather, in_a_worker
from exam_engine.grading.uses import push_uses
from kernel.database import Tx
from people.errors import RoleMissing
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind, Use
from question_banks.statistics.analysis import analyse, item_from
from question_banks.statistics.store import newest_analysis
from tests.stage import Stage


def bank_of(stage: Stage) -> bytes:
    return stage.database.read_sync(banks.banks)[0].id


def held(stage: Stage) -> Stage:
    """One candidate who answered all well, one all badly, one who came and left blanks."""
    stage.open()
    stage.sat(0)
    stage.sat(1, well=False)
    seat = stage.seat(2)
    seat.enter()
    seat.submit()
    return stage


def test_answers_are_pushed_as_they_were_given_and_name_nobody(stage: Stage) -> None:
    held(stage).close()

    papers = gather(stage.database, bank_of(stage))

    earned = sorted(sum(r.earned for r in paper) for paper in papers)
    assert earned == [0, 3, 40]
    assert sorted(sum(r.most for r in paper) for paper in papers) == [40, 40, 40]
    assert {r.chosen is None for paper in papers for r in paper} == {True, False}
    assert all({"version", "earned", "most", "chosen"} == set(r.__struct_fields__)
               for paper in papers for r in paper)  # fmt: skip


def test_uses_are_counted_once_a_session_has_ended(stage: Stage) -> None:
    held(stage)
    items = {i.id: i for i in stage.database.read_sync(banks.items, bank_id=bank_of(stage))}
    assert push_uses(stage.database) == 0, "the session runs"

    stage.close()

    assert [push_uses(stage.database), push_uses(stage.database)] == [1, 0]
    found = stage.database.read_sync(annotations.uses, item_ids=tuple(items))
    drawn = [own for _, own in gathered_versions(stage)]
    assert sum(use.papers for use in found.values()) == len(drawn) == 3 * 8
    for item, use in found.items():
        assert use == Use(1, drawn.count(items[item].version.hex()))
    assert {items[i].version.hex() for i in items.keys() - found.keys()}.isdisjoint(drawn)


def gathered_versions(stage: Stage) -> list[tuple[int, str]]:
    """Versions on every candidate's paper, as the statistics see them."""
    papers = gather(stage.database, bank_of(stage))
    return [(n, own.version) for n, paper in enumerate(papers) for own in paper]


def test_running_session_gives_no_figures(stage: Stage) -> None:
    held(stage)

    assert analyse_bank(
        stage.database, bank_id=bank_of(stage), by=stage.cast["penyusun"], compute=analyse
    ) is None  # fmt: skip


def test_figures_are_kept_once_and_tied_to_version_and_data(stage: Stage) -> None:
    held(stage).close()
    bank, writer = bank_of(stage), stage.cast["penyusun"]

    found = analyse_bank(stage.database, bank_id=bank, by=writer, compute=analyse)
    again = analyse_bank(stage.database, bank_id=bank, by=writer, compute=analyse)

    assert found is not None
    assert again == found
    kept = stage.database.read_sync(newest_analysis, bank_id=bank)
    assert kept is not None
    assert (kept.data.hex(), kept.summary.test) == (found.data, found.test)
    version = bytes.fromhex(found.items[0].figures.version)
    facts = stage.database.read_sync(annotations.of_version, version=version, kind=Kind.STATISTICS)
    assert [(fact.data.hex(), item_from(fact.body)) for fact in facts] == [
        (found.data, found.items[0])
    ]
    assert stage.database.read_sync(_computed) == 1


def test_worker_process_computes_the_same(stage: Stage) -> None:
    held(stage).close()
    papers = gather(stage.database, bank_of(stage))

    assert in_a_worker(papers) == analyse(papers)


def test_candidate_may_not_compute_figures(stage: Stage) -> None:
    held(stage).close()
    papers = gather(stage.database, bank_of(stage))
    assert papers

    with pytest.raises(RoleMissing):
        analyse_bank(
            stage.database, bank_id=bank_of(stage), by=stage.cast["pengawas"], compute=analyse
        )


def _computed(tx: Tx) -> int:
    rows = tx.run("SELECT leaf FROM log_outbox")
    return sum(leaves.decode(row[0]).type == "statistics.computed" for row in rows)
