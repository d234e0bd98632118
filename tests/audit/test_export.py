"""Export: the same bytes as files, completed after a kill, refused into another log."""

from pathlib import Path

import pytest

from audit import checkpoint, store, tiles
from audit.checkpoint import TreeHead
from audit.errors import ExportForked, TileUnknown
from audit.export import export
from kernel.database import Database
from tests.audit.folders import leaves_in, rebuild, run
from tests.audit.trial import ORIGIN, PRIVATE, fill, tamper


@pytest.fixture
def exported(database: Database, tmp_path: Path) -> Path:
    """Return an export of 301 entries."""
    fill(database, tmp_path, 300)
    export(database, tmp_path / "export")
    return tmp_path / "export"


def test_export_of_an_unborn_log_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(TileUnknown):
        export(database, tmp_path / "export")


def files_in(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_export_holds_and_has_exactly_the_files_of_the_tree(exported: Path) -> None:
    files = files_in(exported)

    rebuild(exported, leaves_in(exported))

    assert files == files_in(exported)
    assert set(files) == {"checkpoint"} | {place.path for place in tiles.places(301)}
    assert run(exported) == 0


def test_export_killed_halfway_is_completed_without_writing_twice(
    database: Database, exported: Path
) -> None:
    kept = (exported / "tile/0/000").stat().st_mtime_ns
    for path in ("checkpoint", "tile/entries/001.p/45", "tile/1/000.p/1"):
        (exported / path).unlink()
    (exported / "tile/entries/.001.p.new").write_bytes(b"half")
    steps: list[tuple[int, int]] = []

    export(database, exported, lambda done, whole: steps.append((done, whole)))

    assert steps == [(3, 5), (5, 5)]
    assert (exported / "tile/0/000").stat().st_mtime_ns == kept
    assert run(exported) == 0


def test_export_into_a_folder_of_another_log_or_tree_is_refused(
    database: Database, exported: Path
) -> None:
    for origin, size, reason in [
        ("contoh.invalid/log/2", 301, "origin"),
        (ORIGIN, 302, "database_behind"),
        (ORIGIN, 300, "root"),
    ]:
        signed = checkpoint.sign(TreeHead(origin, size, bytes(32)), PRIVATE)
        (exported / "checkpoint").write_text(signed.note, encoding="utf-8")

        with pytest.raises(ExportForked) as caught:
            export(database, exported)

        assert caught.value.data["reason"] == reason


def test_export_of_a_database_with_a_rewritten_leaf_is_found_by_the_verifier(
    database: Database, tmp_path: Path
) -> None:
    fill(database, tmp_path, 20)
    [entry] = database.read_sync(lambda tx: list(store.entries(tx, 4, 5)))
    forged = entry.leaf.replace(b'"place":4', b'"place":5')
    tamper(database, "UPDATE log_entry SET leaf = :leaf WHERE idx = 4", leaf=forged)

    export(database, tmp_path / "export")

    assert run(tmp_path / "export") == 1
