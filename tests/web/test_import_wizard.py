"""The import wizard over HTTP: a report stores nothing, and only its own sender confirms it."""

import json
import os
import re

import pytest

from kernel import ids
from question_banks import service as banks
from question_banks import store
from question_banks.formats.workbook import headers, template, workbook
from tests.cast import small_bank
from tests.web.world import World
from web.staff_import import remove_unconfirmed

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


def test_upload_that_nobody_confirms_is_removed_and_a_fresh_one_waits(
    world: World, path: str
) -> None:
    upload = {"file": ("butir.xlsx", FAULTY)}
    folder = world.here.settings.data / "imports"
    known = set(folder.glob("*/*"))
    found = [re.search(r'name="staged" value="([a-z2-7]+)"', page) for page in (
        world.visitor("penyusun").send(path, {"format": "xlsx"}, upload).text for _ in range(2)
    )]  # fmt: skip
    old, fresh = (match[1] for match in found if match)
    assert len(set(folder.glob("*/*")) - known) == 2
    now = world.here.database.clock.now().timestamp()
    os.utime(folder / old[:2] / old, (now - 25 * 3600,) * 2)
    os.utime(folder / fresh[:2] / fresh, (now - 23 * 3600,) * 2)

    assert remove_unconfirmed(world.here) == 1

    assert world.visitor("penyusun").try_send(path, {"staged": old}).status_code == 422
    assert world.visitor("penyusun").try_send(path, {"staged": fresh}).status_code == 200


def test_enemy_that_nobody_has_is_named_before_anything_is_stored(world: World, path: str) -> None:
    document = json.loads(small_bank(weighted=0, single=1))
    document["items"][0] |= {"id": "M-1", "enemies": ["W1", "tiada"]}
    upload = {"file": ("soal.json", json.dumps(document).encode())}

    report = world.visitor("penyusun").send(path, {"format": "native"}, upload).text

    assert "butir yang tidak boleh bersama tidak ada di bank ini: tiada" in report
    assert "bank ini: W1" not in report


@pytest.mark.parametrize("staged", ["a" * 26, "../../etc/passwd", "x"])
def test_confirmation_of_nothing_is_refused(world: World, path: str, staged: str) -> None:
    answer = world.visitor("penyusun").try_send(path, {"staged": staged})

    assert answer.status_code in {404, 422}
