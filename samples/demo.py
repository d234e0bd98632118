"""The sample run: load the programme, hold the exam over HTTP, check everything it left."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from litestar import Litestar

from audit.verify import main as verify_log
from exam_engine.outcomes.awards import awarded
from exam_engine.schemes.scheme import Scheme
from exam_engine.schemes.scheme import digest as scheme_digest
from exam_engine.schemes.scheme import to_bytes as scheme_bytes
from kernel.clock import ManualClock
from kernel.database import Database
from question_banks.formats.native import BankFile
from samples import programme
from samples.answer_key import answer_key
from samples.rehearsal import Outcome, Plan, Progress, Rehearsal
from samples.serving import served
from samples.visitor import Visitor

START_HOUR_UTC: Final = 2  # 09.00 WIB


class Issued(msgspec.Struct, frozen=True):
    """One certificate of the run, with what the public pages said of it."""

    code: str
    path: Path
    by_code: bool
    by_file: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam that was held left behind; `log_holds` is the outsider's verdict."""

    session_id: str
    outcomes: list[Outcome]
    issued: list[Issued]
    log_holds: bool

    @property
    def holds(self) -> bool:
        """Whether every certificate was confirmed and every late save refused."""
        confirmed = all(one.by_code and one.by_file for one in self.issued)
        late = all(one.refused_late for one in self.outcomes if one.story == "waktu habis")
        return self.log_holds and confirmed and late


def yesterday_morning(now: datetime) -> datetime:
    """When the sample exam is set: the day before, 09.00 WIB, so that it lies in the past."""
    day = now - timedelta(days=1)
    return day.replace(hour=START_HOUR_UTC, minute=0, second=0, microsecond=0)


def run(
    database: Database,
    clock: ManualClock,
    application: Litestar,
    *,
    scheme: Scheme,
    files: list[BankFile] | None,
    candidates: int,
    folder: Path,
    progress: Progress,
    shard: str,
    vkey: str,
) -> Held:
    """Load what the exam needs, hold it over HTTP against `application`, verify what it left.

    Each certificate is verified by code and by file, and kept in `folder`; the log is verified
    by the outsider's program, over HTTP.
    """
    key = answer_key(programme.prepare(database, scheme, files))
    plan = Plan(
        title=f"{scheme.name_id}, {candidates} peserta contoh",
        scheme=scheme_digest(scheme_bytes(scheme)).hex(),
        items=scheme.count,
        minutes=scheme.minutes,
        candidates=candidates,
        starts_at=clock.now(),
    )
    with served(application) as address:
        rehearsal = Rehearsal(address, clock, key, plan, progress)
        session_id, outcomes = rehearsal.hold()
        pdfs = rehearsal.certificates(len(database.read_sync(awarded)))
        issued = _verify(address, pdfs, folder, progress)
        log_holds = verify_log([f"{address}/{shard}", "--key", vkey]) == 0
    return Held(session_id=session_id, outcomes=outcomes, issued=issued, log_holds=log_holds)


def _verify(
    address: str, pdfs: list[tuple[str, bytes]], folder: Path, progress: Progress
) -> list[Issued]:
    folder.mkdir(parents=True, exist_ok=True)
    issued = []
    public = Visitor(address)
    for done, (code, pdf) in enumerate(pdfs, start=1):
        path = folder / f"{code}.pdf"
        path.write_bytes(pdf)
        by_code = "BERLAKU" in public.see(f"/V/{code}")
        issued.append(Issued(code, path, by_code, by_file="BERLAKU" in _upload(public, pdf)))
        progress("verifikasi", done, len(pdfs))
    public.close()
    return issued


def _upload(public: Visitor, pdf: bytes) -> str:
    return public.send("/verifikasi/berkas", files={"file": ("sertifikat.pdf", pdf)}).text
