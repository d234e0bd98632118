"""A process of many writers: `python -m tests.audit.crowd URL WRITERS EVENTS`.

Each writer is a thread that records EVENTS events of one handle, one at a time; the last line says
how many were committed.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from kernel.ids import new_id
from tests.audit.dying import open_database
from tests.audit.trial import save


def main(url: str, writers: int, events: int) -> None:
    database = open_database(url)

    def write(_number: int) -> int:
        handle = new_id()
        return sum(len(database.write_sync(save, count=1, handle=handle)) for _ in range(events))

    with ThreadPoolExecutor(writers) as pool:
        committed = sum(pool.map(write, range(writers)))
    database.close()
    print(committed, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
