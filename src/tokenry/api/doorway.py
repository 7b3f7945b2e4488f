"""The server's protocol: uvicorn's, with limits on heads and times, and a shorter way for inference requests (`short`).

A plain inference request takes the shorter way when nothing before it still runs; everything else takes uvicorn's
ordinary way to the ASGI app, with the same handlers behind it.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tokenry.api.client import BodyTooSlow, head_of
from tokenry.api.openai.inference import InferenceRoutes
from tokenry.api.short import ShortClient, is_host, plain_head, status_line
from tokenry.api.socket import STRANGERS_MESSAGE_SIZE_MAX, Socket, wants_socket
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.gateway import Headers

HEAD_TIMEOUT_S = 30.0  # for a whole head, or a whole request on the shorter way, once its first byte has come
KEEP_ALIVE_S = 75  # for the next request on a connection


class HeadTooLarge(TokenryError):
    """Request line and headers have more bytes than the server takes."""

    status = 431
    type = "invalid_request_error"
    code = "headers_too_large"


class BadHttp(InvalidRequest):
    """What came is not HTTP/1.1 as its grammar has it."""

    code = "bad_http"


class Doorway(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits and the shorter way."""

    def __init__(self, routes: InferenceRoutes, clock: Clock, *, short: bool = True, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._routes = routes
        self._clock = clock
        self._between = short  # whether the next byte begins a request that may take the shorter way
        self._allowed = short
        self.cycle: Any = None  # the newest request; of a short one uvicorn reads `response_complete` and `keep_alive`
        self._short: ShortClient | None = None  # the request that is arriving or being answered on the shorter way
        self._running: RequestResponseCycle | None = None  # on the ordinary way; newer ones may wait
        self._head_size = 0
        self._fault: TokenryError | None = None
        self._in_body = False  # whether the head of the request that the parser reads is whole and its body is not
        self._mute = False  # whether what the parser says of a head is known already
        self._arriving_since_ns = 0  # when the request that is still incomplete began; 0 when none is
        self._began = False  # whether a byte of it has come
        self._idle_since_ns = 0  # when the last answer on the shorter way ended, if nothing has come since
        self._default_headers: Headers | None = None  # those that were put into lines last
        self._default_lines = b""

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
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        """The parser's bytes. As uvicorn's `data_received`, but an upgrade that we do not speak is passed over, as HTTP
        has it (RFC 9110 §7.8): Java's client and `curl --http2` ask for one with every request."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            if self._should_upgrade():
                self._hand_over(rest)
            else:
                self._pass_over_upgrade(rest)
        except httptools.HttpParserError:
            self._refuse(self._fault or BadHttp("what came breaks the grammar of HTTP/1.1"))

    def _should_upgrade(self) -> bool:
        """Whether the request asks for a WebSocket that we have, and nothing before it still runs."""
        path = self.url.partition(b"?")[0]
        if path not in self._routes.sockets or self.parser.get_method() != b"GET" or self._framing():
            return False
        if not wants_socket(self.headers):
            return False
        return (self.cycle is None or self.cycle.response_complete) and not self.pipeline

    def _hand_over(self, rest: bytes) -> None:
        """The connection is a WebSocket's from now on."""
        self.connections.discard(self)
        self._between = False
        talk = self._routes.sockets[self.url.partition(b"?")[0]]
        headers = dict(self.headers)
        known = self._routes.knows(headers.get(b"authorization"))  # a message lies in memory before its key is asked
        size_max = self._routes.body_size_max if known else STRANGERS_MESSAGE_SIZE_MAX
        socket = Socket(self.server_state, headers, self.address_of(self.headers), size_max, talk)
        socket.connection_made(self.transport)
        self.transport.set_protocol(socket)
        head = b"GET %b HTTP/1.1\r\n%b\r\n" % (self.url, head_of(self.headers))
        socket.data_received(head + rest)

    def _pass_over_upgrade(self, rest: bytes) -> None:
        """A new parser that stands where the old one gave up: after a head, before its body."""
        self.parser = httptools.HttpRequestParser(self)
        if framing := self._framing():
            self._mute = True
            self.parser.feed_data(b"POST / HTTP/1.1\r\n" + head_of(framing) + b"\r\n")
        if rest:
            self._parse(rest)

    def _plain(self, data: bytes) -> bool:
        """Take a plain request the shorter way; False when it is not one, and nothing has happened then."""
        if (self.cycle is not None and not self.cycle.response_complete) or self.pipeline:
            return False
        head = plain_head(data)
        if head is None:
            return False
        self._unset_keepalive_if_required()
        short = self.cycle = self._short = ShortClient(self, self._clock, head.endpoint, head.headers)
        short.missing = head.body_size
        self._collect(short, data[head.end :])
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
            self._parse(rest)

    # --- the parser's words ------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._mute:
            return
        super().on_message_begin()
        self._between, self._began = False, True
        self._head_size = 0
        self._arriving_since_ns = self._clock.monotonic_ns()

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        if not self._mute:
            self._grow(len(url))
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header. What comes after the body says nothing about the request: it is counted and forgotten."""
        if self._mute:
            return
        self._grow(len(name) + len(value) + 4)
        if not self._in_body:
            super().on_header(name, value.rstrip(b"\t "))

    def on_headers_complete(self) -> None:
        """The head is whole; its body's time is the handler's to limit."""
        if self._mute:
            self._mute = False
            return
        self._look_at_head()
        self._arriving_since_ns = 0
        self._in_body = True
        super().on_headers_complete()

    def _look_at_head(self) -> None:
        """What the parser lets through and HTTP does not (RFC 9112 §2.3, §3.2, §6.1)."""
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            self._fail(BadHttp(f"HTTP/{version} is not spoken here, only HTTP/1.1"))
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (version == "1.1" and not hosts) or not all(map(is_host, hosts)):
            self._fail(BadHttp("a request has one Host header with a host in it"))
        if any(name == b"transfer-encoding" and value.lower() != b"chunked" for name, value in self.headers):
            self._fail(BadHttp("no transfer-encoding but chunked is taken"))

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if not self.cycle.response_complete:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade() and self._framing():
            return  # the parser thinks that another protocol follows; what follows is the body
        self._between, self._in_body = self._allowed, False
        super().on_message_complete()

    def _framing(self) -> Headers:
        """The headers that say how long the body is; none when there is no body."""
        return [line for line in self.headers if line[0] in (b"content-length", b"transfer-encoding")]

    def _grow(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEADER_SIZE_MAX:
            self._fail(HeadTooLarge(f"the head of the request is larger than {HEADER_SIZE_MAX} bytes"))

    def _fail(self, fault: TokenryError) -> None:
        self._fault = fault
        raise fault  # out of the parser, into `_parse`

    # --- refusals and ends -------------------------------------------------------------------------------------------

    def _refuse(self, fault: TokenryError) -> None:
        """Refuse what cannot be read, in our envelope, and close."""
        if self.transport.is_closing():
            return
        if not self._answering():  # else anything written now would stand in the midst of an answer
            body = msgspec.json.encode(fault.envelope())
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
            head = status_line(fault.status) + head_of([*headers, (b"connection", b"close")])
            self.transport.write(head + b"\r\n" + body)
        self._hang_up()

    def _hang_up(self) -> None:
        """Close, and tell a handler that still runs now: uvicorn's would write on."""
        if self._short is not None:
            self._short.hung_up()
        for cycle in {self._running, self.cycle, *(waiting for waiting, _ in self.pipeline)}:
            if isinstance(cycle, RequestResponseCycle) and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.transport.close()

    def _answering(self) -> bool:
        """Whether an answer is under way, or due before what is being read now."""
        if self._short is not None:
            return not self._short.missing
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        # The request that is being read may be the running one itself: then only what was begun stands in the way.
        return cycle.response_started or bool(self.pipeline) or not self._in_body

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        cycle.transport = cast(asyncio.Transport, _Careful(self.transport))
        super()._start_asgi_task(cycle, app)

    def default_head(self) -> bytes:
        """See `short.Door`; uvicorn makes a new list each second, for its date."""
        headers = self.server_state.default_headers
        if headers is not self._default_headers:
            self._default_headers, self._default_lines = headers, head_of(headers)
        return self._default_lines

    def address_of(self, headers: Headers) -> str | None:
        """Where a request with these headers comes from."""
        return self._routes.proxies.client(self.client[0] if self.client else None, headers)

    def sweep(self) -> None:
        """Refuse a request that has been arriving for too long; close a connection that nobody uses."""
        now_ns = self._clock.monotonic_ns()
        since = self._arriving_since_ns
        if since and now_ns - since > HEAD_TIMEOUT_S * NS_PER_S:
            if not self._began or self._in_body:  # nothing to say, or all that there was to say is said
                self._hang_up()
            elif not self._answering():
                self._refuse(BodyTooSlow(f"the request did not come within {HEAD_TIMEOUT_S:g} s"))
        elif self._idle_since_ns and now_ns - self._idle_since_ns > KEEP_ALIVE_S * NS_PER_S:
            self.transport.close()

    def on_response_complete(self) -> None:
        """An answer is whole; nothing of a request is kept while its connection idles."""
        short, self._short = self._short, None
        self._running = None
        if short is not None and self.cycle is short:
            self.cycle = None
        if self._in_body:  # answered before its body was whole: the rest of it is read, but not for ever
            self._arriving_since_ns = self._clock.monotonic_ns()
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


class _Careful:
    """A transport on which writing after its end does nothing, as asyncio promises; uvloop's raises."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Write, unless it is closing."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def protocol_factory(routes: InferenceRoutes, clock: Clock, *, short: bool) -> Any:
    """What uvicorn calls for each connection; `short` allows the shorter way."""

    def make(**uvicorn: Any) -> asyncio.Protocol:
        return Doorway(routes, clock, short=short, **uvicorn)

    return make
