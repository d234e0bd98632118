"""Banks of 1,000, 10,000 and 50,000 items: import, searches, statistics; growth from size to size.

`python -m benchmarks.banks [--sizes 1000,10000,50000]`. One run, one machine, SQLite; only the
ratios mean something elsewhere.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kernel import keys as keyrings
from kernel.clock import SystemClock
from kernel.database import Database
from migrations import schema
from question_banks import service, store
from question_banks.catalogue import store as catalogue
from question_banks.catalogue.store import Query
from question_banks.formats.limits import Limits
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from question_banks.statistics.analysis import analyse
from question_banks.statistics.matrix import Response
from tests.cast import hire
from web.staff_banks import FILTERS, bank_view

SIZES = (1_000, 10_000, 50_000)
SUBMITTED = ItemState.SUBMITTED
LARGE = Limits(bytes=1 << 30, items=1_000_000)
PAPERS, LENGTH = 1_000, 60
ROUNDS = 5


def file_of(items: int) -> bytes:
    """A bank file of so many items (DATA CONTOH)."""
    return json.dumps({
        "format": "ujikom-bank/1",
        "meta": {"competencies": [
            {"code": f"T.{n}", "kind": "technical", "name_id": f"Contoh {n}", "name_en": f"{n}"}
            for n in range(20)
        ]},
        "items": [
            {
                "id": f"U-{n:06d}", "type": "single", "competency": f"T.{n % 20}",
                "level": 1 + n % 5, "tags": [f"modul {n % 40}"],
                "stem": f"Pertanyaan contoh {n} tentang dokumen nomor {n * 7}",
                "options": [{"key": k, "text": f"Jawaban {k} untuk {n}", "score": int(k == "C")}
                            for k in "ABCD"],
            }
            for n in range(items)
        ],
    }).encode()  # fmt: skip


def best(job: Callable[[], Any]) -> float:
    """The shortest of a few runs, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def papers_of(items: int) -> list[tuple[Response, ...]]:
    """A thousand papers of sixty items each, drawn from the bank and answered at random."""
    chance = np.random.default_rng(1)
    return [
        tuple(
            Response(f"{n:064x}", int(right), 1, "C" if right else "A")
            for n, right in zip(
                chance.choice(items, LENGTH, replace=False), chance.random(LENGTH) < 0.6,
                strict=True,
            )
        )
        for _ in range(PAPERS)
    ]  # fmt: skip


def measure(items: int, folder: Path) -> dict[str, float]:
    """Milliseconds by name at one size."""
    url = f"sqlite:///{folder / f'{items}.sqlite'}"
    schema.upgrade(url)
    keyrings.create(folder / f"keys-{items}", passphrase=None)
    keys = keyrings.load(folder / f"keys-{items}", passphrase=None)
    database = Database(url, clock=SystemClock(), keys=keys).start()
    try:
        return _measure(items, database)
    finally:
        database.close()


def _measure(items: int, database: Database) -> dict[str, float]:
    cast, data = hire(database), file_of(items)
    started = time.perf_counter()
    file = read_bank(data, limits=LARGE)
    read = time.perf_counter() - started
    service.import_file(database, bank_name="Ukur", file=file, by=cast["penyusun"])
    imported = time.perf_counter() - started
    waiting = tuple(i.id for i in database.read_sync(store.items_in_state, state=SUBMITTED))
    started = time.perf_counter()
    service.approve_all(database, item_ids=waiting, by=cast["penelaah"])
    approved = time.perf_counter() - started
    bank = database.read_sync(store.banks)[0].id

    def search(query: Query, after: str = "") -> list[catalogue.Row]:
        return database.read_sync(
            catalogue.search, bank_id=bank, query=query, after=after, limit=51
        )

    assert len(search(Query())) == 51
    assert search(Query(text="tidakadakataini")) == []
    papers = papers_of(items)
    started = time.perf_counter()
    assert analyse(papers, rasch_papers=PAPERS + 1) is not None
    classical = time.perf_counter() - started
    middle = f"U-{items // 2:06d}"
    return {
        "read the file": read * 1000,
        "import": imported * 1000,
        "approve": approved * 1000,
        "first page": best(lambda: search(Query())),
        "page in the middle": best(lambda: search(Query(), middle)),
        "page by competency and level": best(lambda: search(Query(competency="T.3", level=4))),
        "search with hits": best(lambda: search(Query(text="dokumen contoh"))),
        "search without a hit": best(lambda: search(Query(text="tidakadakataini"))),
        "reviewer's queue": best(
            lambda: database.read_sync(catalogue.waiting, account_id=bytes(16), limit=51)
        ),
        "bank's page, all it reads": best(
            lambda: database.read_sync(
                bank_view,
                bank_id=bank,
                asked=dict.fromkeys(FILTERS, ""),
                after=middle,
                by=cast["penyusun"],
                lang="id",
            )
        ),
        "search by tag": best(lambda: search(Query(tag="modul 7"))),
        "list of banks": best(lambda: database.read_sync(store.banks)),
        "tags of the bank": best(lambda: database.read_sync(catalogue.tags_of_bank, bank_id=bank)),
        "counts by state": best(lambda: database.read_sync(catalogue.supply, bank_id=bank)),
        "classical statistics": classical * 1000,
    }


def main() -> int:
    """Print a table; return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.banks", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for size in sizes:
            found[size] = measure(size, Path(folder))
            print(size, {k: round(v, 1) for k, v in found[size].items()}, flush=True)
    print("| deed | " + " | ".join(f"{size:,} items, ms" for size in sizes) + " | growth |")
    for name in found[sizes[0]]:
        values = [found[size][name] for size in sizes]
        row = " | ".join(f"{value:,.1f}" for value in values)
        print(f"| {name} | {row} | {values[-1] / values[0]:.1f} x |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
