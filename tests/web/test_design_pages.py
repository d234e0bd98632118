"""The design of certificates through its pages: an admin writes, the board approves."""

import io
import wave

import pytest
from PIL import Image

from certificates.designs import service
from tests.certificates.test_designs import LOGO, OWN
from tests.web.world import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="module")
HOME = "/staf/templat"
FIELDS = {
    "layout": "lugas",
    "logo_text": "Lambang Kota Contoh",
    "title_id": "Piagam Kompetensi",
    "title_en": "Competency Charter",
    "given_id": "dianugerahkan kepada",
    "given_en": "awarded to",
    "found_id": "telah *kompeten* menurut skema",
    "found_en": "found competent in the scheme",
}


def write(world: World, fields: dict[str, str], logo: bytes | None = LOGO) -> str:
    """The new version's address."""
    files = {"picture": ("lambang.png", logo)} if logo else None
    answer = world.visitor("admin").try_send(HOME, fields, files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_version_is_written_previewed_checked_approved_and_used(world: World) -> None:
    path = write(world, FIELDS)
    board = world.visitor("sidang")
    page = board.http.get(path).text
    assert page.count("check--ok") == 3
    assert "Setujui dan pakai" in page
    assert "Setujui dan pakai" not in world.visitor("admin").http.get(path).text

    pdf = board.http.get(f"{path}/pratinjau.pdf")
    assert pdf.content.startswith(b"%PDF-1.7")
    png = Image.open(io.BytesIO(board.http.get(f"{path}/depan.png").content))
    assert png.size == (1400, 990)

    assert board.try_send(f"{path}/setujui").status_code == 303
    assert "Dipakai" in world.visitor("admin").http.get(HOME).text
    agency = world.stage.cast["admin"].agency_id
    used = world.database.read_sync(service.in_use, agency_id=agency)
    assert used
    assert used in board.http.get(path).text
    assert board.try_send(f"{path}/setujui").status_code == 409


def test_version_with_a_fault_cannot_be_approved_and_the_page_says_why(world: World) -> None:
    long = {"title_id": "Sertifikat Kompetensi Pelayanan Publik Terpadu Satu Pintu Contoh Sekali"}
    path = write(world, {**FIELDS, **long, "logo_text": ""}, logo=None)
    board = world.visitor("sidang")
    page = board.http.get(path).text
    assert "Judul tidak muat dalam satu baris: h1" in page
    assert "Setujui dan pakai" not in page
    refused = board.try_send(f"{path}/setujui")
    assert refused.status_code == 409
    assert "belum lulus pemeriksaan" in refused.text


def test_what_was_typed_comes_back_with_the_fault_beside_its_field(world: World) -> None:
    admin = world.visitor("admin")
    answer = admin.try_send(HOME, {**FIELDS, "logo_text": "", "motto_id": "Semboyan saja"})
    assert answer.status_code == 422
    assert "Semboyan saja" in answer.text
    assert 'id="motto_en-error"' in answer.text
    sound = io.BytesIO()
    with wave.open(sound, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(1600))
    for data in (b"not a picture", sound.getvalue()):
        no_picture = admin.try_send(HOME, FIELDS, {"picture": ("a.png", data)})
        assert no_picture.status_code == 422
        assert 'id="picture-error"' in no_picture.text


def test_next_version_begins_with_the_last_and_may_drop_its_logo(world: World) -> None:
    write(world, FIELDS)
    page = world.visitor("admin").http.get(f"{HOME}/baru").text
    assert "Piagam Kompetensi" in page
    assert OWN.logo in page
    path = write(world, {**FIELDS, "logo": OWN.logo, "no_logo": "on"}, logo=None)
    assert path != HOME
