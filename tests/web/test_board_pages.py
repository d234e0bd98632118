"""The board's page of a session: results only when it is closed, and the form that decides."""

import re

import pytest

from kernel import ids
from tests.web.test_forms import UNPROCESSABLE, beside, chosen
from tests.web.world import World, words


@pytest.fixture(scope="module")
def running(world: World) -> World:
    """In the running session one candidate has finished, one writes, one is not there."""
    world.stage.session, world.stage.cards = world.running, world.stage.second
    world.stage.sat(0)
    world.stage.seat(1).enter()
    return world


def page(world: World) -> str:
    path = f"/staf/sidang/{ids.text(world.running)}"
    return world.visitor("sidang").http.get(path).text


def tallies(text: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]*)</dt><dd class=\"num\">(\d+)</dd>", text)
    return {label: int(count) for label, count in found}


def test_running_session_shows_who_writes_and_no_result(running: World) -> None:
    text = page(running)

    counts = {"Peserta": 3, "Masih mengerjakan": 1, "Selesai": 1, "Belum mulai": 1}
    assert tallies(text) == counts
    assert "Sesi belum ditutup." in text
    rows = re.findall(r"<tr>(?:(?!</tr>).)*data-label=\"Hasil\".*?</tr>", text, re.DOTALL)
    assert len(rows) == 3
    for row in rows:
        assert re.search(r'data-label="Nilai">–</td>', row)
        assert not re.search(r"Lulus|Belum lulus|Tidak hadir", row)


def test_closed_session_shows_results_and_refuses_a_decision_without_minutes(
    running: World,
) -> None:
    running.stage.close()
    text = page(running)
    assert tallies(text) == {"Peserta": 3, "Memenuhi": 1, "Belum memenuhi": 1, "Tidak hadir": 1}
    [first, *_] = re.findall(r'name="result" value="([a-z2-7]{26})"', text)
    path = f"/staf/sidang/{ids.text(running.running)}/tetapkan"
    sent = {"scope": "chosen", "result": first, "minutes": "  ", "without_quorum": ""}

    refused = running.visitor("sidang").try_send(path, sent)
    none = running.visitor("sidang").try_send(path, {"scope": "chosen", "minutes": "Sidang <satu>"})

    assert refused.status_code == none.status_code == UNPROCESSABLE
    assert list(beside(refused)) == ["minutes"]
    assert chosen(refused) == [first, "chosen"]
    assert "Sidang &lt;satu&gt;</textarea>" in none.text
    assert "Belum ada yang dipilih." in none.text
    assert "Berita acara penetapan" not in words(refused)
