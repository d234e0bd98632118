"""The house laws that no other tool checks: read from the sources, whatever they come to hold."""

import ast
import configparser
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.test_long import sections

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = {"tests", "benchmarks", "migrations", "tools"}
CODE = {".py", ".js", ".css", ".html", ".sh", ".toml"}
TEXT = CODE | {".md", ".txt", ".json", ".po", ".svg", ".xml", ".ini", ".yml", ".yaml", ".example"}
LINES = 450
LOCK_FILES = {
    "uv.lock",
    "pylock.toml",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
}
TRANSACTION_METHODS = {"commit", "begin", "begin_nested"}
ENGINE_MAKERS = {"create_engine", "create_async_engine", "sessionmaker"}
# Assembled here, so that this file names none of them itself.
INDEX_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
    )
]
LEFTOVERS = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*\bsrc\s*=)",
    re.IGNORECASE,
)


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is committed or would be, except binary ones."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def is_text(path: Path) -> bool:
    return path.suffix in TEXT or path.name in {"Makefile", "run", ".importlinter", ".gitignore"}


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        if is_text(path):
            yield name_of(path), path.read_text(encoding="utf-8")


@cache
def modules() -> dict[str, ast.Module]:
    """Return every Python file of the system (not tests, benchmarks, tools), parsed."""
    return {
        name_of(path): ast.parse(path.read_text(encoding="utf-8"))
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] not in OUTSIDE
    }


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> set[str]:
    """Return the full names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def manages_transactions(node: ast.AST) -> bool:
    """Tell whether a node calls what opens or ends a transaction or makes an engine."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in TRANSACTION_METHODS | ENGINE_MAKERS
    return isinstance(node.func, ast.Name) and node.func.id in ENGINE_MAKERS


@cache
def packages() -> frozenset[str]:
    roots = {name.split("/")[0] for name in modules() if name.endswith("/__init__.py")}
    return frozenset(roots - OUTSIDE)


@cache
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def listed(section: str, option: str) -> list[str]:
    return contracts()[section][option].split()


def test_transactions_are_opened_and_committed_in_the_database_alone() -> None:
    callers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if manages_transactions(node)
    }
    assert {name for name in callers if not name.startswith("kernel/database/")} == set()
    assert callers, "the database itself opens transactions: is this search still right?"


def test_code_file_stays_short() -> None:
    long = {
        name: count
        for name, text in texts()
        if Path(name).suffix in CODE and (count := text.count("\n")) > LINES
    }
    assert long == {}


@pytest.mark.parametrize("host", INDEX_HOSTS)
def test_package_index_is_named_nowhere(host: str) -> None:
    assert [name for name, text in texts() if host in text] == []


def test_lock_file_with_hosts_is_not_committed() -> None:
    assert [name_of(path) for path in files() if path.name in LOCK_FILES] == []


def test_requirements_hold_hashes_and_nothing_but_packages() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        logical = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert logical
        for line in logical:
            assert re.fullmatch(
                r"[a-z0-9-]+==\S+( ;[^#]*?)?( +--hash=sha256:[0-9a-f]{64})+ *", line
            ), f"{path.name}: {line[:60]}"


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in {
        "main": project["dependencies"] + extras["postgres"],
        "dev": project["dependencies"] + extras["postgres"] + extras["dev"],
    }.items():
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        names = {re.split(r"[\[<>=!~ ;]", item)[0].lower().replace("_", "-") for item in wanted}
        assert names - locked == set(), f"run make lock ({lock})"


def test_nothing_is_left_for_later_in_the_sources() -> None:
    assert [name for name, text in texts() if LEFTOVERS.search(text)] == []


def test_template_holds_no_inline_style_or_script() -> None:
    templates = [
        (name, text)
        for name, text in texts()
        if name.endswith(".html") and name.split("/")[0] in {"web", "question_banks"}
    ]
    found = {name: match[0] for name, text in templates if (match := INLINE.search(text))}
    assert found == {}


def test_package_says_what_it_is_for() -> None:
    silent = {
        name
        for name, tree in modules().items()
        if name.endswith("/__init__.py") and not ast.get_docstring(tree)
    }
    assert silent == set()


def test_package_stands_in_the_import_contracts() -> None:
    assert set(listed("importlinter", "root_packages")) == packages()
    layers = set(listed("importlinter:contract:layers", "layers")) - {"|"}
    assert layers == packages()
    assert set(listed("importlinter:contract:roots", "source_modules")) == packages()


def test_pure_module_stands_in_both_purity_contracts() -> None:
    first = listed("importlinter:contract:pure-of-chance", "source_modules")
    assert first == sorted(first)
    assert first == listed("importlinter:contract:pure-of-frameworks", "source_modules")


def test_app_and_cli_are_imported_by_nobody_below() -> None:
    allowed = {"app": {"cli.py"}, "cli": set[str](), "samples": {"cli.py"}}
    for target, importers in allowed.items():
        found = {
            name
            for name, tree in modules().items()
            if not name.startswith(f"{target}/")
            and any(item.split(".")[0] == target for item in imported(tree))
        }
        assert found <= importers, target


def test_outsiders_verifier_stands_on_the_standard_library_and_cryptography() -> None:
    names = {name.removesuffix(".py").replace("/", "."): name for name in modules()}
    waiting, seen = ["audit.verify"], set[str]()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        for item in imported(modules()[names[module]]):
            if item in names:
                waiting += [item] if item not in seen else []
            elif (root := item.split(".")[0]) not in packages():
                assert root in sys.stdlib_module_names | {"cryptography"}, f"{module}: {item}"
    assert seen > {"audit.verify"}


def test_tables_are_imported_within_their_package_alone() -> None:
    found = {
        (name, item)
        for name, tree in modules().items()
        for item in imported(tree)
        if re.search(r"\.tables$", item)
        and item.split(".")[0] in packages() - {"kernel", name.split("/")[0]}
    }
    assert found == set()


def test_long_section_has_its_evidence() -> None:
    evidence = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    recorded = set(re.findall(r"^\| (\w+) \|", evidence, re.MULTILINE))
    assert set(sections()) - recorded == set()
