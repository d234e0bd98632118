"""What the public samples give, counted by format and interaction.

`python -m tests.question_banks.counts` writes `docs/reference/interchange-counts.md`; a test holds
the page to what the readers do.
"""

import io
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from question_banks.errors import BankFileInvalid
from question_banks.formats.native import Target
from question_banks.formats.readers import read_report
from tests.conftest import SHARED

PAGE = Path("docs/reference/interchange-counts.md")
DATA = SHARED / "import"
FOLDERS = {
    "Aiken": ("aiken", "aiken"), "GIFT": ("gift", "gift"), "Moodle XML": ("moodlexml", "moodle"),
    "QTI 1.2": ("qti12-22/items_1.2", "qti"), "QTI 2.1": ("qti12-22/items_2.1", "qti"),
    "QTI 2.2": ("qti12-22/items_2.2", "qti"), "QTI 3.0": ("qti30", "qti"),
}  # fmt: skip
HEAD = """# Counts of imported samples

Written by `python -m tests.question_banks.counts` from public files of other projects; a test
compares. What the reasons mean: [interchange](interchange.md).

"""


def folder_as_package(folder: Path) -> bytes:
    """A folder's files as a content package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()


def packages() -> Iterator[tuple[str, bytes]]:
    """Every content package, zipped or as a folder, hostile ones included."""
    root = DATA / "qti12-22"
    for path in [*sorted(root.glob("*.zip")), *sorted((DATA / "hostile").glob("*.zip"))]:
        yield path.name, path.read_bytes()
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if not folder.name.startswith("items_"):
            yield f"{folder.name}/", folder_as_package(folder)


def outcome(data: bytes, kind: str) -> tuple[Counter[str], Counter[str]]:
    """Accepted families and refusal reasons of a file."""
    try:
        found = read_report(data, kind, Target("T.HITUNG", 1))
    except BankFileInvalid as error:
        reason = str(error.data["reason"]).partition(":")[0]
        return Counter(), Counter({f"file: {reason}": 1})
    accepted = Counter(item.content.family for item in found.file.items)
    refused = Counter(
        re.sub(r"(missing|invalid): .*", r"\1", r.reason) for r in found.file.rejected
    )
    return accepted, refused + Counter(loss.what for loss in found.ignored)


def interactions(data: bytes) -> str:
    """Names of a QTI item's interactions, joined; those of QTI 1.2 are its responses."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return "(broken XML)"
    names = [etree.QName(node).localname for node in root.iter() if isinstance(node.tag, str)]
    wanted = re.compile(r"(?:qti-)?([a-zA-Z-]+?)-?[iI]nteraction|(response_(?:lid|str|num|xy))")
    found = dict.fromkeys(name for name in names if wanted.fullmatch(name))
    return " + ".join(name.removeprefix("qti-") for name in found) or "(none)"


def tables() -> str:
    """The page."""
    parts = [HEAD, "## By format\n\n| format | files | accepted | refused |\n|---|---|---|---|\n"]
    by_interaction: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for name, (folder, kind) in FOLDERS.items():
        accepted: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        files = [path for path in sorted((DATA / folder).iterdir()) if path.is_file()]
        for path in files:
            data = path.read_bytes()
            good, bad = outcome(data, kind)
            accepted, refused = accepted + good, refused + bad
            if kind == "qti":
                key = f"{name} | {interactions(data)}"
                before = by_interaction.get(key, (Counter(), Counter()))
                by_interaction[key] = (before[0] + good, before[1] + bad)
        parts.append(f"| {name} | {len(files)} | {_told(accepted)} | {_told(refused)} |\n")
    parts.append("\n## By interaction\n\n| format | interactions | accepted | refused |\n")
    parts.append("|---|---|---|---|\n")
    parts += [f"| {key} | {_told(a)} | {_told(r)} |\n" for key, (a, r) in by_interaction.items()]
    parts.append(
        "\n## Packages\n\n| package | accepted | refused or passed over |\n|---|---|---|\n"
    )
    parts += [
        f"| `{name}` | {_told(good)} | {_told(bad)} |\n"
        for name, data in packages()
        for good, bad in [outcome(data, "qti")]
    ]
    return "".join(parts)


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(counted.items())) or "–"


if __name__ == "__main__":
    PAGE.write_text(tables())
    sys.stdout.write(f"{PAGE}\n")
