"""A small HTTP/1.1 client over kept connections: light enough to load a server from one core."""

import asyncio
from typing import Self

END = b"\r\n\r\n"
LENGTH = b"content-length: "


class ConnectionLost(RuntimeError):
    """The server closed the connection before it answered."""


class Answer:
    """Status, head and body of one answer."""

    __slots__ = ("body", "head", "status")

    def __init__(self, head: bytes, body: bytes) -> None:
        self.head = head
        self.status = int(head[9:12])
        self.body = body

    def cookie(self, name: str) -> str:
        """The value of a cookie that the answer sets; raises IndexError."""
        return self.head.split(f"{name}=".encode(), 1)[1].split(b";", 1)[0].decode()


class Connection(asyncio.Protocol):
    """One kept connection; one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def to(cls, port: int) -> Self:
        """Connect to a port of the loopback address."""
        _, opened = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return opened

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(END)
        if end < 0:
            return
        head = self._received[:end]
        at = head.lower().find(LENGTH)
        length = int(head[at + len(LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0
        stop = end + len(END) + length
        if len(self._received) < stop:
            return
        body, self._received = self._received[end + len(END) : stop], self._received[stop:]
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionLost(str(exc)))


def get(path: str, cookies: str = "") -> bytes:
    """A GET request."""
    cookie = f"cookie: {cookies}\r\n" if cookies else ""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{cookie}\r\n".encode()


def post(path: str, body: str, headers: str) -> bytes:
    """A POST request; `headers` are whole lines, `content-type` among them."""
    return (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {len(body)}\r\n\r\n"
        f"{body}"
    ).encode()
