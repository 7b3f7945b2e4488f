"""Connections without sockets: an asyncio transport on one side, somebody made up on the other.

The near side is the product's own protocol (a client's connection at the doorway, ours at an engine). The far side
sends and takes bytes at a pace of its own, may close one direction, reset, or stop reading. What is sent arrives in
order, after the pace's delay, in the pieces in which it was sent; time is the loop's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from tests.simulation.virtual_loop import VirtualLoop
from tokenry.base.clock import NS_PER_S

HIGH_WATER = 65_536  # bytes unread by the far side before the near side is told to pause, as asyncio has it


@dataclass(frozen=True, slots=True)
class Pace:
    """How a wire carries.

    Args:
        delay_s: from sending to arriving, either way.
        taken: bytes that the far side reads at a time; None = whatever there is, at once.
        every_s: between two such readings.
        high: bytes unread after which the near side must pause.
    """

    delay_s: float = 0.0
    taken: int | None = None
    every_s: float = 0.0
    high: int = HIGH_WATER


class Far:
    """Somebody at the other end. Subclasses hear of bytes and of the end; `wire` is there once connected."""

    wire: Wire

    def received(self, data: bytes) -> None:
        """Bytes from the product."""

    def ended(self) -> None:
        """The product closed the connection, after all that it sent was received."""


class Wire(asyncio.Transport):
    """The near side's transport; `send`, `half_close`, `reset` are the far side's."""

    def __init__(self, loop: VirtualLoop, protocol: Any, far: Far, pace: Pace) -> None:
        super().__init__()
        self.loop, self.protocol, self.far, self.pace = loop, protocol, far, pace
        self.gone = False  # neither side has it any more
        self._closing = self._lost = self._paused = self._said_pause = False
        self._out: deque[bytes] = deque()
        self._unread = 0
        self._in: deque[tuple[int, bytes | None, Exception | None]] = deque()
        self._pumping = self._taking = False
        far.wire = self
        loop.wires[self] = None

    # --- the near side: what an asyncio protocol calls -----------------------------------------------------------

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("10.0.0.1", 40_000), "sockname": ("10.0.0.2", 8080)}.get(name, default)

    def get_protocol(self) -> Any:
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self._closing

    def get_write_buffer_size(self) -> int:
        return self._unread if self.pace.taken is not None else 0

    def is_reading(self) -> bool:
        return not self._paused and not self._closing

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        if self._paused:
            self._paused = False
            self._pump_soon()

    def write(self, data: Any) -> None:
        assert isinstance(data, bytes | bytearray | memoryview), "a transport takes bytes"
        if self._closing or not data:
            return
        self._out.append(bytes(data))
        self._unread += len(data)
        self._take_soon()
        if self.pace.taken is not None and self._unread > self.pace.high and not self._said_pause:
            self._said_pause = True
            self.protocol.pause_writing()

    def writelines(self, pieces: Any) -> None:
        self.write(b"".join(pieces))

    def can_write_eof(self) -> bool:
        return False

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._take_soon()

    def abort(self) -> None:
        self._out.clear()
        self._unread = 0
        self._lose(None)

    # --- the far side --------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Bytes for the product."""
        self._arrive(data, None)

    def half_close(self) -> None:
        """No more bytes will come; the far side may go on reading."""
        self._arrive(b"", None)

    def reset(self) -> None:
        """The far side is gone at once: what it has not read is lost, what it sent before still arrives first."""
        self._arrive(None, ConnectionResetError(104, "Connection reset by peer"))

    @property
    def over(self) -> bool:
        """Whether the product has let go of it, or was told that it is gone."""
        return self._lost

    # --- how it travels ------------------------------------------------------------------------------------------

    def _arrive(self, data: bytes | None, error: Exception | None) -> None:
        if self._lost or self.gone:
            return
        at = self.loop.now_ns + round(self.pace.delay_s * NS_PER_S)
        self._in.append((at, data, error))
        self._pump_soon()

    def _pump_soon(self) -> None:
        if self._in and not self._pumping:
            self._pumping = True
            self.loop.at(self._in[0][0], self._pump)

    def _pump(self) -> None:
        self._pumping = False
        if self._lost or self.gone or not self._in:
            return
        _, data, error = self._in[0]
        if self._paused and error is None:
            return  # resume_reading pumps again
        self._in.popleft()
        if error is not None:
            self._out.clear()
            self._lose(error)
        elif self._closing:
            pass  # nobody reads any more
        elif data:
            self.protocol.data_received(data)
        elif not self.protocol.eof_received():
            self.close()
        self._pump_soon()

    def _take_soon(self) -> None:
        if not self._taking and not self.gone:
            self._taking = True
            every_s = self.pace.every_s if self.pace.taken is not None else self.pace.delay_s
            self.loop.at(self.loop.now_ns + round(every_s * NS_PER_S), self._take)

    def _take(self) -> None:
        self._taking = False
        if self.gone or self._lost:
            return
        data = b"".join(self._out)
        self._out.clear()
        if self.pace.taken is not None and len(data) > self.pace.taken:
            self._out.append(data[self.pace.taken :])
            data = data[: self.pace.taken]
        self._unread -= len(data)
        if self._said_pause and self._unread <= self.pace.high // 4:
            self._said_pause = False
            self.protocol.resume_writing()
        if data:
            self.far.received(data)
        if self._out:
            self._take_soon()
        elif self._closing:
            self._lose(None)

    def _lose(self, error: Exception | None) -> None:
        if self._lost:
            return
        self._lost = self._closing = True
        self.loop.call_soon(self._tell_lost, error)

    def _tell_lost(self, error: Exception | None) -> None:
        if not self.gone:
            self.gone = True
            self.loop.wires.pop(self, None)
            self.protocol.connection_lost(error)
            self.far.ended()

    def cut(self) -> None:
        """The machine stopped: nobody is told anything any more."""
        self.gone = self._closing = self._lost = True
