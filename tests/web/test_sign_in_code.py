"""Signing in with a code: turned on by its owner on pages, asked for at the door."""

import base64
import re
from collections.abc import Iterator

import pytest

from app import close, create_app, install
from kernel.clock import ManualClock
from kernel.settings import Settings
from people import totp
from samples.serving import served
from samples.visitor import Visitor
from tests.cast import PASSWORD, hire
from tests.conftest import START

USER = {"username": "sidang", "password": PASSWORD}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ManualClock]]:
    """The real app with the cast's accounts."""
    clock = ManualClock(START)
    here = install(Settings(data=tmp_path_factory.mktemp("factor")), clock=clock)
    hire(here.database)
    with served(create_app(here.settings, here=here)) as address:
        yield address, clock
    close(here)


def test_code_is_asked_for_and_nothing_opens_without_it(place: tuple[str, ManualClock]) -> None:
    address, clock = place
    owner = Visitor(address)
    owner.sign_in("sidang", PASSWORD)
    page = owner.send("/staf/akun/kode").text
    found = re.search(r'<p class="mono break">([A-Z2-7]{32})</p>', page)
    assert found
    secret = base64.b32decode(found[1])
    shown = owner.send("/staf/akun/kode/aktif", {"code": code(secret, clock)}).text
    codes = re.findall(r'<li class="mono">([a-z2-7-]{19})</li>', shown)
    assert len(codes) == 10
    assert codes[0] not in owner.see("/staf/akun")

    thief = Visitor(address)
    asked = thief.send("/masuk", USER).text
    assert "/masuk/kode" in asked
    assert "/masuk" in str(thief.http.get("/staf").url)
    proof = re.search(r'name="challenge" value="([^"]+)"', asked)
    assert proof
    fields = {"challenge": proof[1], "next": ""}
    for wrong in ("000000", "", "aaaa-aaaa-aaaa-aaaa"):
        assert thief.try_send("/masuk/kode", fields | {"code": wrong}).status_code == 401
    used = code(secret, clock)
    assert thief.try_send("/masuk/kode", fields | {"code": used}).status_code == 401

    clock.advance(30)
    entered = thief.try_send("/masuk/kode", fields | {"code": code(secret, clock)})
    assert entered.url.path == "/staf"

    other = Visitor(address)
    other.send("/masuk", USER)
    assert other.try_send("/masuk/kode", fields | {"code": codes[0]}).url.path == "/staf"
    assert other.try_send("/masuk/kode", fields | {"code": codes[0]}).status_code == 401
    forged = {"challenge": "A" * 76, "code": codes[1]}
    assert other.try_send("/masuk/kode", forged).status_code == 401
    for visitor in (owner, thief, other):
        visitor.close()


def code(secret: bytes, clock: ManualClock) -> str:
    """What the phone shows now."""
    return totp.code_at(secret, totp.step_of(clock.now()))
