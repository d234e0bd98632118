"""`ujikom certificates issue`, killed anywhere and run again: no number twice, no gap."""

import csv
import os
import signal
import stat
import subprocess
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from app import close, install
from certificates.packing import LARGEST, pack
from certificates.signing import check
from exam_engine.registration import service as registration
from exam_engine.registration.roster import Candidate
from kernel.clock import ManualClock
from kernel.settings import Settings
from tests.commands import UJIKOM, Place
from tests.conftest import LONG, START
from tests.stage import Stage, set_up

COUNT = 5_000 if LONG else 8
KILLS = 3 if LONG else 1
PATIENCE = 60.0
WORKERS = 2


def nip(number: int) -> str:
    """A NIP of the right structure that nobody has."""
    return f"199001{number // 900 + 1:02d}2015011{number % 900 + 1:03d}"


def hold(place: Place, count: int) -> None:
    """An exam that `count` candidates pass, decided; nothing is issued."""
    clock = ManualClock(START)
    here = install(Settings(data=place.data), clock=clock)
    try:
        stage = Stage(here.database, clock, set_up(here.database))
        stage.cards = here.database.write_sync(
            registration.register_candidates,
            session_id=stage.session,
            room_id=stage.room.id,
            candidates=tuple(
                Candidate(f"Peserta Contoh {n}", nip(n), "Dinas Contoh") for n in range(count)
            ),
            by=stage.cast["admin"],
        )
        clock.advance(timedelta(minutes=5).total_seconds())
        stage.open()
        for number in range(count):
            stage.sat(number)
        stage.close()
        stage.decide()
        assert here.sequencer is not None
        here.sequencer.drain()
    finally:
        close(here)


def killed(place: Place, sql: str, wanted: int) -> None:
    """Start the command and kill it with its workers once a count has been reached."""
    command = [UJIKOM, "certificates", "issue", "--workers", str(WORKERS)]
    process = subprocess.Popen(
        command, env=place.environment(), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while place.rows(sql)[0][0] < wanted:
            assert process.poll() is None, "it ended before it was killed"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


class Sample(NamedTuple):
    """How far a run is, and the memory of its processes in KiB."""

    done: int
    memory: int


_samples: list[Sample] = []


def watched(place: Place) -> None:
    """Run the command to its end and look at its memory on the way."""
    command = [UJIKOM, "certificates", "issue", "--workers", str(WORKERS)]
    process = subprocess.Popen(
        command, env=place.environment(), stdout=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        [(done,)] = place.rows("SELECT COUNT(*) FROM certificate_pdf")
        _samples.append(Sample(done, resident(process.pid)))
        time.sleep(1.0 if LONG else 0.2)
    assert process.returncode == 0


def resident(session: int) -> int:
    """Memory of all processes of a session."""
    command = ["ps", "-o", "rss=", "-s", str(session)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return sum(map(int, listed.stdout.split()))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Issued in bulk, with kills in both steps; the last run ends by itself."""
    made = Place(tmp_path_factory.mktemp("bulk") / "data")
    hold(made, COUNT)
    for kill in range(KILLS):
        part = COUNT * (kill + 1) // (KILLS + 1)
        table = "certificate" if kill % 2 == 0 else "certificate_pdf"
        if table == "certificate_pdf" or made.rows("SELECT COUNT(*) FROM certificate")[0][0] < part:
            killed(made, f"SELECT COUNT(*) FROM {table}", part)
    watched(made)
    return made


def test_no_number_is_given_twice_and_none_is_left_out(
    place: Place, record_property: Callable[[str, object], None]
) -> None:
    record_property("N certificates", COUNT)
    record_property("N kills", KILLS)
    numbers = [row[0] for row in place.rows("SELECT number FROM certificate ORDER BY number")]
    assert numbers == [f"CTH-2026-{n:06d}" for n in range(1, COUNT + 1)]
    assert place.rows("SELECT COUNT(DISTINCT sitting_id) FROM certificate") == [(COUNT,)]
    assert place.rows("SELECT COUNT(DISTINCT code_lookup) FROM certificate") == [(COUNT,)]


def test_every_certificate_has_one_pdf_and_run_again_nothing_is_left_to_do(place: Place) -> None:
    assert place.rows("SELECT COUNT(*), COUNT(DISTINCT certificate_id) FROM certificate_pdf") == [
        (COUNT, COUNT)
    ]
    answer = place.run("certificates", "issue", "--workers", "1")
    assert answer.code == 0
    assert "0 sertifikat diterbitkan, 0 PDF dicetak." in answer.words


def test_memory_does_not_grow_with_the_number(
    place: Place, record_property: Callable[[str, object], None]
) -> None:
    """Beyond the first portions, when every worker has its pages compiled."""
    assert _samples
    assert _samples[-1].done <= COUNT
    if not LONG:
        pytest.skip("a few certificates tell nothing of memory")
    begun = _samples[0].done
    early, late = (
        [each.memory for each in _samples if low <= (each.done - begun) / (COUNT - begun) <= high]
        for low, high in ((0.2, 0.5), (0.7, 1.0))
    )
    record_property("N MiB early", max(early) // 1024)
    record_property("N MiB late", max(late) // 1024)
    assert max(late) < 1.15 * max(early)


def test_log_tables_and_stored_pdfs_are_sound(place: Place) -> None:
    command = [UJIKOM, "audit", "verify"]
    done = subprocess.run(command, env=place.environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_zip_of_each_agency_holds_what_was_issued(place: Place, tmp_path: Path) -> None:
    here = install(Settings(data=place.data))
    try:
        packed = pack(here.database, here.blobs, tmp_path)
        before = [path.read_bytes() for path, _ in packed]
        assert [
            path.read_bytes() for path, _ in pack(here.database, here.blobs, tmp_path)
        ] == before
        roots = here.pdf_trust().roots
    finally:
        close(here)
    assert sum(count for _, count in packed) == COUNT
    assert [path.name for path, _ in packed] == [
        f"pemerintah-kota-contoh-lhokseumawe-{part:02d}.zip" for part in range(1, len(packed) + 1)
    ]
    assert all(path.stat().st_size < LARGEST * 1.1 for path, _ in packed)
    hashes = {row[0] for row in place.rows("SELECT sha256 FROM certificate_pdf")}
    for path, count in packed:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with zipfile.ZipFile(path) as opened:
            rows = list(csv.DictReader(opened.read("indeks.csv").decode("utf-8-sig").splitlines()))
            assert len(rows) == count
            pdfs = {row["berkas"]: opened.read(row["berkas"]) for row in rows}
            assert len(opened.namelist()) == count + 2
            page = opened.read("indeks.html").decode()
        assert {sha256(pdf).digest() for pdf in pdfs.values()} <= hashes
        assert all(row["nama"] in page and row["kode"] in page for row in rows)
    pdf = next(iter(pdfs.values()))
    check.verify_whole(check.inspect(pdf, roots=roots))
    assert pdf.count(b"%%EOF") == 1, "made by the compiled page"
