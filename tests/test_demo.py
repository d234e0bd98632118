"""`ujikom demo`: the sample exam over HTTP, on both engines, killed in the middle and run again."""

import signal
import subprocess
import time
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from tests.commands import UJIKOM, Place
from tests.conftest import LONG
from tests.places import place

__all__ = ["place"]

CANDIDATES = 40 if LONG else 3  # the second moves, the third runs out of time
FEW = 40 if LONG else 2
WAIT_SECONDS = 120.0
SAVED = "SELECT COUNT(*) FROM response"
UNPRINTED = "SELECT (SELECT COUNT(*) FROM certificate) - (SELECT COUNT(*) FROM certificate_pdf)"


def numbers(place: Place) -> list[str]:
    """Numbers of all certificates, in order."""
    return sorted(row[0] for row in place.rows("SELECT number FROM certificate"))


def printed(place: Place) -> list[Path]:
    return sorted((place.data / "demo" / "sertifikat").glob("*.pdf"))


def test_demo_holds_an_exam_and_everything_it_left_holds(place: Place) -> None:
    candidates = FEW if place.url else CANDIDATES
    done = place.run("demo", "--candidates", str(candidates))
    assert done.code == 0, done.words
    lines = [line.split() for line in done.out.splitlines() if line.strip().startswith("0001-")]
    assert len(lines) == candidates
    assert all(line[-1] == "cocok" for line in lines)
    passed = [line for line in lines if "lulus" in line]
    assert 0 < len(passed) < candidates
    assert sum("belum" in line for line in lines) == candidates - len(passed)
    assert sorted(line[-2] for line in passed) == numbers(place)
    assert str(place.data / "demo" / "sertifikat") in done.out
    if candidates >= CANDIDATES:
        check_stories(place, {line[0]: line[1:4] for line in lines})

    pdfs = printed(place)
    assert len(pdfs) == len(passed)
    for pdf in pdfs:
        verdict = place.call("verify", str(pdf))
        assert verdict.code == 0, verdict.words
        assert "verdict valid" in verdict.words

    again = place.run("demo", "--candidates", str(candidates))
    assert again.code == 0
    assert "sudah ada" in again.words
    assert printed(place) == pdfs


def check_stories(place: Place, stories: dict[str, list[str]]) -> None:
    """One moved to another PC; one ran out of time, was refused, and was closed by the clock."""
    assert stories["0001-0002"] == ["pindah", "komputer", "60"]
    assert stories["0001-0003"] == ["waktu", "habis", "30"]
    ended = place.rows(
        "SELECT g.candidate_no, s.state FROM sitting s"
        " JOIN registration g ON g.id = s.registration_id WHERE s.state <> 'submitted'"
    )
    assert ended == [("0001-0003", "auto_closed")]
    assert place.rows(
        "SELECT COUNT(*) FROM response r JOIN sitting s ON s.id = r.sitting_id"
        " WHERE s.state = 'auto_closed'"
    ) == [(30,)]


def test_demo_killed_in_the_middle_ends_well_when_run_again(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    if LONG:
        kill_when(place, SAVED, 20)
    kill_when(place, UNPRINTED, 1)
    left = numbers(place)
    assert not (place.data / "demo" / "done").exists()

    done = place.run("demo", "--candidates", str(FEW))
    assert done.code == 0, done.words
    assert "Semua pemeriksaan cocok." in done.out
    found = numbers(place)
    assert found[: len(left)] == left
    assert len(found) > len(left)
    assert [int(number.rsplit("-", 1)[1]) for number in found] == list(range(1, len(found) + 1))
    assert len(printed(place)) == len(found)
    assert place.rows(UNPRINTED) == [(0,)]
    assert place.call("audit", "verify").code == 0


def kill_when(place: Place, question: str, enough: int) -> None:
    """Start the demo; kill it with SIGKILL as soon as the answer to a question is large enough."""
    process = subprocess.Popen(
        [UJIKOM, "demo", "--candidates", str(FEW)],
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + WAIT_SECONDS
        while counted(place, question) < enough:
            assert process.poll() is None, "the demo ended before it could be killed"
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        process.kill()
        assert process.wait() == -signal.SIGKILL


def counted(place: Place, question: str) -> int:
    """The number that a question gives, 0 while the database is not there yet."""
    if not (place.data / "db" / "ujikom.sqlite").exists():
        return 0
    try:
        return int(place.rows(question)[0][0])
    except DBAPIError:
        return 0
