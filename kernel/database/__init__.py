"""The only place that opens transactions and commits: one writer thread, pooled readers."""

from kernel.database.facade import Database
from kernel.database.marks import emits, emits_nothing, write_jobs
from kernel.database.transaction import Tx

__all__ = ["Database", "Tx", "emits", "emits_nothing", "write_jobs"]
