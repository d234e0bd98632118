"""A log is closed and another goes on over the same tree: nothing lost, nothing forked."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import closing, key_rotation, leaf, note, policy, reads, store, witnessing
from audit.checkpoint import verify as verify_checkpoint
from audit.errors import LockMissing, LogBehind, LogClosed, OriginTaken, TileUnknown
from audit.export import export
from audit.fsck import fsck
from audit.sequencer import Sequencer, integrate
from audit.tiles import Place
from audit.verify import main as verify
from audit.witness import Witness, create_key
from audit.witness_client import Cosigner
from audit.witness_server import WitnessServer
from kernel.database import Database
from tests.audit.strangers import check_with_go
from tests.audit.trial import LOCK, ORIGIN, PRIVATE, fill, save, sequencer, tamper

OTHER = "contoh.invalid/log/2"
NEXT = Ed25519PrivateKey.from_private_bytes(bytes([78]) * 32)
OLD_KEY, NEW_KEY = note.verifier_key(ORIGIN, PRIVATE), note.verifier_key(OTHER, NEXT)


def close(database: Database, folder: Path) -> str:
    """Close the trial log with a last word; gives its last checkpoint."""
    database.write_sync(key_rotation.freeze, next_origin=OTHER, reason="Tahun baru")
    one = sequencer(database, folder)
    one.drain()
    one.close()
    closing.put_away(folder / LOCK)
    return closing.last_notes(folder / LOCK)[-1]


def following(database: Database, folder: Path, previous: str | None) -> Sequencer:
    lock = folder / LOCK
    return Sequencer(database, signing_key=NEXT, origin=OTHER, lock_path=lock, previous=previous)


def go_on(database: Database, folder: Path, previous: str) -> int:
    """Start the next log; gives its size."""
    one = following(database, folder, previous)
    size = one.drain().size
    one.close()
    return size


def test_next_log_goes_on_over_the_same_tree_and_says_from_where(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 300)
    previous = close(database, tmp_path)
    database.write_sync(save, count=2)  # deeds go on between the two

    size = go_on(database, tmp_path, previous)

    assert verify_checkpoint(previous, OLD_KEY).size == 302
    assert size == 305
    newest = database.read_sync(reads.checkpoint_note) or ""
    assert verify_checkpoint(newest, NEW_KEY).size == 305
    last = [
        leaf.decode(e.leaf) for e in database.read_sync(lambda tx: [*store.entries(tx, 301, 305)])
    ]
    assert [one.type for one in last] == ["log.frozen", "trial.saved", "trial.saved", "log.created"]
    assert last[-1].clear == {"origin": OTHER, "key": NEW_KEY.vkey, "previous": previous}
    lock = tmp_path / LOCK
    assert database.read_sync(fsck, vkey=NEW_KEY.vkey, also=[OLD_KEY.vkey], lock=lock) == []


def test_both_logs_satisfy_strangers(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 260)
    one, two = tmp_path / "one", tmp_path / "two"
    previous = close(database, tmp_path)
    export(database, one)
    go_on(database, tmp_path, previous)
    export(database, two)

    assert verify([str(one), "--key", OLD_KEY.vkey]) == 0
    assert verify([str(two), "--key", NEW_KEY.vkey]) == 0
    assert verify([str(two), "--key", OLD_KEY.vkey]) == 3
    assert check_with_go(two, key=NEW_KEY.vkey)["size"] == 263


def test_closed_log_is_served_up_to_its_end_and_no_further(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 4)
    previous = close(database, tmp_path)
    go_on(database, tmp_path, previous)
    database.write_sync(save, count=3)
    go_on(database, tmp_path, previous)

    [closed] = database.read_sync(closing.closed_logs, notes=closing.last_notes(tmp_path / LOCK))
    assert (closed.head.origin, closed.head.size, closed.whole) == (ORIGIN, 6, True)
    assert database.read_sync(reads.checkpoint_note, closed_at=6) == previous
    served = database.read_sync(reads.tile, place=Place(0, 0, 6), closed_at=6)
    assert served == database.read_sync(reads.tile, place=Place(0, 0, 6))
    with pytest.raises(TileUnknown):
        database.read_sync(reads.tile, place=Place(0, 0, 7), closed_at=6)


def test_closed_origin_signs_nothing_more_and_a_lost_lock_is_no_closing(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 2)
    previous = close(database, tmp_path)
    lock = tmp_path / LOCK

    again = Sequencer(
        database, signing_key=PRIVATE, origin=ORIGIN, lock_path=lock, previous=previous
    )
    with pytest.raises(LogClosed):
        again.turn()
    again.close()
    forgetful = following(database, tmp_path, None)
    with pytest.raises(LockMissing):
        forgetful.turn()
    forgetful.close()
    for taken in (ORIGIN, OTHER):
        with pytest.raises(OriginTaken):
            closing.require_free(taken, lock=lock, now=OTHER)
    closing.require_free("contoh.invalid/log/3", lock=lock, now=OTHER)


@pytest.mark.parametrize("integrated", [False, True])
def test_next_log_killed_before_its_first_signature_is_born_once(
    database: Database,
    tmp_path: Path,
    integrated: bool,  # noqa: FBT001 - a table's column
) -> None:
    fill(database, tmp_path, 2)
    previous = close(database, tmp_path)
    database.write_sync(closing.note_birth, origin=OTHER, vkey=NEW_KEY.vkey, previous=previous)
    if integrated:
        database.write_sync(integrate)

    assert go_on(database, tmp_path, previous) == 5
    types = [
        leaf.decode(e.leaf).type for e in database.read_sync(lambda tx: [*store.entries(tx, 0, 5)])
    ]
    assert types.count("log.created") == 2


def test_log_whose_tail_is_lost_is_closed_without_a_last_word(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    tamper(database, "DELETE FROM log_checkpoint WHERE size > 1")
    tamper(database, "DELETE FROM log_entry WHERE idx >= 15")
    tamper(database, "DELETE FROM log_chain WHERE k > 15")
    stuck = sequencer(database, tmp_path)
    with pytest.raises(LogBehind):
        stuck.turn()
    stuck.close()

    closing.put_away(tmp_path / LOCK)
    [previous] = closing.last_notes(tmp_path / LOCK)
    assert go_on(database, tmp_path, previous) == 16
    [closed] = database.read_sync(closing.closed_logs, notes=[previous])
    assert (closed.head.size, closed.whole) == (21, False)
    export(database, tmp_path / "export")
    assert verify([str(tmp_path / "export"), "--key", NEW_KEY.vkey]) == 0


def test_witness_that_saw_a_closed_log_cosigns_the_one_that_goes_on(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    create_key(tmp_path / "witness")
    witness = Witness(tmp_path / "witness", "saksi.invalid/w", [OLD_KEY, NEW_KEY], lambda: 1)
    with WitnessServer(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        rules = policy.parse(f"witness saksi {witness.key.vkey} {address}\nquorum saksi\n")
        troubles = [outcome.trouble for outcome in Cosigner(database, rules).turn()]
        previous = close(database, tmp_path)
        size = go_on(database, tmp_path, previous)
        troubles += [outcome.trouble for outcome in Cosigner(database, rules).turn()]
        server.shutdown()
        thread.join()

    assert troubles == [None, None]
    assert witness.seen(ORIGIN).size == 21
    assert witness.seen(OTHER).size == size == 23
    assert database.read_sync(witnessing.require_quorum, policy=rules, size=23).size == 23
