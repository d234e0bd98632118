"""Angoff panels: figures by hand, two rounds, means kept with the versions."""

from fractions import Fraction

import pytest

from people.errors import RoleMissing
from people.roles import Role
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.errors import PanelIncomplete, RatingInvalid
from question_banks.standard_setting import service, store
from question_banks.standard_setting.angoff import cut_of_paper, figures, icc
from tests.question_banks.test_review import hire
from tests.stage import Stage

# Shrout and Fleiss 1979, table 2: six targets (columns), four judges (rows).
SHROUT_FLEISS = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]


def test_agreement_equals_the_published_example() -> None:
    assert round(icc(SHROUT_FLEISS) or 0, 2) == 0.62
    assert icc([[5, 5], [5, 5]]) is None
    assert icc([[1, 2]]) is None


def test_cut_and_standard_error_by_hand() -> None:
    found = figures({("a", "1"): 60, ("a", "2"): 80, ("b", "1"): 40, ("b", "2"): 60})

    assert found.cut == pytest.approx(0.6)
    # judges' cuts 0.7 and 0.5: sd = 0.1414, over sqrt(2)
    assert found.standard_error == pytest.approx(0.1)
    assert found.means == {"1": Fraction(1, 2), "2": Fraction(7, 10)}
    assert found.spread == {"1": (40, 60), "2": (60, 80)}
    assert cut_of_paper(found.means, ["1", "2"]) == Fraction(6, 5)
    with pytest.raises(ValueError, match="left an item out"):
        figures({("a", "1"): 60, ("b", "2"): 40})


def test_panel_goes_through_two_rounds_and_keeps_the_second(stage: Stage) -> None:
    write, read = stage.database.write_sync, stage.database.read_sync
    admin = stage.cast["admin"]
    judges = [stage.cast["penelaah"], hire(stage, "juri", Role.REVIEWER)]
    bank = read(banks.banks)[0]
    items = tuple(item.id for item in read(banks.items, bank_id=bank.id)[:3])
    panel = write(
        service.open_panel, bank_id=bank.id, name="Panel contoh", item_ids=items,
        judges=tuple(j.account_id or b"" for j in judges), by=admin,
    )  # fmt: skip
    versions = read(store.panel, panel_id=panel).versions

    for number, values in ((1, (50, 70)), (2, (60, 70))):
        for judge, value in zip(judges, values, strict=True):
            with pytest.raises(PanelIncomplete):
                write(service.next_round, panel_id=panel, by=admin)
            write(service.rate, panel_id=panel, ratings=dict.fromkeys(versions, value), by=judge)
        if number == 2:  # a changed mind
            write(service.rate, panel_id=panel, ratings={versions[0]: 90}, by=judges[0])
        found = write(service.next_round, panel_id=panel, by=admin)
        assert found.judges == 2

    kept = read(annotations.newest, versions=[bytes.fromhex(v) for v in versions], kind=Kind.ANGOFF)
    assert kept[bytes.fromhex(versions[0])].body == b'{"mean":"4/5","judges":2}'
    assert kept[bytes.fromhex(versions[1])].body == b'{"mean":"13/20","judges":2}'
    with pytest.raises(PanelIncomplete):
        write(service.rate, panel_id=panel, ratings={versions[0]: 1}, by=judges[0])


def test_strangers_and_impossible_ratings_are_refused(stage: Stage) -> None:
    write, read = stage.database.write_sync, stage.database.read_sync
    bank = read(banks.banks)[0]
    item = read(banks.items, bank_id=bank.id)[0]
    given = {"bank_id": bank.id, "name": "Panel", "item_ids": (item.id,)}
    judges = (stage.cast["penelaah"].account_id or b"", stage.cast["penyusun"].account_id or b"")

    with pytest.raises(RoleMissing):
        write(service.open_panel, judges=judges, by=stage.cast["penelaah"], **given)  # type: ignore[arg-type]  # fields by name
    with pytest.raises(PanelIncomplete):
        write(service.open_panel, judges=judges[:1], by=stage.cast["admin"], **given)  # type: ignore[arg-type]  # as above
    panel = write(service.open_panel, judges=judges, by=stage.cast["admin"], **given)  # type: ignore[arg-type]  # as above
    with pytest.raises(RoleMissing):
        write(service.rate, panel_id=panel, ratings={}, by=stage.cast["pengawas"])
    for ratings in ({item.version.hex(): 101}, {item.version.hex(): -1}, {"00" * 32: 50}):
        with pytest.raises(RatingInvalid):
            write(service.rate, panel_id=panel, ratings=ratings, by=stage.cast["penelaah"])
