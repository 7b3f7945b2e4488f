"""One request and its answer, as the one who asked sees them: status, headers, and a body that comes in pieces.

Knows how to hand pieces from a connection to one reader and what a broken answer looks like. Does not know sockets,
HTTP's grammar or pooling: `http1` feeds it, `wire` hands it out.

A reader waits (`answered`, `read`, `read_all`), is called (`listen`, `take`), or waits and is called meanwhile
(`heed`). A future is made only by who waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

Phase = Literal["connect", "send", "head", "body"]
UNREAD_MAX = 64 * 1024  # bytes of body unread before we stop taking more from the peer
_LOOSE_PIECES_MAX = (
    4096  # unread pieces that are kept apart: a peer that sends byte by byte must not cost 40 times that
)
_ANYTHING = -1  # what a reader waits for who wants to know of the head, too


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


class Carrier(Protocol):
    """Where an exchange is: on a connection, or with the pool while it waits for one."""

    def give_up(self, exchange: Exchange, detail: str) -> None:
        """End the exchange now, failing it with `detail`; a connection that carries it is closed."""
        ...

    def read_on(self) -> None:
        """The reader has emptied the buffer of a paused exchange: take bytes from the peer again."""
        ...


class Exchange:
    """One request and its answer. One reader at a time.

    Args:
        first: the bytes to begin with: the head, and the body unless that is large.
        rest: a large body, written after `first` no faster than the peer reads; or nothing.
        until: the loop's time when it must be all over.
        bodiless: the answer has no body whatever its headers say (HEAD).

    Attributes:
        status: the HTTP status, 200 to 599 (interim 1xx answers are never seen); 0 until the head has come.
        headers: (lower-case name, value) in the order they came, repeated names kept.
        complete: whether the whole answer has come (some of it may still be unread).
        error: what ended it, if that was not its end.
        unread: bytes of body that came and were not read yet.
        paused: these are so many that no more are taken from the peer.
        tried: it went out once already, on a connection that turned out to be dead; only a fresh one will do now.
    """

    __slots__ = (
        "_enough", "_heard", "_joined", "_listener", "_pieces", "_wakeup", "bodiless", "carrier", "complete", "error",
        "first", "headers", "paused", "rest", "status", "tried", "unread", "unread_max", "until",
    )  # fmt: skip  # one name a line would be a page

    def __init__(self, first: bytes, rest: bytes, until: float, *, bodiless: bool = False) -> None:
        self.first = first
        self.rest = rest
        self.until = until
        self.bodiless = bodiless
        self.status = self.unread = self._joined = 0
        self.unread_max = UNREAD_MAX
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = self.tried = self.paused = False
        self.error: WireError | None = None
        self.carrier: Carrier | None = None
        self._pieces: list[bytes] = []
        self._enough = _ANYTHING
        self._wakeup: asyncio.Future[None] | None = None
        self._listener: Callable[[], None] | None = None
        self._heard: Callable[[bytes], bool] | None = None

    # The reader's side.

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, by its lower-case name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    async def answered(self) -> None:
        """Wait for the head. Raises WireError if there will be none; cancelling ends the exchange."""
        while not self.status:
            if self.error is not None:
                raise self.error
            await self._woken(_ANYTHING)

    async def read(self) -> bytes:
        """The next piece of the body, as much as has come; `b""` at its clean end.

        What came before a break is handed out first, then the break is raised, again at every further call.
        Cancelling ends the exchange.

        Raises:
            WireError: the answer broke off, was not HTTP, took too long, or was aborted.
        """
        while True:
            if self._pieces:
                return self.take()
            if self.complete:
                return b""
            if self.error is not None:
                raise self.error
            await self._woken(_ANYTHING)

    async def heed(self, heard: Callable[[bytes], bool]) -> bool:
        """Call `heard` with all that comes, until it returns True; False at the body's clean end. Else as `read`.

        While the reader waits, it is called from the socket's own callback: a stream of many small pieces wakes its
        reader only for those that matter. What it raises is raised here.
        """
        while True:
            if self._pieces:
                if heard(self.take()):
                    return True
            elif self.complete:
                return False
            elif self.error is not None:
                raise self.error
            else:
                self._heard = heard
                try:
                    await self._woken(_ANYTHING)
                    if self._heard is None:
                        return True
                finally:
                    self._heard = None

    async def read_all(self, limit: int) -> bytes:
        """The whole rest of the body, whether the head has come already or not. Wakes its reader once.

        Args:
            limit: the most bytes to take; a longer body ends the exchange as soon as that is seen.

        Raises:
            WireError: as `read`, and when the body is longer than `limit`.
        """
        while not self.complete and self.error is None:
            if self.unread > limit or self._declared() > limit:
                break
            if limit > self.unread_max:
                self.unread_max = limit
                if self.paused and self.carrier is not None:
                    self.carrier.read_on()
            await self._woken(limit)
        if self.unread <= limit and (self.complete or self.error is not None):
            if self.error is not None:
                raise self.error
            return self.take()
        self._pieces.clear()
        self.abort()
        self.error = WireError("body", f"the answer is longer than {limit} bytes")
        raise self.error

    def abort(self) -> None:
        """End it and close its connection now, unless the answer is complete already. Idempotent; later reads raise."""
        if self.carrier is not None:
            self.carrier.give_up(self, "aborted by the reader")

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener()` whenever something came: the head, a piece, the end, an error. For who does not await.

        It is called from the socket's own callback (or from `abort`), so it must not block or raise. It looks at
        `status`, `take()`, `complete` and `error`. What is not taken stops the peer after 64 KiB.
        """
        self._listener = listener

    def take(self) -> bytes:
        """The bytes of body that have come and were not read yet; `b""` when there are none."""
        pieces = self._pieces
        if not pieces:
            return b""
        piece = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.unread = self._joined = 0
        if self.paused and self.carrier is not None:
            self.carrier.read_on()
        return piece

    # The connection's side.

    def on_piece(self, piece: bytes) -> None:
        """The head or some bytes of the body came; `status` and `headers` are set already."""
        if piece:
            pieces = self._pieces
            pieces.append(piece)
            self.unread += len(piece)
            if len(pieces) - self._joined >= _LOOSE_PIECES_MAX:
                pieces[self._joined :] = [b"".join(pieces[self._joined :])]
                self._joined += 1
        if self._heard is not None:
            if piece:
                self._tell(self._heard)
        elif self._listener is not None:
            self._listener()
        elif self._wakeup is not None and self.unread > self._enough:
            self._wake()

    def on_end(self, piece: bytes) -> None:
        """The body is whole, with these last bytes; the connection is not ours any more."""
        if piece:
            self._pieces.append(piece)
            self.unread += len(piece)
        self.complete = True
        self.carrier = None
        self._wake()

    def on_error(self, error: WireError) -> None:
        """There will be no more; the connection is closed. What came before may still be read."""
        self.error = error
        self.carrier = None
        self._wake()

    def _tell(self, heard: Callable[[bytes], bool]) -> None:
        try:
            if not heard(self.take()):
                return
            self._heard = None  # what comes before the reader runs is not for it
            self._wake()
        except Exception as raised:  # edge: a callback of the transport; the mistake is its reader's, not the socket's
            self._heard = None
            if self._wakeup is not None and not self._wakeup.done():
                self._wakeup.set_exception(raised)

    def _declared(self) -> int:
        """The body's length as its head says it; the parser has seen that it is a number."""
        return int(self.header(b"content-length") or 0)

    def _wake(self) -> None:
        if self._listener is not None:
            self._listener()
        elif self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)

    async def _woken(self, enough: int) -> None:
        if self._wakeup is not None:
            raise RuntimeError("an exchange has one reader at a time")
        self._enough = enough
        self._wakeup = asyncio.get_running_loop().create_future()
        try:
            await self._wakeup
        except (asyncio.CancelledError, GeneratorExit):
            self.abort()
            raise
        finally:
            self._wakeup = None
