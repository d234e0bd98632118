"""Who may see and do what: every staff address against every kind of person, with planted data."""

import httpx
import pytest

from app import create_app
from audit.note import parse_vkey
from exam_engine import evidence_file
from kernel import ids
from kernel.database import Tx
from kernel.settings import Settings
from people.sign_ins import new_token, open_sign_in
from samples.visitor import ExamPage, Visitor
from tests.cast import CANDIDATES
from tests.web.world import OTHERS, OWN, World, words
from web.who import COOKIE

WRITERS = {"penyusun", "penelaah", "admin", "admin-lain"}  # banks belong to no agency
GET = {
    "/staf": {*OWN, *OTHERS},
    "/staf/gaya": {*OWN, *OTHERS},
    "/staf/akun": {*OWN, *OTHERS},
    "/staf/bank": WRITERS,
    "/staf/bank/{bank}": WRITERS,
    "/staf/bank/{bank}/impor": {"penyusun"},
    "/staf/bank/{bank}/impor/templat": {"penyusun"},
    "/staf/bank/{bank}/butir/{item}": {"penyusun", "penelaah"},
    "/staf/bank/{bank}/statistik": WRITERS,
    "/staf/bank/{bank}/statistik/laporan": WRITERS,
    "/staf/bank/{bank}/butir/{item}/statistik": {"penyusun", "penelaah"},
    "/staf/bank/{bank}/butir/baru": {"penyusun"},
    "/staf/bank/{bank}/butir/{item}/ubah": {"penyusun"},
    "/staf/bank/{bank}/butir/{item}/riwayat": {"penyusun", "penelaah"},
    "/staf/bank/{bank}/aturan": {"admin", "admin-lain"},
    "/staf/bank/{bank}/stimulus": {"penyusun"},
    "/staf/penelaah": {"admin", "admin-lain"},
    "/staf/kompetensi": {"penyusun", "penelaah", "admin", "admin-lain"},
    "/staf/kebutuhan": {"penyusun", "admin", "admin-lain"},
    "/staf/kebutuhan/{scheme}": {"penyusun", "admin", "admin-lain"},
    "/staf/kompetensi/{competency}": {"penyusun", "penelaah", "admin", "admin-lain"},
    "/staf/jabatan": {"admin", "admin-lain"},
    "/staf/telaah": {"penelaah"},
    "/staf/telaah/{waiting}": {"penelaah"},
    "/staf/sesi": {"admin", "admin-lain"},
    "/staf/sesi/{session}": {"admin"},
    "/staf/ruang": {"pengawas", "admin", "pengawas-lain", "admin-lain"},
    "/staf/ruang/{room}": {"pengawas", "admin"},
    "/staf/sesi/{session}/berita-acara": {"pengawas", "admin"},
    "/staf/sesi/{session}/berita-acara/berkas": {"pengawas", "admin"},
    "/staf/sesi/{session}/keadilan": {"sidang", "admin", "auditor"},
    "/staf/panel": {
        "penyusun",
        "penelaah",
        "penilai",
        "penilai-lain",
        "admin",
        "admin-lain",
    },
    "/staf/panel/{panel}": {"penyusun", "penilai", "admin", "admin-lain"},
    "/staf/bank/{bank}/panel": {"admin", "admin-lain"},
    "/staf/penilaian": {"penilai", "penilai-lain"},
    "/staf/penilaian/{task}": {"penilai"},
    "/staf/sidang": {"sidang", "sidang-lain"},
    "/staf/sidang/{session}": {"sidang"},
    "/staf/sertifikat": {"sidang", "admin", "sidang-lain", "admin-lain"},
    "/staf/sertifikat/penerbitan": {"sidang", "admin", "sidang-lain", "admin-lain"},
    "/staf/sertifikat/{certificate}/berkas": {"sidang", "admin"},
    "/staf/sertifikat/zip/{pack}/{part}": {"sidang", "admin"},
    "/staf/koreksi": {"sidang", "sidang-lain"},
    "/staf/templat": {"sidang", "admin", "sidang-lain", "admin-lain"},
    "/staf/pengingat": {"admin", "admin-lain"},
    "/staf/templat/baru": {"admin", "admin-lain"},
    "/staf/templat/{design}": {"sidang", "admin"},
    "/staf/templat/{design}/pratinjau.pdf": {"sidang", "admin"},
    "/staf/templat/{design}/depan.png": {"sidang", "admin"},
    "/staf/templat/{design}/belakang.png": {"sidang", "admin"},
    "/staf/auditor": {"auditor"},
    "/staf/auditor/putar-ulang/{sitting}": {"auditor"},
}
POST = {
    "/staf/akun/kode": {*OWN, *OTHERS},
    "/staf/akun/kode/aktif": {*OWN, *OTHERS},
    "/staf/akun/kode/mati": {*OWN, *OTHERS},
    "/staf/bank/{bank}/butir/baru": {"penyusun"},
    "/staf/bank/{bank}/butir/{item}/ubah": {"penyusun"},
    "/staf/bank/{bank}/aturan": {"admin", "admin-lain"},
    "/staf/bank/{bank}/stimulus": {"penyusun"},
    "/staf/bank/{bank}/pernyataan": {"penelaah"},
    "/staf/penelaah": {"admin"},
    "/staf/kompetensi": {"admin", "admin-lain"},
    "/staf/kompetensi/{competency}": {"admin", "admin-lain"},
    "/staf/jabatan": {"admin", "admin-lain"},
    "/staf/telaah/{waiting}": {"penelaah"},
    "/staf/telaah/{waiting}/jawab": {"penelaah"},
    "/staf/bank/{bank}/statistik": WRITERS,
    "/staf/bank": {"penyusun"},
    "/staf/bank/{bank}/impor": {"penyusun"},
    "/staf/bank/{bank}/butir/{item}/tarik": {"penelaah"},
    "/staf/telaah": {"penelaah"},
    "/staf/sesi": {"admin", "admin-lain"},
    "/staf/sesi/{session}/peserta": {"admin"},
    "/staf/sesi/{session}/pin": {"admin"},
    "/staf/sesi/{session}/pengawas": {"admin"},
    "/staf/sesi/{session}/kunci": {"admin"},
    "/staf/sesi/{session}/buka": {"admin"},
    "/staf/sesi/{session}/tutup": {"admin"},
    "/staf/ruang/{room}/lepas": {"pengawas", "admin"},
    "/staf/ruang/{room}/buka-kunci": {"pengawas", "admin"},
    "/staf/sesi/{session}/berita-acara": {"pengawas", "admin"},
    "/staf/ruang/{room}/waktu": {"pengawas", "admin"},
    "/staf/ruang/{room}/insiden": {"pengawas", "admin"},
    "/staf/ruang/{room}/pesan": {"pengawas", "admin"},
    "/staf/penilaian/{task}": {"penilai"},
    "/staf/panel/{panel}": {"penyusun", "penilai"},
    "/staf/panel/{panel}/babak": {"admin", "admin-lain"},
    "/staf/bank/{bank}/panel": {"admin", "admin-lain"},
    "/staf/sidang/{session}/tetapkan": {"sidang"},
    "/staf/sertifikat/{certificate}/status": {"sidang"},
    "/staf/sertifikat/{certificate}/lepas": {"sidang"},
    "/staf/koreksi/{correction}": {"sidang"},
    "/staf/templat": {"admin", "admin-lain"},
    "/staf/sertifikat/zip": {"sidang", "admin", "sidang-lain", "admin-lain"},
    "/staf/pengingat/{certificate}/{days}": {"admin"},
    "/staf/templat/{design}/setujui": {"sidang"},
}
DEEDS = {  # what a form would carry, so that only the person stands in the way
    "/staf/bank": {"name": "Bank orang lain"},
    "/staf/telaah": {"scope": "all", "decision": "approve"},
    "/staf/penelaah": {"account": ids.text(bytes(16)), "ends_on": "2030-01-01"},
    "/staf/sesi": {"title": "Sesi orang lain", "starts_on": "2026-03-15", "starts_at": "09:00"},
    "/staf/sesi/{session}/pengawas": {"account": ids.text(bytes(16))},
    "/staf/ruang/{room}/lepas": {"seat": "1", "reason": "network"},
    "/staf/ruang/{room}/buka-kunci": {"seat": "1"},
    "/staf/sesi/{session}/berita-acara": {"duty": "witness", "digest": "00", "password": "x"},
    "/staf/ruang/{room}/waktu": {
        "seat": "semua",
        "deed": "tambah",
        "minutes": "5",
        "reason": "power",
    },
    "/staf/ruang/{room}/insiden": {"seat": "1", "reason": "noise", "note": "tanpa wewenang"},
    "/staf/ruang/{room}/pesan": {"seat": "semua", "text": "tanpa wewenang"},
    "/staf/sidang/{session}/tetapkan": {"minutes": "tanpa wewenang", "scope": "all"},
    "/staf/sertifikat/{certificate}/status": {
        "status": "revoked",
        "reason": "error",
        "note": "tanpa wewenang",
    },
    "/staf/sertifikat/{certificate}/lepas": {"reason": "tanpa wewenang"},
    "/staf/koreksi/{correction}": {"accepted": "yes", "text": "tanpa wewenang"},
}
FILES = {
    "/staf/sesi/{session}/peserta": {
        "file": ("p.csv", b"nama,nip,unit\nOrang Lain Contoh,198501012010011993,Dinas\n")
    }
}
EVERYBODY = (*OWN, *OTHERS, "candidate 0", "candidate 2", "nobody")
LISTS_OF_ONES_OWN = {
    "/staf",
    "/staf/penilaian",
    "/staf/sesi",
    "/staf/ruang",
    "/staf/sidang",
    "/staf/sertifikat",
    "/staf/koreksi",
    "/staf/templat",
    "/staf/templat/baru",
    "/staf/pengingat",
    "/staf/sertifikat/penerbitan",
}


def refused(answer: httpx.Response) -> bool:
    """Whether the answer sends away: to a sign-in, by a refusal, or as if nothing were there."""
    if answer.status_code == 303:
        return answer.headers["location"].split("?")[0] in {"/masuk", "/ujian"}
    return answer.status_code in {401, 403, 404}


def leaks(world: World, answer: httpx.Response) -> list[str]:
    planted = world.secrets | world.never
    return [name for name, secret in planted.items() if secret in words(answer)]


def test_table_names_every_staff_address(world: World) -> None:
    known = {(method, "/".join(part if "{" not in part else "*" for part in path.split("/")))
             for method, table in (("GET", GET), ("POST", POST)) for path in table}  # fmt: skip
    known.add(("POST", "/staf/bank/*/butir/*/*"))
    known.discard(("POST", "/staf/bank/*/butir/*/tarik"))
    settings = Settings(data=world.here.settings.data, database_url=world.database.url)
    application = create_app(settings, here=world.here)

    served = {
        (method, "/".join("*" if "{" in part else part for part in route.path.split("/")))
        for route in application.routes
        for method in getattr(route, "methods", ())
        if route.path.startswith("/staf") and method in {"GET", "POST"}
    }

    assert served == known


@pytest.mark.parametrize("path", GET)
def test_page_is_for_its_people_and_shows_nothing_to_others(world: World, path: str) -> None:
    address = path.format(**world.paths)
    for name in EVERYBODY:
        answer = world.visitor(name).http.get(address)

        if name in GET[path]:
            assert not refused(answer), f"{name} is refused {path}: {answer.status_code}"
            assert answer.status_code in {200, 303}, f"{name} {path}: {answer.status_code}"
        else:
            assert refused(answer), f"{name} sees {path}: {answer.status_code}"
            assert leaks(world, answer) == [], f"{name} {path}"


@pytest.mark.parametrize("path", sorted(LISTS_OF_ONES_OWN))
def test_list_shows_a_stranger_nothing_of_another_agency(world: World, path: str) -> None:
    for name in OTHERS:
        answer = world.visitor(name).http.get(path)

        assert leaks(world, answer) == [], f"{name} {path}"


@pytest.mark.parametrize("path", POST)
def test_deed_of_another_is_refused_and_not_done(world: World, path: str) -> None:
    address = path.format(**world.paths)
    before = world.database.read_sync(_counts)
    for name in set(EVERYBODY) - POST[path]:
        answer = world.visitor(name).try_send(address, DEEDS.get(path, {}), FILES.get(path))

        assert refused(answer), f"{name} does {path}: {answer.status_code}"
        assert leaks(world, answer) == [], f"{name} {path}"

    assert world.database.read_sync(_counts) == before


def _counts(tx: Tx) -> list[int]:
    tables = ("item_bank", "exam_session", "assignment", "decision", "certificate_status",
              "certificate_override",
              "registration", "log_outbox", "log_entry")  # fmt: skip
    return [tx.run(f"SELECT COUNT(*) FROM {t}")[0][0] for t in tables]


@pytest.mark.parametrize("path", GET)
def test_no_page_shows_a_whole_nip_or_a_registration_pin(world: World, path: str) -> None:
    address = path.format(**world.paths)
    for name in GET[path]:
        answer = world.visitor(name).http.get(address)
        assert [n for n, s in world.never.items() if s in words(answer)] == [], name


def test_unknown_ids_are_not_found_and_malformed_ones_are_invalid(world: World) -> None:
    for path, people in GET.items():
        if "{" not in path or "{sitting}" in path or "{competency}" in path or "{scheme}" in path:
            continue
        unknown = dict.fromkeys(world.paths, ids.text(bytes(16)))
        name = min(people)
        for value, status in ((unknown, 404), (dict.fromkeys(unknown, "bukan-id"), 422)):
            answer = world.visitor(name).http.get(path.format(**value))
            assert answer.status_code == status, f"{name} {path} {answer.status_code}"


# candidates among each other


@pytest.fixture
def pair(world: World) -> tuple[Visitor, Visitor]:
    """The first two candidates in the running session, each at its own PC, started."""
    return _seated(world, 0), _seated(world, 1)


def _seated(world: World, number: int) -> Visitor:
    name = f"running {number}"
    if name not in world._visitors:
        visitor = world._visitors[name] = Visitor(world.address)
        visitor.http.cookies.set(COOKIE, _running_token(world, number))
        visitor.send("/ujian/mulai", {"agree": "on", "nonce": f"{number:064x}"})
    return world._visitors[name]


def _running_token(world: World, number: int) -> str:
    from exam_engine.registration.store import registration_numbered

    own = world.database.read_sync(
        registration_numbered, candidate_no=world.stage.second[number].candidate_no
    )
    assert own is not None
    token = new_token()
    world.database.write_sync(
        open_sign_in, token=token, person_id=own.person_id, registration_id=own.id
    )
    return token


def test_candidate_sees_its_own_paper_name_and_answers_only(
    world: World, pair: tuple[Visitor, Visitor]
) -> None:
    for own, other, me in ((pair[0], pair[1], 0), (pair[1], pair[0], 1)):
        mine = ExamPage(own.see("/ujian/soal/1"))
        theirs = ExamPage(other.see("/ujian/soal/1"))
        assert mine.place != theirs.place
        stranger = CANDIDATES[1 - me][0]
        for path in ("/ujian/mulai", "/ujian/soal/1", "/ujian/periksa"):
            assert stranger.split(",")[0] not in own.see(path)


def test_candidate_cannot_save_with_another_s_place(
    world: World, pair: tuple[Visitor, Visitor]
) -> None:
    theirs = ExamPage(pair[1].see("/ujian/soal/2"))

    answer = pair[0].try_send(
        "/ujian/soal/2",
        {"choice": "A", "place": theirs.place, "counter": 99, "action": "save"},
        script=True,
    )

    assert answer.status_code == 409
    assert answer.json()["code"] == "not_your_place"
    assert ExamPage(pair[1].see("/ujian/soal/2")).chosen == ""


def test_second_pc_sees_no_page_of_the_exam_before_the_proctor_releases_it(
    world: World, pair: tuple[Visitor, Visitor]
) -> None:
    place = ExamPage(pair[0].see("/ujian/soal/1")).place
    second = world._visitors["second PC"] = Visitor(world.address)  # closed with the others
    second.http.follow_redirects = False
    second.http.cookies.set(COOKIE, _running_token(world, 0))

    for path in ("/ujian/soal/1", "/ujian/periksa"):
        page = second.http.get(path).text
        assert "Ujian dilanjutkan di komputer lain" in page
        assert place not in page
    form = {"choice": "A", "place": place, "counter": 99, "action": "save"}
    assert second.try_send("/ujian/soal/1", form, script=True).json()["code"] == "not_your_place"
    assert second.try_send("/ujian/selesai", {"place": place, "confirm": "on"}).status_code == 303
    assert ExamPage(pair[0].see("/ujian/soal/1")).place == place  # still going on


def test_exam_page_tells_neither_key_nor_points(
    world: World, pair: tuple[Visitor, Visitor]
) -> None:
    for position in range(1, 9):
        page = pair[0].see(f"/ujian/soal/{position}")
        for word in ("points", "score=", "data-key", "rationale", "single_choice"):
            assert word not in page


def test_candidate_gets_its_own_certificate_and_no_other(world: World) -> None:
    first, second = (
        world.visitor(f"candidate {n}").http.get("/ujian/sertifikat").content for n in (0, 1)
    )

    assert first.startswith(b"%PDF")
    assert second.startswith(b"%PDF")
    assert first != second
    none = world.visitor("candidate 2").http.get("/ujian/sertifikat")
    assert not none.content.startswith(b"%PDF")


def test_candidate_gets_its_own_evidence_after_the_end(
    world: World, pair: tuple[Visitor, Visitor]
) -> None:
    world.sequence()
    found = [world.visitor(f"candidate {n}").http.get("/ujian/bukti") for n in (0, 1)]
    files = [evidence_file.parse(answer.content) for answer in found]
    key = parse_vkey(world.here.log_vkey)

    assert [evidence_file.check(file, key) for file in files] == [[], []]
    assert files[0].handle != files[1].handle
    assert "bukti-ujian-" in found[0].headers["content-disposition"]
    assert "/ujian/bukti" in world.visitor("candidate 0").http.get("/ujian/selesai").text
    pair[0].http.follow_redirects = False
    early = pair[0].http.get("/ujian/bukti")
    pair[0].http.follow_redirects = True
    assert (early.status_code, early.headers["location"]) == (303, "/ujian")


def test_candidate_pages_send_staff_and_strangers_away(world: World) -> None:
    for path in ("/ujian/mulai", "/ujian/soal/1", "/ujian/periksa", "/ujian/selesai",
                 "/ujian/tanda-terima", "/ujian/bukti", "/ujian/sertifikat", "/ujian/undian",
                 "/ujian/undian/berkas"):  # fmt: skip
        for name in ("nobody", "admin", "sidang", "auditor"):
            answer = world.visitor(name).http.get(path)
            assert refused(answer), f"{name} {path}"
            assert leaks(world, answer) == []


def test_position_beyond_the_paper_is_refused(pair: tuple[Visitor, Visitor]) -> None:
    for position in ("0", "9", "99999999999999999999"):
        answer = pair[0].http.get(f"/ujian/soal/{position}")
        assert answer.status_code in {404, 422}
