"""A peer for the wire's tests: a raw server on loopback that does what a script says, byte by byte, right or wrong.

Knows sockets and how to read one well-formed request. Does not know HTTP's answers: scripts write those as bytes.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

from tokenry.engines.wire import Origin, Pool, Timeouts

BACKENDS = [
    ("asyncio", {"use_uvloop": False}),
    ("asyncio", {"use_uvloop": True}),
]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
PATIENCE = Timeouts(connect_s=3, first_byte_s=3, idle_s=3, total_s=6)
HANG_S = 10.0  # no script outlives this


class Link:
    """One accepted connection, from the peer's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.reader = reader
        self.writer = writer
        self.number = number  # 0 for the first connection that the peer accepted
        self.gone = asyncio.Event()  # the other side has closed, politely or not

    async def request(self) -> bytes:
        """One whole request, head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        size = 0
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        return head + await self.reader.readexactly(size)

    async def say(self, *pieces: bytes) -> None:
        """Write the pieces, each on its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0)

    async def until_gone(self) -> None:
        """Return when the other side has closed."""
        with suppress(OSError):
            while await self.reader.read(65536):
                pass
        self.gone.set()

    def deafen(self) -> None:
        """Take no more bytes from the other side."""
        cast(asyncio.Transport, self.writer.transport).pause_reading()

    def kill(self) -> None:
        """Close without a goodbye; bytes that were not read turn it into a reset."""
        self.writer.transport.abort()


Script = Callable[[Link], Awaitable[None]]


class Peer:
    """A listening peer. `links` holds every connection it ever accepted, `asked` every request its scripts noted."""

    def __init__(self, script: Script) -> None:
        self.links: list[Link] = []
        self.asked: list[bytes] = []
        self.problems: list[BaseException] = []
        self.port = 0
        self._script = script
        self._tasks: set[asyncio.Task[None]] = set()

    def pool(self, connections_max: int = 8, timeouts: Timeouts = PATIENCE) -> Pool:
        """A pool of connections to this peer over plain HTTP."""
        return Pool(self.origin, connections_max=connections_max, timeouts=timeouts)

    @property
    def origin(self) -> Origin:
        """Where the peer listens, over plain HTTP."""
        return Origin.parse(f"http://127.0.0.1:{self.port}")[0]

    @property
    def busy(self) -> bool:
        """Whether any script still runs; a script that waits for a request ends when its connection does."""
        return bool(self._tasks)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer, len(self.links))
        self.links.append(link)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            async with asyncio.timeout(HANG_S):
                await self._script(link)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            link.gone.set()
        except Exception as problem:
            self.problems.append(problem)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await until(lambda: not self._tasks)


@asynccontextmanager
async def peer(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A peer that runs `script` on every connection it accepts; an unforeseen error in a script fails the test."""
    one = Peer(script)
    server = await asyncio.start_server(one.accept, "127.0.0.1", 0, ssl=tls, limit=1 << 20)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        await one.stop()
    assert not one.problems


@asynccontextmanager
async def answering(answer: bytes, *, split: int = 0) -> AsyncIterator[Peer]:
    """A peer that gives `answer` to every request, in pieces of `split` bytes if that is not 0, and stays open."""

    async def script(link: Link) -> None:
        while True:
            one.asked.append(await link.request())
            await link.say(*([answer[i : i + split] for i in range(0, len(answer), split)] if split else [answer]))

    async with peer(script) as one:
        yield one


@asynccontextmanager
async def closing(*answer: bytes) -> AsyncIterator[Peer]:
    """A peer that answers the first request of each connection with these bytes and closes it."""

    async def script(link: Link) -> None:
        one.asked.append(await link.request())
        await link.say(*answer)
        link.writer.close()
        await link.until_gone()

    async with peer(script) as one:
        yield one


async def until(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    """Return when `condition()` holds; fail when it does not come to hold in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.001)


async def get(pool: Pool, target: bytes = b"/") -> tuple[int, bytes]:
    """Status and body of one GET."""
    exchange = await pool.request(b"GET", target)
    return exchange.status, await exchange.read_all(1 << 26)
