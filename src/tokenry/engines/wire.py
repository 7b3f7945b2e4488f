"""The wire to engines: a pooled HTTP/1.1 client for many small requests and long streams to one origin.

Knows how many connections may stand to an origin, who waits for one, and when patience ends. Does not know what
travels: no JSON, no events, no redirects, no cookies, no compression. `exchange` is one request and its answer as the
one who asks sees them, `http1` one connection, `dial` how it is opened, `origin` where to.

Why not a general client: those cost 4 to 200 times as much of the event loop's time per request, and the loop is what
a gateway is made of. Here nothing is made per request but the exchange and, for who waits, one future: no task, no
time-out object, no lock. One timer per pool looks at all connections some times a second, so a time-out may come late
by a tenth of the shortest one (at most 1 s).
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tokenry.engines.dial import Dialer
from tokenry.engines.exchange import Exchange, Phase, WireError
from tokenry.engines.http1 import WRITE_AT_ONCE_MAX, Connection, Timeouts
from tokenry.engines.origin import Origin, Proxy
from tokenry.engines.tls import TlsSettings

__all__ = ["Exchange", "Origin", "Phase", "Pool", "Proxy", "Stats", "Timeouts", "TlsSettings", "WireError"]

IDLE_S = 60.0  # an idle connection older than this may have been forgotten by something in between
SWEEP_S_MIN, SWEEP_S_MAX = 0.005, 1.0
CLOSE_S = 1.0
_METHOD = re.compile(rb"[A-Z]{1,20}")
_TARGET = re.compile(rb"/[!-~]*")
_BODY_EXPECTED = frozenset((b"POST", b"PUT", b"PATCH"))  # methods that say `content-length: 0` when there is none


@dataclass(frozen=True, slots=True)
class Stats:
    """A pool at one moment: connections `open` (being opened included) and of those `idle`; requests `waiting` for one;
    sockets `opened` and requests that `reused` one, since the beginning."""

    open: int
    idle: int
    opened: int
    reused: int
    waiting: int


class Dial(Protocol):
    """What opens connections: a `Dialer`, or something of a test's own."""

    async def open(self, connection: asyncio.BaseProtocol, until: float) -> None:
        """Connect, before the loop's time `until`. Raises WireError."""
        ...


class Pool:
    """Connections to one origin, at most `connections_max`; further requests wait, first come first served.

    Belongs to the event loop that runs when it is made. At most `idle_max` connections (default: all) are kept idle,
    for `idle_s` seconds or what the peer's `Keep-Alive: timeout=` says, whichever is less; one that the peer closes
    leaves at once.

    A request is tried again, once and on a fresh connection, only when the connection it went out on had been used
    before and died at once and before the first byte of an answer: the peer closed it while we were writing.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        connections_max: int,
        timeouts: Timeouts | None = None,
        idle_max: int | None = None,
        idle_s: float = IDLE_S,
    ) -> None:
        if connections_max < 1:
            raise ValueError("connections_max must be at least 1")
        self.origin = origin
        self.timeouts = timeouts or Timeouts()
        self.dial: Dial = Dialer(origin, self.timeouts)
        """What opens connections; a simulation puts its own here."""
        self.on_failure: Callable[[WireError], None] | None = None
        """Called with what failed a request before its answer's head, unless its reader or `close` ended it."""
        self._connections_max = connections_max
        self._idle_max = connections_max if idle_max is None else idle_max
        self._idle_s = idle_s
        limits = self.timeouts
        shortest_s = min(limits.first_byte_s, limits.idle_s, limits.total_s, idle_s)
        self._sweep_s = min(max(shortest_s / 10, SWEEP_S_MIN), SWEEP_S_MAX)
        self._sweeper: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._total_s = limits.total_s
        self._connections: set[Connection] = set()
        self._idle: dict[Connection, None] = {}  # the one used last stands last and is taken first
        self._waiters: OrderedDict[Exchange, None] = OrderedDict()
        self._openings: dict[Exchange, tuple[asyncio.Task[None], Connection]] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # those of openings, also such as nobody wants any more
        self._slots = 0  # connections that are open or being opened
        self._sockets = self._opened = self._reused = 0
        self._closed = False
        self._sockets_gone = asyncio.Event()

    @property
    def stats(self) -> Stats:
        """Figures of this moment."""
        return Stats(self._slots, len(self._idle), self._opened, self._reused, len(self._waiters))

    # The asker's side.

    async def request(self, method: bytes, target: bytes, headers: bytes = b"", body: bytes = b"") -> Exchange:
        """Send one request and wait for its answer's head. Cancelling closes the connection.

        Args:
            method: upper-case letters.
            target: path and query in printable ASCII, beginning with a slash.
            headers: ready `name: value\\r\\n` lines, without host, content-length, transfer-encoding and connection.
            body: all of it; a large one is written no faster than the peer reads.

        Raises:
            WireError: no connection, or no answer's head. An answer of any status is no error.
            ValueError: the request is not one that HTTP can carry.
        """
        head = self.head(method, target, headers)
        if body or method in _BODY_EXPECTED:
            exchange = self.start(head, body)
        else:
            until = self._loop.time() + self._total_s
            exchange = self._begin(Exchange(head + b"\r\n", b"", until, bodiless=method == b"HEAD"))
        if not exchange.status:
            await exchange.answered()
        return exchange

    def head(self, method: bytes, target: bytes, headers: bytes) -> bytes:
        """The part of a request that can be made once for many: its first line, host and headers, for `start`.

        Raises:
            ValueError: not one that HTTP can carry.
        """
        if not _METHOD.fullmatch(method) or not _TARGET.fullmatch(target):
            raise ValueError("not a method and target that HTTP can carry")
        if headers and (headers[-2:] != b"\r\n" or b"\r\n\r\n" in headers or headers[:1] == b"\r"):
            raise ValueError("headers must be whole lines, each ended by one CRLF")
        return self.origin.head(method, target) + headers

    def start(self, head: bytes, body: bytes, make: Callable[[bytes, bytes, float], Exchange] = Exchange) -> Exchange:
        """Send a request without waiting for anything; what goes wrong, the exchange says.

        Args:
            head: from `head`, maybe with further whole lines after it.
            body: all of it.
            make: makes the exchange from its first bytes, a large body and its last moment, as `Exchange` itself does.
        """
        size, until = len(body), self._loop.time() + self._total_s
        if size <= WRITE_AT_ONCE_MAX:
            return self._begin(make(b"%bcontent-length: %d\r\n\r\n%b" % (head, size, body), b"", until))
        return self._begin(make(b"%bcontent-length: %d\r\n\r\n" % (head, size), body, until))

    async def close(self) -> None:
        """Abort everything, fail those who wait, and return when the sockets are closed (1 s at most)."""
        self._closed = True
        for exchange in [*self._waiters, *self._openings]:
            self.give_up(exchange, "the engine stopped while it was being connected to")
        for connection in list(self._connections):
            connection.shut("the pool was closed")
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sockets:
            try:
                async with asyncio.timeout(CLOSE_S):
                    await self._sockets_gone.wait()
            except TimeoutError:
                return

    # An exchange that waits is carried by the pool.

    def give_up(self, exchange: Exchange, detail: str) -> None:
        """Take an exchange that has no connection yet out of the line, failing it with `detail`."""
        self._waiters.pop(exchange, None)
        if exchange in self._openings:
            task, connection = self._openings.pop(exchange)
            task.cancel()
            connection.abandon()  # here, for a task that is cancelled before it began does nothing at all
        exchange.on_error(WireError("connect", detail, sent_any=exchange.tried))

    def read_on(self) -> None:
        """Nothing comes before a connection is there."""

    # Connections tell their owner.

    def made(self) -> None:
        """A connection's word: a socket was opened."""
        self._opened += 1
        self._sockets += 1
        self._sockets_gone.clear()

    def lost(self) -> None:
        """A connection's word: a socket was closed."""
        self._sockets -= 1
        if not self._sockets:
            self._sockets_gone.set()

    def release(self, connection: Connection, idle_max_s: float) -> None:
        """A connection's word: free for another request, within `idle_max_s` seconds."""
        if self._waiters:
            exchange, _ = self._waiters.popitem(last=False)
            assert not exchange.tried, "its dead connection's place was its own"
            self._reused += 1
            connection.start(exchange)
            return
        idle_s = self._idle_s if idle_max_s > self._idle_s else idle_max_s
        if self._closed or len(self._idle) >= self._idle_max or idle_s <= 0:
            connection.discard()
            return
        connection.idle_until = self._loop.time() + idle_s
        self._idle[connection] = None

    def retry(self, exchange: Exchange) -> None:
        """A connection's word: it was dead before this exchange went out on it."""
        exchange.tried = True
        self._wait(exchange)

    def failed(self, exchange: Exchange, error: WireError) -> None:
        """A connection's word: an exchange has failed."""
        if self.on_failure is not None and error.phase != "body" and not self._closed:
            self.on_failure(error)
        exchange.on_error(error)

    def forget(self, connection: Connection) -> None:
        """A connection's word: closed for good. Said once."""
        self._connections.discard(connection)
        self._idle.pop(connection, None)
        self._slots -= 1
        self._open_for_waiters()

    # Getting a connection.

    def _begin(self, exchange: Exchange) -> Exchange:
        while self._idle:
            connection, _ = self._idle.popitem()
            if connection.usable and connection.idle_until > self._loop.time():  # the sweep may be a second late
                self._reused += 1
                connection.start(exchange)
                return exchange
            connection.discard()
        self._wait(exchange)
        return exchange

    def _wait(self, exchange: Exchange) -> None:
        """Put it in line, one that was tried at its head, and open a connection if there may be one more."""
        exchange.carrier = self
        if self._closed:
            self.give_up(exchange, "the engine stopped while it was being connected to")
            return
        self._waiters[exchange] = None
        if exchange.tried:
            self._waiters.move_to_end(exchange, last=False)
            if self._slots >= self._connections_max and self._idle:
                next(iter(self._idle)).discard()  # its place is taken by who stands first in line
        self._open_for_waiters()
        self._watch()

    def _open_for_waiters(self) -> None:
        while self._waiters and self._slots < self._connections_max:
            exchange, _ = self._waiters.popitem(last=False)
            self._slots += 1
            connection = Connection(self, self._loop)
            self._connections.add(connection)
            task = self._loop.create_task(self._open(connection, exchange))
            self._openings[exchange] = task, connection
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open(self, connection: Connection, exchange: Exchange) -> None:
        """Open a connection and give it the exchange it is opened for. Cancelled when nobody wants that any more."""
        error: WireError | None = WireError("connect", "the connection could not be opened", sent_any=False)
        try:
            await self.dial.open(connection, exchange.until)
            error = None
            if not connection.usable:
                error = WireError("connect", "the peer closed the connection as soon as it was open", sent_any=False)
        except WireError as problem:
            error = problem
        finally:
            wanted = self._openings.pop(exchange, None) is not None
            if error is not None:
                connection.abandon()
                if wanted:
                    error.sent_any = exchange.tried  # on the connection before
                    self.failed(exchange, error)
        if wanted and error is None:
            connection.start(exchange)
            self._watch()

    # Time.

    def _watch(self) -> None:
        if self._sweeper is None and not self._closed:
            self._sweeper = self._loop.call_later(self._sweep_s, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        now = self._loop.time()
        while self._waiters:  # they first, or those out of time would take the places of those whose time is out now
            exchange = next(iter(self._waiters))
            if exchange.until > now:
                break
            del self._waiters[exchange]
            detail = f"no free connection within {self.timeouts.total_s:g} s"
            self.failed(exchange, WireError("connect", detail, timed_out=True, sent_any=exchange.tried))
        for connection in list(self._connections):
            connection.check(now)
        if self._connections or self._waiters:
            self._watch()
