"""Forms that are refused: the same page again, the error beside the field, what was typed kept."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest

from exam_engine.registration import store as registrations
from kernel import ids
from tests.web.world import World
from web.session_form import ZONE

UNPROCESSABLE = 422
GOOD = {
    "title": "Sesi <sore> Ñusantara",
    "venue": "Gedung Contoh",
    "room": "Ruang B",
    "starts_on": "2026-03-15",
    "starts_at": "08:30",
}


def beside(answer: httpx.Response) -> dict[str, str]:
    """The errors of a page by field; each must hang on a field that is there and marked."""
    found = re.findall(r'id="([\w-]+)-error">.*?<span>(.*?)</span>', answer.text)
    for field, _ in found:
        control = re.search(rf'<(?:input|select|textarea)[^>]* id="{field}"[^>]*>', answer.text)
        assert control, field
        assert 'aria-invalid="true"' in control.group(), field
        assert f'href="#{field}"' in answer.text, "the summary leads to it"
    return {field: unescape(text) for field, text in found}


def value(answer: httpx.Response, field: str) -> str:
    """What a field of a page holds."""
    found = re.search(rf'<input[^>]* id="{field}"[^>]* value="([^"]*)"', answer.text)
    assert found, field
    return unescape(found.group(1))


def chosen(answer: httpx.Response) -> list[str]:
    """Values that are selected or checked on a page."""
    return re.findall(r'value="([^"]*)"(?: id="[^"]*")? (?:selected|checked)', answer.text)


def plan(world: World, **changed: str) -> httpx.Response:
    page = world.visitor("admin").http.get("/staf/sesi").text
    scheme = re.search(r'<option value="([0-9a-f]{64})"', page)
    assert scheme
    return world.visitor("admin").try_send(
        "/staf/sesi", {"scheme": scheme.group(1), **GOOD, **changed}
    )


@pytest.mark.parametrize(
    ("field", "wrong", "says"),
    [
        ("title", "", "Nama sesi belum diisi."),
        ("title", "Sesi" * 50, "Nama sesi lebih panjang dari 150 huruf."),
        ("venue", "x" * 151, "Tempat lebih panjang dari 150 huruf."),
        ("room", " ", "Ruang belum diisi."),
        ("scheme", "bukan digest", "“Skema” tidak dapat diterima"),
        ("starts_on", "2026-02-30", "“Tanggal” tidak dapat diterima"),
        ("starts_on", "0001-01-01", "“Tanggal” tidak dapat diterima"),
        ("starts_at", "25:00", "“Jam mulai” tidak dapat diterima"),
        ("starts_on", "2026-03-13", "Waktu mulai sudah lewat."),
    ],
)
def test_session_form_with_a_bad_field_keeps_what_was_typed(
    world: World, field: str, wrong: str, says: str
) -> None:
    answer = plan(world, **{field: wrong})

    assert answer.status_code == UNPROCESSABLE
    assert list(beside(answer)) == [field]
    assert says in beside(answer)[field]
    for name, typed in GOOD.items():
        assert value(answer, name) == (wrong.strip() if name == field else typed)
    if field != "scheme":
        assert any(re.fullmatch("[0-9a-f]{64}", kept) for kept in chosen(answer))


def test_session_form_with_several_bad_fields_names_each(world: World) -> None:
    answer = plan(world, title="", starts_on="besok", starts_at="pagi")

    assert list(beside(answer)) == ["title", "starts_on", "starts_at"]
    assert "Ada 3 isian yang perlu diperbaiki" in answer.text


def test_session_form_for_this_very_minute_is_taken_and_the_one_before_is_not(
    world: World,
) -> None:
    """Sessions are typed in the venue's time."""
    local = world.stage.clock.now().astimezone(ZoneInfo(ZONE))
    minutes = [local, local - timedelta(minutes=1)]

    answers = [
        plan(world, starts_on=m.date().isoformat(), starts_at=m.strftime("%H:%M")) for m in minutes
    ]

    assert [answer.status_code for answer in answers] == [303, UNPROCESSABLE]
    assert list(beside(answers[1])) == ["starts_at"]


# lost cards


def pins(world: World) -> dict[str, bytes]:
    """The PIN's hash of every candidate of the running session."""
    roster = world.database.read_sync(registrations.registrations, session_id=world.running)
    return {own.candidate_no: own.pin_hash for own in roster}


def renew(world: World, **form: str) -> httpx.Response:
    return world.visitor("admin").try_send(f"/staf/sesi/{ids.text(world.running)}/pin", form)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("", "Nomor peserta belum diisi."),
        ("0002-0099", "Nomor peserta itu tidak ada di sesi ini."),
        ("0001-0001", "Nomor peserta itu tidak ada di sesi ini."),
        ("<b>", "Nomor peserta itu tidak ada di sesi ini."),
    ],
)
def test_lost_card_without_a_known_number_changes_no_pin(
    world: World, number: str, says: str
) -> None:
    before = pins(world)

    answer = renew(world, candidate_no=number)

    assert answer.status_code == UNPROCESSABLE
    assert says in beside(answer)["candidate_no"]
    assert value(answer, "candidate_no") == number
    assert pins(world) == before


def test_lost_card_with_a_number_changes_that_pin_alone(world: World) -> None:
    before = pins(world)
    lost = world.stage.second[1].candidate_no

    answer = renew(world, candidate_no=lost)

    after = pins(world)
    assert answer.status_code == 200
    assert [number for number in after if after[number] != before[number]] == [lost]


def test_all_lost_cards_have_a_button_of_their_own_that_says_how_many(world: World) -> None:
    before = pins(world)
    page = world.visitor("admin").http.get(f"/staf/sesi/{ids.text(world.running)}").text
    button = re.search(r'<button[^>]* name="scope" value="all" data-confirm="([^"]*)"', page)
    assert button
    assert button.group(1).startswith(f"PIN {len(before)} peserta dibatalkan.")

    answer = renew(world, scope="all")

    after = pins(world)
    assert answer.status_code == 200
    assert all(after[number] != before[number] for number in before)


# other forms


def import_(world: World, data: bytes | None, name: str = "butir.json") -> httpx.Response:
    path = f"/staf/bank/{world.paths['bank']}/impor"
    files = None if data is None else {"file": (name, data)}
    return world.visitor("penyusun").try_send(path, {"format": "skd"}, files)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Berkas itu kosong."),
        (None, "Berkas belum dipilih."),
        (b"{", "Berkas bank soal tidak dapat dibaca"),
        (b"\xff\xfe\x00", "Berkas bank soal tidak dapat dibaca"),
    ],
)
def test_bank_import_of_a_bad_file_shows_the_form_again(
    world: World, data: bytes | None, says: str
) -> None:
    answer = import_(world, data)

    assert answer.status_code == UNPROCESSABLE
    assert says in beside(answer)["file"]
    assert chosen(answer) == ["skd", "1"]


@pytest.mark.parametrize("name", ["", "B" * 151])
def test_bank_with_a_bad_name_is_not_made(world: World, name: str) -> None:
    before = world.visitor("penyusun").http.get("/staf/bank").text.count('class="card card-link"')

    answer = world.visitor("penyusun").try_send("/staf/bank", {"name": name})

    assert answer.status_code == UNPROCESSABLE
    assert list(beside(answer)) == ["name"]
    assert value(answer, "name") == name
    assert answer.text.count('class="card card-link"') == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"nomor,orang\n1,2\n", "baris pertama keliru"),
        (b"", "Berkas itu kosong."),
        (b"nama,nip,unit\n\x81", "tidak dapat dibaca"),
    ],
)
def test_roster_that_cannot_be_read_shows_the_session_again(
    world: World, data: bytes, says: str
) -> None:
    made = plan(world, starts_on="2026-12-01").headers["location"]

    answer = world.visitor("admin").try_send(f"{made}/peserta", files={"file": ("p.csv", data)})

    assert answer.status_code == UNPROCESSABLE
    assert says in beside(answer)["file"]


def test_certificate_change_without_its_note_keeps_the_reason(world: World) -> None:
    path = f"/staf/sertifikat/{world.paths['certificate']}/status"

    answer = world.visitor("sidang").try_send(path, {"status": "suspended", "reason": "error"})
    other = world.visitor("sidang").try_send(path, {"status": "suspended", "note": "BA <1>"})

    assert answer.status_code == other.status_code == UNPROCESSABLE
    assert list(beside(answer)) == ["note"]
    assert chosen(answer) == ["error"]
    assert list(beside(other)) == ["reason"]
    assert value(other, "note") == "BA <1>"
    assert '<details class="fold fold--small" open>' in answer.text


def test_item_under_another_bank_is_not_found(world: World) -> None:
    made = world.visitor("penyusun").try_send("/staf/bank", {"name": "Zat lain"})
    item, own = world.paths["item"], world.paths["bank"]
    right, wrong = f"/staf/bank/{own}/butir/{item}", f"{made.headers['location']}/butir/{item}"

    answers = [world.visitor("penelaah").http.get(path) for path in (right, wrong)]

    assert [answer.status_code for answer in answers] == [200, 404]


# the way back


@pytest.mark.parametrize(
    ("path", "leads", "says"),
    [
        ("/staf/sertifikat/{certificate}/status", "/staf/sertifikat", "daftar sertifikat"),
        ("/staf/sesi/{session}/buka", "/staf/sesi/{session}", "sesi ujian"),
        ("/staf/telaah", "/staf/telaah", "antrean telaah"),
    ],
)
def test_refused_deed_names_the_page_that_its_link_leads_to(
    world: World, path: str, leads: str, says: str
) -> None:
    name = {"/staf/sertifikat": "sidang", "/staf/telaah": "penelaah"}.get(leads, "admin")
    visitor = world.visitor(name)

    answer = visitor.try_send(path.format(**world.paths), {"status": "x", "scope": "all"})

    back = leads.format(**world.paths)
    assert answer.status_code in {409, UNPROCESSABLE}
    assert re.search(rf'href="{back}">.*?<span>Kembali ke {says}</span>', answer.text, re.DOTALL)
    assert visitor.http.get(back).status_code == 200
