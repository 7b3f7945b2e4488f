"""The client of one request: what every way to it has in common, and the way over ASGI.

`doorway` has the other way: straight onto the transport.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from tokenry.access import RATE_HEADER_NAMES, RateLimited
from tokenry.api.surfaces import OPENAI_WORDS, Words
from tokenry.base.clock import NS_PER_MS, Clock
from tokenry.base.errors import TokenryError
from tokenry.gateway import Deadlines, Headers

Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

BODY_TIMEOUT_S = 60.0
LINGER_S = 5.0  # for the rest of a body that is refused
OPENAI_VERSION = b"2020-10-01"


class BodyTooLarge(TokenryError):
    """The body is larger than the server takes."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"

    @classmethod
    def than(cls, size_max: int) -> BodyTooLarge:
        """More than `size_max` bytes."""
        return cls(f"the body is larger than {size_max} bytes; the server's limit is `body_size_max`")


class BodyTooSlow(TokenryError):
    """The body did not come in time."""

    status = 408
    type = "invalid_request_error"
    code = "request_timeout"


class ClientGone(Exception):
    """The client hung up before its request was complete; there is nobody to tell."""


class HttpClient(ABC):
    """Implements the gateway's `Client`; how bytes travel is its subclasses'.

    `rates` is called with the time (monotonic ns) when the head is written, so that it tells the limits as they stand
    then: the values of RATE_HEADER_NAMES.
    """

    def __init__(self, request_id: str, clock: Clock) -> None:
        self.request_id = request_id
        self.rates: Callable[[int], tuple[bytes, ...]] | None = None
        self.started = False
        self.ended = False
        self.words: Words = OPENAI_WORDS  # how errors are told
        self._breaks_with: Callable[[TokenryError], bytes] | None = None
        self._clock = clock
        self._began_ns = clock.monotonic_ns()
        self._gone = False
        self._callback: Callable[[], None] | None = None

    @property
    def gone(self) -> bool:
        """Whether the client hung up."""
        return self._gone

    def address(self) -> str | None:
        """Where the request comes from, as far as proxies that we trust can say; None when nobody does."""
        return None

    @abstractmethod
    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """The whole body.

        Raises:
            BodyTooLarge: it has more than `size_max` bytes.
            BodyTooSlow: it did not come within a minute.
            ClientGone: the client hung up.
        """

    @abstractmethod
    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer. `headers` are its own; what every answer says is added, and the body's length.

        `started` and `ended` are set once the head is out: whoever gives up waiting for a slow client before that may
        still tell it why.
        """

    @abstractmethod
    async def write_head(self, status: int, headers: Headers) -> None:
        """Send the head of a stream, to which what every answer says is added."""

    @abstractmethod
    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """Send a piece of a stream; returns when the client's socket takes more."""

    def on_gone(self, callback: Callable[[], None]) -> None:
        """Call back when the client hangs up, or now if it has. One callback; the last one set counts."""
        self._callback = callback
        if self._gone:
            callback()

    def hung_up(self) -> None:
        """The client is gone."""
        if self.ended or self._gone:
            return
        self._gone = True
        if self._callback is not None:
            self._callback()

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """See the gateway's `Client`."""
        self._breaks_with = words

    def answer(self, status: int, headers: Headers, body: bytes) -> Coroutine[Any, Any, None]:
        """Send a whole answer."""
        return self.write(status, headers, body)

    async def start(self, status: int, headers: Headers) -> None:
        """Begin a stream."""
        await self.write_head(status, headers)
        self.started = True  # not before: a server that waits for a slow client first may wait until our time is up

    def push(self, data: bytes) -> bool:
        """Send more of a stream now, if that needs no waiting; False when nothing was sent and it must be `send`."""
        return False

    def send(self, data: bytes, *, last: bool = False) -> Coroutine[Any, Any, None]:
        """Send more of a stream; returns when the client's socket takes more."""
        self.ended = last
        return self.write_piece(data, last=last)

    async def fail(self, error: TokenryError) -> None:
        """Tell an error: as the answer, or as the last event of a stream that has begun."""
        if self.ended:
            return
        if self.started:
            event = self.words.event(error, self.request_id) if self._breaks_with is None else self._breaks_with(error)
            await self.send(event, last=True)
            return
        body = self.words.body(error, self.request_id)
        if isinstance(error, RateLimited) and error.headers:
            self.rates = None  # it brings the figures of the limit that was reached, which may be the project's
        # Rate limits are said once, as they stand when the head is written.
        known = "x-ratelimit-" if self.rates is not None else "\0"
        headers = [(n.encode(), v.encode()) for n, v in error.headers.items() if not n.startswith(known)]
        await self.answer(error.status, [(b"content-type", b"application/json"), *headers], body)

    @abstractmethod
    def close(self) -> None:
        """The request is over; one that was not answered whole takes its connection with it."""


class AsgiClient(HttpClient):
    """A client behind an ASGI server."""

    def __init__(self, request_id: str, clock: Clock, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        super().__init__(request_id, clock)
        self._address: str | None = scope["client"][0] if scope.get("client") else None
        self._waits = any(name == b"expect" for name, _ in scope["headers"])  # it sends its body only when told to
        self._receive = receive
        self._send = send
        self._watcher: asyncio.Task[None] | None = None
        self._unread = True  # the body, or part of it, is still to come

    def address(self) -> str | None:
        """See HttpClient."""
        return self._address

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """See HttpClient."""
        deadline = deadlines.start(BODY_TIMEOUT_S)
        try:
            return await self._read(size_max)
        except asyncio.CancelledError:
            if not deadline.swallow():
                raise
            raise BodyTooSlow(f"the body did not come within {BODY_TIMEOUT_S:g} s") from None
        finally:
            deadlines.end(deadline)

    async def _read(self, size_max: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece = message.get("body", b"")
            size += len(piece)
            if size > size_max:
                self._unread = bool(message.get("more_body"))
                raise BodyTooLarge.than(size_max)
            if not message.get("more_body"):
                self._unread = False
                return piece if not pieces else b"".join([*pieces, piece])
            pieces.append(piece)

    def on_gone(self, callback: Callable[[], None]) -> None:
        """See HttpClient; ASGI tells of a hang-up only to somebody who waits for it."""
        super().on_gone(callback)
        if self._watcher is None:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.hung_up()

    async def write(self, status: int, headers: Headers, body: bytes) -> None:
        """See HttpClient."""
        if self._unread and not self._waits:
            await self._skip(0)  # what has come already
        # What is still to come would stand before the next request, and nobody may send it for ever.
        ending = [(b"connection", b"close")] if self._unread else []
        await self.write_head(status, [*headers, *ending, (b"content-length", b"%d" % len(body))])
        self.started = self.ended = True
        if self._unread:
            await self.write_piece(body, last=False)
            await self._skip(LINGER_S)  # closing a socket on unread bytes would take the answer away with it
            body = b""
        await self.write_piece(body, last=True)

    async def _skip(self, seconds: float) -> None:
        """Read on for a while and forget it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (message := await self._receive())["type"] != "http.disconnect" and message.get("more_body"):
                    pass
                self._unread = False

    async def write_head(self, status: int, headers: Headers) -> None:
        """See HttpClient."""
        now_ns = self._clock.monotonic_ns()
        head = common_head(self.request_id, (now_ns - self._began_ns) // NS_PER_MS)
        if self.words is not OPENAI_WORDS:
            head += self.words.headers(self.request_id)
        if self.rates is not None:
            head += zip(RATE_HEADER_NAMES, self.rates(now_ns), strict=True)
        await self._send({"type": "http.response.start", "status": status, "headers": [*head, *headers]})

    async def write_piece(self, data: bytes, *, last: bool) -> None:
        """See HttpClient."""
        await self._send({"type": "http.response.body", "body": data, "more_body": not last})

    def close(self) -> None:
        """See HttpClient; the server closes what was not answered whole."""
        self._callback = None
        if self._watcher is not None:
            self._watcher.cancel()


def common_head(request_id: str, took_ms: int) -> Headers:
    """What every answer says: which request it was, how long it took here, which version of OpenAI's API it follows."""
    return [
        (b"x-request-id", request_id.encode()),
        (b"openai-processing-ms", b"%d" % took_ms),
        (b"openai-version", OPENAI_VERSION),
    ]


def head_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Header lines as they stand on the wire. Values of ours have no line ends; a client's never get here."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
