"""`ujikom demo`: the sample exam over HTTP, on SQLite killed in the middle and run again, and on
PostgreSQL.
"""

import re
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
NUMBER = re.compile(r" +[0-9]{4}-[0-9]{4} ")
SAVED = "SELECT COUNT(*) FROM response"
UNPRINTED = "SELECT (SELECT COUNT(*) FROM certificate) - (SELECT COUNT(*) FROM certificate_pdf)"


def numbers(place: Place) -> list[str]:
    """Numbers of all certificates, in order."""
    return sorted(row[0] for row in place.rows("SELECT number FROM certificate"))


def printed(place: Place) -> list[Path]:
    return sorted((place.data / "demo" / "sertifikat").glob("*.pdf"))


def test_demo_holds_an_exam_and_everything_it_left_holds(place: Place) -> None:
    candidates = FEW if place.url else CANDIDATES
    left = [] if place.url else killed_in_the_middle(place, candidates)
    done = place.run("demo", "--candidates", str(candidates))
    assert done.code == 0, done.words
    assert "Semua pemeriksaan cocok." in done.out
    lines = [line.split() for line in done.out.splitlines() if NUMBER.match(line)]
    (session,) = {line[0][:5] for line in lines}  # not 0001 when that one was broken off
    assert len(lines) == candidates
    assert all(line[-1] == "cocok" for line in lines)
    passed = [line for line in lines if "lulus" in line]
    assert 0 < len(passed) < candidates
    assert sum("belum" in line for line in lines) == candidates - len(passed)
    found = numbers(place)
    own = place.rows(
        "SELECT c.number, g.candidate_no FROM certificate c JOIN sitting s ON s.id = c.sitting_id"
        " JOIN registration g ON g.id = s.registration_id"
    )
    certified = {candidate: number for number, candidate in own if candidate.startswith(session)}
    assert {line[0]: line[-2] for line in passed} == certified
    assert not set(certified.values()) & set(left)
    assert found[: len(left)] == left
    assert [int(number.rsplit("-", 1)[1]) for number in found] == list(range(1, len(found) + 1))
    assert place.rows(UNPRINTED) == [(0,)]
    assert str(place.data / "demo" / "sertifikat") in done.out
    if candidates >= CANDIDATES:
        check_stories(place, session, {line[0]: line[1:4] for line in lines})

    pdfs = printed(place)
    assert len(pdfs) == len(found)
    for pdf in pdfs:
        verdict = place.call("verify", str(pdf))
        assert verdict.code == 0, verdict.words
        assert "verdict valid" in verdict.words

    again = place.run("demo", "--candidates", str(candidates))
    assert again.code == 0
    assert "sudah ada" in again.words
    assert printed(place) == pdfs


def check_stories(place: Place, session: str, stories: dict[str, list[str]]) -> None:
    """One moved to another PC; one ran out of time, was refused, and was closed by the clock."""
    assert stories[f"{session}0002"] == ["pindah", "komputer", "60"]
    assert stories[f"{session}0003"] == ["waktu", "habis", "30"]
    late = place.rows(
        "SELECT g.candidate_no, s.state, COUNT(*) FROM sitting s"
        " JOIN registration g ON g.id = s.registration_id JOIN response r ON r.sitting_id = s.id"
        " WHERE s.state <> 'submitted' GROUP BY g.candidate_no, s.state"
    )
    ended = [row for row in late if row[0].startswith(session)]
    assert ended == [(f"{session}0003", "auto_closed", 30)]


def killed_in_the_middle(place: Place, candidates: int) -> list[str]:
    """Kill the demo while answers are saved, at full size also while certificates are printed;
    return the numbers of those that were there by then.
    """
    kill_when(place, candidates, SAVED, 20)
    if LONG:
        kill_when(place, candidates, UNPRINTED, 1)
    assert not (place.data / "demo" / "done").exists()
    return numbers(place)


def kill_when(place: Place, candidates: int, question: str, enough: int) -> None:
    """Start the demo; kill it with SIGKILL as soon as the answer to a question is large enough."""
    process = subprocess.Popen(
        [UJIKOM, "demo", "--candidates", str(candidates)],
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
