"""Pictures and sounds put in while an item is written, over HTTP as a browser without script."""

import html
import re

import httpx
import pytest

from question_banks import store
from question_banks.media.check import checked
from samples.visitor import Visitor
from tests.pictures import picture
from tests.sounds import sound
from tests.web.world import World, words

PICTURE, SOUND = checked(picture()), checked(sound())
TYPED = {
    "code": "M-1", "competency": "T.ADMIN", "level": "2", "family": "single_choice",
    "language": "id", "stem": "Baris satu\nBaris 1 < 2", "option.text": ["ya", "tidak"], "key": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def path(world: World) -> str:
    return f"/staf/bank/{world.paths['bank']}/butir/baru"


def insert(
    visitor: Visitor, path: str, data: bytes, *, said: str = "Denah loket", place: str = "stem",
    **fields: str,
) -> httpx.Response:  # fmt: skip
    sent = {**TYPED, **fields, "media_words": said, "media_place": place, "action": "insert"}
    return visitor.try_send(path, sent, {"media": ("berkas", data)} if data else None)


def typed(page: str, name: str) -> str:
    """What a field of the page holds."""
    match = re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page)
    value = match or re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert value, name
    return html.unescape(value[1])


def test_inserted_picture_and_sound_are_kept_with_what_was_typed(world: World, path: str) -> None:
    writer = world.visitor("penyusun")

    page = insert(writer, path, picture(), said='Denah "loket" & pintu')
    assert page.status_code == 200, words(page)
    stem = typed(page.text, "stem")
    page = insert(writer, path, sound(), said="Pengumuman", place="rationale", stem=stem)
    saved = writer.try_send(path, {
        **TYPED, "stem": stem, "rationale": typed(page.text, "rationale"), "action": "save",
    })  # fmt: skip

    assert saved.status_code == 303
    bank = store.items
    made = {i.external_id: i for i in world.database.read_sync(bank, bank_id=bank_id(world))}["M-1"]
    assert made.content.stem == (
        "Baris satu<br>Baris 1 &lt; 2"
        f'<p><img src="{PICTURE.address}" alt="Denah &quot;loket&quot; &amp; pintu"></p>'
    )
    assert made.content.rationale == (
        f'<p><audio src="{SOUND.address}" aria-label="Pengumuman" controls=""></audio></p>'
    )
    assert typed(page.text, "code") == "M-1"
    assert 'value="ya"' in page.text or ">ya<" in page.text, "options stay typed"
    seen = world.visitor("penelaah").http.get(saved.headers["location"]).text
    assert f'src="{PICTURE.address}"' in seen
    assert world.visitor("penelaah").http.get(SOUND.address).content == SOUND.data


def bank_id(world: World) -> bytes:
    return next(b.id for b in world.database.read_sync(store.banks) if b.name == "Pelayanan")


def test_picture_to_click_on_brings_its_size(world: World, path: str) -> None:
    page = insert(
        world.visitor("penyusun"), path, picture(size=(120, 90)), place="image", family="hotspot"
    ).text

    kept = checked(picture(size=(120, 90)))
    fields = {name: typed(page, name) for name in ("image", "alt", "width", "height")}
    assert fields == {"image": kept.address, "alt": "Denah loket", "width": "120", "height": "90"}


Case = tuple[bytes, str, dict[str, str]]
REFUSED: dict[str, Case] = {
    "Tulis apa yang terlihat": (picture(), "media_words", {"said": ""}),
    "berkas": (b"", "media", {}),
    "tidak dapat dipakai": (b"<svg/>", "media", {}),
    "memerlukan gambar": (sound(), "media", {"place": "image", "family": "hotspot"}),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_be_inserted_is_said_beside_its_field(
    world: World, path: str, reason: str
) -> None:
    data, field, more = REFUSED[reason]

    page = insert(world.visitor("penyusun"), path, data, stem="Masih ada", **more)

    assert page.status_code == 422
    error = re.search(rf'id="{field}-error">(.*?)</p>', page.text, re.DOTALL)
    assert error
    assert reason.casefold() in error[1].casefold()
    assert typed(page.text, "stem") == "Masih ada"
    assert '<details class="fold" id="media_form" open>' in page.text


def test_nobody_but_writers_inserts(world: World, path: str) -> None:
    other = checked(picture(colour="blue"))
    for name in ("penelaah", "admin", "pengawas", "candidate 0", "nobody"):
        assert insert(world.visitor(name), path, picture(colour="blue")).status_code in {303, 403}
    assert world.visitor("penelaah").http.get(other.address).status_code == 404


def test_player_gets_the_part_of_a_sound_that_it_asks_for(world: World, path: str) -> None:
    writer = world.visitor("penyusun")
    insert(writer, path, sound())
    size = len(SOUND.data)

    def part(asked: str) -> httpx.Response:
        return writer.http.get(SOUND.address, headers={"range": asked})

    whole = writer.http.get(SOUND.address)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/flac")
    assert whole.headers["accept-ranges"] == "bytes"
    assert part("bytes=0-").content == SOUND.data
    middle = part("bytes=10-19")
    assert (middle.status_code, middle.content) == (206, SOUND.data[10:20])
    assert middle.headers["content-range"] == f"bytes 10-19/{size}"
    assert part(f"bytes={size - 3}-{size + 9}").content == SOUND.data[-3:]
    assert part(f"bytes={size}-").status_code == 416
    assert part("bytes=5-1").status_code == 416
    assert part("lines=1-2").content == SOUND.data
