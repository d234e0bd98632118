"""Export and import again: equal digests for all that a format carries; the rest is said."""

import io
from typing import Any

import openpyxl
import pytest

from question_banks.content import Content, digest, to_bytes
from question_banks.errors import BankFileInvalid
from question_banks.formats.export import Entry, Supply
from question_banks.formats.native import Target
from question_banks.formats.readers import read_report
from question_banks.formats.workbook import headers, template, workbook
from question_banks.formats.writers import WRITERS
from question_banks.media.check import checked
from question_banks.stimulus import Stimulus, stimulus_digest
from tests.items import (
    cloze,
    every_family,
    hotspot,
    item,
    matching,
    multiple,
    option,
    ordering,
)
from tests.pictures import picture

PICTURE = checked(picture())
TEXT = Stimulus(stimulus_digest("<p>Bacaan</p>"), "Bacaan", "<p>Bacaan</p>")
SUPPLY = Supply(media={PICTURE.address: PICTURE}, stimuli={TEXT.digest.hex(): TEXT})
LETTERED = {
    "single_choice": item("single_choice", option("A", "batu"), option("B", "roti &amp; teh", 1),
                          stem="Mana makanan?"),
    "short_text": item("short_text", stem="Pulau apa?", body={
        "accepted": [{"text": "Jawa"}, {"text": "jw", "credit": "1/3"}]}),
    "numeric": item("numeric", stem="g?", body={
        "accepted": [{"low": "9.75", "high": "9.85"},
                     {"low": "10", "high": "10", "credit": "1/2"}]}),
    "multiple_all": multiple("all"), "multiple_points": multiple("points"),
    "multiple_penalties": multiple("penalties", choices=2), "matching_all": matching("all"),
    "ordering_all": ordering("all"), "ordering_pairs": ordering("pairs"),
    "cloze_all": cloze("all"), "hotspot_point": hotspot("point", image=PICTURE.address),
}  # fmt: skip
ITEMS: dict[str, Content] = every_family(image=PICTURE.address) | LETTERED
QTI_LEFT = {"ordering_pairs": "mode: pairs", "cloze_all": "weight",
            "hotspot_point": "differs: body"}  # fmt: skip
FITTING = {
    "gift": {"true_false", "matching", "single_choice", "short_text", "numeric",
             "multiple_points"},
    "moodle": {"true_false", "matching", "single_choice", "short_text", "numeric",
               "multiple_points"},
    "aiken": {"single_choice"},
    "csv": {"single_choice", "weighted_choice", "multiple_all"},
    "xlsx": {"single_choice", "weighted_choice", "multiple_all"},
}  # fmt: skip


def written_and_read(kind: str, items: dict[str, Content]) -> tuple[dict[str, Content], Any]:
    out = WRITERS[kind]([Entry(code, content) for code, content in items.items()], SUPPLY)
    reader = "qti" if kind.startswith("qti") else kind
    back = read_report(out.data, reader, Target("T.RAGAM", 2)).file
    assert back.rejected == ()
    if kind == "aiken":  # it has no place for names
        return dict(zip([c for c in items if c in FITTING[kind]],
                        (i.content for i in back.items), strict=True)), out  # fmt: skip
    return {own.external_id: own.content for own in back.items}, out


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_export_and_import_give_equal_digests_and_the_rest_is_named(kind: str) -> None:
    back, out = written_and_read(kind, ITEMS)

    left = {note.code for note in out.left}
    assert len(back) == out.items == len(ITEMS) - len(left)
    for code, content in back.items():
        assert digest(to_bytes(content)) == digest(to_bytes(ITEMS[code])), code
    if kind == "native":
        assert left == set()
    elif kind.startswith("qti"):
        assert {note.code: note.what for note in out.left} == QTI_LEFT
    else:
        assert back.keys() == FITTING[kind]
        assert all(note.what for note in out.left)


@pytest.mark.parametrize("kind", ["native", "qti3", "qti22", "xlsx", "gift", "aiken"])
def test_what_a_format_has_no_place_for_is_a_named_loss(kind: str) -> None:
    rich = LETTERED["single_choice"].__class__(
        **{name: getattr(LETTERED["single_choice"], name)
           for name in ("v", "family", "stem", "options", "competency", "level")},
        language="en", cognitive="C3", indicator="Menilai", rationale="Karena roti",
        source="Modul 1", group="G7", stimulus=TEXT.digest.hex(),
    )  # fmt: skip
    back, out = written_and_read(kind, {"single_choice": rich})
    (again,) = back.values()

    lost = {note.what for note in out.losses}
    about = {"language", "cognitive", "indicator", "rationale", "source", "group", "stimulus"}
    assert lost == {
        "native": set(), "qti3": set(), "qti22": {"stimulus"}, "xlsx": {"stimulus"},
        "gift": about, "aiken": about,
    }[kind]  # fmt: skip
    assert all(getattr(again, name) == getattr(rich, name) for name in about - lost)


def test_workbook_takes_both_languages_numbers_and_names_faulty_rows() -> None:
    for language in ("id", "en"):
        found = read_report(template(language), "xlsx", Target("T.X", 1)).file
        assert [i.content.family for i in found.items] == ["single_choice", "weighted_choice"]
    head = headers("id")
    book = openpyxl.Workbook()
    book.active.append([*head[:4], "Kunci", "Level"])
    book.active.append([1, "Angka?", 10, 20.0, "B", 3])
    book.active.append([2, "Kunci salah", "x", "y", "E", 3])
    out = io.BytesIO()
    book.save(out)
    report = read_report(out.getvalue(), "xlsx", Target("T.X", 1))
    (taken,) = report.file.items
    assert [o.html for o in taken.content.options] == ["10", "20"]
    assert taken.content.level == 3
    assert [(r.external_id, r.reason, report.lines["2"]) for r in report.file.rejected] == [
        ("2", "key_count", 3)
    ]


def test_written_workbook_holds_no_formulas() -> None:
    data = workbook([["=1+1", "@x"]])

    cells = openpyxl.load_workbook(io.BytesIO(data)).active[1]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@x", "s")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x", workbook([["a", "b"]]), workbook([])])
def test_what_is_no_table_of_items_is_refused(data: bytes) -> None:
    with pytest.raises(BankFileInvalid):
        read_report(data, "xlsx", Target("T.X", 1))
