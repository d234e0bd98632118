"""The load: candidates at their browsers, in a process of their own that is not counted."""

import asyncio
import multiprocessing
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import TypeVar

import msgspec

from benchmarks.client import Answer, Connection, get, post
from samples.visitor import CSRF_COOKIE
from web.who import COOKIE

FORM = "content-type: application/x-www-form-urlencoded\r\n"
SCRIPT = FORM + "accept: application/json\r\n"
LETTERS = "ABCD"
PLACE = re.compile(rb'name="place" value="([^"]*)"')
OK, SEE_OTHER = 200, 303

T = TypeVar("T")


class Unexpected(RuntimeError):
    """The server answered with another status than a candidate came for."""


class Done(msgspec.Struct):
    """What one run of the load gives: receipts told, latencies in seconds by step."""

    receipts: list[str] = []
    steps: dict[str, list[float]] = {}


class Candidate:
    """One candidate at one browser; every save changes the item's answer."""

    def __init__(self, port: int, token: str, items: int) -> None:
        self._port = port
        self._token = token
        self._items = items
        self._saves = 0
        self._place = ""
        self._connection: Connection | None = None
        self._csrf = ""

    async def open(self) -> None:
        """Connect, and fetch the form token once."""
        self._connection = await Connection.to(self._port)
        if not self._csrf:
            self._csrf = (await self._ask(get("/masuk"), OK)).cookie(CSRF_COOKIE)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    async def start(self) -> None:
        """Start the sitting."""
        await self._post("/ujian/mulai", f"agree=on&nonce={os.urandom(32).hex()}", FORM, SEE_OTHER)

    async def look(self, item: int = 1) -> None:
        """Read an item's page."""
        page = await self._ask(get(f"/ujian/soal/{item}", self._cookies), OK)
        found = PLACE.search(page.body)
        if found is None:
            raise Unexpected("/ujian/soal/1")
        self._place = found[1].decode()

    async def save(self) -> str:
        """Save another answer to the next item; gives the receipt."""
        turn, item = divmod(self._saves, self._items)
        self._saves += 1
        fields = (
            f"choice={LETTERS[turn % len(LETTERS)]}&place={self._place}&counter={turn}&action=save"
        )
        answer = await self._post(f"/ujian/soal/{item + 1}", fields, SCRIPT, OK)
        receipt: str = msgspec.json.decode(answer.body)["receipt"]
        return receipt

    async def turn(self, each: int) -> None:
        """Read so many items' pages, one after the other."""
        for number in range(each):
            await self.look(number % self._items + 1)

    async def finish(self) -> None:
        """Submit; the paper is graded before the answer."""
        await self._post("/ujian/selesai", f"confirm=yes&place={self._place}", FORM, SEE_OTHER)

    @property
    def _cookies(self) -> str:
        return f"{COOKIE}={self._token}; {CSRF_COOKIE}={self._csrf}"

    async def _post(self, path: str, fields: str, headers: str, expected: int) -> Answer:
        body = f"{fields}&_csrf_token={self._csrf}"
        request = post(path, body, f"{headers}cookie: {self._cookies}\r\n")
        return await self._ask(request, expected)

    async def _ask(self, request: bytes, expected: int) -> Answer:
        assert self._connection is not None
        answer = await self._connection.ask(request)
        if answer.status != expected:
            raise Unexpected(f"{answer.status} {answer.body[:200]!r}")
        return answer


class Idler:
    """One browser that posts to the no-op."""

    REQUEST = post(
        "/noop",
        '{"choice":"A","place":"aabbccddeeff001122","counter":7,"action":"save"}',
        "content-type: application/json\r\n",
    )

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Connect."""
        self._connection = await Connection.to(self._port)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    async def save(self) -> str:
        """Ask once."""
        assert self._connection is not None
        answer = await self._connection.ask(self.REQUEST)
        if answer.status != OK:
            raise Unexpected(str(answer.status))
        return ""


class Plan(msgspec.Struct, kw_only=True):
    """Whom to load how: sign-in tokens (none: the no-op), connections, saves of each."""

    port: int
    tokens: list[str] = []
    connections: int = 64
    items: int = 1


class Crowd:
    """Drives a crowd in its own process; every order waits for the crowd's word."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_crowd, args=(theirs, plan))
        self._process.start()

    def order(self, what: str, each: int = 0) -> Done:
        """Let everyone do a thing, and wait for all.

        `open`, `begin` (start, first item, first save), `start` (start and first item), `turn` or
        `save` (so many each), `finish` or `close`.
        """
        self._pipe.send((what, each))
        answer = self._pipe.recv()
        if isinstance(answer, str):
            raise Unexpected(answer)
        assert isinstance(answer, Done)
        return answer

    def end(self) -> None:
        """Send the crowd home."""
        self._pipe.send(("end", 0))
        self._process.join()


@contextmanager
def crowd(plan: Plan) -> Iterator[Crowd]:
    """A crowd that goes home at the end."""
    made = Crowd(plan)
    try:
        yield made
    finally:
        made.end()


def _crowd(pipe: Pipe, plan: Plan) -> None:
    people: list[Candidate] | list[Idler]
    if plan.tokens:
        people = [Candidate(plan.port, token, plan.items) for token in plan.tokens]
    else:
        people = [Idler(plan.port) for _ in range(plan.connections)]
    with asyncio.Runner() as runner:
        while (order := pipe.recv())[0] != "end":
            try:
                pipe.send(runner.run(_obey(people, *order)))
            except Exception as error:  # noqa: BLE001 - the other process raises it
                pipe.send(f"{type(error).__name__}: {error}")


async def _obey(people: list[Candidate] | list[Idler], what: str, each: int) -> Done:
    done = Done()

    async def one(person: Candidate | Idler) -> None:
        if what == "close":
            person.close()
        elif what == "open":
            await person.open()
        elif what == "save":
            done.receipts.extend([await person.save() for _ in range(each)])
        elif isinstance(person, Candidate):
            await _sit(person, what, each, done)

    await asyncio.gather(*(one(person) for person in people))
    return done


async def _sit(person: Candidate, what: str, each: int, done: Done) -> None:
    if what == "begin":
        await _timed(done, "start to first save", lambda: _begin(person, done))
    elif what == "start":
        await _timed(done, "start", person.start)
        await _timed(done, "first item", person.look)
    elif what == "turn":
        await person.turn(each)
    else:
        await person.finish()


async def _begin(person: Candidate, done: Done) -> None:
    await _timed(done, "start", person.start)
    await _timed(done, "first item", person.look)
    done.receipts.append(await _timed(done, "first save", person.save))


async def _timed(done: Done, step: str, deed: Callable[[], Awaitable[T]]) -> T:
    began = time.perf_counter()
    result = await deed()
    done.steps.setdefault(step, []).append(time.perf_counter() - began)
    return result
