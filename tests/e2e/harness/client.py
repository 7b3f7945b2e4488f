"""A client that speaks raw HTTP/1.1, so that it can hang up anywhere, dawdle, or send what no library would."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

from tests.e2e.harness.answers import Answer

TIMEOUT_S = 60.0


class Talk(asyncio.Protocol):
    """One connection with one request at a time on it. `on_piece` is called after every piece of the body."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.on_piece: Callable[[Talk], None] | None = None
        self.hung_up_at: float | None = None
        self.closed = asyncio.get_running_loop().create_future()
        self._whole: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)

    @classmethod
    async def open(cls, url: str) -> Talk:
        """A connection to a server."""
        where = urlsplit(url)
        assert where.hostname is not None
        assert where.port is not None
        _, talk = await asyncio.get_running_loop().create_connection(cls, where.hostname, where.port)
        return talk

    def send(self, data: bytes) -> None:
        """Raw bytes."""
        self.transport.write(data)

    def request(
        self, path: str, key: str | None, body: Any, headers: Mapping[str, str] | None = None, *, method: str = "POST"
    ) -> None:
        """Send a request; a body that is no bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = {"host": "tokenry", "content-type": "application/json", "content-length": str(len(data))}
        if key is not None:
            lines["authorization"] = f"Bearer {key}"
        lines |= headers or {}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.answer, self._whole = Answer(), asyncio.get_running_loop().create_future()
        self.send(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + data)

    async def whole(self, timeout_s: float = TIMEOUT_S) -> Answer:
        """The answer, once it is whole or the connection has ended; the connection is closed then."""
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.shield(self._whole)
        finally:
            self.transport.close()
        await self.closed  # or the socket outlives the loop, and some later test is blamed for it
        return self.answer

    def hang_up(self) -> None:
        """Leave without a word."""
        if self.hung_up_at is None:
            self.hung_up_at = time.monotonic()
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self._whole, self.closed):
            if not future.done():
                future.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self.hung_up_at is None:
            self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.answer.status = self._parser.get_status_code()

    def on_body(self, piece: bytes) -> None:
        if self.hung_up_at is None:
            self.answer.body += piece
            if self.on_piece is not None:
                self.on_piece(self)

    def on_message_complete(self) -> None:
        self.answer.complete = True
        if not self._whole.done():
            self._whole.set_result(None)


async def ask(url: str, path: str, key: str | None, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """One POST on a connection of its own."""
    talk = await Talk.open(url)
    talk.request(path, key, body, headers)
    return await talk.whole()
