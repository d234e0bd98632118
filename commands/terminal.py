"""The terminal side of the command: exit codes, plain lines, complaints, progress bars."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from kernel.errors import Integrity, UjikomError, Unavailable

OK: Final = 0
WRONG: Final = 1
UNREADY: Final = 3
REFUSED: Final = 4

CODES: Final = "Kode keluar: 0 baik, 1 ada yang salah, 2 cara pakai, 3 belum siap, 4 ditolak."
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
COUNT: Final = click.IntRange(min=1)

console = Console(highlight=False)


def exit_code(error: UjikomError) -> int:
    """The one map from an error's kind to an exit code."""
    if isinstance(error, Integrity):
        return WRONG
    return UNREADY if isinstance(error, Unavailable) else REFUSED


def language() -> str:
    """The language of the terminal: English when LANG says so, else Indonesian."""
    return "en" if os.environ.get("LANG", "").startswith("en") else "id"


def complain(line: str) -> None:
    """Print what went wrong to standard error."""
    Console(stderr=True, highlight=False).print(line, style="red", markup=False, soft_wrap=True)


def wrong_use(indonesian: str, english: str) -> click.UsageError:
    """A usage error in the terminal's language."""
    return click.UsageError(english if language() == "en" else indonesian)


def tell(line: str) -> None:
    """Print a line as it is: no markup, no wrapping, nothing that steers a terminal."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
    console.print(shown, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar: call it with what, done, total."""
    what = TextColumn("{task.description:<12}")
    columns = (what, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=total)
            shown.update(tasks[what], completed=done, total=total)

        yield show
