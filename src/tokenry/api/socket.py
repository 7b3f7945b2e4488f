"""One WebSocket: text messages in and out over a connection that an HTTP request was upgraded to.

The grammar is the `websockets` library's, without its I/O and without compression. Here stand the limits: of a message,
of messages that wait, of silence. What is said on it is a `Talk`'s.

Source: RFC 6455; close codes: its §7.4.1.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from tokenry.base.logs import get_logger

WAITING_MAX = 4  # messages that came while an earlier one is worked on
PING_EVERY_S = 20.0
PONG_WITHIN_S = 20.0
CLOSE_WITHIN_S = 5.0  # for the other side to say that it has heard of the end
STRANGERS_MESSAGE_SIZE_MAX = 64 * 1024  # bytes, where no key was shown that opens anything
SOCKETS_MAX = 10_000  # open at one time

log = get_logger("tokenry.api")


class SocketClosed(Exception):
    """The other side is gone, or was sent away."""


class Socket(asyncio.Protocol):
    """A connection that speaks WebSocket; made by the doorway once a request asks for it.

    Args:
        headers: of the request that asked, by lower-case name.
        address: where that came from.
        message_size_max: bytes.
        talk: what is said on it; the connection is closed when it returns.
    """

    def __init__(
        self,
        server: ServerState,
        headers: Mapping[bytes, bytes],
        address: str | None,
        message_size_max: int,
        talk: Talk,
    ) -> None:
        self.headers = headers
        self.address = address
        self.on_gone: Callable[[], None] = lambda: None
        self._server = server
        self._talk = talk
        self._protocol = ServerProtocol(max_size=message_size_max)
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._pieces: list[bytes] = []
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._timer: asyncio.TimerHandle | None = None
        self._pinged = False
        self._talking = False  # something is worked on: a stop waits for it
        self.ending = False  # the server ends: nothing new is begun

    # --- what is said on it ------------------------------------------------------------------------------------------

    @property
    def gone(self) -> bool:
        """Whether nothing can be said any more."""
        return self._protocol.state is not State.OPEN

    async def receive(self, within_s: float) -> bytes | None:
        """The next message; None when none came within so many seconds, or the server ends.

        Raises:
            SocketClosed: there will be none.
        """
        self._talking = False
        try:
            async with asyncio.timeout(within_s):
                while not self._waiting:
                    if self.gone:
                        raise SocketClosed
                    if self.ending:
                        return None
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        self._talking = True
        return self._waiting.popleft()

    @property
    def willing(self) -> bool:
        """Whether the other side takes more now."""
        return self._writable.is_set()

    def say(self, text: bytes) -> None:
        """Send a message without waiting until it is taken; nothing to one that is gone."""
        if not self.gone:
            self._protocol.send_text(text)
            self._flush()

    async def send(self, text: bytes) -> None:
        """Send a message; returns when the other side takes more."""
        self.say(text)
        await self._writable.wait()

    # --- the connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol; called by the doorway that hands its transport over."""
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment] # uvloop's is none of asyncio's classes
        self._server.connections.add(self)  # type: ignore[arg-type] # what the server ends: `shutdown`, `transport`

    @property
    def transport(self) -> asyncio.Transport | None:
        """What the server aborts at last."""
        return self._transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._open(event)
            elif isinstance(event, Frame):
                self._heard(event)
        self._flush()
        if self._protocol.close_expected():
            self._hang_up_soon()

    def eof_received(self) -> None:
        """See asyncio.Protocol."""
        self._protocol.receive_eof()
        self._flush()

    def pause_writing(self) -> None:
        """See asyncio.Protocol."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """See asyncio.Protocol."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._protocol.receive_eof()
        self._server.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._writable.set()
        self._news.set()
        self.on_gone()

    def shutdown(self) -> None:
        """The server ends: what is worked on may come to its end, nothing more is begun."""
        self.ending = True
        self._news.set()
        if not self._talking:
            self.close(CloseCode.GOING_AWAY, "the server is stopping")

    def close(self, code: int, reason: str) -> None:
        """Say that this is the end, and why."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason[:100])
            self._flush()
            self._hang_up_soon()
        elif self._transport is not None and self._protocol.state is State.CONNECTING:
            self._transport.close()

    def _open(self, request: Request) -> None:
        if len(self._server.connections) > SOCKETS_MAX:
            self._protocol.send_response(self._protocol.reject(503, "too many connections are open; try again\n"))
        else:
            self._protocol.send_response(self._protocol.accept(request))
        if self._protocol.state is not State.OPEN:
            return
        task = self._loop.create_task(self._run())
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)
        self._timer = self._loop.call_later(PING_EVERY_S, self._ping)

    async def _run(self) -> None:
        code, reason = CloseCode.NORMAL_CLOSURE, ""
        try:
            await self._talk(self)
            if self.ending:
                code, reason = CloseCode.GOING_AWAY, "the server is stopping"
        except SocketClosed:
            pass
        except Exception:  # edge: task supervisor; a fault of ours ends this connection alone
            log.exception("what was said on a WebSocket failed")
            code, reason = CloseCode.INTERNAL_ERROR, "something went wrong here"
        finally:
            self._talking = False
            self.close(code, reason)

    def _heard(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._pinged = False
        if frame.opcode is Opcode.CLOSE:
            self._news.set()
            self.on_gone()
        if frame.opcode is Opcode.BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA, "messages are text")
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT) or self.gone:
            return
        if frame.data:  # empty ones count toward no limit, and must not be kept without one
            self._pieces.append(bytes(frame.data))
        if frame.fin:
            message = b"".join(self._pieces)
            self._pieces.clear()
            if len(self._waiting) >= WAITING_MAX:
                self.close(CloseCode.POLICY_VIOLATION, f"more than {WAITING_MAX} messages wait already")
                return
            self._waiting.append(message)
            self._news.set()

    def _ping(self) -> None:
        if self._pinged:
            self._protocol.fail(CloseCode.INTERNAL_ERROR, "nothing was heard for too long")
            self._flush()
            if self._transport is not None:
                self._transport.abort()
            return
        if self.gone:
            return
        self._pinged = True
        self._protocol.send_ping(b"")
        self._flush()
        self._timer = self._loop.call_later(max(PING_EVERY_S, PONG_WITHIN_S), self._ping)

    def _flush(self) -> None:
        transport = self._transport
        if transport is None:
            return
        for data in self._protocol.data_to_send():
            if transport.is_closing():
                return
            if data:
                transport.write(data)
            else:
                transport.close()  # the protocol's word for: this is the end
        if self._protocol.state is not State.OPEN:
            self._news.set()

    def _hang_up_soon(self) -> None:
        """Close the connection if the other side does not."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._timer = self._loop.call_later(CLOSE_WITHIN_S, self._transport.close)


Talk: TypeAlias = Callable[[Socket], Awaitable[None]]


def wants_socket(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request with these headers (lower-case names) asks for a WebSocket (RFC 6455 §4.1)."""
    said: dict[bytes, Any] = dict(headers)
    tokens = [token.strip().lower() for token in said.get(b"connection", b"").split(b",")]
    return b"upgrade" in tokens and said.get(b"upgrade", b"").lower() == b"websocket"
