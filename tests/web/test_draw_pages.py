"""The pages about the draw: one's own seat seed after the session is closed, nobody else's ever."""

import json
from pathlib import Path

from click.testing import CliRunner

from cli import cli
from exam_engine import draw_file
from exam_engine.assembly import store as assembly
from exam_engine.assembly.seats import seat_seed
from samples.visitor import Visitor
from tests.web.test_authorization import _seated
from tests.web.world import World

PAGE, FILE = "/ujian/undian", "/ujian/undian/berkas"


def seeds(world: World, session: bytes) -> list[str]:
    """The seeds of the three seats of a session."""
    secret = world.database.read_sync(assembly.secrets, session_id=session).seats
    return [seat_seed(secret, number).hex() for number in range(3)]


def held(seeds: list[str], text: str) -> list[int]:
    return [number for number, seed in enumerate(seeds) if seed in text]


def sent_to(visitor: Visitor, path: str) -> str:
    answer = visitor.http.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_no_seed_is_shown_while_the_session_runs(world: World) -> None:
    secret = seeds(world, world.running)
    for visitor in (_seated(world, 0), _seated(world, 1)):
        page = visitor.see(PAGE)
        assert "Benih meja Anda dibuka sesudah sesi ditutup." in page
        assert "11.00 WIB" in page, "the planned end"
        assert held(secret, page) == []
        assert FILE not in page
        assert sent_to(visitor, FILE) == PAGE


def test_each_candidate_gets_its_own_draw_after_the_closing(world: World, tmp_path: Path) -> None:
    world.sequence()
    secret = seeds(world, world.stage.session)
    for number in (0, 1):
        visitor = world.visitor(f"candidate {number}")
        page = visitor.see(PAGE)
        answer = visitor.http.get(FILE)
        given = json.loads(answer.content)

        assert held(secret, page) == held(secret, answer.text) == [number]
        assert given["seat_root"] in page
        assert f"{number + 1} dari 3</dd>" in page
        assert "<dt>Butir pada naskah</dt><dd>8</dd>" in page
        assert "menunggu giliran" not in page, "it is in the log"
        assert FILE in page
        assert "undian-" in answer.headers["content-disposition"]
        assert draw_file.faults(answer.content) == []
        assert PAGE in visitor.see("/ujian/selesai")
        saved = tmp_path / f"undian-{number}.json"
        saved.write_bytes(answer.content)
        replayed = CliRunner().invoke(cli, ["replay", "draw", str(saved)])
        assert (replayed.exit_code, replayed.output.split()[0]) == (0, "cocok")


def test_who_did_not_sit_is_told_so(world: World) -> None:
    absent = world.visitor("candidate 2")
    page = absent.see(PAGE)

    assert "Tidak ada undian untuk Anda." in page
    assert held(seeds(world, world.stage.session), page) == []
    assert sent_to(absent, FILE) == PAGE


def test_draw_is_for_candidates_and_its_checking_page_for_everyone(world: World) -> None:
    for name in ("nobody", "admin", "pengawas", "sidang", "auditor", "admin-lain"):
        for path in (PAGE, FILE):
            assert sent_to(world.visitor(name), path).startswith(("/masuk", "/ujian"))
        answer = world.visitor(name).http.get("/undian/periksa")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
