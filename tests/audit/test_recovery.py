"""Yesterday's database copy: refused, exams go on, and the published tail is put back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import leaf, reads, store
from audit.errors import (
    LogBehind,
    LogForked,
    ReplayCollides,
    SignatureMissing,
    SourceUnreadable,
)
from audit.export import export
from audit.note import verifier_key
from audit.recovery import replay_tail
from audit.source import Folder, Web
from kernel.clock import ManualClock
from kernel.database import Database
from kernel.ids import new_id
from kernel.keys import Keyring
from tests.audit.folders import KEY, run
from tests.audit.strangers import served_log
from tests.audit.trial import LOCK, PRIVATE, assert_sound, fill, published_sizes, save, sequencer

YESTERDAY = 300
TODAY = 700


class Restored:
    """Yesterday's copy in use again, beside today's export and lock file."""

    def __init__(self, url: str, clock: ManualClock, keys: Keyring, folder: Path) -> None:
        self.url, self.folder = url, folder
        self._given = (clock, keys)
        self.database = self.opened()

    def opened(self) -> Database:
        clock, keys = self._given
        return Database(self.url, clock=clock, keys=keys).start()

    def copy_back(self, copy: "Copy") -> None:
        self.database.close()
        copy.restore()
        self.database = self.opened()


class Copy:
    """A backup of one database, made and put back with the engine's own means."""

    def __init__(self, url: str, postgres: Any) -> None:
        self.url, self.postgres = url, postgres
        self.kept = ""

    def make(self) -> None:
        if self.url.startswith("sqlite"):
            path = Path(self.url.removeprefix("sqlite:///"))
            for file in path.parent.glob(f"{path.name}*"):
                shutil.copy(file, f"{path.parent}/kept-{file.name}")
        else:
            self.kept = self.postgres.create(template=self.url)

    def restore(self) -> None:
        if self.url.startswith("sqlite"):
            path = Path(self.url.removeprefix("sqlite:///"))
            for file in [*path.parent.glob(f"{path.name}*")]:
                file.unlink()
            for file in path.parent.glob(f"kept-{path.name}*"):
                file.rename(path.parent / file.name.removeprefix("kept-"))
        else:
            name, kept = self.url.rpartition("/")[2], self.kept.rpartition("/")[2]
            self.postgres.drop(self.url)
            self.postgres.command(f'ALTER DATABASE "{kept}" RENAME TO "{name}"')


@pytest.fixture
def restored(
    request: pytest.FixtureRequest,
    database_url: str,
    clock: ManualClock,
    keys: Keyring,
    tmp_path: Path,
) -> Iterator[Restored]:
    """Return a server whose database is yesterday's: 301 entries and two that waited."""
    postgres = None if database_url.startswith("sqlite") else request.getfixturevalue("postgres")
    case = Restored(database_url, clock, keys, tmp_path)
    copy = Copy(database_url, postgres)
    fill(case.database, tmp_path, YESTERDAY)
    case.database.write_sync(save, count=2, handle=None)
    case.database.close()
    copy.make()
    case.database = case.opened()
    fill(case.database, tmp_path, TODAY - YESTERDAY - 2)
    export(case.database, tmp_path / "export")
    case.copy_back(copy)
    yield case
    case.database.close()


def test_server_on_an_old_copy_refuses_to_sign_says_why_and_records_on(
    restored: Restored, tmp_path: Path
) -> None:
    lock = (tmp_path / LOCK).read_bytes()
    one = sequencer(restored.database, tmp_path)
    for _ in range(2):
        with pytest.raises(LogBehind) as caught:
            one.turn()
    assert caught.value.data == {"signed": TODAY + 1, "found": YESTERDAY + 1}
    assert one.trouble is one.refusal is caught.value

    restored.database.write_sync(save, count=5, handle=new_id())

    state = restored.database.read_sync(reads.state)
    assert state is not None
    assert (state.size, state.waiting) == (YESTERDAY + 1, 7)
    assert (tmp_path / LOCK).read_bytes() == lock
    one.close()


@pytest.mark.parametrize("over", ["folder", "web"])
def test_tail_put_back_makes_the_log_whole_and_loses_nothing(
    restored: Restored, tmp_path: Path, over: str
) -> None:
    database = restored.database
    new = database.write_sync(save, count=5, handle=new_id())
    run(tmp_path / "export", "--state", tmp_path / "state")
    source: Folder | Web = Folder(tmp_path / "export")
    if over == "web":
        source = Web(f"file:{tmp_path / 'export'}")

    put_back = replay_tail(database, source, KEY)

    assert (put_back.found, put_back.size) == (YESTERDAY + 1, TODAY + 1)
    one = sequencer(database, tmp_path)
    assert one.drain().size == TODAY + 1 + 5 + 1
    one.close()
    assert_sound(database, tmp_path)
    assert published_sizes(database)[-2] == TODAY + 1
    tail = database.read_sync(lambda tx: [e.leaf for e in store.entries(tx, TODAY + 1, TODAY + 7)])
    assert tail[:5] == [entry.leaf for entry in new]
    assert leaf.decode(tail[5]).type == "backup.restored"
    assert leaf.decode(tail[5]).clear == {"found": YESTERDAY + 1, "replayed": TODAY - YESTERDAY}
    with served_log(database, tmp_path) as address:
        assert run(address, "--state", tmp_path / "state") == 0
    export(database, tmp_path / "export")
    assert replay_tail(database, source, KEY).found == TODAY + 7


class Changing:
    """A mirror that gives other leaves when it is asked a second time."""

    def __init__(self, folder: Path) -> None:
        self.folder = Folder(folder)
        self.asked: set[str] = set()

    def read(self, path: str) -> bytes:
        data = self.folder.read(path)
        if path in self.asked and "entries" in path:
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.asked.add(path)
        return data


def test_tail_that_changes_after_it_was_checked_is_not_put_back(
    restored: Restored, tmp_path: Path
) -> None:
    with pytest.raises(SourceUnreadable, match="source_unreadable") as caught:
        replay_tail(restored.database, Changing(tmp_path / "export"), KEY)

    assert caught.value.data["reason"] == "changed while it was read"
    assert restored.database.read_sync(store.size) == YESTERDAY + 1


def test_leaves_are_not_put_where_others_came_meanwhile(restored: Restored, tmp_path: Path) -> None:
    from audit.recovery import _append

    with pytest.raises(LogForked):
        restored.database.write_sync(_append, leaves=[b"{}"], at=YESTERDAY)

    assert restored.database.read_sync(store.size) == YESTERDAY + 1


def test_replay_killed_halfway_goes_on(
    restored: Restored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit import recovery

    database, source = restored.database, Folder(tmp_path / "export")
    append, calls = recovery._append, []

    class Killed(Exception):
        pass

    def once(tx: Any, *, leaves: Any, at: int) -> None:
        calls.append(len(leaves))
        if len(calls) == 2:
            raise Killed
        append(tx, leaves=leaves, at=at)

    from kernel.database import emits_nothing

    monkeypatch.setattr(recovery, "_append", emits_nothing("trial")(once))
    with pytest.raises(Killed):
        replay_tail(database, source, KEY)
    monkeypatch.undo()

    assert replay_tail(database, source, KEY).found == 512

    one = sequencer(database, tmp_path)
    one.drain()
    one.close()
    assert_sound(database, tmp_path)


def test_tail_of_another_tree_or_key_is_not_put_back(restored: Restored, tmp_path: Path) -> None:
    bundle = tmp_path / "export" / "tile/entries/001"
    data = bytearray(bundle.read_bytes())
    data[60 * 300] ^= 1
    bundle.write_bytes(data)

    with pytest.raises(LogForked):
        replay_tail(restored.database, Folder(tmp_path / "export"), KEY)
    other = verifier_key("lain.invalid/log", PRIVATE)
    with pytest.raises(SignatureMissing):
        replay_tail(restored.database, Folder(tmp_path / "export"), other)

    assert restored.database.read_sync(store.size) == YESTERDAY + 1


def test_chain_that_went_on_since_the_restore_collides_and_is_named(
    restored: Restored, tmp_path: Path
) -> None:
    restored.database.write_sync(save, count=1)

    with pytest.raises(ReplayCollides) as caught:
        replay_tail(restored.database, Folder(tmp_path / "export"), KEY)

    assert caught.value.data["k"] == YESTERDAY + 1
