"""Witnesses: cosignatures, the protocol's answers, the client's retries, the quorum."""

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint as ScalesCheckpoint

from audit import checkpoint, cosignature, leaf, merkle, note, policy, reads, store, witnessing
from audit.checkpoint import TreeHead
from audit.errors import (
    KeyMalformed,
    OverrideUnexplained,
    QuorumMissing,
    SignatureMissing,
    SignatureWrong,
    WitnessAhead,
    WitnessRefused,
    WitnessUnreachable,
)
from audit.export import export
from audit.policy import Policy
from audit.witness import Witness, create_key, encode_request
from audit.witness_client import Cosigner
from audit.witness_server import WitnessServer
from kernel.clock import ManualClock
from kernel.database import Database, Tx, emits
from tests.audit.folders import KEY, honest_leaves, run
from tests.audit.strangers import served_log
from tests.audit.test_policy import GROUPS, KEYS
from tests.audit.trial import ORIGIN, PRIVATE, fill, sequencer, tamper

NAME = "saksi.contoh.invalid/w1"
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
AT = 1_679_315_147
LEAVES = [merkle.leaf_hash(data) for data in honest_leaves(40)]


def tree(size: int) -> merkle.CompactRange:
    grown = merkle.CompactRange()
    for hashed in LEAVES[:size]:
        grown.push(hashed)
    return grown


def head(size: int, root: bytes | None = None) -> TreeHead:
    return TreeHead(ORIGIN, size, tree(size).root() if root is None else root)


def proof(old: int, new: int) -> tuple[bytes, ...]:
    def at(height: int, index: int) -> bytes:
        width = 1 << height
        return merkle.perfect_root(LEAVES[index * width : (index + 1) * width])

    return merkle.consistency_proof(old, new, at)


def request(old: int, new: int) -> bytes:
    return encode_request(old, proof(old, new), checkpoint.sign(head(new), PRIVATE).note)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """Return a witness of the trial log."""
    create_key(tmp_path / "witness")
    return Witness(tmp_path / "witness", NAME, [KEY], lambda: AT)


# --- cosignatures -----------------------------------------------------------------------------


def test_cosignature_is_read_by_a_stranger_and_states_its_time() -> None:
    body = head(5).body
    line = cosignature.sign(body, NAME, OTHER, AT)
    signed = checkpoint.sign(head(5), PRIVATE).note + line + "\n"
    key = cosignature.witness_key(NAME, OTHER)

    assert cosignature.verify(note.parse(signed), key) == AT
    assert checkpoint.verify(signed, KEY).size == 5
    stranger = ScalesCheckpoint.from_text(signed)
    stranger.verify(Vkey.from_string(key.vkey))
    stranger.verify(Vkey.from_string(KEY.vkey))


def test_cosignature_of_another_body_time_or_key_does_not_count() -> None:
    line = cosignature.sign(head(5).body, NAME, OTHER, AT)
    key = cosignature.witness_key(NAME, OTHER)
    moved = note.parse(checkpoint.sign(head(6), PRIVATE).note + line + "\n")
    with pytest.raises(SignatureWrong):
        cosignature.verify(moved, key)
    assert cosignature.cosigners(moved, [key]) == {}
    right = note.parse(checkpoint.sign(head(5), PRIVATE).note + line + "\n")
    with pytest.raises(SignatureMissing):
        cosignature.verify(right, cosignature.witness_key(NAME, PRIVATE))
    with pytest.raises(SignatureMissing):
        cosignature.verify(right, note.verifier_key(NAME, OTHER))
    raw = note.parse_line(line)
    later = raw.signature[:7] + bytes([raw.signature[7] ^ 1]) + raw.signature[8:]
    forged = checkpoint.sign(head(5), PRIVATE).note + note.line(key, later) + "\n"
    with pytest.raises(SignatureWrong):
        cosignature.verify(note.parse(forged), key)


def test_key_of_the_other_type_is_refused() -> None:
    with pytest.raises(KeyMalformed):
        note.parse_vkey(cosignature.witness_key(NAME, OTHER).vkey)
    with pytest.raises(KeyMalformed):
        note.parse_vkey(KEY.vkey, note.COSIGNATURE)


# --- the witness ------------------------------------------------------------------------------


def test_witness_cosigns_what_continues_what_it_saw(witness: Witness) -> None:
    for old, new in [(0, 3), (3, 3), (3, 17), (17, 40)]:
        answer = witness.add_checkpoint(request(old, new))

        assert (answer.status, answer.media_type) == (200, "text/plain; charset=utf-8")
        signed = checkpoint.sign(head(new), PRIVATE).note + answer.body
        assert cosignature.verify(note.parse(signed), witness.key) == AT
        assert witness.seen(ORIGIN) == head(new)


def forked(old: int, new: int) -> bytes:
    return encode_request(old, proof(old, new), checkpoint.sign(head(new, bytes(32)), PRIVATE).note)


def unsigned() -> bytes:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    return encode_request(0, (), checkpoint.sign(head(3), stranger).note)


def other_log() -> bytes:
    signed = checkpoint.sign(TreeHead("lain.invalid/log", 3, bytes(32)), PRIVATE).note
    return encode_request(0, (), signed)


def long_proof() -> bytes:
    return encode_request(17, (bytes(32),) * 64, checkpoint.sign(head(40), PRIVATE).note)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 017\n\n", 400),
        (request(17, 40).replace(b"old 17", b"alt 17"), 400),
        (request(17, 40)[:-2], 400),
        (long_proof(), 400),
        (encode_request(41, (), checkpoint.sign(head(40), PRIVATE).note), 400),
        (unsigned(), 403),
        (other_log(), 404),
        (request(0, 40), 409),
        (request(16, 40), 409),
        (request(3, 3), 409),
        (forked(17, 17), 409),
        (forked(17, 40), 422),
        (encode_request(17, proof(17, 40)[1:], checkpoint.sign(head(40), PRIVATE).note), 422),
        (encode_request(17, (bytes(32),), checkpoint.sign(head(17), PRIVATE).note), 422),
    ],
)
def test_witness_that_saw_size_17_refuses(witness: Witness, body: bytes, status: int) -> None:
    assert witness.add_checkpoint(request(0, 17)).status == 200

    answer = witness.add_checkpoint(body)

    assert answer.status == status
    assert witness.seen(ORIGIN) == head(17)
    if status == 409:
        assert (answer.media_type, answer.body) == ("text/x.tlog.size", "17\n")


def test_witness_opened_again_remembers(witness: Witness, tmp_path: Path) -> None:
    witness.add_checkpoint(request(0, 17))
    create_key(tmp_path / "witness")

    again = Witness(tmp_path / "witness", NAME, [KEY], lambda: AT)

    assert again.key == witness.key
    assert again.seen(ORIGIN) == head(17)
    assert ((tmp_path / "witness" / "key.pem").stat().st_mode & 0o777) == 0o600


def test_two_submissions_at_once_never_roll_the_witness_back(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 3))
    bodies = [request(3, size) for size in range(4, 24)]
    statuses: list[int] = []

    def submit(body: bytes) -> None:
        statuses.append(witness.add_checkpoint(body).status)

    threads = [threading.Thread(target=submit, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [409] * 19


# --- the client, over HTTP --------------------------------------------------------------------


@pytest.fixture
def served(witness: Witness) -> Iterator[str]:
    """Return the URL of the witness."""
    with WitnessServer(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def policy_of(witness: Witness, url: str) -> Policy:
    return policy.parse(f"witness saksi {witness.key.vkey} {url}\nquorum saksi\n")


def test_checkpoint_is_served_proven_and_exported_with_its_cosignature(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    entries = fill(database, tmp_path, 20)
    rules = policy_of(witness, served)
    cosigner = Cosigner(database, rules)

    [outcome] = cosigner.turn()

    assert (outcome.witness, outcome.size, outcome.trouble) == ("saksi", 21, None)
    text = database.read_sync(reads.checkpoint_note)
    assert text is not None
    assert checkpoint.verify(text, KEY).size == 21
    assert cosignature.verify(note.parse(text), witness.key) == AT
    proven = database.read_sync(reads.tlog_proof, leaf_hash=entries[3].leaf_hash)
    assert proven is not None
    assert proven.endswith(text)
    with served_log(database, tmp_path) as address:
        assert httpx.get(f"{address}/checkpoint").text == text
        # no policy names this witness here, so the page does not count it
        assert "belum ada saksi luar" in httpx.get(address.removesuffix("/1")).text
    export(database, tmp_path / "export")
    (tmp_path / "policy").write_text(f"witness w {witness.key.vkey}\nquorum w\n", encoding="utf-8")
    assert run(tmp_path / "export", "--policy", tmp_path / "policy") == 0
    (tmp_path / "policy").write_text(f"witness w {KEYS[0].vkey}\nquorum w\n", encoding="utf-8")
    assert run(tmp_path / "export", "--policy", tmp_path / "policy") == 3


def test_cosigner_goes_on_from_size_to_size_and_asks_again_when_stale(
    database: Database, tmp_path: Path, clock: ManualClock, witness: Witness, served: str
) -> None:
    cosigner = Cosigner(database, policy_of(witness, served))
    assert cosigner.turn() == []  # no log yet
    for size in (10, 21, 32):
        fill(database, tmp_path, 10 if size == 10 else 11)
        assert [outcome.trouble for outcome in cosigner.turn()] == [None]
    assert witness.seen(ORIGIN).size == 33
    assert len(database.read_sync(store.cosigned_checkpoints, since=0)) == 3

    witness._now = lambda: int(clock.now().timestamp())
    assert [outcome.trouble for outcome in cosigner.turn()] == [None]
    assert cosigner.turn() == []
    clock.advance(3700)
    assert [outcome.trouble for outcome in cosigner.turn()] == [None]


@pytest.mark.parametrize("sizes", [(5, 12), (5, 5)])
def test_cosigner_that_forgot_retries_with_the_size_that_the_witness_tells(
    database: Database, tmp_path: Path, witness: Witness, served: str, sizes: tuple[int, int]
) -> None:
    fill(database, tmp_path, sizes[0])
    rules = policy_of(witness, served)
    Cosigner(database, rules).turn()
    if sizes[1] > sizes[0]:
        fill(database, tmp_path, sizes[1] - sizes[0])
    known = database.read_sync(store.newest_checkpoint)
    assert known is not None
    tamper(database, "DELETE FROM log_cosignature")

    [outcome] = Cosigner(database, rules).turn()

    assert outcome.trouble is None
    assert witness.seen(ORIGIN).size == known.size


def test_witness_that_saw_another_tree_stops_the_sequencer(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    fill(database, tmp_path, 20)
    one = sequencer(database, tmp_path)
    one.turn()
    cosigner = Cosigner(database, policy_of(witness, served), refuse=one.refuse)
    assert witness.add_checkpoint(request(0, 40)).status == 200

    [outcome] = cosigner.turn()

    assert isinstance(outcome.trouble, WitnessAhead)
    assert one.refusal is outcome.trouble
    with pytest.raises(WitnessAhead):
        one.turn()
    one.close()


def test_witness_with_another_root_of_our_size_stops_the_sequencer(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    fill(database, tmp_path, 20)
    witness.add_checkpoint(request(0, 21))

    [outcome] = Cosigner(database, policy_of(witness, served)).turn()

    assert isinstance(outcome.trouble, WitnessAhead)


class Silent(http.server.BaseHTTPRequestHandler):
    """Answers everything with 200 and a line that is no cosignature."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_: object) -> None:
        pass


def test_witness_that_fails_leaves_the_log_and_the_others_alone(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    fill(database, tmp_path, 5)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as bad:
        thread = threading.Thread(target=bad.serve_forever)
        thread.start()
        rules = policy.parse(
            f"witness saksi {witness.key.vkey} {served}\n"
            f"witness mati {KEYS[0].vkey} http://127.0.0.1:1/\n"
            f"witness bisu {KEYS[1].vkey} http://127.0.0.1:{bad.server_port}/\n"
            f"witness salah {KEYS[2].vkey} {served}/tidak-ada\n"
            "group semua all saksi mati bisu salah\nquorum semua\n"
        )
        cosigner = Cosigner(database, rules, timeout=2)
        cosigner.turn()
        bad.shutdown()
        thread.join()

    kinds = {name: type(outcome.trouble) for name, outcome in cosigner.outcomes.items()}
    assert kinds == {
        "saksi": type(None),
        "mati": WitnessUnreachable,
        "bisu": WitnessUnreachable,
        "salah": WitnessRefused,
    }
    fill(database, tmp_path, 3)
    with pytest.raises(QuorumMissing):
        database.read_sync(witnessing.require_quorum, policy=rules, size=1)


# --- the quorum -------------------------------------------------------------------------------


def test_release_waits_for_the_quorum_that_covers_the_deed(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    fill(database, tmp_path, 10)
    rules = policy_of(witness, served)
    quorum = witnessing.require_quorum

    with pytest.raises(QuorumMissing):
        database.read_sync(quorum, policy=rules, size=11)
    assert database.read_sync(quorum, policy=policy.SELF_SIGNED, size=11).size == 11
    with pytest.raises(QuorumMissing):
        database.read_sync(quorum, policy=policy.SELF_SIGNED, size=12)

    Cosigner(database, rules).turn()
    assert database.read_sync(quorum, policy=rules, size=11).size == 11
    fill(database, tmp_path, 5)
    assert database.read_sync(quorum, policy=rules, size=11).size == 11
    with pytest.raises(QuorumMissing):
        database.read_sync(quorum, policy=rules, size=12)


def test_forged_cosignature_row_does_not_meet_the_quorum(
    database: Database, tmp_path: Path, witness: Witness, served: str
) -> None:
    fill(database, tmp_path, 10)
    rules = policy_of(witness, served)
    line = cosignature.sign(head(11).body, NAME, OTHER, AT)
    tamper(
        database,
        "INSERT INTO log_cosignature (size, witness, line) VALUES (11, 'saksi', :line)",
        line=line,
    )

    with pytest.raises(QuorumMissing):
        database.read_sync(witnessing.require_quorum, policy=rules, size=11)


@emits("override.used")
def release_anyway(tx: Tx, *, reason: str) -> bytes:
    return witnessing.override(tx, subject="hasil 7", reason=reason, by="akun 3").leaf


def test_override_leaves_its_rule_in_the_log_and_its_reason_in_the_opening(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 1)

    data = database.write_sync(release_anyway, reason="Saksi tidak terjangkau sejak 08.00.")

    decoded = leaf.decode(data)
    assert decoded.type == "override.used"
    assert decoded.clear == {"rule": "witness_quorum"}
    assert set(decoded.commitments) == {"by", "reason", "subject"}
    with pytest.raises(OverrideUnexplained):
        database.write_sync(release_anyway, reason="  ")


def test_policy_is_announced_once_and_again_when_it_changes(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 1)
    announce: Callable[..., bool] = witnessing.announce_policy

    assert announce(database, tmp_path / "policy", "") is False
    assert announce(database, tmp_path / "policy", GROUPS) is True
    assert announce(database, tmp_path / "policy", GROUPS) is False
    assert announce(database, tmp_path / "policy", "quorum none\n") is True
    waiting = database.read_sync(store.waiting_leaves)
    assert [leaf.decode(data).clear["policy"] for data in waiting] == [GROUPS, "quorum none\n"]
