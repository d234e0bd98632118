"""Item statistics against published figures, hand-computed cases and what must not change them."""

import csv
import math
from itertools import combinations

import numpy as np
import pytest

from question_banks.content import Content, Option
from question_banks.statistics.analysis import analyse, item_bytes, item_from
from question_banks.statistics.classical import CURVE_GROUPS, item_figures
from question_banks.statistics.flags import Flag, Thresholds, item_flags
from question_banks.statistics.intervals import bonett, fisher, wilson
from question_banks.statistics.matrix import Paper, Response, build
from question_banks.statistics.rasch import by_margins, calibrate
from question_banks.statistics.reliability import test_figures as figures_of_test
from tests.conftest import SHARED

LSAT = SHARED / "reference" / "lsat6_responses.csv"
P = (0.924, 0.709, 0.553, 0.763, 0.870)
CORRELATION = (0.112833, 0.153178, 0.172779, 0.144428, 0.121596)
KR20 = 0.294997
MARGINS = (-2.8929, -1.0697, -0.2574, -1.3975, -2.2352)
# Rizopoulos 2006, J. Stat. Softw. 17(5), section 4.1: ltm's rasch() on the same data.
FIXED = (-2.8720, -1.0630, -0.2576, -1.3881, -2.2188)
FREE = (-3.6153, -1.3224, -0.3176, -1.7301, -2.7802)


def paper(*responses: tuple[str, int, int, str | None]) -> Paper:
    return tuple(Response(*response) for response in responses)


def right_or_wrong(rows: list[list[int]]) -> list[Paper]:
    return [
        paper(*((f"{n:064x}", value, 1, "A" if value else "B") for n, value in enumerate(row)))
        for row in rows
    ]


@pytest.fixture(scope="module")
def lsat() -> list[Paper]:
    if not LSAT.exists():
        pytest.skip(f"the published LSAT-6 responses are not here: {LSAT.name} under SHARED_DATA")
    with LSAT.open(encoding="utf-8") as source:
        rows = list(csv.reader(source))[1:]
    return right_or_wrong([[int(value) for value in row[1:]] for row in rows])


def test_lsat6_equals_the_published_figures_to_six_digits(lsat: list[Paper]) -> None:
    matrix = build(lsat)
    items = item_figures(matrix)

    assert [round(item.p, 6) for item in items] == list(P)
    assert [round(item.correlation or 0, 6) for item in items] == list(CORRELATION)
    assert round(figures_of_test(matrix).alpha or 0, 6) == KR20


def test_lsat6_rasch_difficulties_equal_the_published_ones(lsat: list[Paper]) -> None:
    matrix = build(lsat)

    assert by_margins(matrix) == pytest.approx(MARGINS, abs=5e-4)
    fixed = calibrate(matrix, ability_sd=1.0)
    assert [item.b for item in fixed.items] == pytest.approx(FIXED, abs=5e-4)
    assert fixed.log_likelihood == pytest.approx(-2473.054, abs=1e-3)
    assert fixed.items[0].standard_error == pytest.approx(0.1287, abs=2e-3)
    free = calibrate(matrix)
    assert free.ability_sd == pytest.approx(0.7551, abs=5e-4)
    assert [item.b / free.ability_sd for item in free.items] == pytest.approx(FREE, abs=2e-3)
    assert free.log_likelihood == pytest.approx(-2466.938, abs=1e-3)


def test_figures_do_not_depend_on_the_order_of_papers_or_items(lsat: list[Paper]) -> None:
    turned = [tuple(reversed(p)) for p in reversed(lsat)]

    assert analyse(turned) == analyse(lsat)


def test_data_hash_changes_with_any_response(lsat: list[Paper]) -> None:
    changed = [*lsat[:-1], paper(*((r.version, 0, 1, "B") for r in lsat[-1]))]

    assert build(changed).digest != build(lsat).digest


def test_small_table_by_hand() -> None:
    # totals 3 2 1 0; item 0 right for the two best, 1 for the best three, 2 for the best
    matrix = build(right_or_wrong([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]]))
    first, second, third = item_figures(matrix)

    assert (first.p, second.p, third.p) == (0.5, 0.75, 0.25)
    # rest scores of item 0: 2 1 1 0; r = cov / (sd sd) = (0.25) / (0.5 * sqrt(0.5))
    assert first.correlation == pytest.approx(0.25 / (0.5 * math.sqrt(0.5)))
    assert first.discrimination == 1.0
    # KR-20: 3/2 * (1 - (0.25 + 0.1875 + 0.1875) / 1.25)
    assert figures_of_test(matrix).alpha == pytest.approx(0.75)
    assert figures_of_test(matrix).histogram == (1, 0, 0, 1, 0, 0, 1, 0, 0, 1)


def test_alpha_of_one_form_is_cronbach_s() -> None:
    table = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    expected = 4 / 3 * (1 - table.var(axis=0).sum() / table.sum(axis=1).var())

    assert figures_of_test(build(right_or_wrong(table.tolist()))).alpha == pytest.approx(expected)


def drawn_forms(items: int = 12, length: int = 6, papers: int = 4000) -> list[Paper]:
    """Rasch answers of people who each drew other items; item n has difficulty from -2 to 2."""
    chance = np.random.default_rng(7)
    b = np.linspace(-2, 2, items)
    forms = []
    for _ in range(papers):
        ability = chance.normal()
        own = chance.choice(items, length, replace=False)
        solved = chance.random(length) < 1 / (1 + np.exp(b[own] - ability))
        forms.append(
            paper(*((f"{n:064x}", int(s), 1, "A" if s else "B")
                    for n, s in zip(own, solved, strict=True)))
        )  # fmt: skip
    return forms


def test_drawn_forms_give_back_the_difficulties_they_were_made_with() -> None:
    matrix = build(drawn_forms())
    made_with = np.linspace(-2, 2, 12)

    found = calibrate(matrix)
    assert [item.b for item in found.items] == pytest.approx(made_with, abs=0.2)
    assert found.ability_sd == pytest.approx(1.0, abs=0.1)
    distance = np.array([item.b for item in found.items]) - made_with
    errors = np.array([item.standard_error for item in found.items])
    assert float((np.abs(distance) < 2.6 * errors).mean()) > 0.9


def test_drawn_forms_do_not_reward_an_easy_paper() -> None:
    """With equal abilities nothing correlates, though raw totals differ with the paper drawn."""
    chance = np.random.default_rng(11)
    p = np.linspace(0.1, 0.9, 10)
    forms = []
    for _ in range(3000):
        own = chance.choice(10, 4, replace=False)
        solved = chance.random(4) < p[own]
        forms.append(
            paper(*((f"{n:064x}", int(s), 1, None) for n, s in zip(own, solved, strict=True)))
        )
    matrix = build(forms)

    assert max(abs(item.correlation or 0) for item in item_figures(matrix)) < 0.1
    assert abs(figures_of_test(matrix).alpha or 0) < 0.1


def test_distractors_by_thirds_share_out_ties() -> None:
    rows = [[1, 1], [1, 1], [0, 1], [0, 1], [0, 0], [0, 0]]
    first = item_figures(build(right_or_wrong(rows)))[0]
    key, wrong = first.options

    assert (key.option, key.count, key.thirds) == ("A", 2, (0.0, 0.0, 2.0))
    assert (wrong.option, wrong.count, wrong.thirds) == ("B", 4, (2.0, 2.0, 0.0))
    same = item_figures(build(right_or_wrong([[1, 0]] * 3 + [[0, 1]] * 3)))[0]
    assert [o.thirds for o in same.options] == [(1.0, 1.0, 1.0)] * 2


def test_item_that_all_solve_has_no_correlation_and_finite_difficulty() -> None:
    matrix = build(right_or_wrong([[1, 1], [1, 0], [1, 0]]))

    assert item_figures(matrix)[0].correlation is None
    assert all(math.isfinite(item.b) for item in calibrate(matrix).items)


def test_weighted_options_count_as_shares_of_the_most() -> None:
    graded = build([paper(("a" * 64, 5, 5, "A")), paper(("a" * 64, 2, 5, "B"))])

    assert item_figures(graded)[0].p == 0.7


def test_intervals_equal_published_examples() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20 by Wilson's method
    assert (round(wilson(81 / 263, 263).low, 4), round(wilson(81 / 263, 263).high, 4)) == (
        0.2553,
        0.3662,
    )
    assert (round(wilson(0, 20).low, 4), round(wilson(0, 20).high, 4)) == (0.0, 0.1611)
    assert fisher(0.0, 103).high == pytest.approx(math.tanh(0.1959964), abs=1e-6)
    inside = bonett(0.8, 100, 10)
    assert inside.low < 0.8 < inside.high


CONTENT = Content(
    v=1, family="single_choice", language="id", competency="T", level=1, cognitive="",
    indicator="", stem="s", rationale="", source="",
    options=(Option(id="A", html="a", points=1), Option(id="B", html="b", points=0),
             Option(id="C", html="c", points=0)),
)  # fmt: skip


def flags_of(rows: list[tuple[str, int]], **limits: int) -> tuple[Flag, ...]:
    """Flags of an item (choice), beside one on which people got so many marks of ten."""
    papers = [
        paper(("a" * 64, int(choice == "A"), 1, choice), ("b" * 64, other, 10, "x"))
        for choice, other in rows
    ]
    return item_flags(item_figures(build(papers))[0], CONTENT, Thresholds(papers=6, **limits))


def test_flags_name_what_stands_out() -> None:
    good = [("A", 9), ("A", 8), ("A", 7), ("B", 2), ("C", 1), ("A", 6)]

    assert flags_of(good) == ()
    assert flags_of(good[:5]) == (Flag.FEW_DATA,)
    turned = [("A", 1), ("A", 2), ("A", 3), ("B", 8), ("B", 9), ("C", 1)]
    assert flags_of(turned) == (Flag.NEGATIVE, Flag.KEY_RIVAL)
    dead = [("A", 9), ("A", 8), ("A", 7), ("B", 2), ("B", 1), ("A", 6)]
    assert flags_of(dead) == (Flag.DEAD_DISTRACTOR,)
    assert flags_of(good, p_low=700) == (Flag.TOO_HARD,)
    assert flags_of(good, p_high=600) == (Flag.TOO_EASY,)
    assert flags_of(good, discrimination=990) == (Flag.WEAK,)


def test_stored_figures_are_read_back_equal(lsat: list[Paper]) -> None:
    found = analyse(lsat)
    assert found is not None

    assert [item_from(item_bytes(item)) for item in found.items] == list(found.items)
    assert all(len(item.figures.curve) == CURVE_GROUPS for item in found.items)
    assert analyse([]) is None
    assert all(item.difficulty is None for item in (analyse(lsat[:50]) or found).items)


def test_matrix_of_pairs_matches_pairwise_covariances() -> None:
    """Alpha's covariance term is the mean over pairs that met on a paper, by definition."""
    forms = drawn_forms(papers=60)
    matrix = build(forms)
    means = {
        v: np.mean([r.earned for f in forms for r in f if r.version == v]) for v in matrix.versions
    }
    products = [
        (a.earned - means[a.version]) * (b.earned - means[b.version])
        for form in forms
        for a, b in combinations(form, 2)
    ]
    own = [(r.earned - means[r.version]) ** 2 for form in forms for r in form]
    c, v = float(np.mean(products)), float(np.mean(own))

    assert figures_of_test(matrix).alpha == pytest.approx(6 * c / (v + 5 * c))
