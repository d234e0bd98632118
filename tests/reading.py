"""Reading the documentation: its blocks, tables, links, and what its commands refer to."""

import importlib.util
import inspect
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

import cli
from audit import verify as audit_verify
from kernel.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROGRAMS = {"apt-get", "cp", "export", "mkdir"}  # what shell blocks use besides our own commands
BLOCK = re.compile(r"(?P<mark><!-- [a-z-]+ -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HERE = re.compile(r"`((?:[a-z_]+/)+[\w.-]+\.\w+)`")  # a file of the repository, in code style


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(kind: str) -> Iterator[tuple[str, str, str]]:
    """Every fenced block of a kind: page, mark (such as `run`, or empty) and text."""
    for page in PAGES:
        for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if found["kind"] == kind:
                mark = (found["mark"] or "").strip("<!-> \n")
                yield name_of(page), mark, found["body"]


def shell_lines(page: Path) -> list[str]:
    """Every command of a page's shell blocks; a program in quotes counts as one word."""
    lines: list[str] = []
    for place, _, body in blocks("sh"):
        if place != name_of(page):
            continue
        folded = re.sub(r'-c "\n.*?\n"', "-c PROGRAM", body, flags=re.DOTALL)
        lines += [line for line in folded.splitlines() if line]
    return lines


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the table whose first column bears the heading, without code marks."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)*)", text, re.MULTILINE)
    assert found, f"{name_of(page)} has no table headed {heading!r}"
    rows = [line.strip("|").split("|") for line in found[1].splitlines()]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows]


def example(mark: str) -> bytes:
    """The one JSON block that follows a mark."""
    (body,) = [text for _, found, text in blocks("json") if found == mark]
    return body.encode()


@cache
def commands() -> dict[str, click.Command]:
    """Every `ujikom` sub-command by its full name."""
    found: dict[str, click.Command] = {}
    for name, command in cli.cli.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": sub for inner, sub in command.commands.items()}
        else:
            found[name] = command
    return found


def parameters(command: click.Command) -> set[str]:
    """Arguments by their upper-case name, options by their long name."""
    return {
        next(word for word in parameter.opts if word.startswith("--"))
        if isinstance(parameter, click.Option)
        else str(parameter.name).upper()
        for parameter in command.params
    }


def check_ujikom(words: list[str]) -> None:
    """Raise unless the words name a sub-command and options that it has."""
    name = next(n for n in (" ".join(words[:2]), words[0]) if n in commands() or n == words[0])
    options = {word.split("=")[0] for word in words if word.startswith("--")}
    assert options - parameters(commands()[name]) - {"--help"} == set(), words


def check_python(words: list[str]) -> None:
    """Raise unless `python -m MODULE` names a module of ours or of pytest, with known options."""
    if words[0] == "-c":
        return
    assert words[0] == "-m"
    assert importlib.util.find_spec(words[1]), words
    if words[1] == "audit.verify":
        options = {word for word in words if word.startswith("--")}
        usage = " ".join(inspect.getsource(audit_verify).split())
        assert all(f'"{option}"' in usage for option in options - {"--help"}), words


def check_command(line: str) -> None:
    """Raise unless a line of shell is a command that exists."""
    words = shlex.split(line)
    if words[0] == "export":
        words = words[1:]
    while words and re.match(r"\w+=", words[0]):
        setting = words.pop(0).split("=")[0]
        assert setting.removeprefix(PREFIX).lower() in Settings.__struct_fields__, setting
    if not words:
        return
    program = Path(words[0]).name
    if program == "make":
        targets = {word for word in words[1:] if "=" not in word}
        assert targets <= make_targets(), line
    elif program == "ujikom":
        check_ujikom(words[1:])
    elif program == "python":
        check_python(words[1:])
    elif program == "pybabel":
        assert (ROOT / "web" / ("babel.cfg" if "extract" in words else "locales/en.po")).exists()
    else:
        assert program in PROGRAMS, line


@cache
def make_targets() -> frozenset[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings as repository hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles)
