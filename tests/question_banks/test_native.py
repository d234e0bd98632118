"""The native format: what is taken, what is rejected and why; no text of it can do harm."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_banks import content as contents
from question_banks.errors import BankFileInvalid
from question_banks.formats.formula import to_mathml
from question_banks.formats.markup import plain, to_html
from question_banks.formats.native import BankFile, read_bank, read_mapping, subject_mapping
from tests.conftest import LONG, SHARED

REAL = SHARED / "banks" / "id_skd_tryout_mit.json"
needs_real_bank = pytest.mark.skipif(
    not REAL.exists(), reason=f"the real item bank is not at {REAL} (set SHARED_DATA)"
)
ALLOWED = frozenset(
    (
        "b", "i", "u", "em", "strong", "sub", "sup", "br", "p", "ul", "ol", "li",
        "table", "thead", "tbody", "tr", "th", "td",
        "math", "mrow", "mfrac", "msup", "msub", "mtext", "mn", "mo", "mi", "msqrt", "mroot",
    )
)  # fmt: skip


def item(**changes: Any) -> dict[str, Any]:
    """A good single-choice item, changed."""
    return {
        "id": "X-1",
        "type": "single",
        "competency": "T.ADMIN",
        "level": 2,
        "stem": "Pertanyaan",
        "options": [
            {"key": "A", "text": "satu", "score": 0},
            {"key": "B", "text": "dua", "score": 1},
            {"key": "C", "text": "tiga", "score": 0},
        ],
    } | changes


def options(
    *scores: int, texts: str = "satu dua tiga empat lima enam tujuh delapan sembilan"
) -> Any:
    return [
        {"key": "ABCDEFGHI"[n], "text": texts.split(" ")[n], "score": score}
        for n, score in enumerate(scores)
    ]


def read(*items: Any, **envelope: Any) -> BankFile:
    return read_bank(json.dumps({"format": "ujikom-bank/1", "items": items, **envelope}).encode())


def reasons(*items: Any) -> list[str]:
    return [rejected.reason.split(":")[0] for rejected in read(*items).rejected]


@needs_real_bank
def test_real_bank_is_read_whole_with_its_formulas() -> None:
    found = read_bank(REAL.read_bytes(), subject_mapping())

    assert (len(found.items), found.rejected) == (291, ())
    by_competency = [i.content.competency for i in found.items]
    assert {c: by_competency.count(c) for c in set(by_competency)} == {
        "SKD.TWK": 94, "SKD.TIU": 92, "SKD.TKP": 105,
    }  # fmt: skip
    families = [i.content.family for i in found.items]
    assert families.count("weighted_choice") == 105
    texts = [
        "".join([i.content.stem, i.content.rationale, *(o.html for o in i.content.options)])
        for i in found.items
    ]
    assert sum("<math" in text for text in texts) == 25
    assert not any("$" in text for text in texts)
    for text in texts:
        assert faults(text) == []
    assert {c.code for c in found.competencies} == {"SKD.TWK", "SKD.TIU", "SKD.TKP"}


@needs_real_bank
def test_real_bank_without_the_mapping_has_no_competencies() -> None:
    found = read_bank(REAL.read_bytes())

    assert found.items == ()
    assert {rejected.reason for rejected in found.rejected} == {"competency_missing"}
    assert len(found.rejected) == 291


@needs_real_bank
def test_kinds_of_problem_of_the_real_rejects_are_rejected() -> None:
    listed = json.loads(REAL.with_suffix(".rejected.json").read_bytes())
    kinds = {entry["reason"] for entry in listed}
    assert kinds == {"duplicate option text", "needs an image that is not in the repo"}

    assert reasons(item(options=options(0, 1, 0, texts="sama dua sama"))) == [
        "duplicate_option_text"
    ]
    for change in (
        {"figure": "soal62.png"},
        {"markup": "html", "stem": "Lihat <img src='soal62.png'>"},
        {"markup": "html", "options": options(0, 1, 0, texts="a <IMG/src=x> c")},
    ):
        assert reasons(item(**change)) == ["image_missing"], change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "esai"}, "family_unknown"),
        ({"competency": ""}, "competency_missing"),
        ({"level": None}, "level_missing"),
        ({"level": 6}, "level_missing"),
        ({"level": -1}, "level_missing"),
        ({"stem": "  "}, "empty_stem"),
        ({"markup": "html", "stem": "<script>alert(1)</script>"}, "empty_stem"),
        ({"markup": "markdown"}, "markup_unknown"),
        ({"options": options(1)}, "option_count"),
        ({"options": options(*[1] + [0] * 8)}, "option_count"),
        ({"options": [*options(0, 1), {"key": "A", "text": "z", "score": 0}]},
         "duplicate_option_id"),
        ({"options": options(0, 1, texts=" dua")}, "empty_option"),
        ({"options": options(0, 0, 0)}, "key_count"),
        ({"options": options(1, 1, 0)}, "key_count"),
        ({"type": "weighted", "options": options(1, 0, 3)}, "points_missing"),
        ({"answer": "A"}, "answer_differs_from_scores"),
        ({"answer": "Z"}, "answer_differs_from_scores"),
        ({"stem": 5}, "malformed"),
        ({"options": "A"}, "malformed"),
        ({"level": "2"}, "malformed"),
        ({"options": [{"key": "A", "text": "a", "score": 0.5}]}, "malformed"),
        ({"options": options(10**400, 0)}, "malformed"),
        ({"options": options(-2000, 1)}, "malformed"),
        ({"id": ""}, "malformed"),
        ({"id": "X\0Y"}, "malformed"),
        ({"id": "x" * 101}, "malformed"),
        ({"id": None}, "malformed"),
        ({"markup": "html+jqmath", "stem": "$" + "(" * 50_000 + "$"}, "malformed"),
    ],
)  # fmt: skip
def test_bad_item_is_rejected_by_reason_and_costs_no_good_one(
    change: dict[str, Any], reason: str
) -> None:
    found = read(item(id="before"), item(**{"id": "bad", **change}), item(id="after", stem="lain"))

    assert [i.external_id for i in found.items] == ["before", "after"]
    assert [r.reason.split(":")[0] for r in found.rejected] == [reason]


def test_item_twice_in_a_file_is_rejected_by_id_or_content() -> None:
    found = read(item(), item(stem="lain"), item(id="X-2"), 5, None, [])

    assert [i.external_id for i in found.items] == ["X-1"]
    assert [(r.external_id, r.reason.split(":")[0]) for r in found.rejected] == [
        ("X-1", "duplicate_id"),
        ("X-2", "duplicate_content"),
        ("#4", "malformed"),
        ("#5", "malformed"),
        ("#6", "malformed"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"5", b"\xff\xfe", b'{"items":{}}', b'{"format":"x","items":[]}',
        b'{"items":[],"meta":{"competencies":[{"code":1}]}}', b"[" * 100_000,
        b'{"items":[' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_bank_file_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(BankFileInvalid):
        read_bank(data)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"format":"x","by":"subject","map":{}}',
             b'{"format":"ujikom-bank-mapping/1","by":"stem","map":{}}'],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(data: bytes) -> None:
    with pytest.raises(BankFileInvalid):
        read_mapping(data)


def test_content_s_digest_depends_on_every_field() -> None:
    first = read(item()).items[0].content
    digest = contents.digest(contents.to_bytes(first))
    changes: list[dict[str, Any]] = [
        {"stem": "lain"}, {"competency": "T.ETIKA"}, {"level": 3}, {"lang": "en"},
        {"rationale": "sebab"}, {"source": "sumber"}, {"cognitive": "C1"}, {"indicator": "i"},
        {"options": options(0, 0, 1)}, {"options": options(0, 2, 0)},
        {"type": "weighted", "options": options(1, 2, 3)},
    ]  # fmt: skip

    others = [contents.to_bytes(read(item(**change)).items[0].content) for change in changes]

    assert len({digest, *map(contents.digest, others)}) == 1 + len(changes)
    assert contents.from_bytes(contents.to_bytes(first)) == first


# what a text of a file could do to a page

HOSTILE = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x>", "<b onclick=alert(1)>x</b>",
    "<p onmouseover='alert(1)'>x", '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>', "<b style='background:url(//x)'>x</b>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<svg/onload=alert(1)>",
    "<math><mtext><script>alert(1)</script></mtext></math>", "<img src=x onerror=alert(1)>",
    "<style>*{display:none}</style>", "<form action=/keluar><input name=x></form>",
    "<base href=//x>", "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//x>",
    "<!--<script>-->alert(1)", "<<b>script>alert(1)<</b>/script>", "<b\x00 onclick=x>y</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<table><td onclick=x>y</table>",
    "<p class='x' id='y' data-z='1'>x</p>", "<noscript><p title='</noscript><img src=x>'>",
    "<textarea><script>alert(1)</script></textarea>", "<object data=//x></object>",
]  # fmt: skip
IN_FORMULA = [
    "$<script>alert(1)</script>$", "$$<img src=x onerror=alert(1)>$$", "$`text '<b onclick=x>'`$",
    "$a$<script>alert(1)</script>$b$", "<b title='$x$'>y</b>", "<b lang=$$x$$ title=$x$>y</b>",
    "$√^<script>{x}$", '$"><script>$',
    "\ue0000\ue001", "&#xe000;7&#xe001;", "&#xe000;0&#xe001; $x$", "$x$\ue000\u0663\ue001",
]  # fmt: skip


class _Elements(HTMLParser):
    """Collects what a browser would make elements and attributes of."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(tag)
        self.faults += [
            f"{tag} {name}" for name, value in attrs if (name, value) != ("display", "block")
        ]

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(decl)


def faults(text: str) -> list[str]:
    """Elements and attributes in a text that no item may hold."""
    reader = _Elements()
    reader.feed(text)
    reader.close()
    return reader.faults


@pytest.mark.parametrize("markup", ["text", "html", "html+jqmath"])
@pytest.mark.parametrize("text", HOSTILE + IN_FORMULA)
def test_hostile_text_is_neutralised(text: str, markup: str) -> None:
    for wrapped in (text, f"awal {text} akhir", f"$x^2$ {text}"):
        assert faults(to_html(wrapped, markup)) == []


def test_hostile_text_is_neutralised_wherever_an_item_has_texts() -> None:
    for text in HOSTILE + IN_FORMULA:
        options_ = [
            {"key": "A", "text": f"satu {text}", "score": 0},
            {"key": "B", "text": "dua", "score": 1},
        ]
        for found in read(
            item(stem=f"soal {text}", rationale=text, options=options_, markup="html+jqmath")
        ).items:
            texts = [found.content.stem, found.content.rationale]
            texts += [option.html for option in found.content.options]
            assert [fault for html in texts for fault in faults(html)] == []


@settings(max_examples=3_000 if LONG else 200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from([*"<>/\"'=$`^_{}()√&;#! \0\ue000\ue001", "script", "b", "onclick", "text",
                         "javascript:", "&#x3c;", "<b ", "<!--", "]]>", "0", "x", "$$"]),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_no_text_becomes_an_element_that_is_not_allowed(text: str) -> None:
    for markup in ("text", "html", "html+jqmath"):
        assert faults(to_html(text, markup)) == []


def test_plain_text_keeps_its_signs_and_lines() -> None:
    assert to_html(" a < b & c\nd ", "text") == "a &lt; b &amp; c<br>d"
    assert plain("<p>a&nbsp;&lt;b&gt;</p><p>c</p>") == "a\xa0<b> c"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x^2", "<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>"),
        ("a_1/b", "<mrow><mfrac><msub><mi>a</mi><mn>1</mn></msub><mi>b</mi></mfrac></mrow>"),
        ("√2", "<mrow><msqrt><mn>2</mn></msqrt></mrow>"),
        ("√^3{8}", "<mrow><mroot><mrow><mn>8</mn></mrow><mn>3</mn></mroot></mrow>"),
        ("1.250,5", "<mrow><mn>1.250,5</mn></mrow>"),
        ("`text 'cm'`", "<mrow><mtext>cm</mtext></mrow>"),
        ("(", "<mrow><mrow><mo>(</mo><mrow></mrow></mrow></mrow>"),
        ("<", "<mrow><mo>&lt;</mo></mrow>"),
    ],
)
def test_formula_becomes_mathml(formula: str, expected: str) -> None:
    assert to_mathml(formula, display=False) == f"<math>{expected}</math>"
    assert to_mathml(formula, display=True) == f'<math display="block">{expected}</math>'
