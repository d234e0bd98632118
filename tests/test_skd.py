"""The real SKD try-out bank: an exam of 110 items each, and its import with bad items named."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kernel.clock import SystemClock
from kernel.database import Database
from kernel.keys import create, load
from migrations import schema
from samples import programme
from tests.commands import Place
from tests.conftest import LONG, SHARED

BANK = SHARED / "banks" / "id_skd_tryout_mit.json"
ITEMS = 291
CANDIDATES = 40 if LONG else 2
STATED = "SELECT state, COUNT(*) FROM item GROUP BY state"

pytestmark = pytest.mark.skipif(
    not BANK.is_file(), reason=f"the SKD bank is not there ({BANK.name}; set SHARED_DATA)"
)


@pytest.fixture
def staffed(tmp_path: Path) -> Place:
    """An installation with the sample's staff and nothing else."""
    place = Place(tmp_path / "data")
    create(place.data / "keys", passphrase=None)
    schema.upgrade(place.database_url)
    keys = load(place.data / "keys")
    database = Database(place.database_url, clock=SystemClock(), keys=keys).start()
    programme.staff(database)
    database.close()
    return place


def test_simulated_skd_gives_each_candidate_110_items_and_holds(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    given = ("--scheme", "SKD", "--bank", str(BANK), "--candidates", str(CANDIDATES))
    done = place.run("simulate", *given)
    assert done.code == 0, done.words
    assert "Semua pemeriksaan cocok." in done.out
    papers = [json.loads(body) for (body,) in place.rows("SELECT body FROM paper")]
    assert len(papers) == CANDIDATES
    for paper in papers:
        sections = [item["section"] for item in paper["items"]]
        assert {name: sections.count(name) for name in set(sections)} == {
            "TWK": 30,
            "TIU": 35,
            "TKP": 45,
        }
        assert len({item["version"] for item in paper["items"]}) == 110
    assert len({json.dumps(paper) for paper in papers}) == CANDIDATES
    assert place.rows("SELECT COUNT(*) FROM item WHERE state = 'published'") == [(ITEMS,)]


def test_skd_bank_import_takes_every_item_once(staffed: Place) -> None:
    for changed in (ITEMS, 0):
        done = staffed.call("bank", "import", str(BANK), "--bank", "SKD", "--skd")
        assert done.code == 0, done.words
        assert f"{ITEMS} butir diterima ({changed} baru atau berubah), 0 ditolak." in done.words
        assert staffed.rows(STATED) == [("submitted", ITEMS)]


def test_skd_bank_import_without_mapping_rejects_all_for_want_of_a_competency(
    staffed: Place,
) -> None:
    done = staffed.call("bank", "import", str(BANK), "--bank", "SKD")
    assert done.code == 1
    assert done.out.count(": competency_missing") == ITEMS
    assert staffed.rows(STATED) == []


def repeat_id(items: list[Any], n: int) -> None:
    items[n]["id"] = items[0]["id"]


def repeat_content(items: list[Any], n: int) -> None:
    items[n] = {**copy.deepcopy(items[0]), "id": items[n]["id"]}


def repeat_option(items: list[Any], n: int) -> None:
    items[n]["options"][1]["text"] = items[n]["options"][0]["text"]


def change(field: str, value: object) -> Callable[[list[Any], int], None]:
    def apply(items: list[Any], n: int) -> None:
        items[n][field] = value

    return apply


def give_no_points(items: list[Any], n: int) -> None:
    for option in items[n]["options"]:
        option["score"] = 0


def give_points_twice(items: list[Any], n: int) -> None:
    for option in items[n]["options"][:2]:
        option["score"] = 5


def name_wrong_answer(items: list[Any], n: int) -> None:
    items[n]["answer"] = next(o["key"] for o in items[n]["options"] if o["score"] == 0)


def take_options(items: list[Any], n: int) -> None:
    items[n]["options"] = items[n]["options"][:1]


def empty_option(items: list[Any], n: int) -> None:
    items[n]["options"][2]["text"] = "<b> </b>"


def name_oddly(items: list[Any], n: int) -> None:
    items[n] |= {"id": "[/merah] soal", "type": "esai"}


BAD: dict[str, tuple[Callable[[list[Any], int], None], str]] = {
    "image in the stem": (change("stem", 'Lihat <img src="a.png"> ini'), "image_missing"),
    "figure that is not in the file": (change("figure", "gambar-12.png"), "image_missing"),
    "the same option twice": (repeat_option, "duplicate_option_text"),
    "an id twice": (repeat_id, "duplicate_id"),
    "the same item twice": (repeat_content, "duplicate_content"),
    "a blank stem": (change("stem", "<p> </p>"), "empty_stem"),
    "a blank option": (empty_option, "empty_option"),
    "one option only": (take_options, "option_count"),
    "no right option": (give_no_points, "key_count"),
    "two right options": (give_points_twice, "key_count"),
    "a key that is not the right option": (name_wrong_answer, "answer_differs_from_scores"),
    "an unknown subject": (change("subject", "TPA"), "competency_missing"),
    "an unknown type": (change("type", "esai"), "family_unknown"),
    "an unknown markup": (change("markup", "latex"), "markup_unknown"),
    "options that are none": (change("options", "A, B, C"), "malformed"),
    "an id that reads like markup": (name_oddly, "family_unknown"),
}


def test_skd_bank_import_of_a_doctored_file_names_each_bad_item(
    staffed: Place, tmp_path: Path
) -> None:
    document = json.loads(BANK.read_bytes())
    items = document["items"]
    singles = [n for n, item in enumerate(items) if item["type"] == "single" and n > 0]
    expected = []
    for n, (spoil, reason) in zip(singles, BAD.values(), strict=False):
        spoil(items, n)
        expected.append((items[n]["id"], reason))
    file = tmp_path / "rusak.json"
    file.write_text(json.dumps(document))

    done = staffed.call("bank", "import", str(file), "--bank", "SKD", "--skd")
    assert done.code == 1, done.words
    named = [line for line in done.out.splitlines() if line.startswith("ditolak")]
    assert len(named) == len(BAD)
    for line, (item, reason) in zip(named, expected, strict=True):
        assert line.startswith(f"ditolak  {item}: {reason}")
    good = ITEMS - len(BAD)
    assert f"{good} butir diterima ({good} baru atau berubah), {len(BAD)} ditolak." in done.words
    assert staffed.rows(STATED) == [("submitted", good)]
