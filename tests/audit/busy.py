"""A process to be killed: records and sequences without pause, and says what was acknowledged.

`python -m tests.audit.busy URL [FOLDER]`; each line `saved` stands for 20 events. Without a folder
for the lock it records only, beside another process that sequences.
"""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from audit.sequencer import Sequencer
from kernel.clock import SystemClock
from kernel.database import Database
from kernel.ids import new_id
from tests.audit.trial import KEYS, save, sequencer


def keep_turning(one: Sequencer) -> None:
    while True:
        one.turn()


def main(url: str, folder: Path | None = None) -> None:
    clock = SystemClock(datetime(2026, 11, 22, tzinfo=UTC))
    database = Database(url, clock=clock, keys=KEYS).start()
    if folder is not None:
        one = sequencer(database, folder)
        threading.Thread(target=keep_turning, args=(one,), daemon=True).start()
    while True:
        database.write_sync(save, count=20, handle=new_id())
        print("saved", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
