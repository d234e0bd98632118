"""Pictures of every page, made from a sample installation: `python -m tools.screenshots FOLDER`.

FOLDER keeps the sample installation (made when it is empty, with its clock standing still, so that
the pictures are the same each time). Pictures go to artifacts/screenshots/; `--docs` makes the few
that the README shows, in docs/images/.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser

import app
from exam_engine.schemes import presets as schemes
from exam_engine.schemes.scheme import digest, to_bytes
from kernel.clock import ManualClock
from kernel.heartbeat import last_beat
from kernel.settings import Settings
from people.roles import Role
from samples import programme
from samples.answer_key import answer_key, ranked
from samples.people import STAFF
from samples.serving import served
from samples.visitor import ExamPage
from tests.browser.chromium import PICTURES, ROOT, chromium
from tools.pages import PAGES, Shown
from tools.scene import Cast, Scene

DOCS: Final = ROOT / "docs" / "images"
SIZES: Final = {"1366": (1366, 768), "1920": (1920, 1080), "360": (360, 740)}
LOOKS: Final = tuple(product(SIZES, ("light", "dark"), ("id", "en")))
USUAL: Final = (("1366", "light", "id"), ("360", "dark", "en"))
SHOWN_IN_DOCS: Final = {
    "exam-item": "exam",
    "room": "room",
    "verdict-valid": "verdict",
    "log": "log",
}
CANDIDATES: Final = 8
PAUSE_SECONDS: Final = 60
NAMES: Final = {
    Role.ITEM_WRITER: "writer",
    Role.REVIEWER: "reviewer",
    Role.AGENCY_ADMIN: "admin",
    Role.PROCTOR: "proctor",
    Role.ASSESSOR: "assessor",
    Role.DECISION_BOARD: "board",
    Role.AUDITOR: "auditor",
}
MORNING: Final = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
DOCS_WIDTH: Final = 1000
COLOURS: Final = 256
ENGRAVED: Final = 40  # the certificate: fine lines, few inks


def main() -> int:
    """Make the pictures; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the sample installation")
    parser.add_argument("--all", action="store_true", help="every size, light and dark, id and en")
    parser.add_argument("--docs", action="store_true", help="the README's pictures only")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    parser.add_argument("--odd", default="", help="what names get added, such as a very long word")
    given = parser.parse_args()
    with sample(given.folder, given.candidates, given.odd) as scene, chromium() as browser:
        if given.docs:
            return docs(browser, scene)
        for look in LOOKS if given.all else USUAL:
            chosen = [shown for shown in PAGES if given.only in shown.name]
            pictures(browser, scene, chosen, look)
    return 0


@contextmanager
def sample(folder: Path, candidates: int, odd: str) -> Iterator[Scene]:
    """The sample programme with exams in every state, served."""
    clock = ManualClock(MORNING)
    settings = Settings(data=folder, log_level="error")
    here = app.install(settings, clock=clock)
    try:
        if stored := here.database.read_sync(last_beat):  # the folder was used before
            clock.advance((stored - clock.now()).total_seconds() + PAUSE_SECONDS)
        contents = programme.prepare(here.database, schemes.PUBLIC_SERVICE)
        key = answer_key(contents)

        def choose(page: ExamPage) -> str:
            """Right four times of five."""
            order = ranked(key, page)
            return order[0] if sum(map(ord, page.stem)) % 5 else order[-1]

        cast = Cast(
            accounts={
                NAMES[person.roles[0]]: (person.username, person.password) for person in STAFF
            },
            scheme=digest(to_bytes(schemes.PUBLIC_SERVICE)).hex(),
            items=schemes.PUBLIC_SERVICE.count,
            choose=choose,
            odd=odd,
        )
        with served(app.create_app(settings, here=here)) as address:
            scene = Scene(address, clock, cast).set(candidates)
            yield scene
            scene.close()
    finally:
        app.close(here)


def pictures(
    browser: Browser, scene: Scene, chosen: list[Shown], look: tuple[str, str, str]
) -> None:
    """A picture of each page in one look, as long as the page is."""
    size, colours, lang = look
    folder = PICTURES / f"{size}-{colours}-{lang}"
    folder.mkdir(parents=True, exist_ok=True)
    for shown in chosen:
        picture(browser, scene, shown, look, folder / f"{shown.name}.png")
    sys.stdout.write(f"{folder.relative_to(ROOT)}: {len(chosen)}\n")


def picture(
    browser: Browser, scene: Scene, shown: Shown, look: tuple[str, str, str], path: Path
) -> None:
    """One page in one look."""
    size, colours, lang = look
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    shown.open(page, scene, lang)
    fixed = shown.name.startswith("exam-item") or shown.name == "room-seat"
    page.screenshot(path=path, full_page=not fixed)
    context.close()


def docs(browser: Browser, scene: Scene) -> int:
    """The README's pictures: small files, one width."""
    DOCS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for shown in PAGES:
            if short := SHOWN_IN_DOCS.get(shown.name):
                picture(browser, scene, shown, ("1366", "light", "id"), folder / "page.png")
                shrink(folder / "page.png", DOCS / f"{short}.png")
        pdf = scene.visitors["board"].http.get(scene.links["pdf"]).content
        (folder / "certificate.pdf").write_bytes(pdf)
        print_first_page(folder / "certificate.pdf", folder / "certificate")
        shrink(folder / "certificate.png", DOCS / "certificate.png", ENGRAVED)
    return 0


def print_first_page(pdf: Path, to: Path) -> None:
    """Page 1 as PNG, by poppler."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise SystemExit("pdftoppm is missing: apt-get install poppler-utils")
    command = [tool, "-png", "-r", "110", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, pdf, to], check=True)  # noqa: S603 - our own file, a found tool


def shrink(source: Path, target: Path, colours: int = COLOURS) -> None:
    """One width, few colours."""
    with Image.open(source) as full:
        height = round(full.height * DOCS_WIDTH / full.width)
        image = full.convert("RGB").resize((DOCS_WIDTH, height), Image.Resampling.LANCZOS)
    image.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
    sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    sys.exit(main())
