"""QTI items and packages: what comes in keeps its marks, what cannot is refused by name."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from question_banks.errors import BankFileInvalid
from question_banks.families import FAMILIES
from question_banks.families.interface import Fields, Rule
from question_banks.formats.foreign import Report
from question_banks.formats.limits import Limits
from question_banks.formats.native import Target
from question_banks.formats.readers import read_report
from question_banks.stimulus import stimulus_digest
from tests.question_banks.counts import DATA, PAGE, tables

HERE = Target("T.IMPOR", 2)


def read(data: bytes, limits: Limits | None = None) -> Report:
    return read_report(data, "qti", HERE, limits=limits or Limits())


def package(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def manifest(*hrefs: str, kind: str = "imsqti_item_xmlv2p2") -> str:
    rows = "".join(
        f'<resource identifier="R{n}" type="{kind}" href="{href}"/>' for n, href in enumerate(hrefs)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">'
        f"<resources>{rows}</resources></manifest>"
    )


def item(body: str = "", *, extra: str = "", name: str = "i1", options: str = "") -> str:
    rows = {"A": "ya", "B": "tidak"}.items()
    options = options or "".join(
        f'<simpleChoice identifier="{i}">{text}</simpleChoice>' for i, text in rows
    )
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="{name}">'
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">'
        "<correctResponse><value>B</value></correctResponse></responseDeclaration>"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f'{extra}<itemBody>{body}<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
        f"<prompt>Pilih</prompt>{options}</choiceInteraction></itemBody>"
        '<responseProcessing template="x/match_correct"/></assessmentItem>'
    )


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(out, kind)
    return out.getvalue()


@pytest.mark.skipif(not DATA.is_dir(), reason="SHARED_DATA has no import samples")
def test_every_public_sample_imports_or_is_refused_as_the_page_says() -> None:
    assert tables() == Path(PAGE).read_text()


def test_item_in_a_package_brings_its_picture_cleaned_and_its_file_and_line() -> None:
    found = read(package({
        "imsmanifest.xml": manifest("a/i.xml", "a/j.xml", "a/k.xml"),
        "a/i.xml": item('<p onclick="x()">Lihat <img src="../p/s.png" alt="rambu"/></p>'),
        "a/j.xml": item('<p><img src="https://contoh.invalid/x.png" alt="luar"/></p>', name="j"),
        "a/k.xml": item('<p><img src="../p/bad.png" alt="rusak"/></p>', name="k"),
        "p/s.png": picture(),
        "p/bad.png": b"<svg onload='alert(1)'/>",
    }))  # fmt: skip

    (taken,) = found.file.items
    (kept,) = found.file.media
    assert taken.content.stem == f'<p>Lihat <img src="{kept.address}" alt="rambu"></p>Pilih'
    assert (kept.width, kept.height, kept.ending) == (8, 6, "png")
    assert {r.external_id: (r.reason, found.place(r.external_id)) for r in found.file.rejected} == {
        "j": ("image_missing", "a/j.xml:1"),
        "k": ("media_invalid: no_picture", "a/k.xml:1"),
    }


def test_stimulus_of_several_items_is_kept_once() -> None:
    text = (
        '<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" '
        'identifier="s" title="Bacaan"><qti-stimulus-body><p>Kisah <b>panjang</b></p>'
        "</qti-stimulus-body></qti-assessment-stimulus>"
    )
    ref = '<assessmentStimulusRef identifier="s" href="s.xml"/>'
    lost = '<assessmentStimulusRef identifier="s" href="hilang.xml"/>'
    found = read(package({
        "imsmanifest.xml": manifest("1.xml", "2.xml", "3.xml"),
        "1.xml": item(extra=ref, name="1"), "2.xml": item("<p>x</p>", extra=ref, name="2"),
        "3.xml": item(extra=lost, name="3"), "s.xml": text,
    }))  # fmt: skip

    html = "<p>Kisah <b>panjang</b></p>"
    digest = stimulus_digest(html)
    assert [(s.digest, s.title, s.html) for s in found.file.stimuli] == [(digest, "Bacaan", html)]
    assert [i.content.stimulus for i in found.file.items] == [digest.hex()] * 2
    assert [(r.external_id, r.reason) for r in found.file.rejected] == [("3", "stimulus_missing")]


def test_marks_below_zero_are_a_named_loss_and_part_credits_are_kept() -> None:
    rules = (
        "<responseProcessing><setOutcomeValue identifier='SCORE'>"
        "<mapResponse identifier='RESPONSE'/></setOutcomeValue></responseProcessing>"
    )
    mapping = (
        "<mapping defaultValue='-1'><mapEntry mapKey='A' mappedValue='0.5'/>"
        "<mapEntry mapKey='B' mappedValue='1'/></mapping></responseDeclaration>"
    )
    three = "".join(f'<simpleChoice identifier="{i}">{i}</simpleChoice>' for i in "ABC")
    text = item(options=three).replace("</responseDeclaration>", mapping)
    found = read(text.replace('<responseProcessing template="x/match_correct"/>', rules).encode())

    (taken,) = found.file.items
    family = FAMILIES[taken.content.family]
    order = ("A", "B", "C")
    answers = [family.decode(taken.content, Fields({"choice": [i]}), order) for i in order]
    marks = [family.marks(taken.content, answer, Rule(right=4)) for answer in answers]
    assert marks == [2, 4, 0]
    assert [loss.what for loss in found.losses] == ["below_zero"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("path traversal", package({"imsmanifest.xml": manifest(), "../x": b""}), "path_outside"),
        ("absolute path", package({"/etc/x": b""}), "path_outside"),
        ("drive", package({"C:/x": b""}), "path_outside"),
        ("backslash", package({"a\\..\\..\\x": b""}), "path_outside"),
        ("reference outside", package({"imsmanifest.xml": manifest("../../x.xml")}),
         "path_outside"),
        ("reference to the web", package({"imsmanifest.xml": manifest("http://x.invalid/i.xml")}),
         "path_outside"),
        ("bomb", package({"imsmanifest.xml": b" " * 30_000_000}), "unpacks_too_large"),
        ("many files", package({f"{n}": b"" for n in range(51)}), "too_many_files"),
        ("no manifest", package({"i.xml": item()}), "manifest_missing"),
        ("broken manifest", package({"imsmanifest.xml": "<manifest>"}), "xml"),
        ("manifest of others", package({"imsmanifest.xml": "<x/>"}), "manifest_unknown"),
        ("nothing in it", package({"imsmanifest.xml": manifest()}), "no_items"),
        ("cut off", package({"imsmanifest.xml": manifest("i.xml"), "i.xml": item()})[:-30],
         "archive_broken"),
        ("deep", b"<a>" * 250 + b"</a>" * 250, "too_deep"),
        ("entities", b'<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem>&b;</assessmentItem>',
         "doctype"),
        ("outside entity", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
         "doctype"),
        ("not QTI", b"<html/>", "format_unknown"),
        ("nothing", b"", "xml"),
    ],
)  # fmt: skip
def test_hostile_file_is_refused_as_a_whole(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(BankFileInvalid) as refused:
        read(data, Limits(entries=50))

    assert str(refused.value.data["reason"]).partition(":")[0] == reason, name


def test_limits_are_values_and_a_missing_file_costs_only_itself() -> None:
    two = package({"imsmanifest.xml": manifest("i.xml", "gone.xml"), "i.xml": item()})

    found = read(two)

    assert [i.external_id for i in found.file.items] == ["i1"]
    assert [r.reason for r in found.file.rejected] == ["file_missing: gone.xml"]
    for limits, reason in (
        (Limits(items=1), "too_many_items"),
        (Limits(bytes=100), "too_large"),
        (Limits(unpacked=100), "unpacks_too_large"),
    ):
        with pytest.raises(BankFileInvalid, match=reason):
            read(two, limits)


def test_scripts_and_styles_do_not_enter() -> None:
    found = read(item('<p style="x" onclick="y()">a<script>alert(1)</script></p>').encode())

    assert found.file.items[0].content.stem == "<p>a</p>Pilih"
