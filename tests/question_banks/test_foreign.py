"""Files of other systems: read item by item, refused by line and reason, never crashing."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_banks.content import Content
from question_banks.errors import BankFileInvalid
from question_banks.families import FAMILIES
from question_banks.families.interface import Fields, Rule
from question_banks.formats import aiken
from question_banks.formats.foreign import Report
from question_banks.formats.native import Target
from question_banks.formats.readers import READERS, read_report
from tests.conftest import LONG
from tests.items import every_family

DATA = Path(os.environ.get("SHARED_DATA", "../shared/data")) / "import"
EXAMPLES = 3_000 if LONG else 80
TARGET = Target("T.IMPOR", 2)


def read(text: str | bytes, kind: str) -> Report:
    data = text.encode() if isinstance(text, str) else text
    return read_report(data, kind, TARGET)


def only(text: str, kind: str) -> Content:
    """The one item of a file."""
    found = read(text, kind)
    assert found.file.rejected == ()
    assert [(i.content.competency, i.content.level) for i in found.file.items] == [("T.IMPOR", 2)]
    return found.file.items[0].content


def marks(content: Content, form: dict[str, list[str]]) -> object:
    family = FAMILIES[content.family]
    response = family.decode(content, Fields(form), tuple(o.id for o in content.options))
    return family.marks(content, response, Rule(right=6))


@pytest.mark.parametrize(
    ("text", "family", "form", "earned"),
    [
        ("Berapa? {=dua ~tiga ~empat}", "single_choice", {"choice": ["A"]}, 6),
        ("Pilih {~%50%a ~%50%b ~%-50%c}", "multiple_response", {"choice": ["A", "B"]}, 6),
        ("Pilih {~%50%a ~%50%b ~%-50%c}", "multiple_response", {"choice": ["A", "C"]}, 0),
        ("Pilih {=a ~%50%b ~c}", "multiple_response", {"choice": ["B"]}, 3),
        ("Bulat {T}", "true_false", {"choice": ["true"]}, 6),
        ("Datar {FALSE#salah}", "true_false", {"choice": ["true"]}, 0),
        ("Pi {#3.14:0.01}", "numeric", {"choice": ["3,15"]}, 6),
        ("Tahun {#=1822:0 =%50%1822:2}", "numeric", {"choice": ["1824"]}, 3),
        ("Antara {#1..5}", "numeric", {"choice": ["5"]}, 6),
        ("Ibu kota {=Jakarta =%50%Bandung}", "short_text", {"choice": ["bandung"]}, 3),
        ("Bintang {=ju*ta}", "short_text", {"choice": ["juta"]}, 6),
        ("Pasang {=a -> satu =b -> dua = -> tiga}", "matching", {"choice.1": ["A"]}, 3),
        (r"2 \= 1+1\: benar\? {=\{ya\} ~tidak}", "single_choice", {"choice": ["A"]}, 6),
    ],
)
def test_gift_item_earns_what_the_format_says(
    text: str, family: str, form: dict[str, list[str]], earned: int
) -> None:
    content = only(text, "gift")
    assert content.family == family
    assert marks(content, form) == earned


def test_bad_items_are_refused_by_line_and_reason_and_cost_no_good_one() -> None:
    gift = "Baik {T}\n\nHanya uraian\n\n::esai::Tulis {}\n\nBaik juga {=a ~b} # x\n\nBuruk {#abc}\n"
    found = read(gift, "gift")

    assert len(found.file.items) == 2
    assert [(r.reason, found.lines[r.external_id]) for r in found.file.rejected] == [
        ("interaction_unsupported: description", 3),
        ("rubric_missing", 5),
        ("number_malformed", 9),
    ]


def test_aiken_is_read_and_written_back_to_the_same_item() -> None:
    text = "Warna?\nA. merah\nB. biru\nANSWER: B\n\nTanpa jawaban\nA) x\nB) y\n"
    found = read(text, "aiken")
    contents = [item.content for item in found.file.items]

    written, left = aiken.write([*contents, every_family()["matching"]])

    assert [r.reason for r in found.file.rejected] == ["answer_missing"]
    assert [o.points for o in contents[0].options] == [0, 1]
    assert left == [every_family()["matching"]]
    assert [i.content for i in read(written, "aiken").file.items] == contents


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_table_takes_both_languages_and_graded_options_and_names_faulty_rows(sign: str) -> None:
    head = ["Nomor", "Soal", "Pilihan A", "Bobot A", "Option B", "Score B", "Kunci", "Level"]
    rows = [
        head,
        ["1", "Warna?", "merah", "", "biru", "", "B", "3"],
        ["2", "Sikap?", "diam", "1", "bantu", "5", "", ""],
        ["3", "Kunci lain", "x", "", "y", "", "E", ""],
        ["4", "Bobot hilang", "x", "", "y", "2", "", ""],
        ["5", "", "x", "", "y", "", "A", ""],
        ["6", "Dua kunci", "x", "", "y", "", '"A,B"', ""],
    ]
    found = read("\n".join(sign.join(row) for row in rows), "csv")

    assert [(i.external_id, i.content.family, i.content.level) for i in found.file.items] == [
        ("1", "single_choice", 3), ("2", "weighted_choice", 2), ("6", "multiple_response", 2),
    ]  # fmt: skip
    assert {r.external_id: (r.reason, found.lines[r.external_id]) for r in found.file.rejected} == {
        "3": ("key_count", 4),
        "4": ("points_missing", 5),
        "5": ("empty_stem", 6),
    }


HOSTILE = [
    '<!DOCTYPE quiz [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><quiz><question>&b;</question></quiz>',
    '<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>',
    "<quiz><question>",
    "<other/>",
    "",
    "<quiz>" + "<a>" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_xml_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BankFileInvalid):
        read(text, "moodle")


def test_scripts_and_outside_pictures_do_not_enter() -> None:
    script = (
        "<quiz><question type='truefalse'><questiontext format='html'><text><![CDATA[{}]]></text>"
    )
    answer = "</questiontext><answer fraction='100'><text>true</text></answer></question></quiz>"
    clean = only(
        script.format("<p onclick='x'>Benar<script>alert(1)</script></p>") + answer, "moodle"
    )
    outside = read(script.format("<img src='https://contoh.invalid/a.png'>?") + answer, "moodle")

    assert clean.stem == "<p>Benar</p>"
    assert [r.reason for r in outside.file.rejected] == ["image_missing"]


def test_file_of_too_many_items_or_bytes_is_refused() -> None:
    with pytest.raises(BankFileInvalid, match="too_many_items"):
        read("\n\n".join(f"b{n} {{T}}" for n in range(10_001)), "gift")
    with pytest.raises(BankFileInvalid, match="too_large"):
        read(b" " * (10 * 1024 * 1024 + 1), "gift")


@pytest.mark.skipif(not DATA.is_dir(), reason="SHARED_DATA has no import samples")
@pytest.mark.parametrize(
    ("folder", "kind", "accepted", "refused"),
    [
        ("aiken", "aiken", {"single_choice": 2}, {}),
        ("gift", "gift",
         {"true_false": 7, "single_choice": 7, "multiple_response": 2, "numeric": 9,
          "short_text": 5, "matching": 2},
         {"duplicate_content": 3, "interaction_unsupported: description": 5, "rubric_missing": 3}),
        ("moodlexml", "moodle",
         {"multiple_response": 3, "single_choice": 1, "numeric": 1, "true_false": 4},
         {"image_missing": 4, "rubric_missing": 2, "interaction_unsupported: description": 1,
          "interaction_unsupported: calculatedmulti": 2}),
    ],
)  # fmt: skip
def test_shared_samples_import_or_are_refused_with_a_reason(
    folder: str, kind: str, accepted: dict[str, int], refused: dict[str, int]
) -> None:
    found = [read(path.read_bytes(), kind) for path in sorted((DATA / folder).iterdir())]

    assert Counter(i.content.family for f in found for i in f.file.items) == accepted
    assert Counter(r.reason for f in found for r in f.file.rejected) == refused


@pytest.mark.parametrize("kind", sorted(READERS))
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_readers_never_crash_on_what_they_get(kind: str, data: st.DataObject) -> None:
    pieces = st.sampled_from([
        "soal", "{", "}", "=", "~", "%50%", "#", "1..5", "->", "\\", "::", "\n\n", "\n", "A. x",
        "ANSWER: A", "<quiz>", "</quiz>", "<question type='multichoice'>", "</question>", "<text>",
        "</text>", "<answer fraction='x'>", "</answer>", "soal;pilihan A;kunci\n", ";", '"',
    ])  # fmt: skip
    text = data.draw(st.one_of(st.binary(), st.lists(pieces).map(lambda p: "".join(p).encode())))
    try:
        found = read(text, kind)
    except BankFileInvalid:
        return
    for item in found.file.items:
        assert FAMILIES[item.content.family].check(item.content) is None
