"""Conformance: strangers' verifiers read the log over HTTP and from an export, at every edge."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from audit import checkpoint, tiles
from audit.export import export
from audit.sequencer import Sequencer
from kernel.clock import ManualClock
from kernel.database import Database, Tx, emits_nothing
from kernel.keys import Keyring
from tests.audit.folders import honest_leaves, run
from tests.audit.strangers import (
    StrangerDisagrees,
    check_with_go,
    check_with_tlog_scales,
    served_log,
)
from tests.audit.trial import ORIGIN, PRIVATE, fill, save, sequencer
from tests.conftest import LONG

EDGES = (0, 1, 2, 255, 256, 257, 511)
LEVEL_TWO = (65_536, 65_537)


@pytest.fixture
def one(database: Database, tmp_path: Path) -> Iterator[Sequencer]:
    """Return a sequencer whose log is born, with size 0."""
    one = sequencer(database, tmp_path)
    one.published()
    yield one
    one.close()


def grow(database: Database, one: Sequencer, size: int) -> None:
    """Publish a tree of exactly `size`; the log's own first leaf is among them."""
    missing = size - max(1, one.published().size)
    if missing > 0:
        database.write_sync(save, count=missing)
    if size:
        assert one.drain().size == size


def agree(place: str | Path, size: int, older: list[Path], *, ours: bool = True) -> None:
    """Both strangers, and (a second for each ten thousand entries) ours, find the same tree."""
    seen = check_with_go(place, *older)
    assert (seen["size"], seen["older"]) == (size, len(older))
    if size:
        assert (seen["entries"], seen["inclusion"] > 0, seen["consistency"] > 0) == (
            size,
            True,
            True,
        )
    assert check_with_tlog_scales(place) == size
    assert not ours or run(place) == 0


def test_log_at_every_edge_of_a_tile_satisfies_strangers(
    database: Database, tmp_path: Path, one: Sequencer
) -> None:
    older: list[Path] = []
    with served_log(database, tmp_path) as address:
        for size in EDGES:
            grow(database, one, size)
            folder = tmp_path / "export"
            export(database, folder)

            agree(address, size, older)
            agree(folder, size, older)

            older.append(tmp_path / f"checkpoint-{size}")
            older[-1].write_bytes((folder / "checkpoint").read_bytes())


@emits_nothing("trial leaves without deeds, for a large tree")
def put(tx: Tx, *, leaves: list[bytes]) -> None:
    tx.run_many("INSERT INTO log_outbox (leaf) VALUES (?)", [(leaf,) for leaf in leaves])


def test_log_around_the_first_tile_of_level_two_satisfies_strangers(
    sqlite_template: bytes, clock: ManualClock, keys: Keyring, tmp_path: Path
) -> None:
    (tmp_path / "large.sqlite").write_bytes(sqlite_template)
    database = Database(f"sqlite:///{tmp_path / 'large.sqlite'}", clock=clock, keys=keys).start()
    one = sequencer(database, tmp_path)
    leaves = honest_leaves(LEVEL_TWO[-1] - 1)
    one.drain()
    database.write_sync(put, leaves=leaves[: LEVEL_TWO[0] - 1])
    with served_log(database, tmp_path) as address:
        for size in LEVEL_TWO:
            assert one.drain().size == size
            export(database, tmp_path / "export")

            agree(address, size, [], ours=LONG)
            agree(tmp_path / "export", size, [], ours=LONG)

            database.write_sync(put, leaves=leaves[size - 1 : size])
    one.close()
    database.close()


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("tile/0/000", "tile"),
        ("tile/entries/000", "entry 1 does not have the hash of its tile"),
        ("checkpoint", "malformed note"),
    ],
)
def test_tampered_export_is_found_by_go(
    database: Database, tmp_path: Path, path: str, complaint: str
) -> None:
    fill(database, tmp_path, 300)
    export(database, tmp_path / "export")
    data = bytearray((tmp_path / "export" / path).read_bytes())
    place = 2 + int.from_bytes(data[:2], "big") + 9 if "entries" in path else len(data) - 2
    data[place] ^= 1
    (tmp_path / "export" / path).write_bytes(data)

    with pytest.raises(StrangerDisagrees, match=complaint):
        check_with_go(tmp_path / "export")


def test_other_history_of_the_same_key_is_found_by_go(database: Database, tmp_path: Path) -> None:
    fill(database, tmp_path, 20)
    export(database, tmp_path / "export")
    forked = checkpoint.sign(checkpoint.TreeHead(ORIGIN, 7, bytes(32)), PRIVATE)
    (tmp_path / "old").write_text(forked.note, encoding="utf-8")

    with pytest.raises(StrangerDisagrees, match="not a continuation of size 7"):
        check_with_go(tmp_path / "export", tmp_path / "old")


# --- the HTTP surface -------------------------------------------------------------------------


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    """Return the URL prefix of a served log of 301 entries."""
    fill(database, tmp_path, 300)
    with served_log(database, tmp_path) as address:
        yield address


FOREVER = "public, max-age=31536000, immutable"
TILE = ("application/octet-stream", FOREVER)
PUBLISHED = {
    "checkpoint": ("text/plain; charset=utf-8", "no-cache"),
    "tile/0/000": TILE,
    "tile/0/001.p/45": TILE,
    "tile/1/000.p/1": TILE,
    "tile/entries/000": TILE,
    "tile/entries/001.p/45": TILE,
}
NOT_FOUND = """\
tile/0/001 tile/0/001.p/46 tile/0/002.p/1 tile/1/000 tile/1/000.p/2 tile/2/000.p/1
tile/0/000.p/0 tile/0/000.p/256 tile/0/000.p/01 tile/0/000.p tile/0/000.p/ tile/0/00 tile/0/0000
tile/0/x000/000 tile/00/000 tile/64/000 tile/-1/000 tile/entries/x000/000 tile/entries/002.p/1
tile/entries/000/ tile/0//000 tile/0/%30%30%30 tile//0/000 /tile/0/000 tile tile/0 tile/0/
checkpoint/ checkpoint.txt Checkpoint /checkpoint
"""


def ask(client: httpx.Client, method: str, address: str, path: str) -> httpx.Response:
    """Send the path exactly as written."""
    target = f"{httpx.URL(address).path}/{path}".encode()
    url = httpx.URL(address).copy_with(raw_path=target)
    return client.request(method, url, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_log_over_http_has_the_paths_types_and_caching_of_the_specification(
    address: str, method: str
) -> None:
    with httpx.Client() as client:
        for path, (kind, caching) in PUBLISHED.items():
            answer = ask(client, method, address, path)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == kind
            assert answer.headers["cache-control"] == caching
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "content-encoding" not in answer.headers
            length = int(answer.headers["content-length"])
            assert length > 0
            assert len(answer.content) == (0 if method == "HEAD" else length)
        for path in NOT_FOUND.split():
            answer = ask(client, method, address, path)
            assert answer.status_code == 404, path
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["access-control-allow-origin"] == "*"


def test_log_over_http_compresses_bundles_when_asked_and_serves_every_prefix(
    address: str,
) -> None:
    for accepted, packed in [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0, identity", False),
        ("", False),
    ]:
        headers = {"Accept-Encoding": accepted}
        with httpx.stream("GET", f"{address}/tile/entries/000", headers=headers) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers.get("content-encoding") == ("gzip" if packed else None), accepted
        assert len(tiles.parse_bundle(gzip.decompress(raw) if packed else raw, 256)) == 256
    whole = httpx.get(f"{address}/tile/0/001.p/45").content
    for width in (1, 2, 44):
        assert httpx.get(f"{address}/tile/0/001.p/{width}").content == whole[: 32 * width]
        bundle = httpx.get(f"{address}/tile/entries/000.p/{width}").content
        assert len(tiles.parse_bundle(bundle, width)) == width


def test_log_over_http_is_this_shard_alone_and_read_only(address: str) -> None:
    assert httpx.get(address.replace("/log/1", "/log/2") + "/checkpoint").status_code == 404
    before = httpx.get(f"{address}/checkpoint").text
    assert httpx.put(f"{address}/checkpoint", content=b"x").status_code >= 400
    assert httpx.get(f"{address}/checkpoint").text == before
    keys = httpx.get(address.replace("/log/1", "/.well-known/ujikom.json")).json()
    assert keys["origin"] == ORIGIN
    assert keys["log_vkey"].startswith(f"{ORIGIN}+")


# --- health -----------------------------------------------------------------------------------


def test_health_tells_a_log_that_stands_still(
    database: Database, clock: ManualClock, tmp_path: Path, one: Sequencer
) -> None:
    one.drain()
    with served_log(database, tmp_path) as address:
        url = address.replace("/log/1", "/sehat")
        clock.advance(3600)
        database.write_sync(save, count=2)
        clock.advance(9)
        assert (httpx.get(url).json()["log_stuck"], httpx.get(url).json()["status"]) == (
            False,
            "ok",
        )

        clock.advance(2)
        stuck = httpx.get(url)

        assert stuck.status_code == 200
        body = stuck.json()
        assert (body["status"], body["log_stuck"], body["log_waiting"]) == ("degraded", True, 2)
        assert body["log_standstill_seconds"] == 11
        one.drain()
        assert httpx.get(url).json()["status"] == "ok"
