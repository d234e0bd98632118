"""The editor's form keeps what it does not show, and what it does not know."""

from litestar.datastructures import FormMultiDict

from question_banks.content import Content, Option
from web.staff_editor import _read, _thinking

STORED = Content(
    v=1,
    family="single_choice",
    language="id",
    competency="T.ADMIN",
    level=2,
    cognitive="cara pikir setempat",
    indicator="Menilai",
    stem="<p>Pilih</p>",
    options=(Option(id="a", html="<p>A</p>", points=1), Option(id="b", html="<p>B</p>", points=0)),
    rationale="",
    source="",
    group="G-1",
)


def test_edited_item_keeps_its_group_and_its_own_kind_of_thinking() -> None:
    form = FormMultiDict([("family", "single_choice"), ("cognitive", STORED.cognitive)])

    content = _read(form, STORED).content

    assert content.group == STORED.group
    assert content.cognitive == STORED.cognitive
    assert _read(FormMultiDict([("cognitive", "dikarang")]), STORED).content.cognitive == ""


def test_kinds_of_thinking_name_the_item_s_own_one_too() -> None:
    known = _thinking("apply", str)

    assert [code for code, _ in known] == [
        "remember", "understand", "apply", "analyse", "evaluate", "create"
    ]  # fmt: skip
    assert _thinking(STORED.cognitive, str) == [*known, (STORED.cognitive, STORED.cognitive)]
