"""The real app behind a real socket, in a thread of this process, with a clock that is given."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp

START_SECONDS = 30.0


@contextlib.contextmanager
def served(
    application: ASGIApp, *, certificate: Path | None = None, key: Path | None = None
) -> Iterator[str]:
    """Serve on a free port of the loopback address; gives the address, stops at the end.

    With a certificate and its key (PEM files) it is served over TLS.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
