"""Every page: nothing axe objects to, nothing wider than the screen, no error in the console."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Request, Response

from samples.visitor import ExamPage
from tests.browser.chromium import PHONE, WIDE
from tests.browser.house import ITEMS, House
from tests.cast import PASSWORD
from tests.conftest import LONG
from tools.pages import PAGES, Shown
from tools.scene import Cast, Scene
from web.routes import HANDLERS

ROLES = {
    "writer": "penyusun",
    "reviewer": "penelaah",
    "admin": "admin",
    "proctor": "pengawas",
    "assessor": "penilai",
    "board": "sidang",
    "auditor": "auditor",
}
LIGHT, DARK, LARGE = "light", "dark", (1920, 1080)
LOOKS = (
    list(product((WIDE, PHONE, LARGE), (LIGHT, DARK))) if LONG else [(WIDE, LIGHT), (PHONE, DARK)]
)
LANGUAGES = ("id", "en") if LONG else ("id",)
EXAM_PAGE_LIMIT = 60_000
LONG_WORD = " Pertanggungjawabankesejahteraanmasyarakatkepulauanterluarindonesia"
ALL_RULES = {"resultTypes": ["violations"], "preload": False}
# What another look of the same page can change; contrast, the slowest, is seen in one look.
LOOKS_RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["scrollable-region-focusable", "target-size"],
}
# What a browser asks a page's address for besides the page itself.
UNSEEN = {
    "/log/{shard:str}/checkpoint",
    "/log/{shard:str}/{path:path}",
    "/.well-known/ujikom.json",
    "/.well-known/did.json",
    "/.well-known/jwks.json",
    "/.well-known/ujikom-key-history.json",
    "/status/{purpose:str}/{number:int}",
    "/api/sertifikat/{code:str}",
    "/verifikasi/luring",  # a file: tests/browser/test_offline_page.py
    "/sehat",
    "/staf/bank/{bank:str}/statistik/laporan",
    "/ujian/tanda-terima",
    "/ujian/keadaan",
    "/staf/sesi/{session:str}/berita-acara/berkas",
    "/ujian/bukti",
    "/ujian/undian/berkas",
    "/undian/periksa",  # a file: tests/browser/test_offline_page.py
    "/ujian/sertifikat",
    "/ujian/lencana/{form:str}",
    "/staf/sertifikat/{certificate:str}/berkas",
    "/staf/sertifikat/zip/{pack:str}/{number:str}",
    "/staf/templat/{design:str}/pratinjau.pdf",
    "/staf/templat/{design:str}/depan.png",  # shown by the version's own page
    "/staf/templat/{design:str}/belakang.png",
    "/staf/penilaian/{task:str}",  # needs an essay: tests/browser/test_every_family.py
    "/sertifikat-saya/{certificate:str}/berkas",
    "/pki/{name:str}",
    "/media/{name:str}",  # a file: tests/web/test_picture_route.py
    "/staf/bank/{bank:str}/impor/templat",  # a file: tests/web/test_import_wizard.py
}


@pytest.fixture(scope="module")
def scene(house: House) -> Iterator[Scene]:
    """The small scheme's exams in every state."""

    def best(page: ExamPage) -> str:
        texts = page.options
        return max(texts, key=lambda k: ("benar" in texts[k], texts[k].rsplit(" ", 1)[-1]))

    accounts = {role: (name, PASSWORD) for role, name in ROLES.items()}
    cast = Cast(accounts, house.scheme.hex(), ITEMS, best, odd=LONG_WORD)
    made = Scene(house.address, house.clock, cast).set(candidates=5)
    yield made
    made.close()


class Tab:
    """One browser tab for all pages; `faults` are what its console reported of the shown one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self._addresses: set[str] = set()
        page.on("request", self._note)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _note(self, asked: Request) -> None:
        if asked.is_navigation_request():
            self._addresses.add(asked.url)

    def _hear(self, message: Any) -> None:
        # a page that answers 4xx is itself reported as a failed resource
        own = message.location.get("url", "").partition("#")[0] in self._addresses
        if message.type == "error" and not (own and "Failed to load" in message.text):
            self.faults.append(message.text)

    def look(self, size: tuple[int, int], scheme: str = LIGHT) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme="dark" if scheme == DARK else "light")


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    context = browser.new_context(reduced_motion="reduce")
    yield Tab(context.new_page())
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_page_in_every_look_is_accessible_and_fits(
    shown: Shown, lang: str, tab: Tab, scene: Scene
) -> None:
    tab.look(WIDE)
    tab.faults.clear()
    shown.open(tab.page, scene, lang)
    tab.page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    whole = PAGES.index(shown) % len(LOOKS)  # in make test, pages take turns in what axe sees
    for n, (size, scheme) in enumerate(LOOKS):
        tab.look(size, scheme)
        wanted = violations(tab.page, ALL_RULES if LONG or n == whole else LOOKS_RULES)
        found += [f"{size} {scheme}: {fault}" for fault in wanted + too_wide(tab.page)]
    # text at 200 % as a browser zooms it: half the window, with everything twice as large
    tab.look((WIDE[0] // 2, WIDE[1] // 2))
    found += [f"at 200 %: {fault}" for fault in too_wide(tab.page)]
    assert found + tab.faults == []


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe objects to, with the element."""
    rules = page.evaluate("o => axe.run(document, o).then((r) => r.violations)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in rules
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Elements that reach beyond the window: to the right when it scrolls, to the left always."""
    found: list[str] = page.evaluate(
        """() => {
            const scrolls = document.documentElement.scrollWidth > innerWidth + 1;
            const out = (box) => (scrolls && box.right > innerWidth + 1)
                || (box.left < -1 && box.right > 0 && box.width > 2);
            return [...document.querySelectorAll("body *")]
                .filter((e) => out(e.getBoundingClientRect()))
                .slice(0, 5).map((e) => `too wide: ${e.outerHTML.slice(0, 120)}`);
        }"""
    )
    return found


def test_list_of_pages_reaches_every_route(scene: Scene) -> None:
    """A new page fails here until it is in the list that is looked at."""
    routes = {
        path for handler in HANDLERS if "GET" in handler.http_methods for path in handler.paths
    }
    seen = [shown.path.format(**scene.links).partition("?")[0] for shown in PAGES]
    patterns = {route: re.sub(r"{[^}]*}", "[^/]+", route) for route in routes - UNSEEN}
    unseen = [
        route
        for route, pattern in patterns.items()
        if not any(re.fullmatch(pattern, path.partition("#")[0]) for path in seen)
    ]
    assert unseen == []


def test_exam_page_over_the_line_stays_under_sixty_kilobytes(
    browser: Browser, scene: Scene
) -> None:
    shown = next(shown for shown in PAGES if shown.name == "exam-item")
    context = browser.new_context()
    parts: list[tuple[str, int]] = []
    context.on("response", lambda answer: parts.append(weight(answer)))
    page = context.new_page()
    shown.open(page, scene)
    page.wait_for_load_state("networkidle")
    context.close()
    for name, size in parts:
        print(f"{size:>7} {name}")
    total = sum(size for _, size in parts)
    print(f"{total:>7} together")
    assert len(parts) > 8
    assert total < EXAM_PAGE_LIMIT


def weight(answer: Response) -> tuple[str, int]:
    """A response's name, and its bytes as they went over the line: headers and body."""
    sizes = answer.request.sizes()
    return answer.url.partition("?")[0], sizes["responseHeadersSize"] + sizes["responseBodySize"]
