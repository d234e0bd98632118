"""Every family: hand-computed marks, decoding of forms, and what holds for all of them."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from question_banks.content import Content, digest, from_bytes, to_bytes
from question_banks.errors import ChoiceInvalid
from question_banks.families import FAMILIES
from question_banks.families.exact import ratio, typed, written
from question_banks.families.interface import Fields, Mark, Rule
from question_banks.families.response import response_of
from tests.conftest import LONG
from tests.items import (
    cloze,
    essay,
    every_family,
    hotspot,
    item,
    matching,
    multiple,
    numeric,
    option,
    ordering,
    short_text,
)

EXAMPLES = 2_000 if LONG else 60
RULE = Rule(right=6, wrong=0, blank=-1)
ITEMS = every_family()
FULL = {
    "single_choice": {"choice": ["B"]},
    "weighted_choice": {"choice": ["C"]},
    "multiple_response": {"choice": ["A", "C"]},
    "true_false": {"choice": ["true"]},
    "matching": {"choice.1": ["A"], "choice.2": ["B"], "choice.3": ["A"]},
    "ordering": {"choice.C": ["1"], "choice.A": ["2"], "choice.D": ["3"], "choice.B": ["4"]},
    "short_text": {"choice": ["  kartu   KELUARGA "]},
    "numeric": {"choice": ["9,8"], "choice.unit": ["m/s²"]},
    "cloze": {"choice.1": ["1"], "choice.2": ["jawa"], "choice.3": ["1945"]},
    "hotspot": {"choice": ["A"]},
    "composite": {"choice.1": ["A"], "choice.2": ["true"]},
}
Form = dict[str, list[str]]


def order(content: Content) -> tuple[str, ...]:
    return tuple(option.id for option in content.options)


def answered(content: Content, form: Form, shown: Sequence[str] | None = None) -> str | None:
    """The response that a form stands for."""
    own = order(content) if shown is None else shown
    return FAMILIES[content.family].decode(content, Fields(form), own)


def marks(content: Content, form: Form, rule: Rule = RULE) -> Mark:
    """The marks of a form."""
    return FAMILIES[content.family].marks(content, answered(content, form), rule)


def test_every_family_has_a_sample_that_it_finds_valid() -> None:
    assert ITEMS.keys() == FAMILIES.keys()
    assert {
        name: FAMILIES[name].check(content) for name, content in ITEMS.items()
    } == dict.fromkeys(FAMILIES)


@pytest.mark.parametrize("name", sorted(FULL))
def test_full_answer_earns_the_most_and_a_blank_the_rules_blank(name: str) -> None:
    family, content = FAMILIES[name], ITEMS[name]

    assert marks(content, FULL[name]) == family.most(content, RULE)
    assert answered(content, {}) is None
    assert marks(content, {}) == -1


def test_essay_is_pending_and_never_marked_by_the_engine() -> None:
    assert marks(essay(), {"choice": ["Alurnya …"]}) is None
    assert marks(essay(), {"choice": ["  "]}) == -1
    with pytest.raises(ChoiceInvalid):
        answered(essay(), {"choice": ["x" * 501]})


def test_composite_with_an_essay_part_is_pending() -> None:
    part = {"id": "c", "family": "essay", "stem": "Uraikan", "body": essay().body}
    body = {"parts": [*(ITEMS["composite"].body or {})["parts"], part]}
    content = item("composite", body=body)

    assert marks(content, {"choice.1": ["A"], "choice.3": ["sebab"]}) is None
    assert marks(content, {"choice.1": ["A"], "choice.2": ["true"]}) == Fraction(6) * 4 / 5


# Each line: the item, what was sent, the marks under 6 for right, 0 for wrong.
BY_HAND: list[tuple[str, Content, Form, Mark]] = [
    ("all: one of two", multiple("all"), {"choice": ["A"]}, 0),
    ("all: both and one more", multiple("all"), {"choice": ["A", "B", "C"]}, 0),
    ("partial: A chosen, B and D left", multiple("partial"), {"choice": ["A"]}, Fraction(9, 2)),
    ("partial: all four chosen", multiple("partial"), {"choice": list("ABCD")}, 3),
    ("partial: both wrong", multiple("partial"), {"choice": ["B", "D"]}, 0),
    ("penalties: one right", multiple("penalties"), {"choice": ["A"]}, 3),
    ("penalties: one right, one wrong", multiple("penalties"), {"choice": ["A", "B"]}, 0),
    ("penalties: two right, one wrong", multiple("penalties"), {"choice": ["A", "B", "C"]}, 3),
    ("penalties: never below 0", multiple("penalties"), {"choice": ["B", "D"]}, 0),
    ("matching: two of three", matching(), {"choice.1": ["A"], "choice.2": ["B"]}, 4),
    ("matching: one of three", matching(), {"choice.1": ["A"], "choice.2": ["C"]}, 2),
    ("matching, all: two of three", matching("all"), {"choice.1": ["A"], "choice.2": ["B"]}, 0),
    # right order C A D B; given C D A B: two in place, five of six pairs in order
    ("ordering: two in place", ordering(),
     {"choice.C": ["1"], "choice.D": ["2"], "choice.A": ["3"], "choice.B": ["4"]}, 3),
    ("ordering: five of six pairs", ordering("pairs"),
     {"choice.C": ["1"], "choice.D": ["2"], "choice.A": ["3"], "choice.B": ["4"]}, 5),
    ("ordering, all: two in place", ordering("all"),
     {"choice.C": ["1"], "choice.D": ["2"], "choice.A": ["3"], "choice.B": ["4"]}, 0),
    ("ordering: two at one place", ordering("pairs"), {"choice.C": ["1"], "choice.A": ["1"]}, 0),
    ("ordering: only two placed", ordering("pairs"), {"choice.C": ["1"], "choice.A": ["2"]}, 1),
    ("short: half", short_text(), {"choice": ["Kartu"]}, 3),
    ("short: pattern", short_text(), {"choice": ["kk (kartu)"]}, 6),
    ("short: capitals matter", short_text(case=True), {"choice": ["kartu keluarga"]}, 0),
    ("short: full-width letters", short_text(), {"choice": ["ＫＡＲＴＵ ＫＥＬＵＡＲＧＡ"]}, 6),
    ("numeric: lower bound counts", numeric(), {"choice": ["9.75"], "choice.unit": ["m/s²"]}, 6),
    ("numeric: just below", numeric(), {"choice": ["9,7499"], "choice.unit": ["m/s²"]}, 0),
    ("numeric: other unit", numeric(), {"choice": ["980"], "choice.unit": ["cm/s²"]}, 6),
    ("numeric: half", numeric(), {"choice": ["1e1"], "choice.unit": ["m/s²"]}, 3),
    ("numeric: no unit", numeric(), {"choice": ["9,8"]}, 0),
    ("numeric: no number", numeric(), {"choice": ["sepuluh"], "choice.unit": ["m/s²"]}, 0),
    ("cloze: the gap that weighs 2", cloze(), {"choice.2": ["JAWA"]}, 3),
    ("cloze: number within tolerance", cloze(), {"choice.3": ["1946"]}, Fraction(3, 2)),
    ("cloze: number outside", cloze(), {"choice.3": ["1947"]}, 0),
    ("cloze, all: two of three", cloze("all"), {"choice.1": ["1"], "choice.2": ["jawa"]}, 0),
    ("hotspot: wrong region", hotspot(), {"choice": ["B"]}, 0),
    ("hotspot: both", hotspot(choices=0), {"choice": ["A", "B"]}, 3),
    ("point: on the circle's edge", hotspot("point"), {"choice.x": ["70"], "choice.y": ["50"]}, 6),
    ("point: outside it", hotspot("point"), {"choice.x": ["71"], "choice.y": ["50"]}, 0),
    ("point: in the square", hotspot("point"), {"choice.x": ["120"], "choice.y": ["40"]}, 0),
    ("composite: weighs 1", ITEMS["composite"], {"choice.1": ["A"]}, Fraction(3, 2)),
    ("composite: weighs 3", ITEMS["composite"], {"choice.2": ["true"]}, Fraction(9, 2)),
    ("true-false: wrong", ITEMS["true_false"], {"choice": ["false"]}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("content", "form", "expected"), [row[1:] for row in BY_HAND],
                         ids=[row[0] for row in BY_HAND])  # fmt: skip
def test_marks_by_hand(content: Content, form: Form, expected: Mark) -> None:
    assert FAMILIES[content.family].check(content) is None
    assert marks(content, form) == expected


def test_points_mode_is_bounded_like_map_response() -> None:
    options = (option("A", "a", 3), option("B", "b", 2), option("C", "c", -4), option("D", "d"))
    content = item("multiple_response", *options, body={"mode": "points", "highest": 4})

    sent = ["A", "B", "C", "D"], ["A"], ["A", "B"], ["A", "C"], ["D"]
    assert [marks(content, {"choice": letters}, Rule(right=4)) for letters in sent] == [
        1,
        3,
        4,
        0,
        0,
    ]


def test_negative_marks_for_wrong_scale_between_wrong_and_right() -> None:
    rule = Rule(right=4, wrong=-1, blank=0)

    assert marks(multiple("penalties"), {"choice": ["A"]}, rule) == Fraction(3, 2)
    assert marks(multiple("penalties"), {"choice": ["B"]}, rule) == -1


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (ITEMS["single_choice"], {"choice": ["D"]}),
        (ITEMS["single_choice"], {"choice": ["a"]}),
        (ITEMS["single_choice"], {"choice": ["AB"]}),
        (multiple("all"), {"choice": ["A", "Z"]}),
        (multiple("all", choices=1), {"choice": ["A", "B"]}),
        (ITEMS["true_false"], {"choice": ["ya"]}),
        (matching(), {"choice.1": ["E"]}),
        (ordering(), {"choice.A": ["5"]}),
        (ordering(), {"choice.A": ["0"]}),
        (short_text(), {"choice": ["x" * 501]}),
        (numeric(), {"choice": ["1"], "choice.unit": ["kg"]}),
        (numeric(), {"choice": ["1" * 61]}),
        (cloze(), {"choice.1": ["3"]}),
        (cloze(), {"choice.2": ["x" * 501]}),
        (hotspot(), {"choice": ["D"]}),
        (hotspot(), {"choice": ["A", "B"]}),
        (hotspot("point"), {"choice.x": ["201"], "choice.y": ["1"]}),
        (hotspot("point"), {"choice.x": ["-1"], "choice.y": ["1"]}),
        (hotspot("point"), {"choice.x": ["1"]}),
        (ITEMS["composite"], {"choice.1": ["C"]}),
    ],
)
def test_answer_that_the_item_does_not_take_is_refused(content: Content, form: Form) -> None:
    with pytest.raises(ChoiceInvalid):
        answered(content, form)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"), ("0,5", "0.5"),
     ("1.234", "1.234"), ("-3", "-3"), ("−3", "-3"), (",5", "0.5"), ("1,2×10^3", "1200"),
     ("1.2e-3", "0.0012"), ("1 000", "1000"), ("1.23.4", None), ("1,2,3.4", None), ("", None),
     ("e5", None), ("1e99", None), ("٣", "3"), ("12a", None), ("1/2", None)],
)  # fmt: skip
def test_typed_number_is_read_exactly(text: str, number: str | None) -> None:
    found = typed(text)
    assert (None if found is None else written(found)) == number


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=5000))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_written_number_is_read_back(number: Fraction) -> None:
    assert ratio(written(number)) == number


BROKEN: list[tuple[Content, str]] = [
    (multiple("none"), "body_malformed"),
    (multiple("all", choices=9), "choices_range"),
    (item("multiple_response", *ITEMS["ordering"].options, body={"mode": "all"}), "key_count"),
    (item("true_false", body={"key": "ya"}), "body_malformed"),
    (item("matching", *matching().options, body={"premises": [], "mode": "all"}), "premise_count"),
    (item("matching", *matching().options, body={"premises": [
        {"id": "P", "html": "x", "option": "Z"}], "mode": "all"}), "key_count"),
    (item("ordering", *ordering().options, body={"order": ["A", "B"], "mode": "all"}), "key_count"),
    (item("short_text", body={"accepted": []}), "accepted_missing"),
    (item("short_text", body={"accepted": [{"text": "x", "credit": "1/0"}]}), "credit_malformed"),
    (item("short_text", body={"accepted": [{"text": "x", "credit": "2"}]}), "credit_range"),
    (item("short_text", body={"accepted": [{"text": "x", "credit": "1/2"}]}), "key_count"),
    (item("numeric", body={"accepted": [{"low": "2", "high": "1"}]}), "interval_empty"),
    (item("numeric", body={"accepted": [{"low": "x", "high": "1"}]}), "body_malformed"),
    (item("cloze", stem="tanpa rumpang", body=cloze().body), "gap_marks"),
    (item("cloze", stem='<i title="[[kota]][[pulau]][[tahun]]">', body=cloze().body), "gap_marks"),
    (hotspot(image="https://contoh.invalid/a.png"), "image_missing"),
    (hotspot(regions=[]), "region_count"),
    (hotspot(regions=[{"id": "R", "shape": "poly", "coords": [1, 2, 3], "points": 1}]),
     "region_malformed"),
    (item("essay", body={"rubric": []}), "rubric_missing"),
    (item("composite", body={"parts": [{"id": "a", "family": "composite", "stem": "x"}]}),
     "family_unknown"),
    (item("composite", body={"parts": []}), "part_count"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), BROKEN)
def test_broken_item_is_named(content: Content, reason: str) -> None:
    assert FAMILIES[content.family].check(content) == reason


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_shown_form_told_and_key_are_given_for_every_family(name: str) -> None:
    family, content = FAMILIES[name], ITEMS[name]
    response = answered(content, FULL.get(name, {"choice": ["sebab"]}))

    assert family.key(content)
    assert family.told(content, order(content), response)
    assert bool(family.chosen(content, response)) is (name != "essay")
    assert family.chosen(content, None) == ()
    assert family.told(content, order(content), None) == ""
    assert family.shown(content, order(content), response) != family.shown(
        content, order(content), None
    )


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_arbitrary_forms_and_responses_never_crash(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FAMILIES)))
    family, content = FAMILIES[name], ITEMS[name]
    texts = st.one_of(st.text(max_size=30), st.sampled_from([*"ABCD1234", "true", '{"v":2}']))
    keys = st.sampled_from(["choice", *(f"choice.{part}" for part in "1234ABCxy"), "choice.unit"])
    form = data.draw(st.dictionaries(keys, st.lists(texts, max_size=3), max_size=5))
    try:
        response = answered(content, form)
    except ChoiceInvalid:
        response = None
    noise = data.draw(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1")),
                                json_values().map(response_of)))  # fmt: skip

    for given_ in (response, noise):
        mark = family.marks(content, given_, RULE)
        assert mark is None or -1 <= mark <= 6
        family.told(content, order(content), given_)
        family.chosen(content, given_)
        family.shown(content, order(content), given_)


def json_values() -> st.SearchStrategy[object]:
    """Values that a damaged response might hold."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from("ABP12xy"), inner, max_size=3),
        ),
        max_leaves=6,
    )


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_permuting_options_never_changes_a_score(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(
            ["single_choice", "weighted_choice", "multiple_response", "matching", "ordering"]
        )
    )
    content = ITEMS[name]
    ids = order(content)
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=len(ids)))
    other = tuple(data.draw(st.permutations(ids)))
    shelved = msgspec.structs.replace(
        content, options=tuple(data.draw(st.permutations(content.options)))
    )

    def sent(shown: Sequence[str]) -> Form:
        letter = {id_: "ABCDEFGH"[place] for place, id_ in enumerate(shown)}
        if name == "ordering":
            return {f"choice.{letter[id_]}": [str(n)] for n, id_ in enumerate(chosen, start=1)}
        if name == "matching":
            return {f"choice.{n}": [letter[id_]] for n, id_ in enumerate(chosen[:3], start=1)}
        letters = [letter[id_] for id_ in chosen]
        return {"choice": letters if name == "multiple_response" else letters[:1]}

    before = answered(content, sent(ids), ids)
    after = answered(shelved, sent(other), other)

    assert before == after
    family = FAMILIES[name]
    assert family.marks(content, before, RULE) == family.marks(shelved, after, RULE)


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_partial_credit_never_falls_when_one_part_gets_right(data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(["all", "partial", "penalties"]))
    content = data.draw(
        st.sampled_from([multiple(mode), matching(), matching("all"), cloze(), cloze("all")])
    )
    if content.family == "multiple_response":
        chosen = data.draw(st.sets(st.sampled_from("ABCD")))
        flipped = data.draw(st.sampled_from("ABCD"))
        better = chosen | {flipped} if flipped in "AC" else chosen - {flipped}
        assume(better)  # nothing ticked is no answer: it earns what the rule gives a blank
        forms: tuple[Form, Form] = {"choice": sorted(chosen)}, {"choice": sorted(better)}
    else:
        full = FULL[content.family]
        wrong = {"matching": "D", "cloze": "2"}[content.family]
        form: Form = {key: [data.draw(st.sampled_from(["", wrong, *full[key]]))] for key in full}
        key = data.draw(st.sampled_from(sorted(full)))
        forms = form, form | {key: full[key]}

    rule = Rule(right=6, wrong=-2, blank=-2)
    before, after = (marks(content, form, rule) for form in forms)
    assert before is not None
    assert after is not None
    assert after >= before


@given(st.permutations("CADB"), st.integers(0, 2), st.sampled_from(["pairs", "positions"]))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_ordering_never_earns_less_for_a_step_put_right(
    given_: list[str], at: int, mode: str
) -> None:
    """pairs: two neighbours in the wrong order change places; positions: one goes to its place."""
    right, better = "CADB", list(given_)
    if mode == "pairs":
        first, second = given_[at], given_[at + 1]
        if right.index(first) > right.index(second):
            better[at], better[at + 1] = second, first
    else:
        place = given_.index(right[at])
        better[place], better[at] = better[at], better[place]

    def earned(steps: list[str]) -> Mark:
        response = response_of({id_: n for n, id_ in enumerate(steps, start=1)})
        return FAMILIES["ordering"].marks(ordering(mode), response, RULE)

    before, after = earned(given_), earned(better)
    assert before is not None
    assert after is not None
    assert after > before or better == given_


def test_bytes_of_old_items_are_those_of_the_first_version() -> None:
    content = ITEMS["single_choice"]
    data = to_bytes(content)

    assert b'"body"' not in data
    assert from_bytes(data) == content
    # computed once from the bytes of the first version of the format
    assert digest(data).hex() == "0856a67b0079f33859afea68a0d034d9beb0cec45fd843251c5c687173c62699"
    assert from_bytes(to_bytes(ITEMS["matching"])) == ITEMS["matching"]
