"""One HTTP/1.1 connection to a peer, as a state machine on an asyncio transport: it carries one exchange at a time.

Knows HTTP/1.1's client side (RFC 9112, through httptools' strict llhttp), back-pressure both ways, and when its peer
has been silent for too long. Does not know other connections, names or certificates: `wire.Pool` owns it, `dial` opens
it, and the pool asks it to `check` the time now and then.

All work is done in the transport's callbacks. A small request and its small answer cost one write, one read and one
call to the exchange; the parser puts pieces of body into a list without a call of ours.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from math import inf
from typing import Protocol, cast

import httptools

from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.engines.exchange import Exchange, Phase, WireError
from tokenry.engines.tls import words_of

WRITE_AT_ONCE_MAX = 64 * 1024  # bytes of body that go out together with the head, in one write
READ_SIZE_MAX = 64 * 1024  # bytes of one read
WRITE_SIZE = 256 * 1024  # bytes of a large body handed to the transport at a time
HEADERS_MAX = 256  # headers of one answer
STALE_S = 1.0  # what dies later than this after a request was written had time to work on it
_CHUNK_FRAME_SIZE = 32  # bytes around one piece of body that are no sign of ill will
_WATCHED = frozenset((b"transfer-encoding", b"content-encoding", b"keep-alive"))
_FRAMING = frozenset((b"transfer-encoding", b"content-length"))
_KEEP_ALIVE_TIMEOUT = re.compile(rb"(?:^|[,;\s])timeout\s*=\s*\"?(\d{1,6})", re.IGNORECASE)
_TOO_MUCH = f"not a valid HTTP answer: more than {HEADER_SIZE_MAX} bytes of head or trailers"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each phase may take, in seconds; `inf` for no bound.

    Attributes:
        connect_s: name look-up, TCP, a proxy's tunnel and TLS together.
        dns_s: of that, the name look-up.
        tls_s: of that, the TLS handshake.
        first_byte_s: from the whole request written to the first byte of an answer.
        idle_s: between two pieces of an answer, or between two steps of a large request's writing. A reader of ours
            who does not read is not the peer's fault and stops this clock.
        total_s: from asking the pool to the last byte of the answer, the wait for a free connection included.
    """

    connect_s: float = 10.0
    dns_s: float = 5.0
    tls_s: float = 10.0
    first_byte_s: float = 300.0
    idle_s: float = 120.0
    total_s: float = 600.0


class Owner(Protocol):
    """Who keeps connections and is told what becomes of them."""

    timeouts: Timeouts

    def made(self) -> None:
        """A socket was opened."""
        ...

    def release(self, connection: Connection, idle_max_s: float) -> None:
        """The exchange is over and the connection can carry another, within `idle_max_s` seconds."""
        ...

    def retry(self, exchange: Exchange) -> None:
        """The connection was dead before this exchange went out on it: it needs a fresh one."""
        ...

    def failed(self, exchange: Exchange, error: WireError) -> None:
        """An exchange has failed; tell it."""
        ...

    def forget(self, connection: Connection) -> None:
        """The connection is closed for good (its socket closes within a turn of the loop). Called once."""
        ...

    def lost(self) -> None:
        """A socket was closed."""
        ...


class _RefusedError(Exception):
    """Raised inside a parser's callback to stop it."""


# What sockets are read into, one read at a time, copied at once: a slow client's share of memory is measured by it.
_BUFFER = memoryview(bytearray(READ_SIZE_MAX))


class Connection(asyncio.BufferedProtocol):
    """See the module. `idle_until` is the loop's time until which it may wait in the pool for another exchange."""

    __slots__ = (
        "_attached", "_awaiting", "_exchange", "_finished", "_headers", "_heard", "_idle_max_s", "_interim", "_keep",
        "_loop", "_moved_at", "_overhead", "_owner", "_parser", "_refusal", "_timeouts", "_transport",
        "_unsent", "_write_paused", "_written_at", "body", "closed", "idle_until", "on_body", "served",
    )  # fmt: skip  # one name a line would be a page

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop) -> None:
        self.closed = False
        self.served = 0  # exchanges begun
        self.idle_until = inf
        self.body: list[bytes] = []  # pieces of body out of the bytes that came last
        self.on_body = self.body.append  # the parser calls this itself, without a frame of ours
        self._owner = owner
        self._loop = loop
        self._timeouts = owner.timeouts
        self._transport: asyncio.Transport | None = None
        self._attached = False  # the owner counts our socket
        self._parser = httptools.HttpResponseParser(self)
        self._exchange: Exchange | None = None
        self._unsent: memoryview | None = None
        self._write_paused = False
        self._idle_max_s = inf
        self._written_at = self._moved_at = 0.0
        self._headers: list[tuple[bytes, bytes]] = []
        self._overhead = 0  # bytes that came since the last byte of body
        self._heard = self._interim = self._finished = self._keep = False
        self._awaiting = True  # nothing came yet, or nothing since the last interim answer
        self._refusal = ""

    # The owner's side.

    @property
    def usable(self) -> bool:
        """Open as far as we know, so a request may be tried on it."""
        return not self.closed and self._transport is not None and not self._transport.is_closing()

    def start(self, exchange: Exchange) -> None:
        """Write a request and carry its answer. The connection must be `usable` and carry no other."""
        transport = self._transport
        assert transport is not None
        assert self._exchange is None
        self._exchange = exchange
        exchange.carrier = self
        self.served += 1
        self._headers = []
        self._overhead = 0
        self._heard = self._interim = self._finished = self._keep = False
        self._awaiting = True
        self._written_at = self._moved_at = self._loop.time()
        transport.write(exchange.first)
        if exchange.rest:
            self._unsent = memoryview(exchange.rest)
            self._pump()

    def check(self, now: float) -> None:
        """Close what has waited or idled for too long, failing the exchange if there is one."""
        exchange, limits = self._exchange, self._timeouts
        if exchange is None:
            if now >= self.idle_until:
                self.discard()
            return
        quiet_s = now - self._moved_at
        if now >= exchange.until:
            self._fail(f"not done within {limits.total_s:g} s", timed_out=True)
        elif exchange.paused:
            return
        elif self._unsent is not None:
            if quiet_s >= limits.idle_s:
                self._fail(f"the peer took no bytes for {limits.idle_s:g} s", timed_out=True)
        elif self._awaiting:
            if quiet_s >= limits.first_byte_s:
                self._fail(f"no answer within {limits.first_byte_s:g} s", timed_out=True)
        elif quiet_s >= limits.idle_s:
            self._fail(f"no more bytes of the answer within {limits.idle_s:g} s", timed_out=True)

    def discard(self) -> None:
        """Close the socket now. Idempotent."""
        if self.closed:
            return
        self.closed = True
        self._unsent = None
        if self._transport is not None:
            self._transport.abort()
        self._owner.forget(self)

    def abandon(self) -> None:
        """Opening failed: `discard`, and count the socket out now, for not every loop says `connection_lost` then."""
        self.discard()
        self._detach()

    # The exchange's side.

    def give_up(self, exchange: Exchange, detail: str) -> None:
        """Close the socket now and fail the exchange with `detail`; that is nobody's failure but its reader's will."""
        if self._exchange is exchange:
            self._exchange = None
            phase = self._phase(exchange)
            self.discard()
            exchange.on_error(WireError(phase, detail))

    def shut(self, detail: str) -> None:
        """Close the socket now and fail the exchange, if there is one, with `detail`."""
        if self._exchange is not None:
            self._fail(detail)
        self.discard()

    def read_on(self) -> None:
        """The reader has emptied the buffer: take bytes again."""
        exchange, transport = self._exchange, self._transport
        if exchange is not None and transport is not None and not transport.is_closing():  # uvloop raises when it is
            exchange.paused = False
            self._moved_at = self._loop.time()
            transport.resume_reading()

    # The transport's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self.closed:  # whoever asked for it has gone
            self._transport.abort()
            return
        self._attached = True
        self._owner.made()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the socket is read into."""
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        """So much was read."""
        self.data_received(bytes(_BUFFER[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer; transports of simulations call it themselves."""
        exchange = self._exchange
        if exchange is None:  # nobody asked: a goodbye in words, or junk
            self.discard()
            return
        self._heard = True
        self._awaiting = False
        self._moved_at = self._loop.time()
        self._overhead += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as problem:
            if not self._finished:
                self._give_body(exchange, len(data))
                self.shut(self._refusal or f"not a valid HTTP answer: {problem}")
                return
            self._keep = False  # the answer was whole; what follows it is junk
        if self._finished:
            self._finish(exchange)
            return
        self._give_body(exchange, len(data))
        if self._exchange is not exchange:  # its reader has ended it
            return
        if self._overhead > HEADER_SIZE_MAX:
            self._fail(_TOO_MUCH)
        elif exchange.unread > exchange.unread_max and not exchange.paused:
            transport = self._transport
            assert transport is not None
            if not transport.is_closing():
                exchange.paused = True
                transport.pause_reading()

    def eof_received(self) -> None:
        exchange = self._exchange
        if exchange is None:
            self.discard()
        elif exchange.status and self._ends_by_closing(exchange):
            self._keep = False
            self._finish(exchange)
        else:
            self._fail("the peer closed the connection", by_peer=True)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._exchange is not None:
            why = words_of(exc) if isinstance(exc, ssl.SSLError) else str(exc) if exc else ""
            self._fail(f"the connection was lost{f' ({why})' if why else ''}", by_peer=True)
        self.discard()
        self._transport = None
        self._detach()

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._unsent is not None:
            self._pump()

    # The parser's side.

    def on_message_begin(self) -> None:
        if self._finished:
            raise _RefusedError  # bytes after the answer

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in _WATCHED:
            self._watch(name, value)
        self._headers.append((name, value.rstrip(b" \t")))  # the parser strips the left side only

    def on_headers_complete(self) -> None:
        exchange, parser = self._exchange, self._parser
        headers, self._headers = self._headers, []  # trailers go to a list that nobody reads
        status = parser.get_status_code()
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            self._refuse("not a valid HTTP answer: neither HTTP/1.1 nor HTTP/1.0")
        if not 100 <= status <= 599 or status == 101:  # we never ask to switch protocols
            self._refuse(f"not a valid HTTP answer: status {status}")
        if len(headers) > HEADERS_MAX:
            self._refuse(f"not a valid HTTP answer: more than {HEADERS_MAX} headers")
        if self._overhead > HEADER_SIZE_MAX and _size(headers) > HEADER_SIZE_MAX:
            self._refuse(_TOO_MUCH)
        if status < 200 or status in (204, 304):
            self._bare(status, headers)
        self._interim = status < 200
        if self._interim:
            return
        if status == 407:
            self._refuse("the proxy does not let us through (407): look at the provider's proxy and proxy_auth_env")
        assert exchange is not None
        exchange.status = status
        exchange.headers = headers
        exchange.first = exchange.rest = b""  # an answer that lasts for hours need not keep its question
        # A HEAD's answer may leave the parser waiting for a body that never comes: then that connection is not kept.
        self._finished = exchange.bodiless

    def on_message_complete(self) -> None:
        if self._interim:
            self._awaiting = True
            return
        self._keep = self._parser.should_keep_alive()
        self._finished = True

    # What they share.

    def _give_body(self, exchange: Exchange, size: int) -> None:
        """Hand the pieces of body, out of `size` bytes that came, to the exchange; or tell it of the head."""
        body = self.body
        if not body:
            if exchange.status:
                exchange.on_piece(b"")
            return
        piece = body[0] if len(body) == 1 else b"".join(body)
        self._overhead = max(size - len(piece) - len(body) * _CHUNK_FRAME_SIZE, 0)
        body.clear()
        exchange.on_piece(piece)

    def _finish(self, exchange: Exchange) -> None:
        body, transport = self.body, self._transport
        piece = b""
        if body:
            piece = body[0] if len(body) == 1 else b"".join(body)
            body.clear()
        self._exchange = None
        assert transport is not None
        if exchange.bodiless and piece:
            piece, self._keep = b"", False
        reusable = self._keep and self._unsent is None and not transport.get_write_buffer_size()
        if reusable and not transport.is_closing():
            if exchange.paused:
                transport.resume_reading()
            self.idle_until = inf
            self._owner.release(self, self._idle_max_s)
        else:
            self.discard()
        exchange.on_end(piece)

    def _fail(self, detail: str, *, timed_out: bool = False, by_peer: bool = False) -> None:
        exchange, self._exchange = self._exchange, None
        assert exchange is not None
        stale = by_peer and self.served > 1 and not self._heard and not exchange.tried
        if stale and self._loop.time() - self._written_at <= STALE_S:
            self._owner.retry(exchange)  # first, so that it stands before those who wait when our place becomes free
            self.discard()
            return
        phase = self._phase(exchange)
        self.discard()
        self._owner.failed(exchange, WireError(phase, detail, timed_out=timed_out))

    def _phase(self, exchange: Exchange) -> Phase:
        return "body" if exchange.status else "head" if self._unsent is None else "send"

    def _detach(self) -> None:
        if self._attached:
            self._attached = False
            self._owner.lost()

    def _refuse(self, why: str) -> None:
        self._refusal = why
        raise _RefusedError

    def _bare(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Answers that have no body must not say how long it is (RFC 9110, 8.6; 9112, 6.1): a 304's length is allowed,
        and one of nothing does no harm."""
        for name, value in headers:
            harmless = name == b"content-length" and (status == 304 or (status == 204 and value == b"0"))
            if name in _FRAMING and not harmless:
                self._refuse(f"not a valid HTTP answer: {status} with a {name.decode()}")

    def _watch(self, name: bytes, value: bytes) -> None:
        if name == b"transfer-encoding":
            # We offered no other, and would hand out bytes that only look right. Not even a blank may follow: our
            # parser would not take that for chunked.
            if value.lower() != b"chunked" or any(name == each for each, _ in self._headers):
                self._refuse("not a valid HTTP answer: a transfer-encoding that is not chunked, once")
            if self._parser.get_http_version() != "1.1":  # RFC 9112, 6.1: whatever it passed through does not know it
                self._refuse("not a valid HTTP answer: a transfer-encoding in HTTP/1.0")
        elif name == b"content-encoding":
            if value.strip().lower() != b"identity" and 200 <= self._parser.get_status_code() < 300:
                self._refuse("the answer is compressed, though no compression was asked for")
        elif hint := _KEEP_ALIVE_TIMEOUT.search(value):
            # A second early: a request sent at the very moment when the peer closes is a request lost.
            self._idle_max_s = max(int(hint[1]) - 1.0, 0.0)

    def _pump(self) -> None:
        transport = self._transport
        assert transport is not None
        while self._unsent is not None and not self._write_paused and not transport.is_closing():
            piece, rest = self._unsent[:WRITE_SIZE], self._unsent[WRITE_SIZE:]
            self._unsent = rest if rest else None
            transport.write(piece)
        self._moved_at = self._loop.time()

    @staticmethod
    def _ends_by_closing(exchange: Exchange) -> bool:
        return exchange.header(b"content-length") is None and exchange.header(b"transfer-encoding") is None


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)
