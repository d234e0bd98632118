"""The author's forms of all families: both ends, what was typed again, faults beside fields."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_banks.authoring.texts import to_form, to_html
from question_banks.content import Content, to_bytes
from question_banks.errors import FormInvalid
from question_banks.families import FAMILIES, author, normalised
from tests.author_form import Sent, sent
from tests.conftest import LONG
from tests.items import every_family, item, multiple, option

ITEMS = every_family()
EXAMPLES = 2_000 if LONG else 60


def saved(content: Content, values: Sent) -> bytes:
    return to_bytes(normalised(FAMILIES[content.family].from_form(content, values)))


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_item_goes_through_its_form_unchanged(name: str) -> None:
    family, content = FAMILIES[name], ITEMS[name]
    form = author.padded(family.form(content))

    assert saved(content, sent(form)) == to_bytes(normalised(content))


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_item_is_written_on_an_empty_form(name: str) -> None:
    content, family = ITEMS[name], FAMILIES[name]
    empty = msgspec.structs.replace(content, options=(), body=None)
    written = family.from_form(empty, sent(author.padded(family.form(content))))

    assert family.check(written) is None
    assert family.key(written) == family.key(content)
    assert (
        family.check(family.from_form(empty, {"answer": ["true"]})) is None or name != "true_false"
    )


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_what_was_typed_is_shown_again(name: str) -> None:
    family, content = FAMILIES[name], ITEMS[name]
    values = sent(author.padded(family.form(content)))
    again = author.padded(family.typed_form(content, values))

    assert sent(again) == values


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("weighted_choice", {"option.text": ["a"], "option.points": ["dua"]}, "option"),
        ("single_choice", {"option.text": ["x"] * 27}, "option"),
        ("multiple_response", {"mode": ["points"], "choices": ["banyak"]}, "choices"),
        ("true_false", {}, "answer"),
        ("numeric", {"lines": ["9,8 .. sepuluh"]}, "lines"),
        ("cloze", {"gap.name": ["a"], "gap.words": ["1"], "gap.tolerance": ["x"]}, "gap"),
        ("cloze", {"gap.name": ["a"], "gap.words": ["1"], "gap.kind": ["lain"]}, "gap"),
        ("hotspot", {"width": ["lebar"]}, "width"),
        ("hotspot", {"region.coords": ["1, dua"], "region.shape": ["rect"]}, "region"),
        ("essay", {"criterion.text": ["Isi"], "criterion.levels": ["lengkap"]}, "criterion"),
        ("essay", {"longest": ["panjang"]}, "longest"),
        ("composite", {"part.1.family": ["true_false"]}, "part.1.answer"),
        ("composite", {"part.1.family": ["composite"]}, "add"),
    ],
)
def test_fault_names_its_field(name: str, values: Sent, field: str) -> None:
    with pytest.raises(FormInvalid) as found:
        FAMILIES[name].from_form(item(name), values)
    assert found.value.data["field"] == field


def test_composite_gets_and_loses_parts() -> None:
    content, family = ITEMS["composite"], FAMILIES["composite"]
    values = sent(family.form(content))
    more = family.typed_form(content, {**values, "add": ["numeric"]})
    assert [part["family"] for part in more["part"]] == ["single_choice", "true_false", "numeric"]

    fresh = sent(more) | {"part.3.stem": ["Berapa?"], "part.3.lines": ["4"]}
    written = family.from_form(content, {**fresh, "part.1.drop": ["on"]})

    assert family.check(written) is None
    assert family.key(written) == ("1) benar", "2) 4")
    assert [part["id"] for part in (written.body or {})["parts"]] == ["b", "p1"]


def test_points_of_right_options_survive_and_new_options_get_free_letters() -> None:
    content = item("single_choice", option("A", "a", 0), option("C", "<b>c</b>", 5))
    family = FAMILIES["single_choice"]
    form = {"option.id": ["A", "C", ""], "option.text": ["a", "<b>c</b>", "baru"], "key": ["2"]}

    assert [(o.id, o.html, o.points) for o in family.from_form(content, form).options] == [
        ("A", "a", 0),
        ("C", "<b>c</b>", 5),
        ("B", "baru", 0),
    ]
    assert [o.points for o in family.from_form(content, {**form, "key": ["1"]}).options] == [
        1,
        0,
        0,
    ]


def test_points_mode_takes_points_from_its_rows() -> None:
    content = multiple("points")
    values = sent(FAMILIES["multiple_response"].form(content))
    values["option.points"] = ["3", "-1", "2", ""]

    written = FAMILIES["multiple_response"].from_form(content, values)

    assert [o.points for o in written.options] == [3, -1, 2, 0]


@given(st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_arbitrary_forms_are_refused_or_read_never_a_crash(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FAMILIES)))
    family, content = FAMILIES[name], ITEMS[name]
    values = sent(author.padded(family.form(content)))
    texts = st.one_of(st.text(max_size=20), st.sampled_from(["1/0", "=", "[[x]]", "$x^$", "<img>"]))
    for field in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=4)):
        values[field] = data.draw(st.lists(texts, max_size=4))

    shown = family.typed_form(content, values)
    with suppress(FormInvalid):
        family.check(family.from_form(content, values))
    assert shown.keys() == family.form(content).keys()


def test_formulas_are_mathml_and_what_is_no_formula_stays() -> None:
    written = to_html(r"Luas $\frac{a \cdot t}{2}$ bila $a < 3$")

    assert written.count("<math") == 2
    assert "<mfrac><mrow><mi>a</mi><mo>·</mo><mi>t</mi></mrow><mrow><mn>2</mn></mrow></mfrac>" in (
        written
    )
    assert to_html(to_form(written)) == written
    assert to_html("harga $x^$ rupiah") == "harga $x^$ rupiah"
    assert "script" not in to_html(r"$\text{<script>alert(1)</script>}$").replace("&lt;script", "")


@given(st.text(alphabet=r"\{}^_$&ab1+-/<>sqrtfrac[]()", max_size=25))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_no_formula_crashes_the_editor(source: str) -> None:
    assert isinstance(to_html(f"${source}$"), str)
