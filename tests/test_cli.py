"""The `ujikom` command as operators meet it: help, exit codes, the log for strangers."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from certificates import store
from kernel.blobs import Blobs
from kernel.clock import SystemClock
from kernel.database import Database, Tx
from kernel.keys import load
from kernel.settings import PREFIX, Settings
from people import store as persons
from tests.commands import Place
from tests.finished_exam import copied, hold, tampering

ROOT = Path(__file__).resolve().parent.parent
ANYWHERE = "0.0.0.0"  # noqa: S104 - the command must refuse it


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and sub-command by its words."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty data folder."""
    return Place(tmp_path / "data")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A finished exam with sample keys."""
    made = Place(tmp_path_factory.mktemp("finished") / "data")
    hold(made)
    return made


# --- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", list(commands(cli.cli)), ids=" ".join)
def test_help_says_what_the_command_does_and_its_exit_codes(
    place: Place, words: tuple[str, ...]
) -> None:
    said = place.call(*words, "--help")
    assert said.code == 0
    assert said.err == ""
    usage, _, rest = said.out.partition("\n\n")
    assert usage.startswith(f"Usage: {' '.join(('ujikom', *words))} [OPTIONS]")
    assert re.match(r"  [A-Z][^\n]{3,}", rest), "the first paragraph says what it does"
    assert "Kode keluar: 0 baik, 1 ada yang salah, 2 cara pakai, 3 belum siap" in said.words
    options = re.findall(r"^  (--\S+(?: [A-Z][A-Z ]*)?)(.*)$", said.out, re.MULTILINE)
    assert [name for name, help_text in options if not help_text.strip()] == []
    assert "..." not in rest, "a summary is cut short"
    assert not place.data.exists(), "help makes nothing"


def test_installed_command_is_this_command(place: Place) -> None:
    said = place.run("--help")
    assert said.code == 0
    assert said.out == place.call("--help").out


# --- wrong use and an installation that cannot work --------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("tidak-ada",),
        ("verify",),
        ("verify", "tidak-ada.pdf"),
        ("demo", "--candidates", "0"),
        ("simulate", "--scheme", "SKD"),
        ("simulate", "--scheme", "XYZ"),
        ("audit", "verify", "map"),
        ("bank", "import", __file__),
        ("init",),
    ],
    ids=" ".join,
)
def test_wrong_use_exits_with_2_and_makes_nothing(place: Place, words: tuple[str, ...]) -> None:
    said = place.call(*words)
    assert said.code == 2, said.words
    assert "Error: " in said.err
    assert not place.data.exists()


def test_port_that_is_taken_exits_with_3_and_makes_nothing(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = place.call("serve", UJIKOM_PORT=port)
    assert said.code == 3
    assert f"127.0.0.1:{port}" in said.err
    assert "UJIKOM_PORT" in said.err
    assert not place.data.exists()


@pytest.mark.parametrize("words", [("demo",), ("serve",), ("audit", "verify"), ("migrate",)])
def test_unknown_setting_exits_with_3_and_its_name(place: Place, words: tuple[str, ...]) -> None:
    said = place.call(*words, UJIKOM_PROT="8001")
    assert said.code == 3
    assert "UJIKOM_PROT" in said.err
    assert ".env.example" in said.err
    assert not place.data.exists()


def test_setting_that_does_not_fit_exits_with_3(place: Place) -> None:
    said = place.call("serve", UJIKOM_PORT="delapan ribu")
    assert said.code == 3
    assert "port" in said.err
    assert not place.data.exists()


@pytest.mark.parametrize(
    "words",
    [("audit", "verify"), ("audit", "export", "keluar"), ("replay", "0001-0001")],
    ids=" ".join,
)
def test_command_on_no_installation_exits_with_3_instead_of_making_one(
    place: Place, words: tuple[str, ...]
) -> None:
    said = place.call(*words)
    assert said.code == 3, said.words
    assert str(place.data / "keys") in said.err
    assert not place.data.exists()


def test_newer_schema_exits_with_3_and_says_to_install_a_newer_version(
    finished: Place, tmp_path: Path
) -> None:
    place = copied(finished, tmp_path / "data")
    with tampering(place) as hand:
        hand.change("UPDATE alembic_version SET version_num = '9999'")
    for words in (("audit", "verify"), ("serve",), ("demo",)):
        said = place.call(*words, LANG="en_US.UTF-8")
        assert said.code == 3
        assert "9999" in said.err
        assert "Install a newer version of ujikom" in said.err
        assert "schema_newer" in said.err


LATER = """
revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    pass
"""


def test_older_schema_exits_with_3_and_says_to_migrate(finished: Place, tmp_path: Path) -> None:
    """The installed command, given one migration more than the database has seen."""
    place = copied(finished, tmp_path / "data")
    shutil.copytree(ROOT / "migrations", tmp_path / "path" / "migrations")
    [(head,)] = place.rows("SELECT version_num FROM alembic_version")
    later = tmp_path / "path" / "migrations" / "versions" / "9000_later.py"
    later.write_text(LATER.format(head=head))
    newer = {"PYTHONPATH": str(tmp_path / "path")}

    said = place.run("audit", "verify", **newer)
    assert said.code == 3, said.words
    assert "schema_older" in said.err
    assert "ujikom migrate" in said.err
    assert place.rows("SELECT version_num FROM alembic_version") == [(head,)]
    migrated = place.run("migrate", **newer)
    assert migrated.code == 0, migrated.words
    assert place.run("audit", "verify", **newer).code == 0
    assert place.call("audit", "verify").code == 3


def test_database_that_cannot_be_reached_exits_with_3(tmp_path: Path) -> None:
    place = Place(tmp_path / "data", "postgresql+psycopg://x:y@127.0.0.1:1/nihil")
    said = place.call("serve")
    assert said.code == 3
    assert "Traceback" not in said.words


@pytest.mark.parametrize("host", [ANYWHERE, "::", "192.168.1.10", "ujian.contoh.invalid"])
def test_serving_a_network_without_tls_exits_with_2(place: Place, host: str) -> None:
    said = place.call("serve", UJIKOM_HOST=host)
    assert said.code == 2
    assert "UJIKOM_TLS_CERTIFICATE" in said.err
    assert "UJIKOM_INSECURE_LAN" in said.err
    assert not place.data.exists()


def test_errors_are_in_english_where_the_terminal_is(place: Place) -> None:
    refused = {
        ("serve",): (
            "The setting UJIKOM_PROT is unknown.",
            "Pengaturan UJIKOM_PROT tidak dikenal.",
        ),
    }
    for words, (english, indonesian) in refused.items():
        assert english in place.call(*words, UJIKOM_PROT="1", LANG="en_GB.UTF-8").err
        assert indonesian in place.call(*words, UJIKOM_PROT="1", LANG="id_ID.UTF-8").err
        assert indonesian in place.call(*words, UJIKOM_PROT="1", LANG="C.UTF-8").err
    usage = place.call("serve", UJIKOM_HOST=ANYWHERE, LANG="en_US.UTF-8").err
    assert "a network address without TLS" in usage


# --- the log for strangers ---------------------------------------------------------------------


def test_exported_log_is_verified_by_the_command_and_by_the_stand_alone_verifier(
    finished: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "ekspor"
    exported = finished.call("audit", "export", str(folder))
    assert exported.code == 0
    key = exported.out.split("--key ")[1].strip()
    own = ("audit", "verify", str(folder), "--key", key)
    done = finished.call(*own)
    assert done.code == 0, done.words
    assert "HOLDS" in done.out
    assert stranger(folder, key).returncode == 0

    tile = next(path for path in sorted(folder.rglob("tile/entries/*")) if path.is_file())
    data = bytearray(tile.read_bytes())
    data[100] ^= 1
    tile.write_bytes(bytes(data))
    assert finished.call(*own).code == 1
    assert stranger(folder, key).returncode == 1


def stranger(folder: Path, key: str) -> subprocess.CompletedProcess[bytes]:
    """The verifier alone, in a process without the project's settings."""
    command = [sys.executable, "-m", "audit.verify", str(folder), "--key", key]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def test_verify_tells_an_issued_pdf_from_an_altered_one(finished: Place, tmp_path: Path) -> None:
    issued = tmp_path / "asli.pdf"
    issued.write_bytes(an_issued_pdf(finished))
    said = finished.call("verify", str(issued))
    assert (said.code, "failed" in said.out) == (0, False), said.out
    assert "passed       revocation register\n" in said.out, "no list needs to be fresh here"

    longer = tmp_path / "tambah.pdf"
    longer.write_bytes(issued.read_bytes() + b"\n")
    said = finished.call("verify", str(longer))
    assert (said.code, "pdf_bytes_uncovered" in said.words) == (1, True), said.words
    other = tmp_path / "bukan.pdf"
    other.write_bytes(b"%PDF-1.7 bukan sertifikat")
    assert finished.call("verify", str(other)).code in {1, 4}


def an_issued_pdf(place: Place) -> bytes:
    """The first certificate's PDF, out of its sealed file."""

    def read(tx: Tx) -> bytes:
        [(certificate_id, _), *_] = store.numbers(tx)
        own, pdf = store.by_id(tx, certificate_id), store.pdf(tx, certificate_id)
        assert own is not None
        assert pdf is not None
        sealed = Blobs(place.data / "blobs").get(pdf.blob)
        return persons.sealer(tx, own.person_id).open(sealed, certificate_id)

    keys = load(place.data / "keys")
    database = Database(place.database_url, clock=SystemClock(), keys=keys)
    try:
        return database.read_sync(read)
    finally:
        database.close()


def test_audit_verify_says_what_waits_for_a_number(finished: Place, tmp_path: Path) -> None:
    place = copied(finished, tmp_path / "data")
    assert "tunggu" not in place.call("audit", "verify").out
    (tmp_path / "sandi").write_text("panjang dan rahasia")
    about = ("--name", "Auditor Contoh", "--nip", "198001012010011001", "--agency", "Contoh")
    how = ("--role", "auditor", "--password-file", str(tmp_path / "sandi"))
    made = place.call("account", "add", "auditor-baru", *about, *how)
    assert made.code == 0, made.words

    said = place.call("audit", "verify")

    assert said.code == 0
    assert re.search(r"tunggu [1-9]\d* catatan belum bernomor", said.words), said.words


# --- settings ----------------------------------------------------------------------------------


def test_env_example_names_exactly_the_settings_that_exist_each_explained() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {n: re.match(rf"# {PREFIX}([A-Z_]+)=(\S*)$", line) for n, line in enumerate(lines)}
    found = {match[1].lower(): (n, match[2]) for n, match in named.items() if match}
    assert list(found) == list(Settings.__struct_fields__)
    for name, (n, value) in found.items():
        assert re.match(r"# [A-Z]", lines[n - 1]), f"{name} is explained in the line above"
        default = getattr(Settings(), name)
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert value == ("" if default is None else shown), name


def test_dry_run_reports_by_line_and_stores_nothing(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "soal.gift"
    file.write_text("Benar {T}\n\nTanpa jawaban\n\nPilih {=a#ya ~b}\n")
    words = ("bank", "import", str(file), "--bank", "Uji", "--format", "gift", "--dry-run")

    said = place.call(*words, "--competency", "T.UJI")

    assert said.code == 1, said.words
    assert "ditolak soal.gift:3 gift-2: interaction_unsupported: description" in said.words
    assert "berkurang soal.gift:5 gift-3: feedback" in said.words
    assert "2 butir diterima (0 baru atau berubah), 1 ditolak." in said.words
    assert not place.data.exists()
