"""What is served: nothing beyond the published size, and every prefix up to it."""

from datetime import timedelta
from pathlib import Path

import pytest

from audit import checkpoint, merkle, note, proof, reads, store, tiles
from audit.errors import TileUnknown
from audit.sequencer import integrate
from audit.tiles import Place
from kernel.clock import ManualClock
from kernel.database import Database
from tests.audit.trial import ORIGIN, PRIVATE, fill, save

KEY = note.verifier_key(ORIGIN, PRIVATE)


def test_log_not_yet_created_shows_nothing(database: Database) -> None:
    assert database.read_sync(reads.checkpoint_note) is None
    assert database.read_sync(reads.state) is None
    with pytest.raises(TileUnknown):
        database.read_sync(reads.tile, place=Place(0, 0, 1))


def test_every_tile_and_bundle_of_the_published_tree_is_served(
    database: Database, tmp_path: Path
) -> None:
    recorded = fill(database, tmp_path, 300)
    signed = checkpoint.verify(database.read_sync(reads.checkpoint_note) or "", KEY)

    leaves = tiles.parse_bundle(database.read_sync(reads.tile, place=Place(None, 0, 256)), 256)
    leaves += tiles.parse_bundle(database.read_sync(reads.tile, place=Place(None, 1, 45)), 45)
    rows = tiles.parse_tile(database.read_sync(reads.tile, place=Place(0, 0, 256)), 256)
    rows += tiles.parse_tile(database.read_sync(reads.tile, place=Place(0, 1, 45)), 45)

    assert {entry.leaf for entry in recorded} < set(leaves)
    assert rows == [merkle.leaf_hash(leaf) for leaf in leaves]
    assert database.read_sync(reads.tile, place=Place(1, 0, 1)) == merkle.perfect_root(rows[:256])
    tree = merkle.CompactRange()
    for hashed in rows:
        tree.push(hashed)
    assert (signed.size, signed.root) == (301, tree.root())


def test_narrower_tile_of_an_older_checkpoint_is_still_served(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 300)

    whole = database.read_sync(reads.tile, place=Place(0, 0, 256))
    assert database.read_sync(reads.tile, place=Place(0, 0, 7)) == whole[: 7 * 32]
    assert len(tiles.parse_bundle(database.read_sync(reads.tile, place=Place(None, 1, 3)), 3)) == 3


@pytest.mark.parametrize(
    ("level", "n", "width"),
    [(0, 1, 46), (0, 2, 1), (1, 0, 2), (1, 1, 1), (2, 0, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1)],
)
def test_tile_beyond_the_published_size_is_refused(
    database: Database, tmp_path: Path, level: int, n: int, width: int
) -> None:
    fill(database, tmp_path, 300)

    with pytest.raises(TileUnknown):
        database.read_sync(reads.tile, place=Place(level, n, width))


def test_entries_integrated_but_not_signed_are_not_served(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 5)
    [entry] = database.write_sync(save, count=1)
    database.write_sync(integrate)

    assert database.read_sync(store.size) == 7
    with pytest.raises(TileUnknown):
        database.read_sync(reads.tile, place=Place(None, 0, 7))
    assert database.read_sync(reads.tlog_proof, leaf_hash=entry.leaf_hash) is None


def test_proof_of_every_recorded_leaf_verifies_from_outside(
    database: Database, tmp_path: Path
) -> None:
    for entry in fill(database, tmp_path, 40):
        text = database.read_sync(reads.tlog_proof, leaf_hash=entry.leaf_hash)

        assert text is not None
        parsed = proof.parse(text)
        assert proof.verify(parsed, entry.leaf, KEY).size == 41


def test_proof_of_a_waiting_or_unknown_leaf_is_none(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 5)
    [entry] = database.write_sync(save, count=1)

    assert database.read_sync(reads.tlog_proof, leaf_hash=entry.leaf_hash) is None
    assert database.read_sync(reads.tlog_proof, leaf_hash=bytes(32)) is None


def test_consistency_between_published_sizes_verifies(database: Database, tmp_path: Path) -> None:
    for count in (3, 260, 20):
        fill(database, tmp_path, count)
    rows = database.read_sync(store.checkpoints)

    path = database.read_sync(reads.consistency, old=rows[1].size, new=rows[-1].size)

    merkle.verify_consistency(rows[1].size, rows[-1].size, path, rows[1].root, rows[-1].root)


def test_state_counts_what_waits(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 5)
    database.write_sync(save, count=4)

    state = database.read_sync(reads.state)

    assert state is not None
    assert (state.size, state.waiting) == (6, 4)
    assert state.signed_at.startswith("2026-03-14T02:00:00.")


def test_sizes_at_moments_are_those_published_by_then(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    moments = [clock.now() - timedelta(hours=1)]
    expected = [0]
    for count in (3, 0, 40, 1, 0, 7):
        if count:
            fill(database, tmp_path, count)
            fill(database, tmp_path, 1)  # two checkpoints of one moment
        moments.append(clock.now())
        expected.append(expected[-1] + (count + 1 if count else 0) + (len(expected) == 1))
        clock.advance(3600)

    assert database.read_sync(reads.sizes_at, moments=moments) == expected
    born = database.read_sync(reads.birth)
    assert born is not None
    assert moments[0] < born < moments[1]


def test_sizes_of_a_log_not_yet_created_are_zero(database: Database, clock: ManualClock) -> None:
    assert database.read_sync(reads.sizes_at, moments=[clock.now()]) == [0]
    assert database.read_sync(reads.birth) is None
