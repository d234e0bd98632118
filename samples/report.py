"""The table of a sample run: what became of each candidate, read from what was stored."""

from rich.box import SIMPLE
from rich.table import Table

from certificates import store as certificates
from exam_engine import auditing
from kernel.database import Tx
from samples.rehearsal import Outcome

COLUMNS = ("peserta", "cerita", "simpan", "nilai", "hasil", "sertifikat", "ulang")


def report(tx: Tx, *, outcomes: list[Outcome]) -> tuple[Table, bool]:
    """A row for each candidate, and whether every sitting's replay holds."""
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for title in COLUMNS:
        table.add_column(title, no_wrap=True)
    holds = True
    for outcome in outcomes:
        sitting_id = auditing.sitting_called(tx, name=outcome.number)
        assert sitting_id is not None  # noqa: S101 - the candidate sat
        done = auditing.replay_sitting(tx, sitting_id=sitting_id)
        certificate = certificates.of_sitting(tx, sitting_id)
        holds = holds and done.holds
        table.add_row(
            outcome.number,
            outcome.story,
            str(outcome.saves),
            done.result["total"],
            "lulus" if done.result["outcome"] == "passed" else "belum",
            certificate.number if certificate else "",
            "cocok" if done.holds else "BEDA",
        )
    return table, holds
