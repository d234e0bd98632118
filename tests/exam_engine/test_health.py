"""Bank health: what is short, how often items appear, how far papers differ."""

import pytest

from exam_engine.assembly.health import coverage, overlap, simulate
from exam_engine.errors import PoolTooSmall
from question_banks.content import Content, digest, to_bytes
from question_banks.formats.native import read_bank
from tests.cast import small_bank, small_scheme


def published(weighted: int = 6, single: int = 10) -> dict[bytes, Content]:
    items = read_bank(small_bank(weighted, single)).items
    return {digest(to_bytes(item.content)): item.content for item in items}


def test_rows_say_what_is_there_and_what_is_short() -> None:
    ethics, admin = coverage(small_scheme(), published(weighted=2))

    assert (ethics.needed, ethics.available, ethics.missing, ethics.exposure) == (3, 2, 1, 1.0)
    assert (admin.needed, admin.available, admin.missing, admin.exposure) == (5, 10, 0, 0.5)
    with pytest.raises(PoolTooSmall):
        simulate(small_scheme(), published(weighted=2), {}, papers=1)


def test_overlap_is_needed_squared_over_available() -> None:
    rows = coverage(small_scheme(), published())

    assert overlap(rows) == pytest.approx(3 * 3 / 6 + 5 * 5 / 10)


def test_simulated_papers_show_exposure_and_spread() -> None:
    pool = published()
    difficulties = {version: n / 16 for n, version in enumerate(sorted(pool))}

    found = simulate(small_scheme(), pool, difficulties, papers=300)

    assert found.known == 16
    assert 0.4 < found.most_exposed < 0.65
    assert found.low is not None
    assert found.mean is not None
    assert found.high is not None
    assert found.low < found.mean < found.high
    assert simulate(small_scheme(), pool, difficulties, papers=300) == found
    assert simulate(small_scheme(), pool, {}, papers=3).mean is None
