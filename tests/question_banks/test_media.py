"""Pictures: decoded and written anew, or refused; the figures of a real licence exam."""

import io
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from question_banks.errors import MediaInvalid
from question_banks.formats.native import read_bank, read_mapping
from question_banks.media.check import Media, checked
from question_banks.media.limits import MediaLimits
from tests.conftest import LONG, SHARED
from tests.pictures import picture

HAM = SHARED / "banks" / "en_ham_technician-2026-2030.json"


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg")])
def test_picture_is_written_anew_without_its_metadata(kind: str, ending: str) -> None:
    data = picture(kind=kind) + b"<script>alert(1)</script>"
    assert b"RAHASIA" in data

    kept = checked(data)

    assert (kept.ending, kept.width, kept.height) == (ending, 200, 160)
    assert b"RAHASIA" not in kept.data
    assert b"script" not in kept.data
    assert kept.address == f"/media/{kept.digest.hex()}.{ending}"
    with Image.open(io.BytesIO(kept.data)) as shown:
        assert shown.convert("RGB").getpixel((5, 5)) in {(255, 0, 0), (254, 0, 0)}


def test_same_picture_has_one_digest_and_its_kept_form_keeps_it() -> None:
    first = checked(picture())

    assert checked(picture()) == first
    assert checked(first.data).digest == first.digest
    assert checked(picture("blue")).digest != first.digest


def bomb() -> bytes:
    """A small PNG that says it is 50,000 pixels square."""
    data = bytearray(picture())
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no_picture"),
        (b"%PDF-1.7", "no_picture"),
        (picture()[:200], "no_picture"),
        (bomb(), "too_many_pixels"),
        (picture(size=(900, 900), kind="JPEG") + bytes(20_000), "too_large"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MediaInvalid) as refused:
        checked(data, MediaLimits(bytes=20_000))

    assert refused.value.data["reason"] == reason


def test_wide_picture_is_made_smaller() -> None:
    kept = checked(picture(size=(600, 300)), MediaLimits(side=200))

    assert (kept.width, kept.height) == (200, 100)


@given(at=st.integers(0, 400), bits=st.integers(1, 255), cut=st.integers(0, 60))
@settings(max_examples=2000 if LONG else 60, deadline=None, derandomize=True)
def test_damaged_picture_is_kept_or_refused_but_never_crashes(at: int, bits: int, cut: int) -> None:
    data = bytearray(picture(size=(20, 20)))
    data[at % len(data)] ^= bits
    try:
        kept = checked(bytes(data[: len(data) - cut]))
    except MediaInvalid:
        return
    assert isinstance(kept, Media)


@pytest.mark.skipif(not HAM.exists(), reason=f"the real item bank is not at {HAM}")
def test_real_licence_exam_imports_whole_with_figures_and_groups() -> None:
    topics = {raw["subject"] for raw in json.loads(HAM.read_bytes())["items"]}
    document = {
        "format": "ujikom-bank-mapping/1", "by": "subject", "group": "topic",
        "map": {topic: {"competency": f"HAM.{topic}", "level": 1} for topic in sorted(topics)},
    }  # fmt: skip
    mapping = read_mapping(json.dumps(document).encode())
    folder = HAM.parent / "figures"
    figures = {p.name.split("2030-")[-1]: p.read_bytes() for p in sorted(folder.iterdir())}

    found = read_bank(HAM.read_bytes(), mapping, figures)
    without = read_bank(HAM.read_bytes(), mapping)

    assert (len(found.items), found.rejected) == (409, ())
    assert len({item.content.group for item in found.items}) == 35
    assert all(item.external_id.startswith(item.content.group) for item in found.items)
    shown = [item for item in found.items if "<img" in item.content.stem]
    assert len(shown) == 12
    addresses = {media.address for media in found.media}
    assert len(addresses) == 3
    assert {i.content.stem.split('src="')[1].split('"')[0] for i in shown} == addresses
    assert [r.reason for r in without.rejected] == ["image_missing"] * 12
