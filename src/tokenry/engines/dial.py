"""Opening a connection: name look-up, the next address when one does not answer, a proxy's tunnel, TLS; each in time.

Knows how to get from an origin to a transport. Does not know what is spoken then, nor how many connections there are.

A name is looked up anew for every connection, so a provider that moves is followed. Each look-up has a thread of its
own, and connections that are opened at the same time share one: a DNS server that hangs holds up nobody else, neither
the pools of other providers nor the end of the process. Addresses are tried as RFC 8305 has it: in the resolver's
order with the families taking turns, the next a quarter of a second later or as soon as one has failed.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from itertools import chain, zip_longest
from math import inf
from typing import Any

from tokenry.engines.exchange import WireError
from tokenry.engines.http1 import Timeouts
from tokenry.engines.origin import Origin
from tokenry.engines.tls import words_of

NEXT_ADDRESS_S = 0.25
ADDRESSES_MAX = 16  # of one name; the rest would not be reached in time anyway
PROXY_HEAD_SIZE_MAX = 16 * 1024
_PROXY_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: [^\r\n]*)?\r\n")

Address = tuple[int, Any]  # family and socket address
Resolve = Callable[[str, int], Sequence[Address]]


def look_up(host: str, port: int) -> list[Address]:
    """The system's answer for a name. Blocks. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


class Names:
    """The addresses of one host and port, looked up anew each time."""

    def __init__(self, host: str, port: int, resolve: Resolve = look_up) -> None:
        self._host = host
        self._port = port
        self._resolve = resolve
        self._under_way: asyncio.Future[Sequence[Address]] | None = None

    async def addresses(self) -> list[Address]:
        """In the order in which to try them. Raises OSError."""
        with suppress(ValueError):
            version = ip_address(self._host).version
            return [(socket.AF_INET6 if version == 6 else socket.AF_INET, (self._host, self._port))]
        if self._under_way is None:
            loop = asyncio.get_running_loop()
            self._under_way = loop.create_future()
            threading.Thread(target=self._ask, args=(loop, self._under_way), name="look-up", daemon=True).start()
        return _taking_turns(await asyncio.shield(self._under_way))

    def _ask(self, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[Address]]) -> None:
        found: Sequence[Address] | OSError
        try:
            found = self._resolve(self._host, self._port)
        except (OSError, UnicodeError) as problem:
            found = problem if isinstance(problem, OSError) else OSError("the name is not one that DNS can hold")
        with suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(self._tell, answer, found)

    def _tell(self, answer: asyncio.Future[Sequence[Address]], found: Sequence[Address] | OSError) -> None:
        self._under_way = None
        if isinstance(found, OSError):
            answer.set_exception(found)
            answer.exception()  # nobody may be waiting any more
        else:
            answer.set_result(found)


class Dialer:
    """Opens connections to one origin.

    Args:
        origin: where to.
        timeouts: `connect_s` for all of it, `dns_s` and `tls_s` for their parts.
        resolve: looks up a name; blocks.
    """

    def __init__(self, origin: Origin, timeouts: Timeouts, resolve: Resolve = look_up) -> None:
        self._origin = origin
        self._timeouts = timeouts
        target = origin.proxy or origin
        self._names = Names(target.host, target.port, resolve)
        self._host, self._port = target.host, target.port

    async def open(self, connection: asyncio.BaseProtocol, until: float = inf) -> None:
        """Connect `connection`: its `connection_made` has been called when this returns.

        Args:
            connection: the protocol to attach.
            until: the loop's time when nobody wants it any more.

        Raises:
            WireError: phase `connect`, in words that say what to do.
        """
        loop = asyncio.get_running_loop()
        steps = _Steps(loop, min(loop.time() + self._timeouts.connect_s, until), self._timeouts.connect_s)
        try:
            async with steps.clock:
                await self._open(loop, connection, steps)
        except TimeoutError:
            detail = f"no connection within {steps.limit_s:.3g} s ({steps.doing})"
            raise WireError("connect", detail, timed_out=True, sent_any=False) from None
        except (OSError, ValueError) as problem:  # ValueError: the TLS library does not take the name
            raise WireError("connect", self._words(problem, steps), sent_any=False) from problem

    async def _open(self, loop: asyncio.AbstractEventLoop, connection: asyncio.BaseProtocol, steps: _Steps) -> None:
        origin, tls = self._origin, self._origin.tls
        who = "the proxy " if origin.proxy is not None else ""
        steps.begin(f"looking up {who}{self._host}", self._timeouts.dns_s)
        addresses = (await self._names.addresses())[:ADDRESSES_MAX]
        steps.begin(f"connecting to {who}{self._host} port {self._port}", inf)
        sock = await _race(loop, addresses)
        try:
            if origin.proxy is not None and tls is not None:
                steps.begin(f"asking the proxy {self._host} for {origin.authority}", inf)
                await _tunnel(loop, sock, origin)
        except BaseException:
            sock.close()
            raise
        if tls is None:
            await loop.create_connection(lambda: connection, sock=sock)
            return
        steps.begin(f"TLS with {origin.host}", self._timeouts.tls_s)
        name = tls.server_name or origin.host
        await loop.create_connection(lambda: connection, sock=sock, ssl=tls.context(), server_hostname=name)

    def _words(self, problem: OSError | ValueError, steps: _Steps) -> str:
        tls = self._origin.tls
        if isinstance(problem, ssl.SSLError):
            return words_of(problem, (tls and tls.server_name) or self._origin.host)
        if isinstance(problem, socket.gaierror):
            if problem.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
                return f"there is no host called {self._host}: look at base_url, or at this machine's DNS"
            return f"the name {self._host} cannot be looked up now ({problem.strerror}): look at this machine's DNS"
        if isinstance(problem, ConnectionError) and steps.doing.startswith("TLS"):
            return "the provider closed the connection during the TLS handshake; it may want a client_cert_file"
        return str(problem) or type(problem).__name__


class _Steps:
    """What is being done now, and the one clock over it all that each step may set earlier."""

    def __init__(self, loop: asyncio.AbstractEventLoop, end: float, limit_s: float) -> None:
        self._loop = loop
        self._end = end
        self._whole_s = self.limit_s = limit_s
        self.doing = ""
        self.clock = asyncio.timeout_at(None if end == inf else end)

    def begin(self, doing: str, limit_s: float) -> None:
        """The next step, which may take `limit_s` seconds."""
        own_end = self._loop.time() + limit_s
        self.doing = doing
        self.limit_s = limit_s if own_end < self._end else self._whole_s
        end = min(own_end, self._end)
        self.clock.reschedule(None if end == inf else end)


async def _race(loop: asyncio.AbstractEventLoop, addresses: Sequence[Address]) -> socket.socket:
    """A socket connected to the first address that answers. Raises the first one's OSError when none does."""
    if not addresses:
        raise OSError("the name has no address")
    if len(addresses) == 1:
        return await _connect(loop, addresses[0])
    waiting = list(addresses)
    trying: list[asyncio.Task[socket.socket]] = []
    winner: asyncio.Task[socket.socket] | None = None
    try:
        while waiting or not all(task.done() for task in trying):
            if waiting:
                trying.append(loop.create_task(_connect(loop, waiting.pop(0))))
            running = [task for task in trying if not task.done()]
            patience_s = NEXT_ADDRESS_S if waiting else None
            await asyncio.wait(running, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            winner = next((task for task in trying if task.done() and task.exception() is None), None)
            if winner is not None:
                return winner.result()
        return trying[0].result()
    finally:
        for task in trying:
            if not task.done():
                task.cancel()  # it closes its socket itself
            elif task is not winner and task.exception() is None:
                task.result().close()


async def _connect(loop: asyncio.AbstractEventLoop, address: Address) -> socket.socket:
    family, target = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_connect(sock, target)
    except BaseException:
        sock.close()
        raise
    return sock


async def _tunnel(loop: asyncio.AbstractEventLoop, sock: socket.socket, origin: Origin) -> None:
    """Have the proxy connect us to the origin (RFC 9110, 9.3.6). Raises OSError in words."""
    assert origin.proxy is not None
    target = origin.authority.encode()
    await loop.sock_sendall(sock, b"CONNECT %b HTTP/1.1\r\nhost: %b\r\n%b\r\n" % (target, target, origin.proxy.head))
    head = b""
    while b"\r\n\r\n" not in head:
        piece = await loop.sock_recv(sock, 4096)
        head += piece
        if not piece or len(head) > PROXY_HEAD_SIZE_MAX:
            raise OSError(f"the proxy {origin.proxy.host} did not answer with HTTP")
    status = _PROXY_STATUS.match(head)
    if status is None:
        raise OSError(f"the proxy {origin.proxy.host} did not answer with HTTP")
    if status[1] == b"407":
        raise OSError(f"the proxy {origin.proxy.host} wants a user and password (407): look at proxy_auth_env")
    if not status[1].startswith(b"2"):
        code = int(status[1])
        raise OSError(f"the proxy {origin.proxy.host} gives no way to {origin.authority}: it answered {code}")
    if not head.endswith(b"\r\n\r\n") or head.count(b"\r\n\r\n") != 1:
        raise OSError(f"the proxy {origin.proxy.host} sent bytes of its own into the tunnel")


def _taking_turns(addresses: Sequence[Address]) -> list[Address]:
    """The same addresses, with the families taking turns, the first one's first."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    return [each for each in chain.from_iterable(zip_longest(first, others)) if each is not None]
