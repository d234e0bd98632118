"""Worker processes for what takes long, so that neither the loop nor the writer waits for it.

They are forked from a process that has the slow libraries loaded and no thread: the first pool
costs its start, later ones almost nothing, and no lock of ours is copied half held.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

# `cli`, because a worker runs the console script's imports before its first task.
SLOW_IMPORTS: Final = ["cli", "weasyprint", "pyhanko.sign.signers.pdf_signer"]


def processes(count: int = 1) -> ProcessPoolExecutor:
    """A pool of worker processes; use it as a context, so that they end with the work."""
    context = get_context("forkserver")
    context.set_forkserver_preload(SLOW_IMPORTS)
    return ProcessPoolExecutor(count, mp_context=context)
