"""Worker processes for what takes long, so that neither the loop nor the writer waits for it.

They are forked from a process that has the slow libraries loaded and no thread: the first pool
costs its start, later ones almost nothing, and no lock of ours is copied half held.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, TypeVar

# `cli`, because a worker runs the console script's imports before its first task.
SLOW_IMPORTS: Final = ["cli", "weasyprint", "pyhanko.sign.signers.pdf_signer"]

T = TypeVar("T")


def processes(count: int = 1) -> ProcessPoolExecutor:
    """A pool of worker processes; use it as a context, so that they end with the work."""
    context = get_context("forkserver")
    context.set_forkserver_preload(SLOW_IMPORTS)
    return ProcessPoolExecutor(count, mp_context=context)


def once(job: Callable[[], T]) -> T:
    """Run one slow job in a process of its own, for threads that may wait."""
    with processes() as pool:
        return pool.submit(job).result()
