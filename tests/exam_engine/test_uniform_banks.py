"""Draws from three whole banks are uniform: items, their positions, and the order of options."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.draw import Cell, Placed, draw_planned, plan
from question_banks.content import digest, to_bytes
from question_banks.formats.native import read_bank, read_mapping
from tests.conftest import LONG, SHARED
from tests.exam_engine.test_constraints import quantile
from tests.exam_engine.test_draw import seed

DRAWS = 10_000 if LONG else 250
SAMPLE = Path(__file__).parent.parent.parent / "samples" / "bank"
Bank = tuple[list[PoolItem], list[Cell], Constraints]


def pooled(items: list[dict[str, object]], cell: str, group: str = "") -> list[PoolItem]:
    return [
        PoolItem(
            sha256(str(item["id"]).encode()).digest(),
            str(item[cell]),
            tuple(str(option["key"]) for option in item["options"]),  # type: ignore[attr-defined]
            group=str(item[group]) if group else None,
        )
        for item in items
    ]


def sample() -> Bank:
    items = [
        item
        for file in sorted(SAMPLE.glob("*.json"))
        for item in json.loads(file.read_bytes())["items"]
        if item.get("options")
    ]
    pool = pooled(items, "competency")
    sizes = Counter(item.cell for item in pool)
    cells = [Cell(name, name, min(13, size)) for name, size in sizes.items() if size > 1]
    return pool, cells, Constraints()


def skd() -> Bank:
    items = json.loads((SHARED / "banks/id_skd_tryout_mit.json").read_bytes())["items"]
    counts = {"TWK": 30, "TIU": 35, "TKP": 45}
    cells = [Cell(name, name, count) for name, count in counts.items()]
    return pooled(items, "subject"), cells, Constraints()


def ham() -> Bank:
    """The bank as it imports, figures and all; one item of each of the 35 groups makes a paper."""
    data = (SHARED / "banks/en_ham_technician-2026-2030.json").read_bytes()
    subjects = {item["subject"] for item in json.loads(data)["items"]}
    mapping = {
        "format": "ujikom-bank-mapping/1", "by": "subject", "group": "topic",
        "map": {one: {"competency": f"HAM.{one}", "level": 1} for one in subjects},
    }  # fmt: skip
    folder = SHARED / "banks" / "figures"
    figures = {p.name.split("2030-")[-1]: p.read_bytes() for p in sorted(folder.iterdir())}
    found = read_bank(data, read_mapping(json.dumps(mapping).encode()), figures)
    assert (len(found.items), found.rejected, len(found.media)) == (409, (), 3)
    pool = [
        PoolItem(
            digest(to_bytes(own.content)),
            own.content.competency,
            tuple(option.id for option in own.content.options),
            group=own.content.group,
        )
        for own in found.items
    ]
    groups = {item.group: item.cell for item in pool}
    cells = [Cell(name, name, count) for name, count in Counter(groups.values()).items()]
    assert sum(cell.count for cell in cells) == 35
    return pool, cells, Constraints(one_per_group=True)


BANKS = {"sample": sample, "skd": skd, "ham": ham}


def strata(pool: list[PoolItem], cells: list[Cell], rules: Constraints) -> dict[str, list[bytes]]:
    """What is drawn alike: the items of a cell, or of a group when each group gives one."""
    drawn_from = {cell.cell for cell in cells}
    found: dict[str, list[bytes]] = {}
    for item in pool:
        if item.cell in drawn_from:
            name = item.group if rules.one_per_group and item.group else item.cell
            found.setdefault(name, []).append(item.version)
    return found


@pytest.fixture(scope="module", params=BANKS)
def drawn(request: pytest.FixtureRequest) -> tuple[Bank, list[tuple[Placed, ...]]]:
    if request.param != "sample" and not (SHARED / "banks").is_dir():
        pytest.skip("the banks are not there (set SHARED_DATA)")
    pool, cells, rules = BANKS[request.param]()
    ready = plan(cells=cells, pool=pool, constrained=rules)
    return (pool, cells, rules), [draw_planned(seed(n), ready) for n in range(DRAWS)]


def test_every_item_of_a_row_is_drawn_as_often(
    drawn: tuple[Bank, list[tuple[Placed, ...]]],
) -> None:
    (pool, cells, rules), papers = drawn
    seen = Counter(placed.version for paper in papers for placed in paper)
    total, freedom = 0.0, 0
    for versions in strata(pool, cells, rules).values():
        share = sum(seen[v] for v in versions) / len(versions) / DRAWS
        if share == 1:
            continue
        # drawn without replacement: the counts vary by share * (1 - share) * n / (n - 1)
        spread = DRAWS * share * (1 - share) * len(versions) / (len(versions) - 1)
        total += sum((seen[v] - DRAWS * share) ** 2 / spread for v in versions)
        freedom += len(versions) - 1

    assert freedom > 50
    assert total < quantile(freedom)


@pytest.mark.parametrize("drawn", ["ham"], indirect=True)
def test_licence_exam_draws_exactly_one_item_of_each_group_every_time(
    drawn: tuple[Bank, list[tuple[Placed, ...]]],
) -> None:
    (pool, _, _), papers = drawn
    groups = {item.version: item.group for item in pool}

    whole = sorted({group for group in groups.values() if group})
    assert len(whole) == 35
    assert len(papers) == DRAWS
    for paper in papers:
        assert sorted(groups[placed.version] or "" for placed in paper) == whole


def test_every_item_stands_at_every_place_of_its_section_as_often(
    drawn: tuple[Bank, list[tuple[Placed, ...]]],
) -> None:
    (_, cells, _), papers = drawn
    total, freedom = 0.0, 0
    for cell in cells:
        sections = [[p.version for p in paper if p.section == cell.section] for paper in papers]
        most = Counter(v for own in sections for v in own).most_common(1)[0][0]
        places = Counter(own.index(most) for own in sections if most in own)
        expected = sum(places.values()) / cell.count
        total += sum((places[n] - expected) ** 2 / expected for n in range(cell.count))
        freedom += cell.count - 1

    assert total < quantile(freedom)


def test_every_option_stands_at_every_place_as_often(
    drawn: tuple[Bank, list[tuple[Placed, ...]]],
) -> None:
    (pool, _, _), papers = drawn
    written = {item.version: item.options for item in pool}
    places = Counter(
        (len(p.options), p.options.index(option), first)
        for paper in papers
        for p in paper
        for first, option in enumerate(written[p.version])
    )
    for size in {size for size, _, _ in places}:
        own = [n for (of, _, _), n in places.items() if of == size]
        expected = sum(own) / size**2
        # rows and columns of the table are fixed: (size - 1) squared degrees of freedom
        found = sum((n - expected) ** 2 / expected for n in own) * (size - 1) / size
        assert len(own) == size**2
        assert found < quantile((size - 1) ** 2)
