"""The server's protocol: uvicorn's, with limits on heads, and a shorter way for inference requests.

A plain inference POST (HTTP/1.1, kept alive, a declared body of modest size) is served straight on the transport: no
scope, no queues, head and body of the answer in one write. Everything else takes uvicorn's ordinary way to the ASGI
app, with the same handlers behind it.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tokenry.api.client import BodyTooLarge, HttpClient, head_of
from tokenry.api.openai.inference import ROUTES, InferenceRoutes
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.gateway import Deadlines, Endpoint, Headers

SHORT_BODY_SIZE_MAX = 256 * 1024  # bytes taken before anybody was authenticated; larger bodies take the ordinary way
HEAD_TIMEOUT_S = 30.0  # for a whole request to arrive once its first byte has

_ENDPOINTS: dict[bytes, Endpoint] = {path.encode(): endpoint for path, endpoint in ROUTES.items()}
_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus} | {
    499: b"HTTP/1.1 499 Client Closed Request\r\n"
}


def _status_line(status: int) -> bytes:
    """Engines' refusals are passed on with their status, which need not be a registered one."""
    return _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


class HeadTooLarge(TokenryError):
    """Request line and headers have more bytes than the server takes."""

    status = 431
    type = "invalid_request_error"
    code = "headers_too_large"


class BadHttp(InvalidRequest):
    """What came is not HTTP/1.1 as its grammar has it."""

    code = "bad_http"


class Cycle(Protocol):
    """What uvicorn's protocol looks for in the request that is under way."""

    response_complete: bool
    keep_alive: bool


class ShortClient(HttpClient):
    """One request on the shorter way; a `Cycle` to uvicorn."""

    def __init__(self, request_id: str, clock: Clock, doorway: Doorway, endpoint: Endpoint) -> None:
        super().__init__(request_id, clock)
        self.endpoint = endpoint
        self.headers: Headers = doorway.headers
        self.body = bytearray()
        self.response_complete = False
        self.keep_alive = True
        self._doorway = doorway
        self._transport = doorway.transport

    def address(self) -> str | None:
        """See HttpClient; reckoned only when somebody asks."""
        return self._doorway.address_of(self.headers)

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """The body; the request starts only when it is whole."""
        if len(self.body) > size_max:
            raise BodyTooLarge(f"the body is larger than {size_max} bytes; the server's limit is `body_size_max`")
        return bytes(self.body)

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """Head and body in one write."""
        if self._gone:
            return
        self._transport.write(self._head(status, headers) + body)
        self._finish()
        if self._doorway.flow.write_paused:
            await self._doorway.flow.drain()

    async def write_head(self, status: int, headers: Headers) -> None:
        """The head of a chunked answer."""
        if not self._gone:
            self._transport.write(self._head(status, [*headers, (b"transfer-encoding", b"chunked")]))

    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """One chunk, and the end of the body after the last."""
        if self._gone:
            return
        chunk = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
        self._transport.write(chunk + b"0\r\n\r\n" if last else chunk)
        if last:
            self._finish()
        if self._doorway.flow.write_paused:
            await self._doorway.flow.drain()

    def _head(self, status: int, headers: Headers) -> bytes:
        lines = [*self._doorway.server_state.default_headers, *headers]
        if not self.keep_alive:
            lines.append((b"connection", b"close"))
        return _status_line(status) + head_of(lines) + b"\r\n"

    def _finish(self) -> None:
        self.response_complete = True
        if not self.keep_alive:
            self._transport.close()
        self._doorway.on_response_complete()

    def close(self) -> None:
        """The request is over; one that was not answered whole takes its connection with it."""
        self._callback = None  # it leads to the run, which leads back here
        if not self.response_complete:
            self.response_complete = True
            self._transport.close()


class Doorway(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits and the shorter way."""

    def __init__(self, routes: InferenceRoutes, clock: Clock, *, short: bool = True, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._routes = routes
        self._endpoints = _ENDPOINTS if short else {}
        self._clock = clock
        self._short: ShortClient | None = None  # the newest request, when it takes the shorter way
        self._running: ShortClient | None = None  # the one that is being answered on the shorter way
        self._head_size = 0
        self._fault: TokenryError | None = None
        self._arriving_since_ns = 0  # when the request that is still incomplete began; 0 when none is

    # --- limits ----------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """A connection; one that never sends a request is swept away, too."""
        super().connection_made(transport)
        self._arriving_since_ns = self._clock.monotonic_ns()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._short = None
        self._head_size = 0
        self._arriving_since_ns = self._clock.monotonic_ns()

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._grow(len(name) + len(value) + 4)
        super().on_header(name, value)

    def _grow(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEADER_SIZE_MAX:
            self._fault = HeadTooLarge(f"the head of the request is larger than {HEADER_SIZE_MAX} bytes")
            raise self._fault

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, in our envelope, and close."""
        if self.transport.is_closing():
            return
        running: Cycle | None = self._running or self.cycle
        if running is not None and not running.response_complete and self._fault is None:
            self.transport.close()  # an answer is under way: anything written now would stand in its midst
            return
        fault = self._fault or BadHttp(f"{msg.rstrip('.').lower()}: it breaks the grammar of HTTP/1.1")
        body = msgspec.json.encode(fault.envelope())
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        self.transport.write(
            _STATUS_LINES[fault.status] + head_of([*headers, (b"connection", b"close")]) + b"\r\n" + body
        )
        self.transport.close()

    def address_of(self, headers: Headers) -> str | None:
        """Where a request with these headers comes from."""
        return self._routes.proxies.client(self.client[0] if self.client else None, headers)

    def sweep(self) -> None:
        """Close the connection if a request has been arriving for too long."""
        since = self._arriving_since_ns
        if since and self._clock.monotonic_ns() - since > HEAD_TIMEOUT_S * NS_PER_S:
            self.transport.close()

    # --- the shorter way -------------------------------------------------------------------------------------------

    def on_headers_complete(self) -> None:
        """The head is whole: which way does the request take?"""
        endpoint = self._endpoints.get(self.url)
        if endpoint is None or not self._is_plain():
            self._arriving_since_ns = 0  # its body's time is the handler's to limit
            super().on_headers_complete()
            return
        self._short = ShortClient(new_id("req"), self._clock, self, endpoint)
        self.cycle = self._short  # type: ignore[assignment] # uvicorn looks only for the attributes of `Cycle`

    def _is_plain(self) -> bool:
        """A kept-alive HTTP/1.1 POST with a declared body of modest size, and nothing before it still running."""
        parser = self.parser
        if parser.get_method() != b"POST" or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        if parser.should_upgrade() or self.expect_100_continue or self.pipeline:
            return False
        running: Cycle | None = self.cycle
        if running is not None and not running.response_complete:
            return False
        sizes = [value for name, value in self.headers if name == b"content-length"]
        return len(sizes) == 1 and sizes[0].isdigit() and int(sizes[0]) <= SHORT_BODY_SIZE_MAX

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._short is None:
            super().on_body(body)
        else:
            self._short.body += body

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._arriving_since_ns = 0
        short = self._short
        if short is None:
            super().on_message_complete()
            return
        self._running = short
        task = self.loop.create_task(self._routes.serve(short.endpoint, short.headers, short))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        """An answer is whole; nothing of a request is kept while its connection idles."""
        running, self._running = self._running, None
        if running is not None and running is self._short:
            self._forget_short()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client hung up."""
        if self._running is not None:
            self._running.hung_up()
        if isinstance(self.cycle, ShortClient):
            # Also when the first bytes of a next request have made `_short` None: uvicorn's own connection_lost would
            # stumble over our cycle before it wakes whoever waits in `flow.drain`.
            self._forget_short()
        super().connection_lost(exc)

    def _forget_short(self) -> None:
        self._short = None
        self.cycle = None  # type: ignore[assignment] # as uvicorn has it before the first request


def protocol_factory(routes: InferenceRoutes, clock: Clock, *, short: bool) -> Any:
    """What uvicorn calls for each connection; `short` allows the shorter way."""

    def make(**uvicorn: Any) -> asyncio.Protocol:
        return Doorway(routes, clock, short=short, **uvicorn)

    return make
