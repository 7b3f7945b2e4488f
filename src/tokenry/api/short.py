"""The shorter way of an inference request: which heads may take it, and its client.

A request of the plainest form (HTTP/1.1, a head that comes in one piece and says nothing unusual, a declared body of
modest size) is served straight on the transport: no parser's callbacks, no scope, no queues, head and body of the
answer in one write. Whether a head is of that form is one regular expression that takes less than the grammar does:
what it does not know is the parser's to judge. `doorway` leads requests here.

Source: RFC 9112 (HTTP/1.1), RFC 9110 §5 (fields).
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Protocol

import msgspec
from uvicorn.protocols.http.flow_control import FlowControl

from tokenry.access import RATE_HEADER_NAMES
from tokenry.api.client import OPENAI_VERSION, BodyTooLarge, HttpClient, head_of
from tokenry.api.openai.inference import ROUTES
from tokenry.base.clock import NS_PER_MS, Clock
from tokenry.base.ids import new_id
from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.gateway import Deadlines, Endpoint, Headers

SHORT_BODY_SIZE_MAX = 256 * 1024  # bytes taken before anybody was authenticated; larger bodies take the ordinary way

_ENDPOINTS: dict[bytes, Endpoint] = {path.encode(): endpoint for path, endpoint in ROUTES.items()}
_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus} | {
    499: b"HTTP/1.1 499 Client Closed Request\r\n"
}
_HEAD = re.compile(
    rb"POST (%b) HTTP/1\.1\r\n((?:[!#$%%&'*+.^_`|~0-9A-Za-z-]++:[\t -~]*+\r\n)++)\r\n"
    % b"|".join(map(re.escape, _ENDPOINTS))
)
_LINE = re.compile(rb"([^:\r]++):[\t ]*+([^\r]*+)\r\n")
_HOST = re.compile(rb"[!$&-;=A-Z\[\]_a-z~]*(?::[0-9]*)?")  # RFC 3986 §3.2.2, loosely
# What makes a request more than plain: its body or the connection is to be understood differently.
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
_DIGITS_MAX = len(str(SHORT_BODY_SIZE_MAX))
_RATES = b"".join([name + b": %b\r\n" for name in RATE_HEADER_NAMES])


class PlainHead(msgspec.Struct, frozen=True):
    """A head that may take the shorter way: its headers by lower-case name, the body's size, and where that begins."""

    endpoint: Endpoint
    headers: dict[bytes, bytes]
    body_size: int
    end: int


def plain_head(data: bytes) -> PlainHead | None:
    """The head that `data` begins with, if it is whole and plain."""
    found = _HEAD.match(data)
    if found is None:
        return None
    lines = _LINE.findall(found[2])
    headers = {name.lower(): value.rstrip(b"\t ") for name, value in lines}
    size = headers.get(b"content-length", b"")
    if (
        found.end() > HEADER_SIZE_MAX
        or len(headers) != len(lines)  # a name that comes twice is the ordinary way's to understand
        or not _UNUSUAL.isdisjoint(headers)
        or headers.get(b"connection", b"keep-alive").lower() != b"keep-alive"
        or not is_host(headers.get(b"host", b"\0"))
        or not size.isdigit()
        or len(size) > _DIGITS_MAX
        or int(size) > SHORT_BODY_SIZE_MAX
    ):
        return None
    return PlainHead(_ENDPOINTS[found[1]], headers, int(size), found.end())


def is_host(value: bytes) -> bool:
    """Whether this can be a Host header's value; it may be empty (RFC 9112 §3.2)."""
    return _HOST.fullmatch(value) is not None


def status_line(status: int) -> bytes:
    """Engines' refusals are passed on with their status, which need not be a registered one."""
    return _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


class Door(Protocol):
    """What a client on the shorter way needs of the connection."""

    transport: asyncio.Transport
    flow: FlowControl
    tasks: set[asyncio.Task[None]]

    def default_head(self) -> bytes:
        """Header lines that every answer of the server has."""
        ...

    def on_response_complete(self) -> None:
        """The answer is written."""
        ...

    def address_of(self, headers: Headers) -> str | None:
        """Where a request with these headers comes from."""
        ...


class ShortClient(HttpClient):
    """One request on the shorter way; a `Cycle` to uvicorn. Its body may still be arriving: `missing` bytes."""

    def __init__(self, door: Door, clock: Clock, endpoint: Endpoint, headers: dict[bytes, bytes]) -> None:
        super().__init__(new_id("req"), clock)
        self.endpoint = endpoint
        self.headers = headers
        self.body = b""
        self.pieces: list[bytes] = []
        self.missing = 0
        self.task: asyncio.Task[None] | None = None
        self.response_complete = False
        self.keep_alive = True
        self._door = door
        self._transport = door.transport
        self._flow = door.flow

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """The body; the request starts only when it is whole."""
        if len(self.body) > size_max:
            raise BodyTooLarge.than(size_max)
        return self.body

    def address(self) -> str | None:
        """See HttpClient."""
        return self._door.address_of(list(self.headers.items()))

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """Head and body in one write."""
        self.started = self.ended = True
        if self._gone or self._transport.is_closing():
            return
        lines = [b"%b: %b\r\n" % header for header in headers]
        self._transport.write(b"".join([self._top(status), *lines, b"content-length: %d\r\n\r\n" % len(body), body]))
        self._finish()
        if self._flow.write_paused:
            await self._flow.drain()

    async def write_head(self, status: int, headers: Headers) -> None:
        """The head of a chunked answer."""
        if not (self._gone or self._transport.is_closing()):
            self._transport.write(b"%b%btransfer-encoding: chunked\r\n\r\n" % (self._top(status), head_of(headers)))

    def push(self, data: bytes) -> bool:
        """See HttpClient."""
        if self._flow.write_paused:
            return False
        if not (self._gone or self._transport.is_closing()):
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))
        return True

    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """One chunk, and the end of the body after the last."""
        if self._gone or self._transport.is_closing():
            return
        chunk = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
        self._transport.write(chunk + b"0\r\n\r\n" if last else chunk)
        if last:
            self._finish()
        if self._flow.write_paused:
            await self._flow.drain()

    def _top(self, status: int) -> bytes:
        """The status line and what every answer says."""
        now_ns = self._clock.monotonic_ns()
        return b"%b%bx-request-id: %b\r\nopenai-processing-ms: %d\r\nopenai-version: %b\r\n%b%b" % (
            status_line(status),
            self._door.default_head(),
            self.request_id.encode(),
            (now_ns - self._began_ns) // NS_PER_MS,
            OPENAI_VERSION,
            b"" if self.rates is None else _RATES % self.rates(now_ns),
            b"" if self.keep_alive else b"connection: close\r\n",
        )

    def _finish(self) -> None:
        self.response_complete = True
        if not self.keep_alive:
            self._transport.close()
        self._door.on_response_complete()

    def close(self) -> None:
        """The request is over; one that was not answered whole takes its connection with it."""
        self._callback = None  # it leads to the run, which leads back here
        if self.task is not None:
            self._door.tasks.discard(self.task)
            self.task = None
        if not self.response_complete:
            self.response_complete = True
            self._transport.close()
