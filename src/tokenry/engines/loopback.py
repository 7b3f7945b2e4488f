"""A small HTTP/1.1 server on loopback for engines of our own (embeddings child, scripted engine). Knows no models.

One key, no TLS, one request at a time per connection, bodies read whole. It never faces a person's network.
"""

from __future__ import annotations

import asyncio
import hmac
import http
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import msgspec

from tokenry.base.limits import BODY_SIZE_MAX, HEADER_SIZE_MAX

_PIPELINED_MAX = 16


@dataclass(slots=True)
class Request:
    """One request, whole. `headers` have lower-case names; the last of several with one name counts."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Reply:
    """The answer under way. `send_json` and `send_bytes` answer at once; `start`, `write`, `end` stream."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._chunked = False
        self.started = False
        self.ended = False

    async def send_json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        """A whole JSON answer."""
        await self.send_bytes(
            status, msgspec.json.encode(value), {"content-type": "application/json", **(headers or {})}
        )

    async def send_bytes(self, status: int, body: bytes, headers: dict[str, str], *, length: int | None = None) -> None:
        """A whole answer. `length` announces another number of bytes than `body` has (for broken answers)."""
        announced = len(body) if length is None else length
        self._head(status, {**headers, "content-length": str(announced)})
        await self._connection.write(body)
        if announced == len(body):
            self.ended = True

    async def start(self, status: int, headers: dict[str, str]) -> None:
        """The head of a stream; its body is chunked."""
        self._chunked = True
        self._head(status, {**headers, "transfer-encoding": "chunked"})
        await self._connection.write(b"")

    async def write(self, piece: bytes) -> None:
        """One piece of a stream; waits while the reader is slow."""
        if piece:
            await self._connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    async def end(self) -> None:
        """The clean end of a stream."""
        await self._connection.write(b"0\r\n\r\n")
        self.ended = True

    def break_off(self) -> None:
        """Close the connection here and now, what was written before it first."""
        self._connection.close()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        if self.started:
            raise RuntimeError("an answer has one head")
        self.started = True
        lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in headers.items())]
        self._connection.push(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


Handler = Callable[[Request, Reply], Awaitable[None]]


class LoopbackServer:
    """Listens on 127.0.0.1 at a free port; every request but GET /health must carry the key.

    Args:
        handler: answers one request; cancelled when the client goes away.
        key: the key it wants, as `Authorization: Bearer` or as `x-api-key`.
    """

    def __init__(self, handler: Handler, *, key: str) -> None:
        self._handler = handler
        self._key = key
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self.port = 0

    async def start(self) -> None:
        """Begin to listen; `port` says where."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._server is None:
            return
        self._server.close()
        tasks = [connection.task for connection in self._connections if connection.task is not None]
        for connection in list(self._connections):
            connection.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def answer(self, request: Request, reply: Reply) -> None:
        """Check the key, then let the handler answer."""
        given = request.headers.get("authorization") or f"Bearer {request.headers.get('x-api-key', '')}"
        if request.path != "/health" and not hmac.compare_digest(given.encode(), f"Bearer {self._key}".encode()):
            await reply.send_json(
                401, error_body("this engine's key is wrong", "authentication_error", "invalid_api_key")
            )
            return
        await self._handler(request, reply)

    def joined(self, connection: _Connection) -> None:
        """A connection came."""
        self._connections.add(connection)

    def left(self, connection: _Connection) -> None:
        """A connection went."""
        self._connections.discard(connection)


def error_body(message: str, kind: str = "invalid_request_error", code: str | None = None) -> dict[str, Any]:
    """OpenAI's error envelope."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class _Connection(asyncio.Protocol):
    """One client. httptools calls the `on_…` methods while it parses."""

    def __init__(self, server: LoopbackServer) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._request = Request("", "")
        self._pieces: list[bytes] = []
        self._size = 0
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of asyncio's classes
        self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._writable.set()
        self._server.left(self)
        if self.task is not None:
            self.task.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.push(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self.close()

    def on_message_begin(self) -> None:
        self._request = Request("", "")
        self._pieces = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        self._request.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value), HEADER_SIZE_MAX)
        self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._request.method = self._parser.get_method().decode("latin-1")
        self._size = 0

    def on_body(self, body: bytes) -> None:
        self._count(len(body), BODY_SIZE_MAX)
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        request = self._request
        parts = urlsplit(request.path)
        request.path, request.query = parts.path, parts.query
        request.body = b"".join(self._pieces)
        if len(self._waiting) >= _PIPELINED_MAX:
            self.abort()
            return
        self._waiting.append((request, self._parser.should_keep_alive()))
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self._work())

    def _count(self, size: int, limit: int) -> None:
        self._size += size
        if self._size > limit:
            self.abort()

    async def _work(self) -> None:
        try:
            while self._waiting and self._transport is not None:
                request, keep_alive = self._waiting.popleft()
                reply = Reply(self)
                await self._server.answer(request, reply)
                if not reply.ended or not keep_alive:
                    self.close()
        except ConnectionError:
            pass  # the client went while we wrote
        finally:
            self.task = None

    def push(self, data: bytes) -> None:
        """Hand bytes to the transport without waiting."""
        if self._transport is not None:
            self._transport.write(data)

    async def write(self, data: bytes) -> None:
        """Hand bytes to the transport and wait while it is full. Raises ConnectionError once the client is gone."""
        if self._transport is None:
            raise ConnectionResetError("the client is gone")
        if data:
            self._transport.write(data)
        if not self._writable.is_set():
            await self._writable.wait()

    def close(self) -> None:
        """Close after what was written."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close now."""
        if self._transport is not None:
            self._transport.abort()


def _reason(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
