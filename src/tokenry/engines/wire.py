"""The wire to engines: a pooled HTTP/1.1 client for many small requests and long streams to one origin.

Knows where an origin is, how many connections may stand there, who waits for one, and when patience ends. Does not
know what travels: no JSON, no events, no redirects, no cookies, no compression, no proxies. `exchange` is the answer's
reading side, `http1` one connection.

Why not a general client: those cost 4 to 200 times as much of the event loop's time per request, and the loop is what
a gateway is made of. Here nothing is made per request but the exchange and one future: no task, no time-out object,
no lock. One timer per pool looks at all connections' deadlines some times a second, so a time-out may come late by a
tenth of the shortest one (at most 1 s).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import OrderedDict
from dataclasses import dataclass
from math import inf
from pathlib import Path
from urllib.parse import urlsplit

from tokenry.engines.exchange import Exchange, Phase, StaleConnectionError, WireError
from tokenry.engines.http1 import Connection, Request, Timeouts

__all__ = ["Exchange", "Origin", "Phase", "Pool", "Stats", "Timeouts", "WireError"]

IDLE_S = 60.0  # an idle connection older than this may have been forgotten by something in between
SWEEP_S_MIN, SWEEP_S_MAX = 0.005, 1.0
CLOSE_S = 1.0
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?|[0-9a-f:.]+", re.IGNORECASE)
_PATH = re.compile(r"(?:/[!-\"$->@-~]*)?")  # printable ASCII without `?` and `#`
_METHOD = re.compile(rb"[A-Z]{1,20}")
_TARGET = re.compile(rb"/[!-~]*")
_BODY_EXPECTED = frozenset((b"POST", b"PUT", b"PATCH"))  # methods that say `content-length: 0` when there is none


@dataclass(frozen=True)
class Origin:
    """Where a pool's connections go. `ssl` is None for plain HTTP; `host_header` is the ready value of `host`."""

    scheme: str
    host: str
    port: int
    ssl: ssl.SSLContext | None
    host_header: bytes

    @classmethod
    def parse(cls, url: str, ca_file: str | None = None, verify: bool = True) -> tuple[Origin, bytes]:
        """The origin of a base URL, and the URL's path without a slash at its end (`b"/v1"`, or `b""`).

        Args:
            url: `http://` or `https://`, a host, maybe a port and a path; no user, query or fragment.
            ca_file: PEM file of the only authorities to trust; None for the system's.
            verify: False trusts any certificate of any name.

        Raises:
            ValueError: with words for the configuration's author. Reads files: not for the hot path.
        """
        if not url.isprintable():
            raise ValueError("the URL must not hold control characters")  # urlsplit would drop them silently
        parts = urlsplit(url)
        scheme, host, path = parts.scheme, parts.hostname or "", parts.path.rstrip("/")
        if scheme not in {"http", "https"}:
            raise ValueError("the URL must begin with http:// or https://")
        if "@" in parts.netloc:
            raise ValueError("the URL must not hold a user or password; use a key")
        if "?" in url or "#" in url:
            raise ValueError("the URL must not hold a query or fragment")
        if not host.isascii():
            host = _idna(host)
        if not _HOST.fullmatch(host) or not _PATH.fullmatch(path):
            raise ValueError("the URL has no valid host or path")
        standard = 443 if scheme == "https" else 80
        port = standard if parts.port is None else parts.port  # ValueError with words of its own when out of range
        if port == 0:
            raise ValueError("the URL's port must be 1 to 65535")
        name = f"[{host}]" if ":" in host else host
        context = _tls(ca_file, verify=verify) if scheme == "https" else None
        host_header = (name if port == standard else f"{name}:{port}").encode()
        return cls(scheme, host, port, context, host_header), path.encode()


def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise ValueError("the URL's host is not a name that DNS can hold") from None


def _tls(ca_file: str | None, *, verify: bool) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file and str(Path(ca_file).expanduser()))
    except OSError as problem:  # ssl.SSLError is one
        reason = problem.strerror or "not PEM certificates"
        raise ValueError(f"cannot read certificates from {ca_file}: {reason}") from None
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True)
class Stats:
    """A pool at one moment: connections `open` (being opened included) and of those `idle`; requests `waiting` for one;
    sockets `opened` and requests that `reused` one, since the beginning."""

    open: int
    idle: int
    opened: int
    reused: int
    waiting: int


class Pool:
    """Connections to one origin, at most `connections_max`; further requests wait, first come first served.

    Belongs to one event loop. At most `idle_max` connections (default: all) are kept idle, for `idle_s` seconds or
    what the peer's `Keep-Alive: timeout=` says, whichever is less; one that the peer closes leaves at once.
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
        self._connections_max = connections_max
        self._idle_max = connections_max if idle_max is None else idle_max
        self._idle_s = idle_s
        limits = self.timeouts
        shortest_s = min(limits.first_byte_s, limits.idle_s, limits.total_s, idle_s)
        self._sweep_s = min(max(shortest_s / 10, SWEEP_S_MIN), SWEEP_S_MAX)
        self._sweeper: asyncio.TimerHandle | None = None
        self._connections: dict[Connection, None] = {}  # the oldest first
        self._idle: dict[Connection, None] = {}  # the one used last stands last and is taken first
        # A waiter is handed a connection, or None: the right to open one. The value is its deadline.
        self._waiters: OrderedDict[asyncio.Future[Connection | None], float] = OrderedDict()
        self._slots = 0  # connections that are open or being opened, and rights handed to waiters
        self._sockets = self._opened = self._reused = 0
        self._closed = False
        self._sockets_gone = asyncio.Event()

    @property
    def stats(self) -> Stats:
        """Figures of this moment."""
        return Stats(self._slots, len(self._idle), self._opened, self._reused, len(self._waiters))

    async def request(self, method: bytes, target: bytes, headers: bytes = b"", body: bytes = b"") -> Exchange:
        """Send one request and wait for its answer's head.

        A request is tried again, once and on a fresh connection, only when the connection it went out on had been
        used before and died before the first byte of an answer: the peer closed it while we were writing. Cancelling
        closes the connection.

        Args:
            method: upper-case letters.
            target: path and query in printable ASCII, beginning with a slash.
            headers: ready `name: value\\r\\n` lines, without host, content-length, transfer-encoding and connection.
            body: all of it; a large one is written no faster than the peer reads.

        Raises:
            WireError: no connection, or no answer's head. An answer of any status is no error.
            ValueError: the request is not one that HTTP can carry.
        """
        loop = asyncio.get_running_loop()
        head = self._head(method, target, headers, body)
        request = Request(head, body, method == b"HEAD", loop.time() + self.timeouts.total_s)
        connection = self._reusable() or await self._connection(request.until, fresh=False)
        exchange = self._start(connection, request)
        try:
            await exchange.answered()
        except StaleConnectionError:
            exchange = self._start(await self._second_connection(request.until), request)
            await exchange.answered()
        return exchange

    async def close(self) -> None:
        """Abort everything, fail those who wait, and return when the sockets are closed (1 s at most)."""
        self._closed = True
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                waiter.set_exception(self._closed_error())
        for connection in list(self._connections):
            connection.give_up("the pool was closed")
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        if self._sockets:
            try:
                async with asyncio.timeout(CLOSE_S):
                    await self._sockets_gone.wait()
            except TimeoutError:
                return

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
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                waiter.set_result(connection)
                return
        idle_s = min(self._idle_s, idle_max_s)
        if self._closed or len(self._idle) >= self._idle_max or idle_s <= 0:
            connection.discard()
            return
        connection.deadline = asyncio.get_running_loop().time() + idle_s
        self._idle[connection] = None

    def forget(self, connection: Connection) -> None:
        """A connection's word: closed for good. Said once."""
        self._connections.pop(connection, None)
        self._idle.pop(connection, None)
        self._free_slot()

    # Getting a connection.

    def _head(self, method: bytes, target: bytes, headers: bytes, body: bytes) -> bytes:
        if not _METHOD.fullmatch(method) or not _TARGET.fullmatch(target):
            raise ValueError("not a method and target that HTTP can carry")
        if headers and (headers[-2:] != b"\r\n" or b"\r\n\r\n" in headers or headers[:1] == b"\r"):
            raise ValueError("headers must be whole lines, each ended by one CRLF")
        head = b"%b %b HTTP/1.1\r\nhost: %b\r\n%b" % (method, target, self.origin.host_header, headers)
        if body or method in _BODY_EXPECTED:
            return b"%bcontent-length: %d\r\n\r\n" % (head, len(body))
        return head + b"\r\n"

    def _start(self, connection: Connection, request: Request) -> Exchange:
        if connection.served:
            self._reused += 1
        return connection.start(request)

    def _reusable(self) -> Connection | None:
        while self._idle:
            connection, _ = self._idle.popitem()
            if connection.usable:
                return connection
            connection.discard()
        return None

    async def _connection(self, until: float, *, fresh: bool) -> Connection:
        """Open a connection, or wait for one. A `fresh` one goes to the front and is never one that was used."""
        if self._closed:
            raise self._closed_error()
        if self._slots < self._connections_max:
            self._slots += 1
            return await self._connect(until)
        if fresh and self._idle:
            return await self._connect_instead_of(next(iter(self._idle)), until)
        while True:
            connection = await self._turn(until, front=fresh)
            if connection is None:
                return await self._connect(until)
            if fresh:
                return await self._connect_instead_of(connection, until)
            if connection.usable:
                return connection
            connection.discard()  # it died between its release and our turn
            fresh = True

    async def _second_connection(self, until: float) -> Connection:
        try:
            return await self._connection(until, fresh=True)
        except WireError as error:
            error.sent_any = True  # on the first one
            raise

    async def _connect_instead_of(self, connection: Connection, until: float) -> Connection:
        self._slots += 1  # ours before the other's is freed, so that no waiter is given it
        connection.discard()
        return await self._connect(until)

    async def _turn(self, until: float, *, front: bool) -> Connection | None:
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = until
        if front:
            self._waiters.move_to_end(waiter, last=False)
        self._watch()
        try:
            return await waiter
        except (asyncio.CancelledError, GeneratorExit):
            self._waiters.pop(waiter, None)
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._return_turn(waiter.result())
            raise

    def _return_turn(self, connection: Connection | None) -> None:
        if connection is None:
            self._free_slot()
        elif connection.usable:
            self.release(connection, inf)
        else:
            connection.discard()

    def _free_slot(self) -> None:
        self._slots -= 1
        while self._waiters and self._slots < self._connections_max:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                self._slots += 1
                waiter.set_result(None)

    async def _connect(self, until: float) -> Connection:
        """Open a connection into a slot that is ours already; the slot goes when the connection goes."""
        loop = asyncio.get_running_loop()
        limit_s = min(self.timeouts.connect_s, until - loop.time())
        connection = Connection(self, loop)
        self._connections[connection] = None
        self._watch()
        try:
            async with asyncio.timeout(None if limit_s == inf else limit_s):
                await self._open(loop, connection)
        except TimeoutError:
            connection.abandon()
            detail = f"no connection within {max(limit_s, 0):.3g} s"
            raise WireError("connect", detail, timed_out=True, sent_any=False) from None
        except OSError as problem:
            connection.abandon()
            raise WireError("connect", str(problem) or type(problem).__name__, sent_any=False) from problem
        except BaseException:
            connection.abandon()
            raise
        if self._closed:
            connection.discard()
            raise self._closed_error()
        if not connection.usable:
            connection.discard()
            raise WireError("connect", "the peer closed the connection as soon as it was open", sent_any=False)
        return connection

    async def _open(self, loop: asyncio.AbstractEventLoop, connection: Connection) -> None:
        origin = self.origin
        name = origin.host if origin.ssl else None
        await loop.create_connection(lambda: connection, origin.host, origin.port, ssl=origin.ssl, server_hostname=name)

    @staticmethod
    def _closed_error() -> WireError:
        return WireError("connect", "the pool is closed", sent_any=False)

    # Time.

    def _watch(self) -> None:
        if self._sweeper is None and not self._closed:
            self._sweeper = asyncio.get_running_loop().call_later(self._sweep_s, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        now = asyncio.get_running_loop().time()
        while self._waiters:  # they first, or those out of time would take the places of those whose time is out now
            waiter, until = next(iter(self._waiters.items()))
            if until > now and not waiter.done():
                break
            del self._waiters[waiter]
            if not waiter.done():
                detail = f"no free connection within {self.timeouts.total_s:g} s"
                waiter.set_exception(WireError("connect", detail, timed_out=True, sent_any=False))
        for connection in [each for each in self._connections if each.deadline <= now]:
            connection.expire(now)
        if self._connections or self._waiters:
            self._watch()
