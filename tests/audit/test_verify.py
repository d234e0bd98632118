"""Export and the outsider's verifier: an honest log holds, every tampering has its reason."""

import gzip
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from audit import checkpoint, note, tiles, verify
from audit.checkpoint import TreeHead
from audit.tiles import Place
from tests.audit.folders import KEY, honest_leaves, leaves_in, rebuild, run
from tests.audit.trial import ORIGIN, PRIVATE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an honest log of 301 entries in a folder, made without a database."""
    rebuild(tmp_path / "honest", honest_leaves(301))
    return tmp_path / "honest"


def test_honest_export_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0

    shown = capsys.readouterr().out
    assert "size     301" in shown
    assert "checked  301 entries, 3 tiles, 1 chains" in shown
    assert "self-signed" in shown
    assert "HOLDS" in shown


def test_verifier_in_its_own_process_loads_nothing_but_cryptography(folder: Path) -> None:
    program = (
        "import sys, json, runpy\n"
        "before = set(sys.modules)\n"
        "try:\n"
        "    runpy.run_module('audit.verify', run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    code = end.code\n"
        "roots = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "third = sorted(roots - sys.stdlib_module_names)\n"
        "print(json.dumps([code, third]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(folder), "--key", KEY.vkey],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )

    code, third = json.loads(ended.stdout.splitlines()[-1])
    assert code == 0
    assert set(third) <= {"audit", "kernel", "cryptography", "_cffi_backend", "_openssl"}


def test_verifier_as_a_command_holds_and_says_so(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "audit.verify", str(folder), "--key", KEY.vkey],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "HOLDS" in ended.stdout


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


class Compressing(Quiet):
    """Serves every file as gzip, or an endless one."""

    def do_GET(self) -> None:
        data = Path(self.translate_path(self.path)).read_bytes()
        body = gzip.compress(data)
        if self.path.endswith("/tile/0/000"):
            body = gzip.compress(bytes(20_000_000))
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(params=[Quiet])
def served(folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    handler = partial(request.param, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_honest_log_over_the_web_holds_and_a_missing_file_is_unreadable(
    served: str, folder: Path
) -> None:
    assert run(served) == 0

    (folder / "tile/entries/000").unlink()
    assert run(served) == 5


@pytest.mark.parametrize("served", [Compressing], indirect=True)
def test_log_served_compressed_is_read_and_an_endless_file_is_not(
    served: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(served) == 5

    wrong = [line for line in capsys.readouterr().out.splitlines() if "WRONG" in line]
    assert len(wrong) == 1
    assert "source_unreadable: tile/0/000" in wrong[0]


# --- tampering --------------------------------------------------------------------------------


def change(path: str, offset: int) -> Callable[[Path], None]:
    def flip(folder: Path) -> None:
        data = bytearray((folder / path).read_bytes())
        data[offset] ^= 1
        (folder / path).write_bytes(data)

    return flip


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def shorten(path: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        (folder / path).write_bytes((folder / path).read_bytes()[:-1])

    return cut


def swap_bundle_entry(folder: Path) -> None:
    place = Place(None, 0, 256)
    leaves = leaves_in(folder)[:256]
    leaves[7], leaves[8] = leaves[8], leaves[7]
    (folder / place.path).write_bytes(tiles.encode_bundle(leaves))


def drop_chained_leaf(folder: Path) -> None:
    leaves = leaves_in(folder)
    rebuild(folder, leaves[:9] + leaves[10:])


def put_free_text(folder: Path) -> None:
    rebuild(folder, [*leaves_in(folder), b"not a leaf of ours"])


def sign_as(origin: str) -> Callable[[Path], None]:
    def sign(folder: Path) -> None:
        signed = checkpoint.sign(TreeHead(origin, 301, bytes(32)), PRIVATE)
        (folder / "checkpoint").write_text(signed.note, encoding="utf-8")

    return sign


def sign_a_number(folder: Path) -> None:
    text = note.sign(f"{ORIGIN}\nmany\n", ORIGIN, PRIVATE)
    (folder / "checkpoint").write_text(text, encoding="utf-8")


def sign_other_text(folder: Path) -> None:
    other = TreeHead("contoh.invalid/log/2", 301, bytes(32)).body
    (folder / "checkpoint").write_text(note.sign(other, ORIGIN, PRIVATE), encoding="utf-8")


@pytest.mark.parametrize(
    ("tampering", "code", "reasons"),
    [
        (change("tile/entries/000", 40), 1, ["leaf_malformed", "chain_broken", "entry_differs"]),
        (swap_bundle_entry, 1, ["chain_broken", "entry_differs", "root_differs"]),
        (shorten("tile/entries/001.p/45"), 1, ["tile_malformed"]),
        (change("tile/entries/001.p/45", 0), 1, ["tile_malformed"]),
        (remove("tile/entries/001.p/45"), 5, ["source_unreadable"]),
        (change("tile/0/000", 0), 1, ["tile_differs"]),
        (change("tile/0/001.p/45", 45 * 32 - 1), 1, ["tile_differs"]),
        (change("tile/1/000.p/1", 9), 1, ["tile_differs"]),
        (shorten("tile/1/000.p/1"), 1, ["tile_malformed"]),
        (remove("tile/0/000"), 5, ["source_unreadable"]),
        (change("checkpoint", 0), 3, ["signature_wrong"]),
        (change("checkpoint", len(ORIGIN) + 2), 3, ["signature_wrong"]),
        (change("checkpoint", -2), 3, ["note_malformed"]),
        (shorten("checkpoint"), 3, ["note_malformed"]),
        (remove("checkpoint"), 5, ["source_unreadable"]),
        (sign_as("contoh.invalid/log/2"), 3, ["signature_missing"]),
        (sign_other_text, 3, ["origin_wrong"]),
        (sign_a_number, 3, ["checkpoint_malformed"]),
        (sign_as(ORIGIN), 1, ["root_differs"]),
        (drop_chained_leaf, 1, ["chain_broken"]),
        (put_free_text, 1, ["leaf_malformed"]),
    ],
)
def test_tampering_is_found_with_its_reason(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    tampering: Callable[[Path], None],
    code: int,
    reasons: list[str],
) -> None:
    tampering(folder)

    assert run(folder) == code

    shown = capsys.readouterr().out
    found = [line.split()[1].rstrip(":") for line in shown.splitlines() if "WRONG" in line]
    assert set(reasons) <= set(found)
    assert "HOLDS" not in shown


def test_every_reason_has_its_meaning_in_words() -> None:
    assert set(verify.EXIT) <= set(verify.MEANING)
    assert all(verify.MEANING.values())


# --- memory -----------------------------------------------------------------------------------


def test_log_that_grew_holds_against_what_was_remembered(tmp_path: Path, folder: Path) -> None:
    state = tmp_path / "state"
    assert run(folder, "--state", state) == 0
    before = state.read_text(encoding="utf-8")

    rebuild(folder, honest_leaves(600))

    assert run(folder, "--state", state) == 0
    assert before.split("\n")[1] == "301"
    assert state.read_text(encoding="utf-8") == (folder / "checkpoint").read_text(encoding="utf-8")


def rewrite_history(folder: Path) -> None:
    leaves = leaves_in(folder)
    rebuild(folder, [*leaves[:-1], leaves[0], leaves[-1]])


def rewrite_at_the_same_size(folder: Path) -> None:
    leaves = leaves_in(folder)
    rebuild(folder, [*leaves[:-1], leaves[0]])


def cut_off_the_end(folder: Path) -> None:
    rebuild(folder, leaves_in(folder)[:-1])


@pytest.mark.parametrize(
    ("rewriting", "reason"),
    [
        (rewrite_history, "forked"),
        (rewrite_at_the_same_size, "forked"),
        (cut_off_the_end, "rolled_back"),
    ],
)
def test_rewritten_history_signed_by_the_log_is_found_by_who_remembers(
    tmp_path: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    rewriting: Callable[[Path], None],
    reason: str,
) -> None:
    state = tmp_path / "state"
    assert run(folder, "--state", state) == 0
    remembered = state.read_bytes()

    rewriting(folder)

    assert run(folder, "--state", state) == 4
    assert f"WRONG  {reason}:" in capsys.readouterr().out
    assert state.read_bytes() == remembered


def test_log_that_does_not_hold_is_not_remembered(tmp_path: Path, folder: Path) -> None:
    change("tile/0/000", 0)(folder)

    assert run(folder, "--state", tmp_path / "state") == 1
    assert not (tmp_path / "state").exists()


def test_key_malformed_is_wrong_use(folder: Path) -> None:
    assert verify.main([str(folder), "--key", "nothing"]) == 2
    with pytest.raises(SystemExit) as caught:
        verify.main([str(folder)])
    assert caught.value.code == 2
