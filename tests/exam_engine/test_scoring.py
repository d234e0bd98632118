"""Marks and pass rules: by hand, by properties, and with the numbers of the national SKD."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_engine.assembly import paper as papers
from exam_engine.assembly.paper import FORMAT, Paper, PaperItem
from exam_engine.errors import SchemeInvalid
from exam_engine.grading.scoring import Score, score
from exam_engine.schemes import scheme as schemes
from exam_engine.schemes.scheme import Row, Scheme, Section
from question_banks.content import Content, Option
from question_banks.families.interface import Rule
from question_banks.families.response import response_of
from tests.cast import small_scheme
from tests.conftest import LONG
from tests.items import every_family

EXAMPLES = 1_000 if LONG else 60
POINTS = {"single_choice": (0, 0, 1, 0), "weighted_choice": (3, 1, 5, 2, 4)}
KEY = "C"  # the best option of every item below, by POINTS


def content(family: str, n: int) -> Content:
    """An item whose option C is the key, or the heaviest."""
    return Content(
        v=1,
        family=family,
        language="id",
        competency="T",
        level=1,
        cognitive="",
        indicator="",
        stem=f"butir {n}",
        options=tuple(
            Option(id=key, html=f"{n} {key}", points=points)
            for key, points in zip("ABCDE", POINTS[family], strict=False)
        ),
        rationale="",
        source="",
    )


def exam(scheme: Scheme) -> tuple[Paper, dict[str, Content]]:
    """A paper with as many items as the scheme's sections ask for."""
    items: list[PaperItem] = []
    contents: dict[str, Content] = {}
    for section in scheme.sections:
        for _ in range(section.count):
            version = f"{len(items):064x}"
            contents[version] = content(section.family, len(items))
            ids = tuple(option.id for option in contents[version].options)
            items.append(PaperItem(section.code, version, ids))
    return Paper("ujikom-paper/1", tuple(items)), contents


def scored(scheme: Scheme, responses: Mapping[int, str | None]) -> Score:
    paper, contents = exam(scheme)
    return score(paper, responses, contents, scheme)


def of_section(scheme: Scheme, code: str) -> Sequence[int]:
    """Positions of a section's items."""
    paper, _ = exam(scheme)
    return [n for n, item in enumerate(paper.items, start=1) if item.section == code]


def section(code: str, family: str, count: int, *, cut: int, rule: Rule) -> Section:
    return Section(
        code=code, name_id=code, name_en=code, family=family, rule=rule, cut_score=cut,
        rows=(Row(competency=f"T.{code}", count=count),),
    )  # fmt: skip


def skd() -> Scheme:
    """The national basic test's figures: 30 TWK and 35 TIU of 5/0, 45 TKP of 1 to 5."""
    right = Rule(right=5, wrong=0, blank=0)
    return msgspec.structs.replace(
        small_scheme(100),
        code="SKD-CONTOH",
        sections=(
            section("TWK", "single_choice", 30, cut=65, rule=right),
            section("TIU", "single_choice", 35, cut=80, rule=right),
            section("TKP", "weighted_choice", 45, cut=166, rule=Rule(blank=0)),
        ),
    )


def letters(scheme: Scheme) -> st.SearchStrategy[dict[int, str | None]]:
    """Any responses to a scheme's paper, blanks and missing ones too."""
    letter = st.sampled_from([None, *"ABCDE"])
    return st.dictionaries(st.integers(1, scheme.count), letter, max_size=scheme.count)


def test_score_of_a_paper_answered_best_is_the_most() -> None:
    reached = scored(skd(), dict.fromkeys(range(1, 111), KEY))

    assert [(s.code, s.score, s.most) for s in reached.sections] == [
        ("TWK", 150, 150), ("TIU", 175, 175), ("TKP", 225, 225),
    ]  # fmt: skip
    assert (reached.total, reached.most, reached.passed) == (550, 550, True)
    assert len(reached.marks) == 110


def test_score_of_a_blank_paper_is_nothing() -> None:
    for blank in ({}, dict.fromkeys(range(1, 111))):
        reached = scored(skd(), blank)

        assert reached.total == 0
        assert not reached.passed
        assert {s.score for s in reached.sections} == {0}


def test_worst_weighted_answers_still_give_one_each() -> None:
    reached = scored(skd(), dict.fromkeys(of_section(skd(), "TKP"), "B"))

    assert reached.sections[2].score == 45


@pytest.mark.parametrize(
    ("twk", "tiu", "tkp", "passed"),
    [
        (13, 16, 166, True),  # 65, 80 and 166: each on its cut score
        (12, 35, 225, False),  # TWK 60 < 65 though the total is far beyond the sum of the cuts
        (30, 15, 225, False),  # TIU 75 < 80
        (30, 35, 165, False),  # TKP 165 < 166
    ],
)
def test_section_below_its_cut_score_fails_though_the_total_is_enough(
    twk: int, tiu: int, tkp: int, *, passed: bool
) -> None:
    scheme = skd()
    responses: dict[int, str] = {}
    for code, right in (("TWK", twk), ("TIU", tiu)):
        responses |= dict.fromkeys(of_section(scheme, code)[:right], KEY)
    left = tkp
    for place, position in enumerate(of_section(scheme, "TKP")):
        points = min(5, left - (44 - place))
        responses[position] = "ABCDE"[POINTS["weighted_choice"].index(points)]
        left -= points
    assert left == 0

    reached = scored(scheme, responses)

    assert [s.score for s in reached.sections] == [5 * twk, 5 * tiu, tkp]
    assert reached.passed is passed
    assert [s.passed for s in reached.sections] == [twk >= 13, tiu >= 16, tkp >= 166]


def test_total_cut_score_fails_a_paper_whose_sections_all_pass() -> None:
    scheme = msgspec.structs.replace(small_scheme(), total_cut_score=25)
    exactly = dict.fromkeys(of_section(scheme, "ETIKA"), "A") | dict.fromkeys(
        of_section(scheme, "ADMIN")[:3], KEY
    )  # 9 and 15: both cut scores, 24 in all

    assert not scored(scheme, exactly).passed
    assert all(s.passed for s in scored(scheme, exactly).sections)
    assert scored(scheme, exactly | {of_section(scheme, "ETIKA")[0]: "E"}).passed  # 25


def test_wrong_and_blank_have_the_rule_s_marks() -> None:
    rule = Rule(right=4, wrong=-1, blank=0)
    scheme = msgspec.structs.replace(
        small_scheme(), sections=(section("X", "single_choice", 4, cut=0, rule=rule),)
    )

    assert scored(scheme, {1: KEY, 2: "A", 3: None}).marks == (4, -1, 0, 0)
    assert scored(scheme, {1: "A", 2: "B", 3: "D", 4: "A"}).total == -4


def test_option_that_the_item_does_not_have_counts_as_blank() -> None:
    reached = scored(small_scheme(), {1: "Z", 2: "", 4: "E"})

    assert reached.marks[:4] == (0, 0, 0, 0)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_score_does_not_depend_on_the_order_of_items(data: st.DataObject) -> None:
    scheme = small_scheme()
    paper, contents = exam(scheme)
    responses = data.draw(letters(scheme))
    order = data.draw(st.permutations(range(len(paper.items))))
    moved = Paper(paper.format, tuple(paper.items[i] for i in order))
    answers = {place: responses.get(i + 1) for place, i in enumerate(order, start=1)}

    before = score(paper, responses, contents, scheme)
    after = score(moved, answers, contents, scheme)

    assert after.sections == before.sections
    assert (after.total, after.passed) == (before.total, before.passed)
    assert list(after.marks) == [before.marks[i] for i in order]


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_score_never_falls_when_one_answer_gets_better(data: st.DataObject) -> None:
    scheme = small_scheme()
    responses = data.draw(letters(scheme))
    position = data.draw(st.integers(1, scheme.count))

    before = scored(scheme, responses)
    after = scored(scheme, responses | {position: KEY})

    assert after.total >= before.total
    assert after.passed >= before.passed
    assert all(a.score >= b.score for a, b in zip(after.sections, before.sections, strict=True))
    assert 0 <= after.total <= after.most
    assert (
        after.total
        == sum(mark or 0 for mark in after.marks)
        == sum(s.score for s in after.sections)
    )


def test_scheme_bytes_round_trip_under_one_digest() -> None:
    data = schemes.to_bytes(skd())

    assert schemes.from_bytes(data) == skd()
    assert schemes.digest(data) == schemes.digest(schemes.to_bytes(schemes.from_bytes(data)))
    assert schemes.digest(data) != schemes.digest(schemes.to_bytes(small_scheme()))


def _edited(**changes: Any) -> bytes:
    return json.dumps(json.loads(schemes.to_bytes(small_scheme())) | changes).encode()


def _row(competency: str, count: int, *levels: int) -> dict[str, Any]:
    return {"competency": competency, "count": count, "levels": list(levels)}


def _sections(*rows: dict[str, Any], family: str = "single_choice") -> list[dict[str, Any]]:
    first = json.loads(schemes.to_bytes(small_scheme()))["sections"][1]
    return [first | {"rows": list(rows), "family": family}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "ujikom-scheme/2"}, "format"),
        ({"sections": []}, "format"),
        ({"minutes": 0}, "time"),
        ({"validity_months": -1}, "time"),
        ({"sections": _sections(_row("X", 1), _row("X", 2))}, "rows_overlap"),
        ({"sections": _sections(_row("X", 1, 2, 3), _row("X", 2, 3))}, "rows_overlap"),
        ({"sections": _sections(_row("X", 1), _row("X", 2, 3))}, "rows_overlap"),
        ({"sections": _sections(_row("X", 0))}, "section"),
        ({"sections": _sections(_row("X", 1), family="esai")}, "section"),
    ],
)
def test_scheme_whose_parts_do_not_fit_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(SchemeInvalid) as refused:
        schemes.from_bytes(_edited(**changes))

    assert refused.value.data["reason"] == reason


def test_scheme_with_a_fraction_for_marks_is_refused() -> None:
    sections = _sections(_row("X", 1))
    sections[0]["rule"] = {"right": 2.5}

    with pytest.raises(SchemeInvalid):
        schemes.from_bytes(_edited(sections=sections))


def test_partial_marks_are_exact_and_pending_ones_leave_the_outcome_open() -> None:

    items = every_family()
    scheme = msgspec.structs.replace(
        small_scheme(),
        sections=(
            section("CAMPUR", "matching", 2, cut=3, rule=Rule(right=2)),
            section("URAI", "essay", 1, cut=0, rule=Rule(right=10)),
        ),
    )
    contents = {"a": items["matching"], "b": items["matching"], "c": items["essay"]}
    paper = Paper(
        "ujikom-paper/1",
        (
            PaperItem("CAMPUR", "a", ("A", "B", "C", "D")),
            PaperItem("CAMPUR", "b", ("D", "C", "B", "A")),
            PaperItem("URAI", "c", ()),
        ),
    )
    all_right = response_of({"P1": "A", "P2": "B", "P3": "A"})
    one_right = response_of({"P1": "A"})
    written = response_of("uraian")

    pending = score(paper, {1: all_right, 2: one_right, 3: written}, contents, scheme)
    blank = score(paper, {1: all_right, 2: one_right}, contents, scheme)
    full = score(paper, {1: all_right, 2: all_right}, contents, scheme)

    assert pending.marks == (2, Fraction(2, 3), None)
    assert pending.marks_stated == [2, "2/3", None]
    assert (pending.total, pending.pending, pending.outcome) == (Fraction(8, 3), (3,), "pending")
    assert (blank.total, blank.outcome) == (Fraction(8, 3), "failed")  # 8/3 is below the cut of 3
    assert (full.total, full.outcome) == (4, "passed")
    assert [type(mark) for mark in full.marks] == [int, int, int]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=6))
def test_paper_is_spelled_as_rfc_8785_says(names: list[str]) -> None:
    paper = Paper(FORMAT, tuple(PaperItem(name, name, tuple(names)) for name in names))

    assert papers.to_bytes(paper) == rfc8785.dumps(msgspec.to_builtins(paper))
    assert papers.from_bytes(papers.to_bytes(paper)) == paper
