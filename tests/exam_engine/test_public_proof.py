"""The public verdict recomputes what it claims: a certificate that evidence contradicts is not
shown as valid, whatever its row says.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.sequencer import Sequencer
from certificates import store
from certificates.issuing import issue_awards
from certificates.verification import Verification, by_code
from kernel.database import Tx
from tests.stage import Stage, Tamper, tampering


@pytest.fixture
def issued(stage: Stage, tmp_path: Path) -> Iterator[Stage]:
    """One certificate, its event in the signed log."""
    stage.open()
    stage.sat(0)
    stage.close()
    stage.decide()
    sequencer: Sequencer = stage.sequencer(tmp_path)
    issue_awards(stage.database, stage.issuer())
    sequencer.drain()
    yield stage
    sequencer.close()


def leaf(tx: Tx, tamper: Tamper) -> None:
    sealed = tx.run("SELECT leaf_hash FROM certificate")[0][0]
    assert tamper("log_entry", "UPDATE log_entry SET leaf = ? WHERE h = ?", b"{}", sealed) == 1


def neighbour(_tx: Tx, tamper: Tamper) -> None:
    assert tamper("log_entry", "UPDATE log_entry SET h = ? WHERE idx = 0", bytes(32)) == 1


def checkpoint(_tx: Tx, tamper: Tamper) -> None:
    sql = "UPDATE log_checkpoint SET note = REPLACE(note, '\u2014 ', '\u2014 x')"
    assert tamper("log_checkpoint", sql) >= 1


def opening(tx: Tx, tamper: Tamper) -> None:
    sealed = tx.run("SELECT leaf_hash FROM certificate")[0][0]
    assert tamper("log_opening", "DELETE FROM log_opening WHERE leaf_hash = ?", sealed) == 1


def look(tx: Tx, stage: Stage) -> Verification:
    session = store.of_session(tx, stage.session)
    found = by_code(tx, text=session[0].code)
    assert found is not None
    return found


def test_untouched_certificate_is_proven(issued: Stage) -> None:
    found = issued.database.read_sync(look, stage=issued)

    assert (found.signed, found.opens, found.included, found.proven) == (True, True, True, True)


@pytest.mark.parametrize("forgery", [leaf, neighbour, checkpoint, opening])
def test_certificate_that_the_log_contradicts_is_not_proven(issued: Stage, forgery: object) -> None:
    assert callable(forgery)
    with tampering(issued.database) as (tx, tamper):
        forgery(tx, tamper)

        assert not look(tx, issued).proven
