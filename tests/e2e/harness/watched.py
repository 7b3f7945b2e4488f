"""The mock upstream inside the test's own loop, noting when each of its connections was closed on it.

Requests are told apart by `user`, a field that the gateway passes through: so even a client that left before it saw a
request id is known.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.upstream import Connection, Settings, Stats

_USER = re.compile(rb'"user"\s*:\s*"([^"]*)"')
PATIENCE_S = 30.0


@dataclass
class Met:
    """One request as the upstream met it. `sent` counts output tokens; `closed`: when, by time.monotonic()."""

    request_id: str
    sent: int = 0
    done: bool = False
    closed: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class _Connection(Connection):
    def __init__(self, settings: _Settings) -> None:
        super().__init__(settings)
        self._watch = settings
        self._met: Met | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._watch.connections.add(self)

    def _handle(self, url: bytes, body: bytes) -> None:
        found = _USER.search(body)
        if found is not None:
            self._met = Met(self.request_id.decode())
            self._watch.arrival(found[1].decode()).set_result(self._met)
            self._watch.by_id[self.request_id] = self._met
        super()._handle(url, body)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._watch.connections.discard(self)
        if self._met is not None and not self._met.done:
            self._met.closed.set_result(time.monotonic())


class _Settings(Settings):
    """What the connections share, and what they met."""

    def __init__(self) -> None:
        super().__init__(Stats())
        self.connections: set[Connection] = set()
        self.by_id: dict[bytes, Met] = {}
        self._arrivals: dict[str, asyncio.Future[Met]] = {}

    def arrival(self, user: str) -> asyncio.Future[Met]:
        """The future of one user's request."""
        return self._arrivals.setdefault(user, asyncio.get_running_loop().create_future())

    def note(self, request_id: bytes, sent: int, done: bool) -> None:
        met = self.by_id[request_id]
        met.sent, met.done = sent, done


class Watched:
    """The upstream's base URL, and the requests that came."""

    def __init__(self, url: str, settings: _Settings) -> None:
        self.url = url
        self._settings = settings

    @property
    def requests(self) -> int:
        """How many came."""
        return self._settings.stats.requests

    async def met(self, user: str) -> Met:
        """The request of this user, once it is here."""
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.shield(self._settings.arrival(user))


async def closed_at(met: Met) -> float:
    """When a request's connection was closed on the upstream, once it was."""
    async with asyncio.timeout(PATIENCE_S):
        return await asyncio.shield(met.closed)


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    """Serve until the block ends."""
    settings = _Settings()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(settings), "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Watched(f"http://127.0.0.1:{port}/v1", settings)
    finally:
        server.close()
        for connection in list(settings.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # the loop must see the aborts through before it ends
