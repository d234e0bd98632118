"""The import wizard over HTTP: a report stores nothing, and only its own sender confirms it."""

import re

import pytest

from kernel import ids
from question_banks import service as banks
from question_banks import store
from question_banks.formats.workbook import headers, template, workbook
from tests.web.world import World

FAULTY = workbook([
    headers("id"),
    ["W1", "Ibu kota?", "Bandung", "Jakarta", *[""] * 14, "B", "T.ADMIN", "2"],
    ["W2", "Kunci salah?", "a", "b", *[""] * 14, "E", "T.ADMIN", "2"],
    ["W3", "", "a", "b", *[""] * 14, "A", "T.ADMIN", "2"],
    ["W4", "Pilihan sama?", "a", "a", *[""] * 14, "A", "T.ADMIN", "2"],
    ["W5", "Warna langit?", "biru", "hitam", *[""] * 14, "A", "T.ADMIN", "2"],
])  # fmt: skip


@pytest.fixture(scope="module")
def path(world: World) -> str:
    """The wizard of an empty bank."""
    bank = world.database.write_sync(banks.create_bank, name="Bank impor")
    return f"/staf/bank/{ids.text(bank)}/impor"


def codes(world: World) -> list[str]:
    bank = world.database.read_sync(store.bank_named, name="Bank impor")
    assert bank is not None
    return [item.external_id for item in world.database.read_sync(store.items, bank_id=bank)]


def test_workbook_with_three_faulty_rows_is_reported_then_imported(world: World, path: str) -> None:
    writer = world.visitor("penyusun")
    form, upload = {"format": "xlsx"}, {"file": ("butir.xlsx", FAULTY)}

    report = writer.send(path, form, upload).text

    assert re.findall(r'<th scope="row" class="mono">(W\d)</th><td[^>]*>(\d)<', report) == [
        ("W2", "3"), ("W3", "4"), ("W4", "5"),
    ]  # fmt: skip
    assert codes(world) == []
    found = re.search(r'name="staged" value="([a-z2-7]+)"', report)
    assert found
    staged = {"staged": found[1]}
    other = world.database.write_sync(banks.create_bank, name="Bank lain")
    elsewhere = f"/staf/bank/{ids.text(other)}/impor"
    assert writer.try_send(elsewhere, staged).status_code == 422
    assert world.visitor("penelaah").try_send(path, staged).status_code == 403
    assert codes(world) == []
    assert "Impor selesai" in writer.send(path, staged).text
    assert codes(world) == ["W1", "W5"]
    assert writer.try_send(path, staged).status_code == 422  # confirmed once, gone


def test_template_is_a_table_that_the_wizard_takes(world: World, path: str) -> None:
    answer = world.visitor("penyusun").http.get(f"{path}/templat")

    assert answer.content[:2] == b"PK"
    assert "templat-butir.xlsx" in answer.headers["content-disposition"]
    assert len(answer.content) == len(template("id"))


@pytest.mark.parametrize("staged", ["a" * 26, "../../etc/passwd", "x"])
def test_confirmation_of_nothing_is_refused(world: World, path: str, staged: str) -> None:
    answer = world.visitor("penyusun").try_send(path, {"staged": staged})

    assert answer.status_code in {404, 422}
