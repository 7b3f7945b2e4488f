"""The client of one request over ASGI: reads its body within limits, writes its answer, notices when it hangs up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.gateway import Deadlines, Headers

Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

BODY_TIMEOUT_S = 60.0
OPENAI_VERSION = b"2020-10-01"


class BodyTooLarge(TokenryError):
    """The body is larger than the server takes."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


class BodyTooSlow(TokenryError):
    """The body did not come in time."""

    status = 408
    type = "invalid_request_error"
    code = "request_timeout"


class ClientGone(Exception):
    """The client hung up before its request was complete; there is nobody to tell."""


class AsgiClient:
    """Implements the gateway's `Client` over an ASGI connection.

    Args:
        request_id: goes into `x-request-id`.
        rate_headers: called when the head is written, so that it tells the limits as they stand then.
    """

    def __init__(self, request_id: str, receive: Receive, send: Send) -> None:
        self.request_id = request_id
        self.rate_headers: Callable[[], Iterable[tuple[bytes, bytes]]] | None = None
        self.started = False
        self.ended = False
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self._gone = False
        self._watcher: asyncio.Task[None] | None = None
        self._callback: Callable[[], None] | None = None

    @property
    def gone(self) -> bool:
        return self._gone

    async def read_body(self, size_max: int, deadlines: Deadlines) -> bytes:
        """The whole body.

        Raises:
            BodyTooLarge: it has more than `size_max` bytes.
            BodyTooSlow: it did not come within a minute.
            ClientGone: the client hung up.
        """
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
                raise BodyTooLarge(
                    f"the body is larger than {size_max} bytes; the server's limit is `body_size_max`",
                    headers={"connection": "close"},
                )
            if not message.get("more_body"):
                return piece if not pieces else b"".join([*pieces, piece])
            pieces.append(piece)

    def on_gone(self, callback: Callable[[], None]) -> None:
        """Call back when the client hangs up. One callback; the last one set counts."""
        self._callback = callback
        if self._gone:
            callback()
        elif self._watcher is None:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self.ended:
            self._gone = True
            if self._callback is not None:
                self._callback()

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""
        head = [*self._common(), *headers, (b"content-length", b"%d" % len(body))]
        self.started = self.ended = True
        await self._send({"type": "http.response.start", "status": status, "headers": head})
        await self._send({"type": "http.response.body", "body": body})

    async def start(self, status: int, headers: Headers) -> None:
        """Begin a stream."""
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": [*self._common(), *headers]})

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Send more of a stream; returns when the client's socket takes more."""
        self.ended = last
        await self._send({"type": "http.response.body", "body": data, "more_body": not last})

    async def fail(self, error: TokenryError) -> None:
        """Tell an error: as the answer, or as the last event of a stream that has begun."""
        if self.ended:
            return
        if self.started:
            await self.send(b"data: " + msgspec.json.encode(error.envelope()) + b"\n\n", last=True)
            return
        headers = [(name.encode(), value.encode()) for name, value in error.headers.items()]
        await self.answer(
            error.status, [(b"content-type", b"application/json"), *headers], msgspec.json.encode(error.envelope())
        )

    def close(self) -> None:
        """The request is over; stop watching."""
        if self._watcher is not None:
            self._watcher.cancel()

    def _common(self) -> Headers:
        head = [
            (b"x-request-id", self.request_id.encode()),
            (b"openai-processing-ms", b"%d" % ((time.perf_counter() - self._began) * 1000)),
            (b"openai-version", OPENAI_VERSION),
        ]
        if self.rate_headers is not None:
            head.extend(self.rate_headers())
        return head
