"""The HTTP server of `ujikom serve`; a module of its own, because it is slow to import."""

from collections.abc import Callable
from socket import socket

import uvicorn
from litestar.types import ASGIApp

from kernel.settings import Settings
from web.head import AnswersHead


class _Server(uvicorn.Server):
    """Calls `ready` once it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def run(
    application: ASGIApp, settings: Settings, address: socket, ready: Callable[[], None]
) -> None:
    """Serve an application at an address until told to stop."""
    config = uvicorn.Config(
        AnswersHead(application),
        access_log=False,
        log_level="warning",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    _Server(config, ready).run([address])
