"""The JSON interface for HR systems: the page's verdict, and nothing that helps guessing."""

import statistics
import time

import httpx

from certificates import codes
from certificates.errors import CodeMistyped
from certificates.service import change_status
from tests.web.world import World

GUESSES = 15


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
    for name, secret in world.never().items():
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
    """Interleaved on loopback, medians compared; a leak of a whole lookup would double one."""
    own = world.certificates()[0].code
    near, far = near_miss(own), codes.new_code(bytes(range(10)))
    spent: dict[str, list[int]] = {near: [], far: []}
    with httpx.Client(base_url=world.address) as client:
        for _ in range(GUESSES):
            for code in (near, far):
                start = time.perf_counter_ns()
                client.get(f"/api/sertifikat/{code}")
                spent[code].append(time.perf_counter_ns() - start)

    one, other = (statistics.median(spent[code]) for code in (near, far))
    assert max(one, other) / min(one, other) < 1.5


def test_too_many_questions_are_refused(world: World) -> None:
    with httpx.Client(base_url=world.address) as client:
        said = [client.get("/api/sertifikat/AAAA").status_code for _ in range(70)]
    assert 429 in said
    assert set(said) <= {404, 429}


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

    assert "Riwayat status" in page
    assert "Dibekukan" in page
    assert "rahasia" not in page
