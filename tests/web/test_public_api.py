"""What the public asks: the JSON interface, an uploaded file's signature, the PKI's own files."""

import re
import statistics
import time
from datetime import timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import codes
from certificates.errors import CodeMistyped
from certificates.service import change_status
from certificates.signing import choice, folder
from certificates.status_lists import publishing
from tests.certificates import authority
from tests.conftest import START
from tests.web.world import World

GUESSES, ROUNDS = 8, 3  # together below the limit of a minute


def api(world: World, code: str, peer: str = "") -> httpx.Response:
    return httpx.get(f"{world.address}/api/sertifikat/{code}")


def near_miss(code: str) -> str:
    """A well-formed code that differs from an issued one in one random symbol and the check."""
    for symbol in codes.ALPHABET:
        for check in codes.ALPHABET:
            other = f"{code[:14]}{symbol}{check}"
            try:
                if other != code and codes.normalise(other) == other:
                    return other
            except CodeMistyped:
                continue
    raise AssertionError(code)


def test_issued_code_gives_the_printed_fields_and_no_more(world: World) -> None:
    own = world.certificates()[0]
    said = api(world, own.code.lower()).json()

    assert (said["status"], said["certificate"]["holder"]) == ("valid", own.claim.holder_name)
    assert said["certificate"]["valid_until"].startswith(own.valid_until.date().isoformat())
    assert said["checks"]["signature"]
    assert said["checks"]["log_inclusion"]
    text = str(said)
    for name, secret in world.never.items():
        assert secret not in text, name
    assert "score" not in text
    assert own.claim.identity_salt not in text


def test_codes_that_lead_nowhere_are_answered_alike(world: World) -> None:
    own = world.certificates()[0].code
    answers = [api(world, code) for code in (near_miss(own), codes.new_code(bytes(10)), "AAAA")]

    bodies = [{**answer.json(), "checked_at": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert bodies[0] == bodies[1] == bodies[2]
    assert {tuple(sorted(answer.headers)) for answer in answers} == {
        tuple(sorted(answers[0].headers))
    }
    assert api(world, own[:-1] + ("0" if own[-1] != "0" else "1")).json()["status"] == "mistyped"


def test_near_miss_takes_no_other_time_than_any_unknown_code(world: World) -> None:
    """Interleaved on loopback, medians compared; a leak of a whole lookup would double one.

    Other work on the machine disturbs a round; a leak would show in every one.
    """
    own = world.certificates()[0].code
    near, far = near_miss(own), codes.new_code(bytes(range(10)))
    assert min(apart(world, near, far) for _ in range(ROUNDS)) < 1.5


def apart(world: World, near: str, far: str) -> float:
    """How many times longer one of two codes takes, by medians."""
    spent: dict[str, list[int]] = {near: [], far: []}
    with httpx.Client(base_url=world.address) as client:
        for _ in range(GUESSES):
            for code in (near, far):
                start = time.perf_counter_ns()
                answer = client.get(f"/api/sertifikat/{code}")
                spent[code].append(time.perf_counter_ns() - start)
                assert answer.status_code != 429
    one, other = (statistics.median(spent[code]) for code in (near, far))
    return max(one, other) / min(one, other)


def test_too_many_questions_are_refused(world: World) -> None:
    with httpx.Client(base_url=world.address) as client:
        said = [client.get("/api/sertifikat/AAAA").status_code for _ in range(70)]
    assert 429 in said
    assert set(said) <= {404, 429}


@pytest.fixture(autouse=True, scope="module")
def pki(world: World) -> None:
    """A PKI as the sample's, and beside it the root of who signed the world's certificates."""
    place = choice.place(world.here.settings)
    folder.make_sample(place, at=START)
    root = x509.load_der_x509_certificate(authority.make().trusted)
    folder.write(place / "root-lain.pem", root.public_bytes(Encoding.PEM))


def upload(world: World, pdf: bytes) -> httpx.Response:
    return world.fresh().try_send("/verifikasi/berkas", files={"file": ("s.pdf", pdf)})


def facts(page: str) -> dict[str, str]:
    section = page.partition('id="signature"')[2].partition("</dl>")[0]
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", section))


def test_upload_tells_the_five_facts_of_a_signature(world: World) -> None:
    pdf = world.visitor("candidate 1").http.get("/ujian/sertifikat").content

    told = facts(upload(world, pdf).text)

    assert told["Tanda tangan elektronik"] == "SAH"
    assert "Penanda Tangan Sertifikat Badan Contoh" in told["Penanda tangan"]
    assert told["Keutuhan dokumen"] == "Dokumen tidak berubah sejak ditandatangani"
    assert told["Waktu penandatanganan"].endswith("WIB (menurut penanda tangan)")
    assert "Badan Contoh" in told["Penerbit sertifikat elektronik"]
    assert "tidak tersertifikasi" in told["Jenis tanda tangan"]


def test_page_by_code_tells_the_same_facts_of_the_stored_file(world: World) -> None:
    pdf = world.visitor("candidate 1").http.get("/ujian/sertifikat").content
    own = world.certificates()[1]

    page = httpx.get(f"{world.address}/V/{own.code}").text

    assert facts(page) == facts(upload(world, pdf).text)
    assert facts(page)["Tanda tangan elektronik"] == "SAH"


def test_changed_file_is_told_to_be_unsigned_as_it_is(world: World) -> None:
    pdf = world.visitor("candidate 1").http.get("/ujian/sertifikat").content

    told = facts(upload(world, pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1)).text)

    assert told["Tanda tangan elektronik"] == "TIDAK SAH"
    assert told["Keutuhan dokumen"].startswith("Dokumen berubah")


def test_upload_asks_the_register_and_no_list_however_old(world: World) -> None:
    publishing.publish_due(world.database, issuer_url=world.here.public_url)
    pdf = world.visitor("candidate 1").http.get("/ujian/sertifikat").content
    world.stage.clock.advance(timedelta(days=3).total_seconds())

    page = upload(world, pdf).text

    check = page.partition("Tidak dicabut atau dibekukan menurut catatan penerbit saat ini.")[2]
    assert "source: register" in check.partition("</li>")[0]


def test_public_files_of_the_pki_are_served_and_nothing_else(world: World) -> None:
    http = world.visitor("nobody").http
    place = choice.place(world.here.settings)
    listed = x509.load_der_x509_crl(http.get("/pki/issuing.crl").content)
    issuing = x509.load_der_x509_certificate(http.get("/pki/issuing.cer").content)

    assert listed.issuer == issuing.subject
    assert listed.is_signature_valid(issuing.public_key())  # type: ignore[arg-type] # an EC key
    assert http.get("/pki/root.crl").headers["content-type"] == "application/pkix-crl"
    names = {path.name for path in place.rglob("*") if path.is_file()} | {"", "..%2Fpepper.json"}
    assert names >= {"signer.json", "issuing.json"}
    for name in names - {"issuing.crl", "root.crl"}:
        assert http.get(f"/pki/{name}").status_code == 404, name


def test_change_of_status_is_in_the_history_with_its_public_reason(world: World) -> None:
    """Changes the world: the last test of this module."""
    own = world.certificates()[1]
    world.database.write_sync(
        change_status,
        certificate_id=own.id,
        status="suspended",
        reason="integrity: nama saksi rahasia",
        by=world.stage.cast["sidang"],
    )

    page = httpx.get(f"{world.address}/V/{own.code}").text

    logged = page.partition("Perubahan status tersimpan sama dengan yang ada di log audit.")
    assert "check--ok" in logged[0].rpartition("<li")[2], "the suspension's own leaf agrees"
    history = page.partition("Riwayat status")[2].partition("</ol>")[0]
    assert "rahasia" not in page
    entries = [re.sub(r"<[^>]+>", "", entry) for entry in history.split("</li>")[:-1]]
    assert [entry.partition(",")[0].strip() for entry in entries] == ["Diterbitkan", "Dibekukan"]
    assert own.claim.decision_ref in entries[0]
    assert "Alasan: Pelanggaran integritas." in entries[1]
    assert all("Diputuskan oleh sidang penetapan." in entry for entry in entries)
    assert "WIB" in entries[1]
