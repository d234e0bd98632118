"""Our QTI exports in a player that is not ours: the same items, and the same scores.

`@citolab/qti-components` reads QTI 3.0 and runs its own response processing; `@citolab/qti-convert`
brings the exports of QTI 2.2 to it. Neither shares a line with our writer or reader.
"""

import io
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page, Route

from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule
from question_banks.formats.export import Entry
from question_banks.formats.markup import plain
from question_banks.formats.writers import WRITERS
from tests.qti_responses import ANSWERS
from tests.question_banks.test_item_export import ITEMS, PICTURE, QTI_LEFT, SUPPLY

HERE = Path(__file__).parents[1] / "strangers" / "interchange"
CONVERTER = HERE / "node_modules/@citolab/qti-convert/dist/qti-convert-pkg.mjs"
PLAYER = HERE / "node_modules/@citolab/qti-components/cdn/index.js"
PAGE = Path("docs/reference/interchange.md")
ADDRESS = "http://pemutar.invalid/"
CARRIED = sorted(ITEMS.keys() - QTI_LEFT.keys() - {"short_text_pattern"})
SHARED_OUT = 12  # of twelfths: every credit of the samples is a whole number of them


@pytest.fixture(scope="module")
def player(browser: Browser) -> Iterator[Page]:
    """A page with the player and nothing from outside."""
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name == "":
            route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
        elif name == "player.js":
            route.fulfill(body=PLAYER.read_bytes(), content_type="text/javascript")
        elif name == "play.js":
            route.fulfill(body=(HERE / "play.mjs").read_bytes(), content_type="text/javascript")
        elif name.endswith(".png"):
            route.fulfill(body=PICTURE.data, content_type="image/png")
        else:
            route.abort()

    page.route("**/*", serve)
    page.goto(ADDRESS)
    for name in ("player.js", "play.js"):
        page.add_script_tag(url=ADDRESS + name, type="module")
    page.wait_for_function(
        "() => Boolean(customElements.get('qti-assessment-item') && globalThis.play)"
    )
    yield page
    page.close()
    assert faults == [], "the player stumbled over an item of ours"


@pytest.fixture(scope="module", params=["qti3", "qti22"])
def exported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The XML of each item of our export, QTI 2.2 brought to 3.0 by the other's converter."""
    out = WRITERS[request.param]([Entry(name, ITEMS[name]) for name in CARRIED], SUPPLY)
    assert out.items == len(CARRIED)
    data = out.data
    if request.param == "qti22":
        data = converted(data, tmp_path_factory.mktemp("qti22"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        found = [package.read(n) for n in package.namelist() if n.startswith("items/")]
    return {ET.fromstring(text).get("identifier", ""): text.decode() for text in found}  # noqa: S314 - our own


def converted(package: bytes, folder: Path) -> bytes:
    """A package of QTI 2.2 as the other's command makes QTI 3.0 of it."""
    (folder / "paket.zip").write_bytes(package)
    done = subprocess.run(
        ["node", CONVERTER, "paket.zip"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return (folder / "paket-qti3.zip").read_bytes()


def choices_of(content: Content) -> dict[str, str]:
    """What the player must show to choose from, by identifier."""
    body = content.body or {}
    found = {option.id: plain(option.html) for option in content.options}
    found |= {own["id"]: plain(own["html"]) for own in body.get("premises", ())}
    if content.family == "true_false":
        found = {"true": "Benar", "false": "Salah"}
    if content.family == "cloze":
        found = {"C1": "Bandung", "C2": "Bogor"}
    if content.family == "hotspot":
        found = {own["id"]: "" for own in body["regions"]}
    if content.family == "composite":
        found = {"A": "merah putih", "B": "biru", "true": "Benar", "false": "Salah"}
    return found


def test_page_says_how_many_items_and_responses_are_compared() -> None:
    items = Counter(ITEMS[name].family for name in CARRIED)
    responses: Counter[str] = Counter()
    for name in CARRIED:
        responses[ITEMS[name].family] += len(ANSWERS[ITEMS[name].family](ITEMS[name]))

    listed = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.MULTILINE)

    assert {(f, int(n), int(r)) for f, n, r in listed} == {
        (family, count, responses[family]) for family, count in items.items()
    }


@pytest.mark.parametrize("name", CARRIED)
def test_other_player_reads_the_same_item_and_gives_the_same_scores(
    player: Page, exported: dict[str, str], name: str
) -> None:
    content = ITEMS[name]
    family, given = FAMILIES[content.family], ANSWERS[content.family](content)

    read = player.evaluate("([xml, given]) => play(xml, given)",
                           [exported[name], [response for _, response in given]])  # fmt: skip

    assert read["choices"] == choices_of(content)
    assert all(word in read["body"] for word in plain(content.stem).split() if "[[" not in word)
    rule = Rule(right=SHARED_OUT, wrong=0, blank=0)
    most = Fraction(family.most(content, rule))
    ours = [Fraction(family.marks(content, response, rule) or 0) / most for response, _ in given]
    if content.family == "essay":
        assert given == []
        assert read["interactions"] == ["qti-extended-text-interaction"]
        return
    assert len(given) > 1
    assert read["best"] > 0
    assert ours == [
        Fraction(score / read["best"]).limit_denominator(1000) for score in read["scores"]
    ]
    assert Fraction(1) in ours
    assert min(ours) < 1
