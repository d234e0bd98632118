"""fsck: silent on an honest log, and naming what and where for every tampered column."""

from pathlib import Path

import pytest

from audit import log, store
from audit.differences import Difference
from audit.fsck import fsck
from audit.log import NO_SUBJECT
from audit.note import verifier_key
from kernel.database import Database, Tx, emits
from kernel.sealed import Sealer
from tests.audit.trial import HANDLE, LOCK, ORIGIN, PRIVATE, TrialSaved, fill, save, tamper

VKEY = verifier_key(ORIGIN, PRIVATE).vkey
PERSON = Sealer(subject=b"\x07" * 16, key=b"\x08" * 32)
ZERO = bytes(32)


def check(database: Database, folder: Path) -> list[Difference]:
    return database.read_sync(fsck, vkey=VKEY, lock=folder / LOCK)


def named(found: list[Difference]) -> list[tuple[str, str]]:
    return [(difference.kind, difference.place) for difference in found]


def leaf_at(database: Database, index: int) -> store.StoredEntry:
    [entry] = database.read_sync(lambda tx: list(store.entries(tx, index, index + 1)))
    return entry


def test_honest_log_with_waiting_leaves_has_no_difference(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 300)
    database.write_sync(save, count=3)
    steps: list[tuple[int, int]] = []

    found = database.read_sync(
        fsck, vkey=VKEY, lock=tmp_path / LOCK, progress=lambda *step: steps.append(step)
    )

    assert found == []
    assert steps[-1] == (301, 301)


def test_database_without_a_log_has_no_difference(database: Database, tmp_path: Path) -> None:
    assert check(database, tmp_path) == []


FIFTH = "(SELECT h FROM log_entry WHERE idx = 5)"
UPDATES = [
    ("UPDATE log_entry SET h = :zero WHERE idx = 7", ["entry_hash entry 7"]),
    ("UPDATE log_node SET h = :zero", ["node node 1/0"]),
    ("DELETE FROM log_node", ["node node 1/0"]),
    (
        "INSERT INTO log_node (l, n, h) VALUES (1, 1, :zero)",
        ["node_surplus level 1"],
    ),
    (
        "INSERT INTO log_node (l, n, h) VALUES (2, 0, :zero)",
        ["node_surplus level 2"],
    ),
    (
        "UPDATE log_checkpoint SET root = :zero WHERE size = 301",
        ["checkpoint_columns size 301", "checkpoint_root size 301"],
    ),
    (
        "UPDATE log_checkpoint SET note = replace(note, '301', '302') WHERE size = 301",
        ["checkpoint_signature size 301"],
    ),
    (
        "UPDATE log_checkpoint SET size = 200 WHERE size = 301",
        ["checkpoint_columns size 200", "checkpoint_root size 200"],
    ),
    (
        "UPDATE log_checkpoint SET size = 400 WHERE size = 301",
        ["checkpoint_ahead size 400", "checkpoint_columns size 400", "lock_stale log"],
    ),
    (
        "UPDATE log_chain SET leaf_hash = :zero WHERE k = 9",
        ["chain_row entry 8", f"chain_surplus chain {HANDLE.hex()}/9"],
    ),
    ("DELETE FROM log_chain WHERE k = 9", ["chain_row entry 8"]),
    (
        "INSERT INTO log_chain (handle, k, leaf_hash) VALUES (:zero, 1, :zero)",
        [f"chain_surplus chain {ZERO.hex()}/1"],
    ),
    (
        f"UPDATE log_opening SET sealed = :zero WHERE leaf_hash = {FIFTH}",
        ["opening_broken entry 5"],
    ),
    (
        f"UPDATE log_opening SET leaf_hash = :zero WHERE leaf_hash = {FIFTH}",
        [f"opening_surplus opening {ZERO.hex()}"],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), UPDATES)
def test_column_tampered_with_is_named_with_its_place(
    database: Database, tmp_path: Path, statement: str, expected: list[str]
) -> None:
    fill(database, tmp_path, 300)
    values = {"zero": ZERO} if ":zero" in statement else {}
    tamper(database, statement, **values)

    found = check(database, tmp_path)

    assert [f"{kind} {place}" for kind, place in named(found)] == expected


def test_difference_says_what_was_expected_and_what_was_found(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    right = leaf_at(database, 7).hash
    tamper(database, "UPDATE log_entry SET h = :zero WHERE idx = 7", zero=ZERO)

    assert check(database, tmp_path) == [
        Difference("entry_hash", "entry 7", right.hex(), ZERO.hex())
    ]


def test_leaf_rewritten_is_found_in_hash_root_and_chains(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    forged = leaf_at(database, 7).leaf.replace(b'"place":7', b'"place":8')
    tamper(database, "UPDATE log_entry SET leaf = :leaf WHERE idx = 7", leaf=forged)

    assert named(check(database, tmp_path)) == [
        ("entry_hash", "entry 7"),
        ("chain_row", "entry 7"),
        ("chain_previous", "entry 8"),
        ("checkpoint_root", "size 21"),
        ("lock_root", "size 21"),
    ]


def test_leaf_of_another_form_is_found(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 2)
    tamper(database, "UPDATE log_entry SET leaf = :leaf WHERE idx = 2", leaf=b"{}")

    assert ("leaf_malformed", "entry 2") in named(check(database, tmp_path))


def test_entry_taken_out_is_found_with_all_that_depends_on_it(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    hashed = leaf_at(database, 7).hash
    tamper(database, "DELETE FROM log_entry WHERE idx = 7")

    assert named(check(database, tmp_path)) == [
        ("entry_missing", "entry 7"),
        ("chain_order", "entry 8"),
        ("chain_surplus", f"chain {HANDLE.hex()}/8"),
        ("opening_surplus", f"opening {hashed.hex()}"),
    ]


def test_tail_taken_out_is_found_by_checkpoint_and_lock(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 20)
    tamper(database, "DELETE FROM log_entry WHERE idx = 20")

    assert named(check(database, tmp_path)) == [
        ("checkpoint_ahead", "size 21"),
        ("lock_ahead", "log"),
    ]


def test_waiting_leaf_rewritten_is_found(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 3)
    database.write_sync(save, count=1)
    tamper(database, "UPDATE log_outbox SET leaf = :leaf", leaf=b"{}")

    kinds = [difference.kind for difference in check(database, tmp_path)]
    assert kinds == ["leaf_malformed", "chain_surplus", "opening_surplus"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(None, "lock_missing"), ("nonsense", "lock_signature")],
)
def test_lock_file_gone_or_broken_is_found(
    database: Database, tmp_path: Path, text: str | None, kind: str
) -> None:
    fill(database, tmp_path, 3)
    (tmp_path / LOCK).unlink()
    if text is not None:
        (tmp_path / LOCK).write_text(text, encoding="utf-8")

    assert [difference.kind for difference in check(database, tmp_path)] == [kind]


def test_log_under_another_key_has_every_signature_wrong(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 3)
    other = verifier_key("contoh.invalid/log/2", PRIVATE).vkey

    found = database.read_sync(fsck, vkey=other, lock=tmp_path / LOCK)

    assert named(found) == [
        ("checkpoint_signature", "size 0"),
        ("checkpoint_signature", "size 4"),
        ("lock_signature", "log"),
    ]


# --- openings of a person ---------------------------------------------------------------------


@emits("trial.saved")
def save_for_person(tx: Tx) -> None:
    log.record(tx, TrialSaved(place=1, answer=["B"]), handle=HANDLE, sealer=PERSON)


@emits("trial.saved")
def save_with_forged_opening(tx: Tx, *, opened: bytes) -> None:
    entry = log.record(tx, TrialSaved(place=1, answer=["B"]))
    tx.run("DELETE FROM log_opening WHERE leaf_hash = ?", entry.leaf_hash)
    sealed = log.installation_sealer(tx).seal(opened, entry.leaf_hash)
    store.add_opening(tx, entry.leaf_hash, NO_SUBJECT, sealed)


def of_person(subject: bytes) -> Sealer | None:
    return PERSON if subject == PERSON.subject else None


def test_opening_of_a_person_is_checked_only_with_the_persons_key(
    database: Database, tmp_path: Path
) -> None:
    database.write_sync(save_for_person)
    fill(database, tmp_path, 1)
    tamper(
        database,
        "UPDATE log_opening SET sealed = :zero WHERE subject = :subject",
        zero=ZERO,
        subject=PERSON.subject,
    )

    assert check(database, tmp_path) == []
    found = database.read_sync(fsck, vkey=VKEY, lock=None, sealer_for=of_person)
    assert named(found) == [("opening_broken", "entry 0")]


ANSWER = b'"answer":{"salt":"%s","value":["B"]}' % (b"A" * 43 + b"=")


@pytest.mark.parametrize(
    ("opened", "kind"),
    [
        (b"{}", "opening_fields"),
        (b"[]", "opening_broken"),
        (b"{" + ANSWER + b"}", "opening_fields"),
        (
            b"{"
            + ANSWER
            + b","
            + ANSWER.replace(b"answer", b"flagged")
            + b","
            + ANSWER.replace(b"answer", b"item")
            + b"}",
            "opening_value",
        ),
    ],
)
def test_opening_that_does_not_open_its_leaf_is_found(
    database: Database, tmp_path: Path, opened: bytes, kind: str
) -> None:
    database.write_sync(save_with_forged_opening, opened=opened)
    fill(database, tmp_path, 1)

    found = check(database, tmp_path)

    assert {difference.kind for difference in found} == {kind}
    assert found[0].place.startswith("entry 0")
