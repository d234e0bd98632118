"""The tests tested: the proving core is broken in many small ways, and its tests must notice.

Each mutant (an operator, a number or a condition changed) lives in a copy of the tree, where the
tests that guard the module run. A few mutants, chosen by a fixed seed, in `make test`;
many in `make test-long`. What survives there is named.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from exam_engine.assembly.drbg import Drbg
from tests.conftest import LONG

ROOT: Final = Path(__file__).resolve().parent.parent
GUARDED: Final = {
    "exam_engine/assembly/drbg.py": "tests/exam_engine/test_draw.py",
    "exam_engine/assembly/draw.py": "tests/exam_engine/test_draw.py",
    "exam_engine/grading/scoring.py": "tests/exam_engine/test_scoring.py"
    " tests/exam_engine/test_rating.py",
    "exam_engine/delivery/receipts.py": "tests/exam_engine/test_receipts.py",
    "audit/merkle.py": "tests/audit/test_merkle.py tests/audit/test_leaf_pattern.py",
    "audit/note.py": "tests/audit/test_note.py",
    "audit/tiles.py": "tests/audit/test_tiles.py",
    "certificates/codes.py": "tests/certificates/test_codes.py",
}
EACH: Final = 4 if LONG else 1
LEAST_KILLED: Final = 0.9
TIMEOUT: Final = 240
SEED: Final = b"which mutants"


class Mutant(msgspec.Struct, frozen=True):
    """A module's source with one thing changed."""

    module: str
    name: str
    source: str


SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.BitXor: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Breaker(ast.NodeTransformer):
    """Changes the n-th place that can be changed; `told` says how, None when there is none."""

    def __init__(self, wanted: int) -> None:
        self._left = wanted
        self.told: str | None = None

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Of a class the body alone: what `frozen=True` declares is no deed."""
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_Constant(self, node: ast.Constant) -> Any:
        """A number grows by one, a truth turns."""
        if isinstance(node.value, bool):
            return self._instead(node, ast.Constant(not node.value), str(node.value))
        if isinstance(node.value, int):
            return self._instead(node, ast.Constant(node.value + 1), str(node.value))
        return node

    def visit_If(self, node: ast.If) -> Any:
        """A condition turns into its contrary."""
        node.test = self._instead(node.test, ast.UnaryOp(ast.Not(), node.test), "if")
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> Any:
        """An operator becomes its neighbour."""
        if type(node) in SWAPPED:
            return self._instead(node, SWAPPED[type(node)](), type(node).__name__)
        return super().generic_visit(node)

    def _instead(self, node: Any, other: Any, name: str) -> Any:
        self._left -= 1
        if self._left != -1:
            return node
        self.told = f"{name} on line {getattr(node, 'lineno', '?')}"
        return ast.copy_location(other, node)


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module, in a fixed order."""
    source = (ROOT / module).read_text(encoding="utf-8")
    found: list[Mutant] = []
    while True:
        breaker = Breaker(len(found))
        tree = ast.fix_missing_locations(breaker.visit(ast.parse(source)))
        if breaker.told is None:
            return found
        found.append(Mutant(module, f"{module} #{len(found)} {breaker.told}", ast.unparse(tree)))


def some(module: str, count: int) -> list[Mutant]:
    """So many mutants of a module, the same ones each time."""
    left, chosen = mutants(module), list[Mutant]()
    chance = Drbg(SEED, module.encode())
    while left and len(chosen) < count:
        chosen.append(left.pop(chance.below(len(left))))
    return chosen


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tree in a folder of its own."""
    folder = tmp_path_factory.mktemp("mutants") / "tree"
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    yield folder
    shutil.rmtree(folder)


def passes(folder: Path, tests: str) -> bool:
    """Whether the tests pass in the copy; one that never ends has noticed too."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-k", "not postgresql"]
    kept = {name: value for name, value in os.environ.items() if name != "TEST_SCALE"}
    try:
        done = subprocess.run(
            [*command, *tests.split()],
            cwd=folder,
            env=kept | {"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    assert done.returncode in {0, 1, 2, 4}, done.stdout[-2000:]  # 4: it cannot even be loaded
    return done.returncode == 0


@pytest.mark.timeout(7200)
def test_tests_of_the_proving_core_notice_what_is_broken(
    copy: Path, record_property: pytest.FixtureRequest
) -> None:
    survived: list[str] = []
    tried = 0
    for module, tests in GUARDED.items() if LONG else [*GUARDED.items()][-1:]:
        own = (copy / module).read_text(encoding="utf-8")
        for mutant in some(module, EACH):
            (copy / module).write_text(mutant.source, encoding="utf-8")
            tried += 1
            survived += [mutant.name] if passes(copy, tests) else []
        (copy / module).write_text(own, encoding="utf-8")
        assert passes(copy, tests) or not LONG, f"{tests} fails without any mutant"
    record_property("N mutants", tried)  # type: ignore[operator] # pytest's fixture is a function
    sys.stdout.write("".join(f"survived: {name}\n" for name in survived))
    assert tried > len(survived)
    assert len(survived) <= (1 - LEAST_KILLED) * tried, survived
