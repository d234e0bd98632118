"""The installed Chromium under Playwright, and windows that remember what went wrong in them."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "artifacts" / "screenshots"
WIDE = (1366, 768)
PHONE = (360, 740)
PROGRAMS = ("chromium-headless-shell", "chromium")  # the first has no window to draw: it is faster
QUIET = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
)


@contextlib.contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Chromium without a window; flags come after our own."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert found, f"Chromium is missing: apt-get install {PROGRAMS[0]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *flags])
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """One person's browser window; `faults` collects console errors and crashed scripts."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        size: tuple[int, int] = WIDE,
        lang: str = "id",
        **options: Any,
    ) -> None:
        width, height = size
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="en-GB" if lang == "en" else "id-ID",
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",
            **options,
        )
        self.context.add_cookies([{"name": "ujikom_bahasa", "value": lang, "url": address}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def _hear(self, message: Any) -> None:
        if message.type != "error":
            return
        # a page that answers 4xx is itself reported as a failed resource
        own = message.location.get("url", "") == self.page.url
        if not (own and message.text.startswith("Failed to load resource")):
            self.faults.append(f"{self.page.url}: {message.text}")

    def picture(self, name: str) -> None:
        """Keep what the window shows as an artefact."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def close(self) -> None:
        self.context.close()
