"""The draw: golden vectors, a stranger's replay, published figures, and its properties."""

import itertools
import json
import shutil
import subprocess
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_engine.assembly.constraints import PoolItem
from exam_engine.assembly.draw import Cell, Placed, draw_paper
from exam_engine.assembly.drbg import Drbg
from exam_engine.errors import PoolTooSmall
from tests.conftest import LONG
from tests.vectors import make_constrained, make_draw

STRANGER = Path(__file__).parent.parent / "strangers" / "draw.mjs"
DRAWS = 60_000 if LONG else 3_000
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_KEY = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
RFC_6979_A25 = {  # message: k with SHA-256
    b"sample": "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60",
    b"test": "d16b6ae827f17175e040871a1c7ec3500192c4c92677336ec2537acaee0008e0",
}


def stored() -> list[dict[str, Any]]:
    """The golden vectors as they lie in the repository."""
    vectors: list[dict[str, Any]] = json.loads(make_draw.PLACE.read_text(encoding="utf-8"))
    return vectors


def stranger(*arguments: str) -> str:
    """What the Node replayer prints."""
    node = shutil.which("node")
    assert node is not None, "Node is needed to check the draw by a second implementation"
    return subprocess.run(
        [node, str(STRANGER), *arguments], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def seed(number: int) -> bytes:
    return sha256(b"seed %d" % number).digest()


def items_of(cell: str, count: int, options: int = 4) -> list[PoolItem]:
    return [
        PoolItem(sha256(f"{cell}/{n}".encode()).digest(), cell, tuple("ABCDEFGH"[:options]))
        for n in range(count)
    ]


def chi_square(counts: Counter[Any], cells: int, total: int) -> float:
    expected = total / cells
    missing = (cells - len(counts)) * expected
    return missing + sum((n - expected) ** 2 / expected for n in counts.values())


def test_vectors_today_are_the_golden_ones() -> None:
    assert make_draw.text() == make_draw.PLACE.read_text(encoding="utf-8")


def test_vectors_replayed_by_a_stranger_are_equal() -> None:
    replayed = json.loads(stranger(str(make_draw.PLACE)))

    assert replayed == [vector["outputs"] for vector in stored()]
    assert len(replayed) == len(make_draw.CASES)


def test_constrained_vectors_are_the_golden_ones_and_a_stranger_agrees() -> None:
    text = make_constrained.PLACE.read_text(encoding="utf-8")
    assert make_constrained.text() == text
    replayed = json.loads(stranger(str(make_constrained.PLACE)))
    assert replayed == [vector["outputs"] for vector in json.loads(text)]
    assert len(replayed) == len(make_constrained.CASES)


@pytest.mark.parametrize(
    "field",
    ["secret", "seat", "session", "handle", "nonce", "beacon", "bank_root", "blueprint"],
)
def test_vector_with_one_input_changed_draws_another_paper(field: str) -> None:
    vector = next(v for v in stored() if v["name"].startswith("eight"))
    given_ = dict(vector["inputs"])
    value = given_[field]
    if field == "seat":
        given_[field] = value + 1
    elif field == "blueprint":
        given_[field] = value.replace('"scheme":"', '"scheme":"00')
    else:
        given_[field] = f"{'0' if value[:1] != '0' else '1'}{value[1:] or 'f'}"

    assert make_draw.outputs(given_)["paper"] != vector["outputs"]["paper"]


@pytest.mark.parametrize("message", RFC_6979_A25)
def test_drbg_gives_the_published_k_of_rfc_6979(message: bytes) -> None:
    hashed = int.from_bytes(sha256(message).digest(), "big") % P256_ORDER
    entropy = bytes.fromhex(P256_KEY) + hashed.to_bytes(32, "big")

    assert Drbg(entropy, b"").generate(32).hex() == RFC_6979_A25[message]
    assert stranger("--drbg", entropy.hex(), "", "32").strip() == RFC_6979_A25[message]


def test_drbg_blocks_are_successive_generate_calls() -> None:
    stream, words = Drbg(seed(1)), Drbg(seed(1))
    blocks = stream.generate(4096) + stream.generate(4096)

    got = b"".join(words.below(2**64).to_bytes(8, "big") for _ in range(1024))

    assert got == blocks


def test_below_stays_below_and_reaches_every_value() -> None:
    stream = Drbg(seed(2))

    for bound in (1, 2, 3, 5, 7, 12):
        assert {stream.below(bound) for _ in range(40 * bound)} == set(range(bound))


def test_below_rejects_words_beyond_the_last_multiple() -> None:
    bound = 2**63 + 1
    words, stream = Drbg(seed(3)), Drbg(seed(3))
    taken = [stream.below(bound) for _ in range(20)]

    kept = (words.below(2**64) for _ in itertools.count())
    assert taken == list(itertools.islice((w for w in kept if w < bound), 20))


def test_draw_of_items_is_uniform() -> None:
    pool = items_of("X", 12)
    cells = [Cell("A", "X", 3)]
    counts = Counter(
        frozenset(p.version for p in draw_paper(seed(n), cells=cells, pool=pool))
        for n in range(DRAWS)
    )

    # 220 sets of 3 out of 12: 219 degrees of freedom, 99.9 % quantile 288.0
    assert chi_square(counts, 220, DRAWS) < 288.0


def test_order_of_items_and_of_options_is_uniform() -> None:
    pool = items_of("X", 4)
    papers = [draw_paper(seed(n), cells=[Cell("A", "X", 4)], pool=pool) for n in range(DRAWS)]

    orders = Counter(tuple(p.version for p in paper) for paper in papers)
    options = Counter(paper[2].options for paper in papers)

    # 24 orders each: 23 degrees of freedom, 99.9 % quantile 49.7
    assert chi_square(orders, 24, DRAWS) < 49.7
    assert chi_square(options, 24, DRAWS) < 49.7


@settings(max_examples=500 if LONG else 40, deadline=None, derandomize=True)
@given(st.data())
def test_draw_satisfies_its_blueprint_whatever_the_order_of_the_pool(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
    cells = [Cell(f"S{n % 2}", f"C{n}", count) for n, count in enumerate(counts)]
    pool = [i for c in cells for i in items_of(c.cell, c.count + data.draw(st.integers(0, 3)))]
    shuffled = data.draw(st.permutations(pool))
    own = data.draw(st.binary(min_size=32, max_size=32))

    paper = draw_paper(own, cells=cells, pool=pool)

    assert draw_paper(own, cells=cells, pool=shuffled) == paper
    cell_of = {item.version: item.cell for item in pool}
    assert Counter(cell_of[p.version] for p in paper) == {c.cell: c.count for c in cells}
    assert len({p.version for p in paper}) == len(paper) == sum(counts)
    section_of = {cell.cell: cell.section for cell in cells}
    assert all(p.section == section_of[cell_of[p.version]] for p in paper)
    sections = [p.section for p in paper]
    assert sections == sorted(sections), "sections stand together, in the blueprint's order"
    assert all(sorted(p.options) == list("ABCD") for p in paper)


def test_draw_of_a_whole_cell_holds_each_item_once() -> None:
    pool = items_of("X", 30, options=8)

    paper = draw_paper(seed(4), cells=[Cell("A", "X", 30)], pool=pool)

    assert {p.version for p in paper} == {item.version for item in pool}
    assert [p.version for p in paper] != sorted(p.version for p in paper)


def test_draw_without_shuffling_keeps_options_as_written() -> None:
    def drawn(*, shuffle: bool) -> tuple[Placed, ...]:
        cells = [Cell("A", "X", 8)]
        return draw_paper(seed(5), cells=cells, pool=items_of("X", 9), shuffle_options=shuffle)

    assert {p.options for p in drawn(shuffle=False)} == {tuple("ABCD")}
    assert len({p.options for p in drawn(shuffle=True)}) > 1
    assert [p.version for p in drawn(shuffle=False)] == [p.version for p in drawn(shuffle=True)]


def test_draw_never_gives_an_excluded_item() -> None:
    pool = items_of("X", 6)
    excluded = frozenset(item.version for item in pool[:2])

    for n in range(50):
        paper = draw_paper(seed(n), cells=[Cell("A", "X", 4)], pool=pool, excluded=excluded)
        assert {p.version for p in paper} == {item.version for item in pool[2:]}


def test_draw_from_too_small_a_pool_names_row_and_missing() -> None:
    cells = [Cell("A", "X", 2), Cell("A", "Y", 5)]
    pool = items_of("X", 2) + items_of("Y", 4)
    excluded = frozenset({pool[-1].version})

    with pytest.raises(PoolTooSmall) as refused:
        draw_paper(seed(6), cells=cells, pool=pool, excluded=excluded)

    assert refused.value.data == {"row": "Y", "missing": 2}
