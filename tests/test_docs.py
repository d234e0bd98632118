"""The documentation says what is so: links, commands, tables and examples are checked or run."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import click
import msgspec
import pytest

from audit import events
from audit import verify as audit_verify
from audit.note import verifier_key
from commands import terminal
from kernel import keys as keyrings
from kernel.database.marks import write_jobs
from kernel.settings import PREFIX, Settings
from question_banks.formats.native import NativeItem, read_bank, read_mapping
from tests import finished_exam
from tests.commands import Place
from tests.conftest import LONG
from tests.reading import (
    HERE,
    IMAGES,
    LINK,
    PAGES,
    REFERENCE,
    ROOT,
    anchors,
    blocks,
    check_command,
    commands,
    example,
    name_of,
    parameters,
    shell_lines,
    table,
)
from tests.test_house import files, modules
from web.import_texts import REASONS

HEADINGS = ("Status:", "## Drivers", "## Options", "## Decision", "## Negative consequences")


def known_events() -> dict[str, type[events.Event]]:
    """The house's events, without those that tests define."""
    return {
        name: event
        for name, event in events.registered().items()
        if not event.__module__.startswith("tests")
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_link_leads_to_a_file_and_heading_that_exist(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if place.parent == IMAGES:
            continue  # see the next test
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def test_image_that_a_page_shows_is_there() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    assert {path.name for path in shown if path.parent == IMAGES and not path.exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_file_of_the_repository_that_a_page_names_exists(page: Path) -> None:
    """Paths of the data folder and inside the log are not of the repository."""
    roots = {path.relative_to(ROOT).parts[0] for path in files()}
    named = set(HERE.findall(page.read_text(encoding="utf-8")))
    assert {n for n in named if n.split("/")[0] in roots and not (ROOT / n).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_command_that_a_page_shows_exists(page: Path) -> None:
    inline = re.findall(r"`((?:make|ujikom|\.venv/bin/ujikom) [^`\n]+)`", page.read_text("utf-8"))
    for line in shell_lines(page) + inline:
        check_command(line)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as after `make demo`: `.venv`, and a data folder with an exam. At reduced size the
    exam is held in this process: tests/test_demo.py runs the command.
    """
    folder = tmp_path_factory.mktemp("reader")
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    if LONG:
        run_shell(".venv/bin/ujikom demo --candidates 2", folder)
        return folder
    place = Place(folder / "data")
    finished_exam.hold(place)
    assert place.call("certificates", "pack", str(folder / "zip")).code == 0
    for packed in (folder / "zip").glob("*.zip"):
        shutil.unpack_archive(packed, place.data / "demo" / "sertifikat")
    return folder


def run_shell(script: str, folder: Path, **variables: str) -> None:
    """Run a block as a reader would: nothing set, in the folder of the repository."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)} | variables
    ended = subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"


def test_block_marked_to_run_runs(demo: Path) -> None:
    marked = [(page, body) for page, mark, body in blocks("sh") if mark == "run"]
    assert {page for page, _ in marked} >= {"README.md", "docs/how-to/verify-the-log.md"}
    for _, body in marked:
        run_shell(body, demo)


def test_export_is_verified_as_the_how_to_says(demo: Path) -> None:
    key = keyrings.load(demo / "data" / "keys").signing("log")
    vkey = verifier_key("ujikom.contoh.invalid/log/contoh", key).vkey
    lines = shell_lines(ROOT / "docs" / "how-to" / "verify-the-log.md")
    (check,) = [line for line in lines if "audit.verify build/log" in line]
    run_shell(".venv/bin/ujikom audit export build/log", demo)

    run_shell(check, demo, KEY=vkey)
    run_shell(check, demo, KEY=vkey)  # the state file of the first run holds


def test_settings_page_lists_every_setting_with_its_default() -> None:
    defaults = {
        PREFIX + field.name.upper(): spelled(field.default)
        for field in msgspec.structs.fields(Settings)
    }
    listed = {name: default for name, default, _ in table(REFERENCE / "settings.md", "variable")}
    assert listed == defaults


def spelled(default: Any) -> str:
    """How the settings page writes a default."""
    if default is None:
        return "none"
    return str(default).lower() if isinstance(default, bool) else str(default) or "empty"


def test_command_page_lists_every_command_with_its_parameters() -> None:
    rows = table(REFERENCE / "command-line.md", "command")
    listed = {row[0].removeprefix("ujikom "): set(row[1].split(", ")) - {""} for row in rows}
    assert listed == {name: parameters(command) for name, command in commands().items()}


def test_exit_codes_on_the_command_page_are_those_of_the_commands() -> None:
    ours, _, outsiders = (REFERENCE / "command-line.md").read_text("utf-8").partition("# `python")
    codes = {terminal.OK, terminal.WRONG, click.UsageError.exit_code}
    codes |= {terminal.UNREADY, terminal.REFUSED}
    assert {int(n) for n in re.findall(r"^\| (\d) \|", ours, re.MULTILINE)} == codes
    theirs = {audit_verify.HOLDS, audit_verify.USAGE, audit_verify.CONTRADICTS}
    theirs |= set(audit_verify.EXIT.values())
    assert {int(n) for n in re.findall(r"^\| (\d) \|", outsiders, re.MULTILINE)} == theirs


PRODUCT = {"audit", "certificates", "exam_engine", "kernel", "people", "question_banks"} | {
    "competencies"
}


def test_event_page_equals_the_catalogue_and_the_marks() -> None:
    for package in PRODUCT:  # a job is known once its module is
        for found in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(found.name)
    emitters: dict[str, set[str]] = {}
    for job, mark in write_jobs().items():
        if job.partition(".")[0] in PRODUCT:  # not the jobs of tests
            for name in mark.events:
                emitters.setdefault(name, set()).add(job)
    expected = {
        name: [
            set(events.shape(event).clear),
            {field for field, _ in events.shape(event).committed},
            emitters.get(name, set()),
        ]
        for name, event in known_events().items()
    }
    rows = table(REFERENCE / "events.md", "type")
    listed = {row[0]: [set(cell.split(", ")) - {""} for cell in row[1:]] for row in rows}
    product = {n for n, e in known_events().items() if e.__module__.partition(".")[0] in PRODUCT}
    assert listed == {name: expected[name] for name in expected if name in product}


def test_bank_page_lists_every_reason_of_rejection() -> None:
    listed = {reason for reason, _ in table(REFERENCE / "bank-format.md", "reason")}
    assert listed == set(REASONS)


def test_bank_page_lists_every_field_of_an_item() -> None:
    text = (REFERENCE / "bank-format.md").read_text("utf-8").partition("<!-- item-fields -->")[2]
    listed = dict(
        re.findall(r"^\| `(\w+)` \| \w+ \| (.+?) \|", text.partition("An option")[0], re.MULTILINE)
    )
    defaults = {
        field.name: "required" if field.required else f"`{field.default}`"
        for field in msgspec.structs.fields(NativeItem)
    }
    words = {"``": "empty", "`None`": "none"}
    assert listed == {name: words.get(value, value) for name, value in defaults.items()}


def test_bank_example_is_imported_whole() -> None:
    read = read_bank(example("bank"))
    assert read.rejected == ()
    assert len(read.items) == len(json.loads(example("bank"))["items"])
    assert {item.content.competency for item in read.items} == {c.code for c in read.competencies}


def test_mapping_example_is_a_mapping() -> None:
    assert list(read_mapping(example("mapping")).map) == ["TWK"]


def test_byte_page_names_every_constant_that_separates_domains() -> None:
    page = (REFERENCE / "byte-formats.md").read_text("utf-8")
    constants = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) else None
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            if isinstance(text, str):
                constants |= set(re.findall(r"ujikom/[a-z-]+/v\d+\0?|ujikom-[a-z-]+/\d+", text))
    assert len(constants) > 20
    assert {c for c in constants if "`" + c.replace("\0", "\\0") not in page} == set()


def test_glossary_names_what_the_sources_have() -> None:
    sources = "\n".join((ROOT / name).read_text("utf-8") for name in modules())
    for _, names, _ in table(REFERENCE / "glossary.md", "on the page"):
        missing = [n for n in names.split(", ") if not re.search(rf"\b{re.escape(n)}\b", sources)]
        assert missing == []


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem
)
def test_decision_record_is_short_and_has_its_parts(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("\n") <= 60
    places = [text.find(heading) for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)
