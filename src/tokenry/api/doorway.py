"""The server's protocol: uvicorn's, with limits on heads and times, and a shorter way for inference requests.

An inference POST of the plainest form (HTTP/1.1, a head that comes in one piece and says nothing unusual, a declared
body of modest size, nothing before it still running) is read and served straight on the transport: no parser's
callbacks, no scope, no queues, head and body of the answer in one write. Everything else takes uvicorn's ordinary way
to the ASGI app, with the same handlers behind it. Whether a head is of that form is one regular expression that takes
less than the grammar does: what it does not know is the parser's to judge.

Source: RFC 9112 (HTTP/1.1), RFC 9110 §5 (fields).
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tokenry.access import RATE_HEADER_NAMES
from tokenry.api.client import OPENAI_VERSION, BodyTooLarge, BodyTooSlow, HttpClient, head_of
from tokenry.api.openai.inference import ROUTES, InferenceRoutes
from tokenry.base.clock import NS_PER_MS, NS_PER_S, Clock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.ids import new_id
from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.gateway import Deadlines, Endpoint, Headers

SHORT_BODY_SIZE_MAX = 256 * 1024  # bytes taken before anybody was authenticated; larger bodies take the ordinary way
HEAD_TIMEOUT_S = 30.0  # for a whole head, or a whole request on the shorter way, once its first byte has come
KEEP_ALIVE_S = 75  # for the next request on a connection

_ENDPOINTS: dict[bytes, Endpoint] = {path.encode(): endpoint for path, endpoint in ROUTES.items()}
_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus} | {
    499: b"HTTP/1.1 499 Client Closed Request\r\n"
}
_HEAD = re.compile(
    rb"POST (%b) HTTP/1\.1\r\n((?:[!#$%%&'*+.^_`|~0-9A-Za-z-]++:[\t -~]*+\r\n)++)\r\n"
    % b"|".join(map(re.escape, _ENDPOINTS))
)
_LINE = re.compile(rb"([^:\r]++):[\t ]*+([^\r]*+)\r\n")
# What makes a request more than plain: how its body or the connection is to be understood differently.
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"content-encoding"})
_DIGITS_MAX = len(str(SHORT_BODY_SIZE_MAX))
_RATES = b"".join([name + b": %b\r\n" for name in RATE_HEADER_NAMES])


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
    """One request on the shorter way; a `Cycle` to uvicorn. Its body may still be arriving: `missing` bytes."""

    def __init__(self, doorway: Doorway, clock: Clock, endpoint: Endpoint, headers: dict[bytes, bytes]) -> None:
        super().__init__(new_id("req"), clock)
        self.endpoint = endpoint
        self.headers = headers
        self.body = b""
        self.pieces: list[bytes] = []
        self.missing = 0
        self.task: asyncio.Task[None] | None = None
        self.response_complete = False
        self.keep_alive = True
        self._doorway = doorway
        self._transport = doorway.transport

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """The body; the request starts only when it is whole."""
        if len(self.body) > size_max:
            raise BodyTooLarge(f"the body is larger than {size_max} bytes; the server's limit is `body_size_max`")
        return self.body

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """Head and body in one write."""
        if self._gone:
            return
        lines = [b"%b: %b\r\n" % header for header in headers]
        self._transport.write(b"".join([self._top(status), *lines, b"content-length: %d\r\n\r\n" % len(body), body]))
        self._finish()
        if self._doorway.flow.write_paused:
            await self._doorway.flow.drain()

    async def write_head(self, status: int, headers: Headers) -> None:
        """The head of a chunked answer."""
        if not self._gone:
            self._transport.write(b"%b%btransfer-encoding: chunked\r\n\r\n" % (self._top(status), head_of(headers)))

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

    def _top(self, status: int) -> bytes:
        """The status line and what every answer says."""
        now_ns = self._clock.monotonic_ns()
        return b"%b%bx-request-id: %b\r\nopenai-processing-ms: %d\r\nopenai-version: %b\r\n%b%b" % (
            _status_line(status),
            head_of(self._doorway.server_state.default_headers),
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
        self._doorway.on_response_complete()

    def close(self) -> None:
        """The request is over; one that was not answered whole takes its connection with it."""
        self._callback = None  # it leads to the run, which leads back here
        if self.task is not None:
            self._doorway.tasks.discard(self.task)
            self.task = None
        if not self.response_complete:
            self.response_complete = True
            self._transport.close()


class Doorway(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits and the shorter way."""

    def __init__(self, routes: InferenceRoutes, clock: Clock, *, short: bool = True, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._routes = routes
        self._clock = clock
        self._between = short  # whether the next byte begins a request that may take the shorter way
        self._allowed = short
        self.cycle: Any = None  # the newest request; uvicorn looks only for the attributes of `Cycle`
        self._short: ShortClient | None = None  # the request that is arriving or being answered on the shorter way
        self._head_size = 0
        self._fault: TokenryError | None = None
        self._arriving_since_ns = 0  # when the request that is still incomplete began; 0 when none is
        self._began = False  # whether a byte of it has come
        self._idle_since_ns = 0  # when the last answer on the shorter way ended, if nothing has come since

    # --- what comes ------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """A connection; one that never sends a request is swept away, too."""
        super().connection_made(transport)
        self._arriving_since_ns = self._clock.monotonic_ns()

    def data_received(self, data: bytes) -> None:
        """Bytes: a plain request, more of one's body, or the parser's."""
        self._idle_since_ns = 0
        short = self._short
        if short is not None and short.missing:
            self._collect(short, data)
        elif not (self._between and self._plain(data)):
            super().data_received(data)

    def _plain(self, data: bytes) -> bool:
        """Take a plain request the shorter way; False when it is not one, and nothing has happened then."""
        found = _HEAD.match(data)
        cycle: Cycle | None = self.cycle
        if found is None or (cycle is not None and not cycle.response_complete) or self.pipeline:
            return False
        end = found.end()
        lines = _LINE.findall(found[2])
        headers = {name.lower(): value.rstrip(b"\t ") for name, value in lines}
        size = headers.get(b"content-length", b"")
        if (
            end > HEADER_SIZE_MAX
            or len(headers) != len(lines)  # a name that comes twice is the ordinary way's to understand
            or not _UNUSUAL.isdisjoint(headers)
            or headers.get(b"connection", b"keep-alive").lower() != b"keep-alive"
            or not size.isdigit()
            or len(size) > _DIGITS_MAX
            or int(size) > SHORT_BODY_SIZE_MAX
        ):
            return False
        self._unset_keepalive_if_required()
        short = self._short = ShortClient(self, self._clock, _ENDPOINTS[found[1]], headers)
        self.cycle = short
        short.missing = int(size)
        self._collect(short, data[end:])
        return True

    def _collect(self, short: ShortClient, data: bytes) -> None:
        """More of the body; the request starts when it is whole."""
        if len(data) < short.missing:
            short.pieces.append(data)
            short.missing -= len(data)
            self._arriving_since_ns, self._began = self._arriving_since_ns or self._clock.monotonic_ns(), True
            return
        rest = data[short.missing :]
        piece = data[: short.missing] if rest else data
        short.body = b"".join([*short.pieces, piece]) if short.pieces else piece
        short.missing = self._arriving_since_ns = 0
        short.task = self.loop.create_task(self._routes.serve(short.endpoint, short.headers, short))
        self.tasks.add(short.task)
        if rest:
            super().data_received(rest)

    # --- the parser's words ------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._between, self._began = False, True
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

    def on_headers_complete(self) -> None:
        """The head is whole; its body's time is the handler's to limit."""
        self._arriving_since_ns = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._between = self._allowed
        super().on_message_complete()

    def _grow(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEADER_SIZE_MAX:
            self._fault = HeadTooLarge(f"the head of the request is larger than {HEADER_SIZE_MAX} bytes")
            raise self._fault

    # --- refusals and ends -------------------------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, in our envelope, and close."""
        self._refuse(self._fault or BadHttp(f"{msg.rstrip('.').lower()}: it breaks the grammar of HTTP/1.1"))

    def _refuse(self, fault: TokenryError) -> None:
        if self.transport.is_closing():
            return
        if not self._answering():  # else anything written now would stand in the midst of an answer
            body = msgspec.json.encode(fault.envelope())
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
            head = _STATUS_LINES[fault.status] + head_of([*headers, (b"connection", b"close")])
            self.transport.write(head + b"\r\n" + body)
        self.transport.close()

    def _answering(self) -> bool:
        """Whether an answer is under way, or due before what is being read now."""
        if self._short is not None:
            return not self._short.missing
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        # The request that is being read may be the running one itself: then only what was begun stands in the way.
        return cycle.response_started or bool(self.pipeline) or self._arriving_since_ns > 0

    def sweep(self) -> None:
        """Refuse a request that has been arriving for too long; close a connection that nobody uses."""
        now_ns = self._clock.monotonic_ns()
        since = self._arriving_since_ns
        if since and now_ns - since > HEAD_TIMEOUT_S * NS_PER_S:
            if not self._began:
                self.transport.close()
            elif not self._answering():
                self._refuse(BodyTooSlow(f"the request did not come within {HEAD_TIMEOUT_S:g} s"))
        elif self._idle_since_ns and now_ns - self._idle_since_ns > KEEP_ALIVE_S * NS_PER_S:
            self.transport.close()

    def on_response_complete(self) -> None:
        """An answer is whole; nothing of a request is kept while its connection idles."""
        short, self._short = self._short, None
        if short is not None and self.cycle is short:
            self.cycle = None
        if short is None or self.pipeline:
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self._idle_since_ns = self._clock.monotonic_ns()  # `sweep` looks at it: no timer per answer

    def connection_lost(self, exc: Exception | None) -> None:
        """The client hung up."""
        short, self._short = self._short, None
        if short is not None:
            short.hung_up()
            if self.cycle is short:  # uvicorn's own connection_lost would stumble over it
                self.cycle = None
        super().connection_lost(exc)


def protocol_factory(routes: InferenceRoutes, clock: Clock, *, short: bool) -> Any:
    """What uvicorn calls for each connection; `short` allows the shorter way."""

    def make(**uvicorn: Any) -> asyncio.Protocol:
        return Doorway(routes, clock, short=short, **uvicorn)

    return make
