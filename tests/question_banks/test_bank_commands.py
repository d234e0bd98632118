"""`ujikom bank`: template, import, export, as an operator calls them one after the other."""

import json
from pathlib import Path

import openpyxl
import pytest

from app import close, install
from kernel.settings import Settings
from tests.cast import hire
from tests.commands import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An installation whose bank "Uji" was imported from the filled-in template."""
    folder = tmp_path_factory.mktemp("bank")
    found = Place(folder / "data")
    here = install(Settings(data=found.data))
    hire(here.database)
    close(here)
    table = folder / "templat.xlsx"
    assert found.call("bank", "template", str(table)).code == 0
    said = found.call("bank", "import", str(table), "--bank", "Uji", "--format", "xlsx",
                      "--competency", "T.UJI")  # fmt: skip
    assert "2 butir diterima (2 baru atau berubah), 0 ditolak." in said.words, said.words
    return found


def test_template_has_the_headers_of_its_language_and_two_items(tmp_path: Path) -> None:
    for language, first in (("id", "soal"), ("en", "question")):
        file = tmp_path / f"{language}.xlsx"
        said = Place(tmp_path / "data").call("bank", "template", str(file), "--language", language)
        assert said.code == 0, said.words
        head, *rows = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
        assert first in [str(cell).casefold() for cell in head]
        assert len(rows) == 2
    assert not (tmp_path / "data").exists(), "a template needs no installation"


@pytest.mark.parametrize("kind", ["native", "qti3", "qti22", "csv", "xlsx"])
def test_what_is_exported_is_known_again_by_the_next_import(
    place: Place, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"bank.{kind}"
    said = place.call("bank", "export", str(file), "--bank", "Uji", "--format", kind)
    assert said.code == 0, said.words
    assert "2 butir ditulis, 0 tidak dapat dibawa." in said.words

    format_ = "qti" if kind.startswith("qti") else kind
    again = place.call("bank", "import", str(file), "--bank", "Uji", "--format", format_)

    assert again.code == 0, again.words
    assert "2 butir diterima (0 baru atau berubah), 0 ditolak." in again.words
    if kind == "native":
        assert len(json.loads(file.read_bytes())["items"]) == 2


def test_item_that_a_format_cannot_carry_is_named_and_the_code_says_so(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "bank.gift"

    said = place.call("bank", "export", str(file), "--bank", "Uji", "--format", "gift")

    assert said.code == 1
    assert "family: weighted_choice" in said.words
    assert "1 butir ditulis, 1 tidak dapat dibawa." in said.words
    assert file.read_text().count("{") == 1


def test_unknown_bank_and_a_hand_that_may_not_export_write_nothing(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "bank.json"
    for words in (("--bank", "Tiada"), ("--bank", "Uji", "--as", "pengawas")):
        said = place.call("bank", "export", str(file), *words)
        assert said.code != 0
        assert said.err
    assert not file.exists()
