"""The servers under measurement, each in a process of its own: the real app, or a bare no-op.

`python -m benchmarks.serving noop` or `... app DATA_FOLDER DATABASE_URL`. Prints the port when
ready; stops at the end of its standard input and then prints how the writer batched.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path

import msgspec
import uvicorn
from litestar import Litestar, post

from app import close, create_app, install
from kernel import logs
from kernel.settings import Settings

KEEP_ALIVE_SECONDS = 120
BACKLOG = 2048


class Sent(msgspec.Struct):
    """What the no-op takes: the fields of a save."""

    choice: str
    place: str
    counter: int
    action: str


class Told(msgspec.Struct):
    """What the no-op gives."""

    choice: str
    counter: int


@post("/noop", status_code=200)
async def noop(data: Sent) -> Told:
    """Decode, encode, nothing else: the unit of all figures."""
    return Told(choice=data.choice, counter=data.counter + 1)


class Server(uvicorn.Server):
    """Prints its port once it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


async def serve(application: Litestar) -> None:
    """Serve on a free port of the loopback address until standard input ends."""
    server = Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=0,
            log_level="error",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            backlog=BACKLOG,
        )
    )
    serving = asyncio.create_task(server.serve())
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


def main(arguments: list[str]) -> None:
    """Serve what the arguments name."""
    logs.configure("error")
    here = None
    if arguments[0] == "app":
        settings = Settings(data=Path(arguments[1]), database_url=arguments[2])
        here = install(settings)
        application = create_app(settings, here=here)
    else:
        application = Litestar(route_handlers=[noop], openapi_config=None)
    asyncio.run(serve(application))
    jobs, commits = here.database.written if here else (0, 0)
    print(json.dumps({"jobs": jobs, "commits": commits}), flush=True)
    if here is not None:
        close(here)


if __name__ == "__main__":
    main(sys.argv[1:])
