"""What protects the pages: headers, form tokens, throttling, dead sign-ins, equal refusals."""

import io
import json
import re

import httpx
import pikepdf
import pytest

from app import create_app
from certificates import codes
from kernel.database import Tx, emits_nothing
from kernel.settings import Settings
from people import sign_ins
from samples.visitor import Visitor
from tests.cast import CANDIDATES, PASSWORD
from tests.web.world import World, words
from web.sign_in import ACCOUNT_LIMIT, NUMBER_LIMIT, ROOM_LIMIT
from web.who import COOKIE

PAGES = (
    "/", "/masuk", "/ujian", "/log", "/sehat", "/staf", "/V/0000000000000000", "/tidak-ada",
    "/.well-known/ujikom.json", "/.well-known/did.json", "/static/tidak-ada.js", "/V/x",
    "/log/panggung/checkpoint", "/log/panggung/tile/0/000", "/staf/bank/x", "/ujian/soal/x",
)  # fmt: skip


EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def code_of(number: int) -> str:
    """A well-formed code that was never issued."""
    return codes.new_code(number.to_bytes(10, "big"))


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(world: World, path: str) -> None:
    for name in ("nobody", "admin"):
        answer = world.visitor(name).http.get(path)

        assert {n: answer.headers.get(n) for n in EXPECTED} == EXPECTED, answer.status_code
        policy = answer.headers["content-security-policy"]
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["/", "/masuk", "/ujian", "/log", "/staf", "/tidak-ada"])
def test_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(world: World, path: str) -> None:
    page = world.visitor("admin").http.get(path).text

    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", page)
    assert not re.findall(r'(?:src|action|<link[^>]*href)="(?:https?:)?//', page)


def test_page_of_a_person_is_never_kept_by_the_browser(world: World) -> None:
    for name, path in (("admin", "/staf"), ("candidate 0", "/ujian/selesai")):
        assert world.visitor(name).http.get(path).headers["cache-control"] == "no-store"


def test_every_form_without_its_token_is_refused(world: World) -> None:
    settings = Settings(data=world.here.settings.data, database_url=world.database.url)
    paths = {
        re.sub(r"\{[^}]*\}", "1", route.path)
        for route in create_app(settings, here=world.here).routes
        if "POST" in getattr(route, "methods", ())
    }
    assert len(paths) > 15

    for path in paths:
        for token in (None, "salah", "0" * 128):
            answer = world.visitor("admin").http.post(
                path, data={"_csrf_token": token} if token else {}
            )
            assert answer.status_code == 403, path


def test_token_of_another_browser_is_refused(world: World) -> None:
    one, other = world.fresh(), world.fresh()
    for visitor in (one, other):
        visitor.http.get("/masuk")
    token = other.http.cookies["ujikom_formulir"]

    answer = one.http.post("/masuk", data={"username": "admin", "_csrf_token": token})

    assert answer.status_code == 403


def test_cookies_are_closed_to_scripts_and_other_sites(world: World) -> None:
    visitor = world.fresh()
    visitor.http.follow_redirects = False
    answers = [
        visitor.http.get("/masuk"),
        visitor.try_send("/masuk", {"username": "auditor", "password": PASSWORD}),
    ]
    for answer in answers:
        for cookie in answer.headers.get_list("set-cookie"):
            assert "httponly" in cookie.lower()
            assert "samesite=lax" in cookie.lower()
    assert COOKIE in visitor.http.cookies


# signing in


def fail(world: World, kind: str, name: str, times: int) -> None:
    """Failures that happened before, whoever made them from wherever."""
    subject = sign_ins.failure_subject(world.database.keys.secret("pepper"), kind, name)
    for _ in range(times):
        world.database.write_sync(sign_ins.note_failure, subjects=(subject,))


def test_guessing_is_throttled_by_account_whatever_the_address(world: World) -> None:
    fail(world, "account", "penelaah", ACCOUNT_LIMIT - 1)
    guess = {"username": "penelaah", "password": "tebakan yang salah"}
    for status in (401, 429):
        visitor = world.fresh()
        visitor.http.headers["x-forwarded-for"] = f"203.0.113.{status % 100}"
        assert visitor.try_send("/masuk", guess).status_code == status

    right = world.fresh().try_send("/masuk", {"username": "penelaah", "password": PASSWORD})
    assert right.status_code == 429, "the right password does not lift the limit"
    world.fresh().sign_in("penyusun", PASSWORD)
    world.stage.clock.advance(15 * 60 + 1)
    world.fresh().sign_in("penelaah", PASSWORD)


def test_unknown_name_and_wrong_password_are_answered_alike(world: World) -> None:
    answers = [
        world.fresh().try_send("/masuk", {"username": name, "password": "tebakan yang salah"})
        for name in ("sidang", "tidak-ada")
    ]

    bodies = {words(a).replace("sidang", "X").replace("tidak-ada", "X") for a in answers}
    assert {a.status_code for a in answers} == {401}
    assert len(bodies) == 1


@pytest.mark.parametrize("field", ["candidate_no", "registration_pin", "session_pin"])
def test_candidate_s_refusal_never_says_what_was_wrong(world: World, field: str) -> None:
    card = world.stage.second[2]
    given = {
        "candidate_no": card.candidate_no,
        "registration_pin": card.registration_pin,
        "session_pin": world.secrets["session PIN"],
    }
    wrong = given | {field: "0002-0099" if field == "candidate_no" else "00000000"}

    answer = world.fresh().try_send("/ujian", wrong)
    empty = world.fresh().try_send("/ujian", wrong | {"registration_pin": "", "session_pin": ""})

    assert answer.status_code == empty.status_code == 401
    assert words(answer) == words(empty)
    assert COOKIE not in answer.cookies


def test_guessing_of_pins_is_throttled_by_candidate_and_by_session(world: World) -> None:
    card = world.stage.second[2]
    given = {
        "candidate_no": card.candidate_no,
        "registration_pin": card.registration_pin,
        "session_pin": world.secrets["session PIN"],
    }
    fail(world, "candidate", card.candidate_no, NUMBER_LIMIT)
    assert world.fresh().try_send("/ujian", given).status_code == 429
    world.stage.clock.advance(15 * 60 + 1)

    fail(world, "session", "0002", ROOM_LIMIT)
    assert world.fresh().try_send("/ujian", given).status_code == 429
    world.stage.clock.advance(15 * 60 + 1)

    assert world.fresh().try_send("/ujian", given).status_code == 200


def test_own_guesses_lock_one_pc_until_the_proctor_unlocks_it_and_nobody_else(world: World) -> None:
    card, other = world.stage.second[2], world.stage.second[1]
    pin = world.secrets["session PIN"]
    given = {"candidate_no": card.candidate_no, "session_pin": pin}
    right = given | {"registration_pin": card.registration_pin}
    for _ in range(ACCOUNT_LIMIT):
        assert (
            world.fresh().try_send("/ujian", given | {"registration_pin": "1"}).status_code == 401
        )
    assert world.fresh().try_send("/ujian", right).status_code == 429

    # the room is not locked by guesses at registration PINs
    theirs = {"candidate_no": other.candidate_no, "session_pin": pin}
    assert world.fresh().try_send(
        "/ujian", theirs | {"registration_pin": other.registration_pin}
    ).status_code in {200, 303}

    address = f"/staf/ruang/{world.paths['room']}/buka-kunci"
    for name, status in (("pengawas-lain", 404), ("pengawas", 303)):
        assert world.visitor(name).try_send(address, {"seat": "3"}).status_code == status
    assert world.fresh().try_send("/ujian", right).status_code in {200, 303}


def staff_page(world: World, token: str) -> httpx.Response:
    with httpx.Client(base_url=world.address, cookies={COOKIE: token}) as client:
        return client.get("/staf")


def test_revoked_sign_in_is_dead_at_once_in_every_browser(world: World) -> None:
    visitor = world.fresh()
    visitor.sign_in("pengawas", PASSWORD)
    token = visitor.http.cookies[COOKIE]
    assert staff_page(world, token).status_code == 200

    visitor.send("/keluar")

    assert staff_page(world, token).headers["location"].startswith("/masuk")


@emits_nothing("a test takes an account out of use")
def disable(tx: Tx, *, username: str, value: int) -> None:
    tx.run("UPDATE account SET disabled = ? WHERE username = ?", value, username)


def test_disabled_account_is_dead_at_once_and_cannot_sign_in(world: World) -> None:
    token = world.token("pengawas-lain")
    assert staff_page(world, token).status_code == 200
    world.database.write_sync(disable, username="pengawas-lain", value=1)

    assert staff_page(world, token).status_code == 303
    refused = world.fresh().try_send("/masuk", {"username": "pengawas-lain", "password": PASSWORD})
    world.database.write_sync(disable, username="pengawas-lain", value=0)

    assert refused.status_code == 401


def test_sign_in_expires_and_invented_tokens_open_nothing(world: World) -> None:
    token = world.token("auditor")
    world.stage.clock.advance(sign_ins.STAFF_HOURS * 3600 - 60)
    assert staff_page(world, token).status_code == 200
    world.stage.clock.advance(61)

    assert staff_page(world, token).status_code == 303
    for invented in ("", "x", sign_ins.new_token(), "é", "a" * 5000):
        try:
            answer = staff_page(world, invented)
        except UnicodeEncodeError:
            continue
        assert answer.status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://jahat.invalid", "//jahat.invalid", "/\\jahat.invalid", "/staf//jahat.invalid",
     "javascript:alert(1)", "/staf\\..\\x", "/keluar"],
)  # fmt: skip
def test_sign_in_never_leads_to_another_site(world: World, target: str) -> None:
    form = world.fresh()
    page = form.http.get("/masuk", params={"next": target}).text
    assert f'value="{target}"' not in page


def test_sign_in_goes_on_to_a_page_of_ours_only(world: World) -> None:
    for target, arrives in (("/staf/sidang", "/staf/sidang"), ("https://jahat.invalid", "/staf")):
        visitor = world.fresh()
        visitor.http.follow_redirects = False
        answer = visitor.try_send(
            "/masuk", {"username": "sidang", "password": PASSWORD, "next": target}
        )
        assert answer.headers["location"] == arrives


def test_control_signs_in_a_form_are_refused_not_crashed(world: World) -> None:
    for path, form in (
        ("/ujian", {"candidate_no": "0001\0", "registration_pin": "1", "session_pin": "1"}),
        ("/masuk", {"username": "admin\0", "password": "x"}),
        ("/verifikasi", {"code": "AB\0"}),
    ):
        assert world.fresh().try_send(path, form).status_code in {401, 422}, path


# public verification


def public(world: World, code: str) -> httpx.Response:
    return world.visitor("nobody").http.get(f"/V/{code}")


def shape(answer: httpx.Response, code: str) -> str:
    """A page without the code it was asked for."""
    shown = codes.display(codes.normalise(code))
    return words(answer).replace(code, "C").replace(shown, "C").replace(code.lower(), "C")


def test_unknown_codes_are_answered_in_one_shape(world: World) -> None:
    asked = [code_of(n) for n in (1, 2**60, 2**79)]
    public(world, code_of(7))  # the first page that a browser sees gives it a form token

    answers = [public(world, code) for code in asked]

    assert {a.status_code for a in answers} == {404}
    assert len({shape(a, c) for a, c in zip(answers, asked, strict=True)}) == 1
    assert len({tuple(sorted(set(a.headers) - {"date"})) for a in answers}) == 1


@pytest.mark.parametrize("code", ["x", "0" * 15, "0" * 17, "!" * 16, "a%00b", "%F0%9F%98%80", "~"])
def test_malformed_code_has_the_shape_of_an_unknown_one(world: World, code: str) -> None:
    answer = public(world, code)
    unknown = public(world, code_of(7))

    def skeleton(page: httpx.Response) -> list[str]:
        return re.findall(r"<(/?[a-z0-9]+)", page.text)

    assert answer.status_code == 404
    assert skeleton(answer) == skeleton(unknown)


def test_mistyped_code_is_told_apart_by_arithmetic_alone(world: World) -> None:
    code = world.certificates()[0].code
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert public(world, mistyped).status_code == 422
    assert "Teuku" not in public(world, mistyped).text


def test_verdict_shows_the_holder_with_a_masked_nip(world: World) -> None:
    for certificate in world.certificates():
        page = public(world, certificate.code.lower()).text
        assert certificate.claim.holder_name.split(",")[0] in page
        assert not re.search(r"\d{18}", page)
        assert [nip for _, nip in CANDIDATES if nip in page] == []


def test_verdict_is_kept_from_search_engines(world: World) -> None:
    assert public(world, code_of(1)).headers["x-robots-tag"] == "noindex"


def forged(pdf: bytes, number: str) -> bytes:
    """A certificate whose credential names another number; its signature no longer fits."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = document.attachments["credential.json"]
        credential = json.loads(attached.get_file().read_bytes())
        credential["credentialSubject"]["licenseNumber"] = number
        document.attachments["credential.json"] = pikepdf.AttachedFileSpec(
            document,
            json.dumps(credential).encode(),
            filename="credential.json",
            description="",
            mime_type="application/json",
            creation_date="",
            mod_date="",
        )
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def test_forged_credential_does_not_open_another_holder_s_data(world: World) -> None:
    own = world.visitor("candidate 1").http.get("/ujian/sertifikat").content
    stranger = world.certificates()[0]

    answer = world.fresh().try_send(
        "/verifikasi/berkas", files={"file": ("s.pdf", forged(own, stranger.number))}
    )

    assert stranger.claim.holder_name.split(",")[0] not in answer.text
    assert stranger.claim.holder_nip_masked not in answer.text


@pytest.mark.parametrize("data", [b"", b"bukan pdf", b"%PDF-1.7\n", b"%PDF-" + b"\0" * 5000])
def test_file_that_is_no_certificate_is_told_so(world: World, data: bytes) -> None:
    answer = world.fresh().try_send("/verifikasi/berkas", files={"file": ("x.pdf", data)})

    assert answer.status_code == 422


def test_checking_codes_is_limited_in_rate(world: World) -> None:
    visitor: Visitor = world.visitor("nobody")
    answers = [visitor.http.get(f"/V/{code_of(n)}") for n in range(80)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["content-security-policy"]
    assert visitor.http.get("/").status_code == 200
