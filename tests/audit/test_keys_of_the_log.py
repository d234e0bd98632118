"""The life of the log's key: exchanged, held in a token, and a log that follows a closed one."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, key_rotation, leaf, note, reads, store
from audit.errors import SignatureMissing
from audit.export import export
from audit.fsck import fsck
from audit.sequencer import Sequencer
from audit.verify import main as verify
from kernel import keys as keyrings
from kernel.database import Database
from kernel.keys import KeysExist, KeysMissing
from tests.audit.strangers import check_with_go
from tests.audit.trial import LOCK, ORIGIN, PRIVATE, fill, sequencer

NEXT = Ed25519PrivateKey.from_private_bytes(bytes([77]) * 32)
OLD_KEY, NEW_KEY = note.verifier_key(ORIGIN, PRIVATE), note.verifier_key(ORIGIN, NEXT)
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


def newest(database: Database) -> str:
    text = database.read_sync(reads.checkpoint_note)
    assert text is not None
    return text


def test_exchanged_key_signs_beside_the_old_one_and_then_alone(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 5)
    run = [str(tmp_path / "export"), "--state", str(tmp_path / "state"), "--key"]
    export(database, tmp_path / "export")
    assert verify([*run, OLD_KEY.vkey]) == 0

    database.write_sync(key_rotation.note_key_added, vkey=NEW_KEY.vkey)
    both = Sequencer(
        database,
        signing_key=PRIVATE,
        next_key=NEXT,
        origin=ORIGIN,
        lock_path=tmp_path / LOCK,
    )
    assert both.drain().size == 7
    both.close()
    for key in (OLD_KEY, NEW_KEY):
        assert checkpoint.verify(newest(database), key).size == 7
    export(database, tmp_path / "export")
    assert check_with_go(tmp_path / "export")["size"] == 7
    assert verify([*run, OLD_KEY.vkey]) == 0

    database.write_sync(key_rotation.note_key_retired, vkey=OLD_KEY.vkey)
    alone = Sequencer(database, signing_key=NEXT, origin=ORIGIN, lock_path=tmp_path / LOCK)
    assert alone.drain().size == 8
    alone.close()
    with pytest.raises(SignatureMissing):
        checkpoint.verify(newest(database), OLD_KEY)
    export(database, tmp_path / "export")
    assert verify([*run, OLD_KEY.vkey]) == 3
    assert verify([*run, NEW_KEY.vkey]) == 0
    lock = tmp_path / LOCK
    assert database.read_sync(fsck, vkey=NEW_KEY.vkey, also=[OLD_KEY.vkey], lock=lock) == []
    kinds = {found.kind for found in database.read_sync(fsck, vkey=NEW_KEY.vkey, lock=lock)}
    assert kinds == {"checkpoint_signature"}


def test_new_log_carries_the_last_checkpoint_of_the_closed_one(
    database: Database, tmp_path: Path
) -> None:
    closed = checkpoint.sign(checkpoint.TreeHead("contoh.invalid/log/0", 9, bytes(32)), PRIVATE)
    one = Sequencer(
        database,
        signing_key=NEXT,
        origin=ORIGIN,
        lock_path=tmp_path / LOCK,
        previous=closed.note,
    )
    one.drain()
    one.close()

    [first] = database.read_sync(lambda tx: list(store.entries(tx, 0, 1)))
    assert leaf.decode(first.leaf).clear == {
        "key": NEW_KEY.vkey,
        "origin": ORIGIN,
        "previous": closed.note,
    }


def test_closing_a_log_says_where_it_goes_on(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 1)
    database.write_sync(
        key_rotation.freeze, next_origin="contoh.invalid/log/2", reason="Tahun baru"
    )
    one = sequencer(database, tmp_path)
    size = one.drain().size
    one.close()

    [last] = database.read_sync(lambda tx: list(store.entries(tx, size - 1, size)))
    assert leaf.decode(last.leaf).clear == {"next_origin": "contoh.invalid/log/2"}


@pytest.mark.parametrize("passphrase", [None, "kuda baterai staples"])
def test_next_key_lies_beside_the_first_until_it_takes_its_place(
    tmp_path: Path, passphrase: str | None
) -> None:
    keyrings.create(tmp_path, passphrase=passphrase)
    first = keyrings.load(tmp_path, passphrase=passphrase)
    assert first.exchanging is False
    with pytest.raises(KeysMissing):
        keyrings.retire_log_key(tmp_path, public="lama")

    keyrings.add_log_key(tmp_path, passphrase=passphrase)
    with pytest.raises(KeysExist):
        keyrings.add_log_key(tmp_path, passphrase=passphrase)
    during = keyrings.load(tmp_path, passphrase=passphrase)
    assert during.exchanging is True
    assert during.verify_key("log") == first.verify_key("log")

    keyrings.retire_log_key(tmp_path, public=OLD_KEY.vkey)
    after = keyrings.load(tmp_path, passphrase=passphrase)
    assert after.exchanging is False
    assert after.verify_key("log") == during.verify_key("log-2")
    assert keyrings.former_log_keys(tmp_path) == [OLD_KEY.vkey]
    assert len(list((tmp_path / "retired").glob("log-*.json"))) == 1


# A process of its own: the module reads SOFTHSM2_CONF once and stays loaded.
IN_A_TOKEN = """
import sys
from pathlib import Path
from audit import checkpoint, note
from kernel.token import TokenKey, TokenUnready, generate
module = Path(sys.argv[1])
generate(module, token="contoh", pin="1234", label="log")
key = TokenKey.open(module, token="contoh", pin="1234", label="log")
head = checkpoint.TreeHead("contoh.invalid/log/1", 0, bytes(32))
print(note.verifier_key(head.origin, key).vkey)
print(checkpoint.sign(head, key).note, end="")
key.close()
for token, pin, label in [("lain", "1234", "log"), ("contoh", "9", "log"), ("contoh", "1234", "x")]:
    try:
        TokenKey.open(module, token=token, pin=pin, label=label)
        sys.exit("opened")
    except TokenUnready as error:
        print(error.data["reason"], file=sys.stderr)
"""


def test_key_in_a_token_signs_checkpoints_and_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", encoding="ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    make = ["softhsm2-util", "--init-token", "--free", "--label", "contoh"]
    subprocess.run([*make, "--so-pin", "123456", "--pin", "1234"], check=True, capture_output=True)

    ended = subprocess.run(
        [sys.executable, "-c", IN_A_TOKEN, str(MODULE)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )

    assert ended.returncode == 0, ended.stderr
    vkey, _, signed = ended.stdout.partition("\n")
    assert checkpoint.verify(signed, note.parse_vkey(vkey)).size == 0
    assert len(ended.stderr.splitlines()) == 3
