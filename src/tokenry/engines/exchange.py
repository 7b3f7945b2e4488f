"""One request's answer as its reader sees it: status, headers, and a body that comes in pieces.

Knows how to hand pieces from a connection to one reader and what a broken answer looks like. Does not know sockets,
HTTP's grammar or pooling: `http1` feeds it, `wire` hands it out.
"""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

Phase = Literal["connect", "send", "head", "body"]


class WireError(Exception):
    """An exchange with a peer failed. Not for callers of the API: whoever asked decides what they are told.

    Attributes:
        phase: how far the exchange had come. `connect`: no connection; `send`: the request was not all written;
            `head`: no whole answer head; `body`: the head was there, the body never became whole.
        timed_out: a time-out of ours ended it.
        sent_any: bytes of the request may have reached the peer, so it may have started to work on it.
        detail: one line of words, never with anything the caller sent.
    """

    def __init__(self, phase: Phase, detail: str, *, timed_out: bool = False, sent_any: bool = True) -> None:
        super().__init__(f"{phase}: {detail}")
        self.phase: Phase = phase
        self.detail = detail
        self.timed_out = timed_out
        self.sent_any = sent_any


class StaleConnectionError(WireError):
    """A connection that had idled in the pool died before the first byte of an answer; a fresh one may do better."""


class Carrier(Protocol):
    """What an exchange needs of the connection that carries it."""

    def give_up(self, detail: str) -> None:
        """Close the socket now and fail the exchange with `detail`."""
        ...

    def read_on(self) -> None:
        """The reader has emptied the buffer: take bytes from the peer again if that was paused."""
        ...


class Exchange:
    """The answer to one request. One reader at a time.

    Attributes:
        status: the HTTP status, 200 to 599 (interim 1xx answers are never seen); 0 until the head has come.
        headers: (lower-case name, value) in the order they came, repeated names kept.
    """

    __slots__ = ("_carrier", "_complete", "_error", "_pieces", "_wakeup", "headers", "status", "unread")

    def __init__(self, carrier: Carrier) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.unread = 0  # bytes of body that came and were not read yet
        self._carrier: Carrier | None = carrier
        self._pieces: list[bytes] = []
        self._complete = False
        self._error: WireError | None = None
        self._wakeup: asyncio.Future[None] | None = None

    # The reader's side.

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, by its lower-case name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    @property
    def complete(self) -> bool:
        """Whether the whole answer has come (some of it may still be unread)."""
        return self._complete

    async def read(self) -> bytes:
        """The next piece of the body, as much as has come; `b""` at its clean end.

        What came before a break is handed out first, then the break is raised, again at every further call.
        Cancelling closes the connection.

        Raises:
            WireError: the answer broke off, was not HTTP, took too long, or was aborted.
        """
        while True:
            if self._pieces:
                return self._take()
            if self._complete:
                return b""
            if self._error is not None:
                raise self._error
            await self._woken()

    async def read_all(self, limit: int) -> bytes:
        """The whole rest of the body.

        Args:
            limit: the most bytes to take; a longer body closes the connection.

        Raises:
            WireError: as `read`, and when the body is longer than `limit`.
        """
        declared = self.header(b"content-length")
        size, pieces = 0, []
        if self._complete or declared is None or int(declared) <= limit:  # the parser has seen that it is a number
            while piece := await self.read():
                size += len(piece)
                if size > limit:
                    break
                pieces.append(piece)
            else:
                return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._pieces.clear()
        self.abort()
        raise WireError("body", f"the answer is longer than {limit} bytes")

    def abort(self) -> None:
        """Close the connection now, unless the answer is complete already. Idempotent; later reads raise."""
        if self._carrier is not None:
            self._carrier.give_up("aborted by the reader")

    # The connection's side.

    async def answered(self) -> None:
        """Wait for the head. Raises WireError if there will be none; cancelling closes the connection."""
        while not self.status:
            if self._error is not None:
                raise self._error
            await self._woken()

    def on_head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """The final answer's head is whole."""
        self.status = status
        self.headers = headers
        self._wake()

    def on_piece(self, piece: bytes) -> None:
        """Some bytes of the body came."""
        self._pieces.append(piece)
        self.unread += len(piece)
        if self._wakeup is not None:
            self._wake()

    def on_end(self) -> None:
        """The body is whole; the connection is not ours any more."""
        self._complete = True
        self._carrier = None
        self._wake()

    def on_error(self, error: WireError) -> None:
        """There will be no more; the connection is closed."""
        self._error = error
        self._carrier = None
        self._wake()

    def _take(self) -> bytes:
        pieces = self._pieces
        piece = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.unread = 0
        if self._carrier is not None:
            self._carrier.read_on()
        return piece

    def _wake(self) -> None:
        if self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)

    async def _woken(self) -> None:
        if self._wakeup is not None:
            raise RuntimeError("an exchange has one reader at a time")
        self._wakeup = asyncio.get_running_loop().create_future()
        try:
            await self._wakeup
        except (asyncio.CancelledError, GeneratorExit):
            self.abort()
            raise
        finally:
            self._wakeup = None
