"""One HTTP/1.1 connection to a peer, as a state machine on an asyncio transport: it carries one exchange at a time.

Knows HTTP/1.1's client side (RFC 9112, through httptools' strict llhttp), back-pressure both ways, and when this
connection's patience ends. Does not know other connections, names or certificates: `wire.Pool` owns it, opens it and
looks at its `deadline`.

All work is done in the transport's callbacks; a small request and its small answer cost one write, one read and one
resolved future.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from math import inf
from typing import Protocol, cast

import httptools

from tokenry.base.limits import HEADER_SIZE_MAX
from tokenry.engines.exchange import Exchange, Phase, StaleConnectionError, WireError

UNREAD_MAX = 256 * 1024  # bytes of body unread before we stop taking more from the peer
WRITE_AT_ONCE_MAX = 64 * 1024  # bytes of body that go out together with the head, in one write
WRITE_SIZE = 256 * 1024  # bytes of a large body handed to the transport at a time
_WATCHED = frozenset((b"transfer-encoding", b"keep-alive"))
_KEEP_ALIVE_TIMEOUT = re.compile(rb"(?:^|[,;\s])timeout\s*=\s*\"?(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each phase may take, in seconds; `inf` for no bound.

    Attributes:
        connect_s: name look-up, TCP and TLS together.
        first_byte_s: from the whole request written to the first byte of an answer.
        idle_s: between two pieces of an answer, or between two steps of a large request's writing. A reader of ours
            who does not read is not the peer's fault and stops this clock.
        total_s: from asking the pool to the last byte of the answer, the wait for a free connection included.
    """

    connect_s: float = 10.0
    first_byte_s: float = 300.0
    idle_s: float = 120.0
    total_s: float = 600.0


@dataclass(slots=True)
class Request:
    """A request ready to be written: head and body as bytes; `until` is the loop's time when it must be all over."""

    head: bytes
    body: bytes
    bodiless: bool  # the answer has no body whatever its headers say (HEAD)
    until: float


class Owner(Protocol):
    """Who keeps connections and is told what becomes of them."""

    timeouts: Timeouts

    def made(self) -> None:
        """A socket was opened."""
        ...

    def release(self, connection: Connection, idle_max_s: float) -> None:
        """The exchange is over and the connection can carry another, within `idle_max_s` seconds."""
        ...

    def forget(self, connection: Connection) -> None:
        """The connection is closed for good (its socket closes within a turn of the loop). Called once."""
        ...

    def lost(self) -> None:
        """A socket was closed."""
        ...


class _RefusedError(Exception):
    """Raised inside a parser's callback to stop it."""


class Connection(asyncio.Protocol):
    """See the module. `deadline` is the loop's time at which the owner must call `expire`; `inf` for never."""

    __slots__ = (
        "_attached", "_bodiless", "_exchange", "_finished", "_head_size", "_headers", "_heard", "_idle_max_s",
        "_interim", "_keep", "_loop", "_overhead", "_owner", "_parser", "_paused", "_refusal", "_timeouts",
        "_transport", "_unsent", "_until", "_write_paused", "closed", "deadline", "served",
    )  # fmt: skip  # one name a line would be a page

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop) -> None:
        self.closed = False
        self.served = 0  # exchanges begun
        self.deadline = inf
        self._owner = owner
        self._loop = loop
        self._timeouts = owner.timeouts
        self._transport: asyncio.Transport | None = None
        self._attached = False  # the owner counts our socket
        self._parser = httptools.HttpResponseParser(self)
        self._exchange: Exchange | None = None
        self._unsent: memoryview | None = None
        self._paused = self._write_paused = False
        self._until = self._idle_max_s = inf
        self._begin(bodiless=False)

    def _begin(self, *, bodiless: bool) -> None:
        self._bodiless = bodiless
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_size = 0  # bytes of header names and values of this exchange, interim heads and trailers included
        self._overhead = 0  # bytes that came since the last byte of body
        self._heard = self._interim = self._finished = self._keep = False
        self._refusal = ""

    # The owner's side.

    @property
    def usable(self) -> bool:
        """Open as far as we know, so a request may be tried on it."""
        return not self.closed and self._transport is not None and not self._transport.is_closing()

    def start(self, request: Request) -> Exchange:
        """Write a request; the exchange is told of the answer. The connection must be `usable` and carry no other."""
        transport = self._transport
        assert transport is not None
        assert self._exchange is None
        exchange = self._exchange = Exchange(self)
        self.served += 1
        self._until = request.until
        self._begin(bodiless=request.bodiless)
        if len(request.body) <= WRITE_AT_ONCE_MAX:
            transport.write(request.head + request.body)
            self._patience(self._timeouts.first_byte_s)
        else:
            transport.write(request.head)
            self._unsent = memoryview(request.body)
            self._pump()
        return exchange

    def expire(self, now: float) -> None:
        """`deadline` has passed: close, and fail the exchange if there is one."""
        if self._exchange is None:
            self.discard()
            return
        limits = self._timeouts
        if now >= self._until:
            detail = f"not done within {limits.total_s:g} s"
        elif self._unsent is not None:
            detail = f"the peer took no bytes for {limits.idle_s:g} s"
        elif not self._heard:
            detail = f"no answer within {limits.first_byte_s:g} s"
        else:
            detail = f"no more bytes of the answer within {limits.idle_s:g} s"
        self._fail(detail, timed_out=True)

    def discard(self) -> None:
        """Close the socket now. Idempotent."""
        if self.closed:
            return
        self.closed = True
        self.deadline = inf
        self._unsent = None
        if self._transport is not None:
            self._transport.abort()
        self._owner.forget(self)

    def abandon(self) -> None:
        """Opening failed: `discard`, and count the socket out now, for not every loop says `connection_lost` then."""
        self.discard()
        self._detach()

    # The exchange's side.

    def give_up(self, detail: str) -> None:
        """Close the socket now and fail the exchange, if there is one, with `detail`."""
        if self._exchange is not None:
            self._fail(detail)
        self.discard()

    def read_on(self) -> None:
        """The reader has emptied the buffer: take bytes again if that was paused."""
        if self._paused and self._transport is not None:
            self._paused = False
            self._patience(self._timeouts.idle_s)
            self._transport.resume_reading()

    # The transport's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self.closed:  # whoever asked for it has gone
            self._transport.abort()
            return
        self._attached = True
        self._owner.made()

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:  # nobody asked: a goodbye in words, or junk
            self.discard()
            return
        self._heard = True
        self._overhead += len(data)
        self._patience(self._timeouts.idle_s)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as problem:
            if not self._finished:
                self._fail(f"not a valid HTTP answer: {self._refusal or problem}")
                return
            self._keep = False  # the answer was whole; what follows it is junk
        if self._finished:
            self._finish()
        elif self._overhead > HEADER_SIZE_MAX:
            self._fail(f"not a valid HTTP answer: more than {HEADER_SIZE_MAX} bytes of head or trailers")
        elif exchange.unread > UNREAD_MAX and not self._paused and self._transport is not None:
            self._paused = True
            self.deadline = self._until
            self._transport.pause_reading()

    def eof_received(self) -> None:
        exchange = self._exchange
        if exchange is None:
            self.discard()
        elif exchange.status and self._ends_by_closing(exchange):
            self._keep = False
            self._finish()
        else:
            self._fail("the peer closed the connection", by_peer=True)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._exchange is not None:
            self._fail(f"the connection was lost{f' ({exc})' if exc else ''}", by_peer=True)
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
            self._refuse("bytes after the answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        value = value.rstrip(b" \t")  # the parser strips the left side only
        self._head_size += len(name) + len(value) + 4
        if self._head_size > HEADER_SIZE_MAX:
            self._refuse(f"more than {HEADER_SIZE_MAX} bytes of head or trailers")
        if name in _WATCHED:
            self._watch(name, value)
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self._parser.get_http_version() not in {"1.1", "1.0"}:
            self._refuse("neither HTTP/1.1 nor HTTP/1.0")
        if not 100 <= status <= 599 or status == 101:  # we never ask to switch protocols
            self._refuse(f"status {status}")
        self._interim = status < 200
        if self._interim:
            return
        assert self._exchange is not None
        headers, self._headers = self._headers, []  # trailers go to a list that nobody reads
        self._exchange.on_head(status, headers)
        # A HEAD's answer may leave the parser waiting for a body that never comes: then that connection is not kept.
        self._finished = self._bodiless

    def on_body(self, body: bytes) -> None:
        if self._finished or self._exchange is None:
            self._refuse("a body where none belongs")
            return
        self._overhead = 0
        self._exchange.on_piece(body)

    def on_message_complete(self) -> None:
        if self._interim:
            self._headers = []
            self._patience(self._timeouts.first_byte_s)
            return
        self._keep = self._parser.should_keep_alive()
        self._finished = True

    # What they share.

    def _patience(self, seconds: float) -> None:
        """The peer must show a sign of life within `seconds`; while our own reader is slow, only the total counts."""
        self.deadline = self._until if self._paused else min(self._loop.time() + seconds, self._until)

    def _detach(self) -> None:
        if self._attached:
            self._attached = False
            self._owner.lost()

    def _refuse(self, why: str) -> None:
        self._refusal = why
        raise _RefusedError

    def _watch(self, name: bytes, value: bytes) -> None:
        if name == b"transfer-encoding":
            if value.lower() != b"chunked":  # we offered no other, and would hand out bytes that only look right
                self._refuse("a transfer-encoding that is not chunked")
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
        waiting = self._unsent is None and not self._heard
        self._patience(self._timeouts.first_byte_s if waiting else self._timeouts.idle_s)

    @staticmethod
    def _ends_by_closing(exchange: Exchange) -> bool:
        return exchange.header(b"content-length") is None and exchange.header(b"transfer-encoding") is None

    def _finish(self) -> None:
        exchange, self._exchange = self._exchange, None
        transport = self._transport
        assert exchange is not None
        assert transport is not None
        reusable = self._keep and self._unsent is None and not transport.get_write_buffer_size()
        if reusable and not transport.is_closing():
            if self._paused:
                self._paused = False
                transport.resume_reading()
            self.deadline = inf
            exchange.on_end()
            self._owner.release(self, self._idle_max_s)
        else:
            exchange.on_end()
            self.discard()

    def _fail(self, detail: str, *, timed_out: bool = False, by_peer: bool = False) -> None:
        exchange, self._exchange = self._exchange, None
        assert exchange is not None
        phase: Phase = "body" if exchange.status else "head" if self._unsent is None else "send"
        stale = by_peer and self.served > 1 and not self._heard
        kind = StaleConnectionError if stale else WireError
        self.discard()
        exchange.on_error(kind(phase, detail, timed_out=timed_out))
