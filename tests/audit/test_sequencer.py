"""The sequencer: turns, the lock, recovery after each step, and what it refuses."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import leaf, merkle, reads, store
from audit.errors import (
    SequencerElsewhere,
)
from audit.export import export
from audit.sequencer import integrate
from kernel.database import Database, Tx, emits_nothing
from tests.audit.folders import run
from tests.audit.trial import (
    LOCK,
    ORIGIN,
    assert_sound,
    fill,
    kill_after_sign,
    published_sizes,
    save,
    sequencer,
)
from tests.conftest import LONG

READY = b'{"at":"2026-11-22T05:30:00.123456Z","d":{"note":"%d"},"t":"trial.saved","v":1}'


def test_log_created_begins_with_a_checkpoint_of_size_zero_and_its_own_leaf(
    database: Database, tmp_path: Path
) -> None:
    one = sequencer(database, tmp_path)

    first = one.turn()

    assert published_sizes(database) == [0, 1]
    assert database.read_sync(store.checkpoint_root, size=0) == merkle.EMPTY_ROOT
    assert first is not None
    assert first.size == 1
    [entry] = database.read_sync(lambda tx: list(store.entries(tx, 0, 1)))
    birth = leaf.decode(entry.leaf)
    assert birth.type == "log.created"
    assert birth.clear == {"origin": ORIGIN, "key": one.key.vkey}
    assert one.turn() is None
    assert (tmp_path / LOCK).read_text(encoding="utf-8") == first.note


def test_events_recorded_before_the_first_turn_come_after_size_zero(
    database: Database, tmp_path: Path
) -> None:
    database.write_sync(save, count=3)

    one = sequencer(database, tmp_path)
    one.drain()

    assert published_sizes(database) == [0, 4]
    assert_sound(database, tmp_path)


def test_turn_takes_leaves_in_order_and_signs_once(database: Database, tmp_path: Path) -> None:
    recorded = [entry for _ in range(6) for entry in database.write_sync(save, count=100)]

    one = sequencer(database, tmp_path)
    last = one.drain()

    assert published_sizes(database) == [0, 601]
    assert last.size == 601
    stored = database.read_sync(lambda tx: [e.leaf for e in store.entries(tx, 0, 600)])
    assert stored == [entry.leaf for entry in recorded]
    assert database.read_sync(store.waiting) == 0
    assert_sound(database, tmp_path)


@emits_nothing("a test's ready leaves")
def keep_waiting(tx: Tx, *, count: int) -> None:
    for number in range(count):
        store.add_to_outbox(tx, READY % number)


def test_turn_and_each_of_its_steps_take_so_many_leaves(database: Database, tmp_path: Path) -> None:
    one = sequencer(database, tmp_path)
    one.drain()
    database.write_sync(keep_waiting, count=5000)

    assert database.write_sync(integrate) == 512
    one.drain()

    assert published_sizes(database) == [0, 1, 1 + 512 + 4096, 5001]
    assert_sound(database, tmp_path)


def test_turn_signs_the_root_over_exact_leaf_bytes(database: Database, tmp_path: Path) -> None:
    recorded = fill(database, tmp_path, 5)

    tree = merkle.CompactRange()
    [birth] = database.read_sync(lambda tx: list(store.entries(tx, 5, 6)))
    for data in [*(entry.leaf for entry in recorded), birth.leaf]:
        tree.push(merkle.leaf_hash(data))
    state = database.read_sync(reads.state)

    assert state is not None
    assert (state.size, state.root, state.waiting) == (6, tree.root(), 0)


def test_sequencer_opened_again_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    for _ in range(3):
        fill(database, tmp_path, 130)

    assert published_sizes(database)[-1] == 391
    assert_sound(database, tmp_path)


def test_second_sequencer_on_the_same_lock_is_refused_until_the_first_closes(
    database: Database, tmp_path: Path
) -> None:
    first, second = sequencer(database, tmp_path), sequencer(database, tmp_path)
    first.turn()

    with pytest.raises(SequencerElsewhere):
        second.turn()

    first.close()
    assert second.drain().size == 1


# --- killed between the steps -----------------------------------------------------------------


def kill_after_integrate(database: Database, folder: Path) -> None:
    """Entries are in the tree; nothing is signed."""
    database.write_sync(integrate)


def kill_while_writing_the_lock(database: Database, folder: Path) -> None:
    """A half-written file lies beside the lock."""
    database.write_sync(integrate)
    (folder / "lock" / ".log.new").write_bytes(b"contoh.inva")


def kill_before_anything(database: Database, folder: Path) -> None:
    """The leaves still wait."""


@pytest.mark.parametrize(
    "kill",
    [
        kill_before_anything,
        kill_after_integrate,
        kill_while_writing_the_lock,
        kill_after_sign,
    ],
)
def test_sequencer_killed_after_any_step_recovers_and_loses_nothing(
    database: Database, tmp_path: Path, kill: object
) -> None:
    fill(database, tmp_path, 300)
    database.write_sync(save, count=10)
    assert callable(kill)

    kill(database, tmp_path)

    again = sequencer(database, tmp_path)
    assert again.turn() is not None
    assert again.drain().size == 311
    assert published_sizes(database)[-1] == 311
    assert_sound(database, tmp_path)


def test_log_killed_after_its_first_signature_is_born_once(
    database: Database, tmp_path: Path
) -> None:
    one = sequencer(database, tmp_path)
    one._lock.acquire()
    one._create(None)
    one.close()

    again = sequencer(database, tmp_path)
    again.drain()

    types = database.read_sync(
        lambda tx: [leaf.decode(e.leaf).type for e in store.entries(tx, 0, store.size(tx))]
    )
    assert types == ["log.created"]
    assert published_sizes(database) == [0, 1]


def test_process_killed_at_any_moment_leaves_a_sound_log(
    database: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    kills = 20 if LONG else 2
    command = [sys.executable, "-m", "tests.audit.busy", database.url, str(tmp_path)]
    acknowledged = 0
    for round_number in range(kills):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            try:
                for _ in range(5 + 7 * round_number % 23):
                    acknowledged += child.stdout.readline().count("saved\n") * 20
            finally:
                child.kill()

        one = sequencer(database, tmp_path)
        size = one.drain().size
        one.close()

        assert size >= acknowledged > 0
        assert_sound(database, tmp_path)
        export(database, tmp_path / "export")
        assert run(tmp_path / "export", "--state", tmp_path / "state") == 0
    record_property("N kills under load", kills)


def test_processes_recording_beside_the_sequencer_lose_and_double_nothing(
    database: Database, tmp_path: Path
) -> None:
    one = sequencer(database, tmp_path)
    command = [sys.executable, "-m", "tests.audit.busy", database.url]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    acknowledged = 0
    try:
        for _ in range(12):
            for child in children:
                assert child.stdout is not None
                acknowledged += child.stdout.readline().count("saved\n") * 20
            one.turn()
    finally:
        for child in children:
            child.kill()
            child.communicate()

    size = one.drain().size

    assert size == database.read_sync(store.chain_count) + 1
    assert size > acknowledged > 0
    assert_sound(database, tmp_path)
