"""Keys by the `ujikom` command: made sealed, never overwritten, opened by the passphrase alone."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("command", ["demo", "simulate"])
def test_sample_run_refuses_real_keys(real: Place, tmp_path: Path, command: str) -> None:
    said = real.call(command, **given(tmp_path))
    assert said.code == 2
    assert "kunci contoh" in said.err
    assert real.rows("SELECT COUNT(*) FROM account") == [(0,)]
