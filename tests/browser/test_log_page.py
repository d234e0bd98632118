"""The log's page checks the log in the visitor's browser, and names the step that fails."""

import base64
import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from audit import reads, store
from audit.tiles import Place
from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.house import WAIT_SECONDS, House

STEPS = ["checkpoint", "signature", "find", "leaf", "path", "root"]


def opened(window: Open, **options: object) -> Page:
    """A window that shows the log's page."""
    page = window(**options).page
    page.goto("/log")
    return page


def check(page: Page, typed: str, result: str) -> list[tuple[str, bool]]:
    """Press the button and wait for the verdict; the steps, and whether each holds."""
    page.locator("#log-entry").fill(typed)
    page.locator("[data-log-check] button").click()
    expect(page.locator(f"[data-log-verdict][data-result={result}]")).to_be_visible()
    shown = page.locator("[data-log-steps] > li").all()
    return [
        (item.get_attribute("data-step") or "", item.get_attribute("class") == "check--ok")
        for item in shown
    ]


def spoil(page: Page, pattern: str, place: int) -> None:
    """Flip a bit of what the server gives under these paths."""

    def tampered(route: Route) -> None:
        answer = route.fetch()
        data = bytearray(answer.body())
        data[place] ^= 1
        route.fulfill(response=answer, body=bytes(data))

    page.route(re.compile(re.escape(pattern)), tampered)


def settled(house: House) -> int:
    """Let an exam leave its entries; the size of the log once they are published."""
    house.open_exam(candidates=2)
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        state = house.here.database.read_sync(reads.state)
        if state is not None and state.waiting == 0 and state.size > 1:
            return state.size
        time.sleep(0.1)
    raise AssertionError("the sequencer stands still")


@pytest.mark.parametrize("typed", ["", "0", "hex", "base64"])
def test_check_of_an_entry_however_named_holds_at_every_step(
    house: House, window: Open, typed: str
) -> None:
    size = settled(house)
    (hashed,) = house.here.database.read_sync(store.hashes, place=Place(0, 0, 1))
    names = {"hex": hashed.hex(), "base64": base64.b64encode(hashed).decode()}

    page = opened(window)
    found = check(page, names.get(typed, typed), "ok")

    assert found == [(step, True) for step in STEPS]
    chosen = int(page.locator("[data-step=find] p").inner_text().split()[2])
    after = house.here.database.read_sync(reads.state)
    assert after is not None
    # the newest entry there was when the page asked: the house goes on recording
    assert chosen in ([0] if typed else range(size - 1, after.size))
    expect(page.locator("[data-step=find] p")).to_have_text(f"Catatan nomor {chosen} dipilih")


def test_check_in_english_on_a_phone_holds(house: House, window: Open) -> None:
    settled(house)
    page = opened(window, size=PHONE, lang="en")
    assert len(check(page, "", "ok")) == len(STEPS)
    expect(page.locator("[data-log-verdict]")).to_contain_text("Every step holds")


@pytest.mark.parametrize(
    ("pattern", "place", "step"),
    [
        ("/tile/0/000", 40, "root"),  # the hash of entry 1, while entry 0 is checked
        ("/tile/0/000", 0, "leaf"),
        ("/tile/entries/", 20, "leaf"),
        ("/checkpoint", -8, "signature"),
    ],
)
def test_check_of_a_tampered_file_fails_at_the_step_that_shows_it(
    house: House, window: Open, pattern: str, place: int, step: str
) -> None:
    settled(house)
    page = opened(window)
    spoil(page, pattern, place)

    found = check(page, "0", "fail")

    assert found == [(name, name != step) for name in STEPS[: STEPS.index(step) + 1]]
    words = page.locator(f"[data-step={step}] p").inner_text()
    expect(page.locator("[data-log-verdict]")).to_have_text(
        f"Pemeriksaan gagal pada langkah: {words}."
    )


def test_check_of_an_unknown_hash_says_that_it_is_not_there(house: House, window: Open) -> None:
    settled(house)
    page = opened(window)
    assert check(page, "00" * 32, "fail")[-1] == ("find", False)
    assert check(page, "bukan nomor", "fail")[-1] == ("find", False)
    expect(page.locator("[data-log-verdict]")).to_contain_text("64 angka heksadesimal")


def test_page_without_scripts_shows_the_log_and_no_button(house: House, window: Open) -> None:
    settled(house)
    page = opened(window, java_script_enabled=False)
    expect(page.locator("[data-log-check]")).to_be_hidden()
    expect(page.locator("svg.chart__svg title")).to_have_count(1)
    expect(page.locator("pre.command", has_text="audit.verify")).to_contain_text(house.address)
