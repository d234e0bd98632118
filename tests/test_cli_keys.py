"""Keys by the `ujikom` command: made sealed, never overwritten, opened by the passphrase alone."""

import os
import subprocess
from pathlib import Path

import httpx
import pytest

from app import close, create_app, install
from audit.verify import main as verify_log
from kernel import keys as keyrings
from kernel.settings import Settings
from samples.serving import served
from tests.commands import Place

PASSPHRASE = "frasa sandi contoh yang panjang"
REAL = {
    "UJIKOM_PUBLIC_URL": "https://ujian.contoh.invalid",
    "UJIKOM_LOG_ORIGIN": "ujian.contoh.invalid/log/1",
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty data folder."""
    return Place(tmp_path / "data")


@pytest.fixture
def real(place: Place, tmp_path: Path) -> Place:
    """An installation with real keys, made by `ujikom init`."""
    file = tmp_path / "sandi.txt"
    file.write_text(f"{PASSPHRASE}\n")
    done = place.call("init", "--passphrase-file", str(file))
    assert done.code == 0, done.words
    assert str(place.data / "keys") in done.out
    return place


def given(tmp_path: Path) -> dict[str, str]:
    """The settings that real keys need."""
    return REAL | {"UJIKOM_PASSPHRASE_FILE": str(tmp_path / "sandi.txt")}


def test_init_makes_sealed_keys_and_refuses_where_keys_are(real: Place, tmp_path: Path) -> None:
    files = sorted((real.data / "keys").glob("*.json"))
    before = [file.read_bytes() for file in files]
    assert len(files) == 6
    for file, data in zip(files, before, strict=True):
        assert b'"demo":false' in data
        assert b'"salt":""' not in data
        assert file.stat().st_mode & 0o077 == 0
    again = real.call("init", "--passphrase-file", str(tmp_path / "sandi.txt"))
    assert again.code == 3
    assert "keys_exist" in again.err
    assert [file.read_bytes() for file in files] == before


def test_init_refuses_an_empty_passphrase(place: Place, tmp_path: Path) -> None:
    (tmp_path / "kosong").write_text(" \n")
    assert place.call("init", "--passphrase-file", str(tmp_path / "kosong")).code == 2
    assert not place.data.exists()


def test_real_keys_open_with_the_passphrase_alone(real: Place, tmp_path: Path) -> None:
    assert real.call("audit", "verify", **given(tmp_path)).code == 0
    (tmp_path / "salah.txt").write_text("frasa sandi lain")
    wrong = given(tmp_path) | {"UJIKOM_PASSPHRASE_FILE": str(tmp_path / "salah.txt")}
    for settings in (wrong, REAL):
        said = real.call("audit", "verify", **settings)
        assert said.code == 3
        assert "passphrase_wrong" in said.err
    missing = given(tmp_path) | {"UJIKOM_PASSPHRASE_FILE": str(tmp_path / "hilang.txt")}
    said = real.call("audit", "verify", **missing)
    assert said.code == 3
    assert "hilang.txt" in said.err


def test_real_keys_need_address_and_origin(real: Place, tmp_path: Path) -> None:
    settings = {"UJIKOM_PASSPHRASE_FILE": str(tmp_path / "sandi.txt")}
    said = real.call("audit", "verify", **settings)
    assert said.code == 3
    assert "UJIKOM_PUBLIC_URL" in said.err


def test_real_keys_refuse_an_address_that_anybody_can_answer_for(
    real: Place, tmp_path: Path
) -> None:
    settings = {**given(tmp_path), "UJIKOM_PUBLIC_URL": "http://ujian.contoh.invalid"}
    said = real.call("audit", "verify", **settings)
    assert said.code == 3
    assert "https://" in said.err


@pytest.mark.parametrize("command", ["demo", "simulate"])
def test_sample_run_refuses_real_keys(real: Place, tmp_path: Path, command: str) -> None:
    said = real.call(command, **given(tmp_path))
    assert said.code == 2
    assert "kunci contoh" in said.err
    assert real.rows("SELECT COUNT(*) FROM account") == [(0,)]


def test_log_key_exchanged_by_commands_leaves_every_old_checkpoint_verifiable(
    real: Place, tmp_path: Path
) -> None:
    settings = given(tmp_path)
    assert real.call("keys", "log-retire", **settings).code == 3  # nothing to exchange it for
    assert real.call("keys", "log-add", **settings).code == 0
    assert real.call("keys", "log-retire", **settings).code == 0

    assert len(real.rows("SELECT size FROM log_checkpoint")) > 1
    said = real.call("audit", "verify", **settings)
    assert (said.code, "checkpoint_signature" in said.words) == (0, False)


NEXT = "ujikom.contoh.invalid/log/2027"


def signed(place: Place, origin: str = "") -> None:
    """Let the installation's sequencer sign what waits, as a server does."""
    here = install(Settings(data=place.data, log_origin=origin))
    assert here.sequencer is not None
    here.sequencer.drain()
    close(here)


def test_log_closed_by_command_goes_on_under_another_origin_and_both_are_served(
    place: Place,
) -> None:
    signed(place)
    taken = place.call(
        "audit", "close", "--next", "ujikom.contoh.invalid/log/contoh", "--reason", "x"
    )
    assert taken.code == 4
    assert "origin_taken" in taken.err
    assert place.call("audit", "close", "--next", NEXT, "--reason", "Tahun baru").code == 0
    key = (place.data / "keys" / "log.json").read_bytes()
    assert place.call("audit", "close", "--next", NEXT, "--reason", "Tahun baru").code == 0
    assert (place.data / "keys" / "log.json").read_bytes() == key  # run again: nothing left to do
    old = place.call("audit", "verify", UJIKOM_LOG_ORIGIN="")
    assert "lock_missing" in old.words  # the closed origin holds no lock any more

    signed(place, NEXT)
    assert place.call("audit", "verify", UJIKOM_LOG_ORIGIN=NEXT).code == 0
    settings = Settings(data=place.data, log_origin=NEXT)
    here = install(settings)
    with served(create_app(settings, here=here)) as address:
        keys = httpx.get(f"{address}/.well-known/ujikom.json").json()
        [former] = keys["former_log_vkeys"]
        [closed] = keys["closed_logs"]
        assert former.startswith("ujikom.contoh.invalid/log/contoh+")
        assert closed["origin"] == "ujikom.contoh.invalid/log/contoh"
        assert verify_log([f"{address}/log/contoh", "--key", former]) == 0
        assert verify_log([f"{address}/log/2027", "--key", keys["log_vkey"]]) == 0
        assert httpx.get(f"{address}/log/contoh/checkpoint").text == closed["checkpoint"]
        beyond = f"{address}/log/contoh/tile/0/000.p/{closed['size'] + 1}"
        assert httpx.get(beyond).status_code == 404
        assert "/log/contoh/checkpoint" in httpx.get(f"{address}/log").text
    close(here)


MODULE = "/usr/lib/softhsm/libsofthsm2.so"


def test_log_signed_by_a_key_in_a_token(place: Place, tmp_path: Path) -> None:
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", encoding="ascii")
    (tmp_path / "pin").write_text("1234\n")
    make = ["softhsm2-util", "--init-token", "--free", "--label", "contoh"]
    subprocess.run(
        [*make, "--so-pin", "123456", "--pin", "1234"],
        check=True,
        capture_output=True,
        env=os.environ | {"SOFTHSM2_CONF": str(conf)},
    )
    token = {
        "SOFTHSM2_CONF": str(conf),
        "UJIKOM_LOG_TOKEN_MODULE": MODULE,
        "UJIKOM_LOG_TOKEN": "contoh",
        "UJIKOM_LOG_TOKEN_PIN_FILE": str(tmp_path / "pin"),
    }
    keyrings.create(place.data / "keys", passphrase=None)
    unready = place.run("audit", "verify", **token)
    assert (unready.code, "token_unready" in unready.words) == (3, True), unready.words

    assert place.run("keys", "log-token", **token).code == 0
    closing = place.run("audit", "close", "--next", NEXT, "--reason", "Tahun baru", **token)
    assert closing.code == 0, closing.words
    exported = place.run("audit", "export", str(tmp_path / "export"), **token)
    assert exported.code == 0, exported.words
    vkey = exported.words.split("--key ")[1].split()[0]
    assert verify_log([str(tmp_path / "export"), "--key", vkey]) == 0
    without = place.run("audit", "export", str(tmp_path / "other"))
    assert without.words.split("--key ")[1].split()[0] != vkey
