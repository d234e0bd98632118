"""The sample run: load the programme, hold the exam over HTTP, check everything it left."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from exam_engine.schemes.scheme import Scheme
from exam_engine.schemes.scheme import digest as scheme_digest
from exam_engine.schemes.scheme import to_bytes as scheme_bytes
from kernel.clock import ManualClock
from samples.answer_key import Key
from samples.rehearsal import Outcome, Plan, Progress, Rehearsal
from samples.visitor import Visitor

CANDIDATES: Final = 40
START_HOUR_UTC: Final = 2  # 09.00 WIB


class Issued(msgspec.Struct, frozen=True):
    """One certificate of the run, with what the public pages said of it."""

    code: str
    path: Path
    by_code: bool
    by_file: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam that was held left behind."""

    session_id: str
    outcomes: list[Outcome]
    issued: list[Issued]


def yesterday_morning(now: datetime) -> datetime:
    """When the sample exam is set: the day before, 09.00 WIB, so that it lies in the past."""
    day = now - timedelta(days=1)
    return day.replace(hour=START_HOUR_UTC, minute=0, second=0, microsecond=0)


def hold(
    address: str,
    clock: ManualClock,
    *,
    scheme: Scheme,
    key: Key,
    candidates: int,
    folder: Path,
    progress: Progress,
    awards: Callable[[], int],
) -> Held:
    """Hold one exam and verify each certificate by code and by file; PDFs go to `folder`."""
    plan = Plan(
        title=f"{scheme.name_id}, {candidates} peserta contoh",
        scheme=scheme_digest(scheme_bytes(scheme)).hex(),
        items=scheme.count,
        minutes=scheme.minutes,
        candidates=candidates,
        starts_at=clock.now(),
    )
    rehearsal = Rehearsal(address, clock, key, plan, progress)
    session_id, outcomes = rehearsal.hold()
    folder.mkdir(parents=True, exist_ok=True)
    issued = []
    public = Visitor(address)
    pdfs = rehearsal.certificates(awards())
    for done, (code, pdf) in enumerate(pdfs, start=1):
        path = folder / f"{code}.pdf"
        path.write_bytes(pdf)
        issued.append(
            Issued(
                code,
                path,
                by_code="BERLAKU" in public.see(f"/V/{code}"),
                by_file="BERLAKU" in _upload(public, pdf),
            )
        )
        progress("verifikasi", done, len(pdfs))
    public.close()
    return Held(session_id=session_id, outcomes=outcomes, issued=issued)


def _upload(public: Visitor, pdf: bytes) -> str:
    return public.send("/verifikasi/berkas", files={"file": ("sertifikat.pdf", pdf)}).text
