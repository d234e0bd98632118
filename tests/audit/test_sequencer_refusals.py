"""What the sequencer refuses, and how a log without its lock is taken over."""

from pathlib import Path

import pytest

from audit import checkpoint
from audit.checkpoint import TreeHead
from audit.errors import (
    LockChanged,
    LockMissing,
    LogBehind,
    LogCorrupt,
    LogForked,
    SequencerElsewhere,
    SignatureMissing,
)
from audit.sequencer import Sequencer, integrate
from kernel.database import Database
from kernel.errors import Integrity, UjikomError
from tests.audit.trial import (
    LOCK,
    ORIGIN,
    PRIVATE,
    assert_sound,
    fill,
    kill_after_sign,
    published_sizes,
    save,
    sequencer,
    tamper,
)


def assert_refused_for_good(
    one: Sequencer, database: Database, folder: Path, kind: type[Integrity]
) -> None:
    """Refused at each turn, while the lock stays and deeds are still recorded."""
    lock = (folder / LOCK).read_bytes()
    sizes = published_sizes(database)
    for _ in range(2):
        with pytest.raises(kind):
            one.turn()
    database.write_sync(save, count=1, handle=None)
    assert (folder / LOCK).read_bytes() == lock
    assert published_sizes(database) == sizes
    one.close()


def test_database_older_than_the_lock_is_refused(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 300)
    tamper(database, "DELETE FROM log_entry WHERE idx >= 290")
    tamper(database, "DELETE FROM log_checkpoint WHERE size > 290")

    assert_refused_for_good(sequencer(database, tmp_path), database, tmp_path, LogBehind)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET h = :hash WHERE idx = 299",
        "UPDATE log_node SET h = :hash WHERE l = 1 AND n = 0",
    ],
)
def test_database_with_another_tree_at_the_locks_size_is_refused(
    database: Database, tmp_path: Path, statement: str
) -> None:
    fill(database, tmp_path, 300)
    tamper(database, statement, hash=bytes(32))

    assert_refused_for_good(sequencer(database, tmp_path), database, tmp_path, LogForked)


def test_bit_flipped_between_integrating_and_signing_is_refused(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    database.write_sync(save, count=5)
    database.write_sync(integrate)
    tamper(database, "UPDATE log_entry SET leaf = :leaf WHERE idx = 22", leaf=b"{}")

    assert_refused_for_good(sequencer(database, tmp_path), database, tmp_path, LogCorrupt)


def test_node_flipped_between_integrating_and_signing_is_refused(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 250)
    database.write_sync(save, count=10)
    database.write_sync(integrate)
    tamper(database, "UPDATE log_node SET h = :hash", hash=bytes(32))

    assert_refused_for_good(sequencer(database, tmp_path), database, tmp_path, LogCorrupt)


def test_another_root_published_for_the_signed_size_is_refused(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 3)
    database.write_sync(save, count=2)
    kill_after_sign(database, tmp_path)
    tamper(
        database,
        "INSERT INTO log_checkpoint (size, root, note, signed_at) VALUES (6, :root, '', 0)",
        root=bytes(32),
    )

    one = sequencer(database, tmp_path)
    with pytest.raises(LogForked):
        one._publish(one._open()[0])


def test_lock_file_lost_is_refused_until_a_trusted_checkpoint_is_adopted(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 40)
    database.write_sync(save, count=2)
    trusted = (tmp_path / LOCK).read_text(encoding="utf-8")
    (tmp_path / LOCK).unlink()

    one = sequencer(database, tmp_path)
    with pytest.raises(LockMissing):
        one.turn()
    assert one.adopt(trusted).size == 41

    assert one.drain().size == 43
    assert_sound(database, tmp_path)


def test_checkpoint_of_a_tree_the_database_lacks_is_not_adopted(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 40)
    (tmp_path / LOCK).unlink()
    one = sequencer(database, tmp_path)

    with pytest.raises(LogBehind):
        one.adopt(checkpoint.sign(TreeHead(ORIGIN, 42, bytes(32)), PRIVATE).note)
    with pytest.raises(LogForked):
        one.adopt(checkpoint.sign(TreeHead(ORIGIN, 40, bytes(32)), PRIVATE).note)

    assert not (tmp_path / LOCK).exists()


def test_lock_file_of_another_key_is_refused(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 3)
    other = Sequencer(
        database, signing_key=PRIVATE, origin="contoh.invalid/log/2", lock_path=tmp_path / LOCK
    )

    assert_refused_for_good(other, database, tmp_path, SignatureMissing)


def test_stale_copy_of_the_lock_is_brought_forward(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 10)
    stale = (tmp_path / LOCK).read_bytes()
    fill(database, tmp_path, 10)
    (tmp_path / LOCK).write_bytes(stale)

    one = sequencer(database, tmp_path)

    assert one.published().size == 11
    assert one.turn() is None
    assert one.published().size == 21
    assert_sound(database, tmp_path)


def test_lock_file_changed_under_the_sequencer_is_refused(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 10)
    stale = (tmp_path / LOCK).read_bytes()
    one = sequencer(database, tmp_path)
    database.write_sync(save, count=1)
    one.drain()
    (tmp_path / LOCK).write_bytes(stale)
    database.write_sync(save, count=1)

    assert_refused_for_good(one, database, tmp_path, LockChanged)


def test_published_before_any_turn_opens_the_log(database: Database, tmp_path: Path) -> None:
    one = sequencer(database, tmp_path)

    assert one.published().size == 0
    assert published_sizes(database) == [0]


def test_errors_of_the_log_have_codes_of_their_own() -> None:
    kinds = [LogBehind, LogForked, LogCorrupt, LockChanged, LockMissing, SequencerElsewhere]
    assert len({kind.code for kind in kinds} | {UjikomError.code}) == len(kinds) + 1
