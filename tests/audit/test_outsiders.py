"""fsck over what witnesses and authorities said: each row tampered with is named."""

from pathlib import Path

import pytest

from audit import cosignature, note, store
from audit.fsck import fsck
from kernel.database import Database, Tx, emits_nothing
from tests.audit.test_fsck import VKEY, named
from tests.audit.trial import LOCK, PRIVATE, fill, tamper

NAME = "saksi.contoh.invalid/w1"
WITNESS = cosignature.witness_key(NAME, PRIVATE)
AT = 1_679_315_147
OLDER_LINE = (
    "UPDATE log_cosignature SET line = (SELECT line FROM log_cosignature WHERE size = 4)"
    " WHERE size = 6"
)


@emits_nothing("a trial's cosignature")
def cosign(tx: Tx) -> None:
    """Have the witness cosign the newest checkpoint."""
    newest = store.newest_checkpoint(tx)
    assert newest is not None
    body = note.parse(newest.note).text
    store.add_cosignature(tx, newest.size, "kampus", cosignature.sign(body, NAME, PRIVATE, AT))


def check(database: Database, folder: Path, **witnesses: note.VerifierKey) -> list[tuple[str, str]]:
    return named(database.read_sync(fsck, vkey=VKEY, lock=folder / LOCK, witnesses=witnesses))


@pytest.fixture
def cosigned(database: Database, tmp_path: Path) -> Database:
    """A log of 6 entries whose checkpoints, but the first, are cosigned."""
    for count in (3, 2):
        fill(database, tmp_path, count)
        database.write_sync(cosign)
    return database


def test_honest_cosignatures_have_no_difference(cosigned: Database, tmp_path: Path) -> None:
    assert len(cosigned.read_sync(store.all_cosignatures)) == 2
    assert check(cosigned, tmp_path, kampus=WITNESS) == []
    assert check(cosigned, tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE log_cosignature SET size = 5 WHERE size = 6",
            ("cosignature_surplus", "cosignature 5 kampus"),
        ),
        (
            OLDER_LINE,
            ("cosignature_wrong", "cosignature 6 kampus"),
        ),
        (
            "UPDATE log_cosignature SET line = 'x' WHERE size = 4",
            ("cosignature_wrong", "cosignature 4 kampus"),
        ),
    ],
)
def test_cosignature_tampered_with_is_named(
    cosigned: Database, tmp_path: Path, statement: str, expected: tuple[str, str]
) -> None:
    tamper(cosigned, statement)

    assert check(cosigned, tmp_path, kampus=WITNESS) == [expected]


def test_cosignature_by_an_unknown_key_is_placed_but_not_judged(
    cosigned: Database, tmp_path: Path
) -> None:
    tamper(cosigned, OLDER_LINE)

    assert check(cosigned, tmp_path) == []
