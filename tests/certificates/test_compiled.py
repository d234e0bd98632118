"""The compiled page shows what a whole rendering shows; what it cannot show it leaves alone."""

import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates.claim import Claim
from certificates.compiled.errors import NotReproducible
from certificates.compiled.fields import Facts, kind_of
from certificates.compiled.template import Template
from certificates.credential import fingerprint
from tests.certificates import conformance, sample
from tests.certificates.awkward_names import BEYOND, DOZEN, NAMES
from tests.conftest import LONG

ROOT = Path(__file__).resolve().parent.parent.parent
NEAR = 0.01  # points
OTHER_MOMENTS = {
    "certificate_no": "CTH-2027-110771",
    "exam_date": date(2027, 5, 1),
    "issued_at": datetime(2027, 5, 2, 20, 59, 58, 123456, tzinfo=UTC),
    "valid_until": datetime(2031, 12, 31, 3, 4, 5, tzinfo=UTC),
    "agency_name": "Kementerian Contoh Çelik & Rekan",
    "agency_place": "Ambon",
}
_templates: dict[Any, Template] = {}


def facts(claim: Claim) -> Facts:
    print_of_key = fingerprint(sample.PUBLIC)
    return Facts(claim, sample.CODE, sample.VERIFY_URL, print_of_key, sample.ZONE)


def compiled(claim: Claim) -> bytes:
    """Unsigned, by a page that was compiled for another person of the same kind."""
    wanted = facts(claim)
    kind = kind_of(wanted)
    if kind not in _templates:
        _templates[kind] = Template(wanted, sealed=False)
    badge = sample.issued(claim)
    return _templates[kind].fill(
        wanted, credential=badge, proof_bundle=sample.proof_bundle(badge), signing=None
    )


def words(pdf: bytes) -> list[tuple[float, ...]]:
    """Page size, and left, top, right and bottom of every word, as poppler sees them."""
    boxes = boxes_of(pdf)
    return [tuple(map(float, re.findall(r'="([\d.]+)"', line))) for line in boxes]


def texts(pdf: bytes) -> list[str]:
    return [re.sub(r"<[^>]*>", "", line) for line in boxes_of(pdf)]


@cache
def boxes_of(pdf: bytes) -> list[str]:
    command = ["pdftotext", "-bbox", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return re.findall(r"<(?:page|word) .*", done.stdout.decode())


def structure(pdf: pikepdf.Pdf) -> list[Any]:
    """The tree of tags with descriptions, headers and how much marked content each has."""

    def walk(node: Any) -> Any:
        if isinstance(node, pikepdf.Array):
            return [walk(each) for each in node]
        if not isinstance(node, pikepdf.Dictionary):
            return int(node)
        said = [str(node.get(key, "")) for key in ("/S", "/Type", "/Alt", "/Lang")]
        return [*said, repr(node.get("/A")), walk(node.K) if "/K" in node else None]

    return list(walk(pdf.Root.StructTreeRoot.K))


def declared(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """What the file says of itself, its attachments and the names of its fonts."""
    return {
        "info": {key: str(value) for key, value in pdf.docinfo.items()},
        "xmp": pdf.Root.Metadata.read_bytes(),
        "language": str(pdf.Root.Lang),
        "files": {
            name: (spec.get_file().read_bytes(), repr(spec.obj.AFRelationship), spec.description)
            for name, spec in pdf.attachments.items()
        },
        "file dates": [
            str(f.EF.F.Params.ModDate) + str(f.EF.F.Params.CheckSum) for f in pdf.Root.AF
        ],
        "fonts": sorted(str(f.BaseFont) for f in pdf.pages[0].obj.Resources.Font.values()),
        "widgets": [(repr(w.Rect), int(w.F), str(w.TU)) for w in pdf.Root.AcroForm.Fields],
        "id": bytes(pdf.trailer.ID[0]),
        "pages": len(pdf.pages),
        "nums": len(pdf.Root.StructTreeRoot.ParentTree.Nums),
    }


def assert_same(one: bytes, other: bytes) -> None:
    assert texts(one) == texts(other)
    for left, right in zip(words(one), words(other), strict=True):
        assert left == pytest.approx(right, abs=NEAR)
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(other)) as second:
        assert structure(first) == structure(second)
        assert declared(first) == declared(second)


@pytest.mark.parametrize("name", NAMES if LONG else DOZEN)
def test_compiled_page_equals_the_plain_one_or_is_refused(name: str) -> None:
    claim = sample.claim(holder_name=name, **OTHER_MOMENTS)
    try:
        quick = compiled(claim)
    except NotReproducible:
        assert name in BEYOND or len(name) > 50, "a common name must not need the plain path"
        return
    assert name not in BEYOND
    plain = sample.pdf(claim)
    assert_same(quick, plain)
    assert conformance.faults(quick, signatures=0) == conformance.faults(plain, signatures=0) == []


def test_there_are_a_hundred_names() -> None:
    assert len(set(NAMES)) == 100
    assert len(DOZEN) == 12
    assert set(DOZEN) <= {*NAMES}


def test_pages_look_the_same_to_the_last_pixel() -> None:
    claim = sample.claim(holder_name="Fifi Affandi Raffles Contoh", **OTHER_MOMENTS)

    def pixels(pdf: bytes) -> bytes:
        command = ["pdftoppm", "-r", "60", "-"]
        return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout

    seen = pixels(compiled(claim))
    assert len(seen) > 1_000_000
    assert seen == pixels(sample.pdf(claim))
    assert seen != pixels(compiled(sample.claim(**OTHER_MOMENTS)))


@pytest.mark.parametrize(
    "changes",
    [
        {"holder_nip_masked": "-"},
        {"sample": False, "certificate_no": "UJK-2026-000007"},
        {"competencies": sample.competencies(26)},
        {"agency_name": "Dinas Contoh " * 8 + "Lhokseumawe"},
        {"scheme_name_id": "Pengelolaan Pengaduan dan Pelayanan Prima Terpadu Satu Pintu Contoh"},
    ],
    ids=["no-nip", "real", "many", "long-agency", "long-scheme"],
)
def test_other_kinds_of_certificates_equal_their_plain_ones(changes: dict[str, Any]) -> None:
    claim = sample.claim(**changes)
    try:
        quick = compiled(claim)
    except NotReproducible:
        assert len(claim.agency_name) > 72
        return
    assert_same(quick, sample.pdf(claim))


def test_comparison_sees_a_hundredth_of_a_point() -> None:
    pdf = sample.pdf()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.pages[0].obj.Contents[1]
        moved = re.sub(
            rb"1 0 0 -1 (\d+)\.(\d+) ", rb"1 0 0 -1 \1.9\2 ", content.read_bytes(), count=1
        )
        content.write(moved)
        out = io.BytesIO()
        opened.save(out)
    with pytest.raises(AssertionError):
        assert_same(out.getvalue(), pdf)


def test_bytes_are_the_same_in_another_process() -> None:
    program = (
        "import hashlib\nfrom tests.certificates import sample\n"
        "from tests.certificates.test_compiled import compiled\n"
        "pdf = compiled(sample.claim())\n"
        "print(hashlib.sha256(compiled(sample.claim())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Jayapura"))[0 if LONG else 1 :]
    }
    assert digests == {hashlib.sha256(compiled(sample.claim())).hexdigest()}
