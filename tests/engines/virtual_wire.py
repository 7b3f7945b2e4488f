"""The wire without sockets, on a loop whose time is made up: a test plays the peer byte by byte.

Knows what transports promise their protocols. Does not know HTTP.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

from tests.simulation.virtual_loop import VirtualLoop
from tokenry.engines.wire import Origin, Pool, Timeouts


@dataclass
class Wire:
    """A transport: remembers what was written, and is closed a turn of the loop after it was aborted."""

    loop: VirtualLoop
    protocol: asyncio.Protocol
    written: list[bytes] = field(default_factory=list)
    closing: bool = False
    gone: bool = False
    reading: bool = True

    def write(self, data: bytes) -> None:
        assert not self.gone
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        if not self.closing:
            self.closing = True
            self.loop.call_soon(self.end, None)

    def end(self, problem: Exception | None) -> None:
        if not self.gone:
            self.closing = self.gone = True
            self.protocol.connection_lost(problem)

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        assert self.reading
        assert not self.closing
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading
        assert not self.closing
        self.reading = True


class Net:
    """Opens connections that lead to this test."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.wires: list[Wire] = []

    async def open(self, connection: asyncio.Protocol, until: float) -> None:
        del until
        wire = Wire(self.loop, connection)
        self.wires.append(wire)
        connection.connection_made(cast(asyncio.BaseTransport, wire))


async def pool_on(net: Net, timeouts: Timeouts) -> Pool:
    """A pool of one connection whose connections lead to the test."""
    pool = Pool(Origin.parse("http://127.0.0.1:1")[0], connections_max=1, timeouts=timeouts)
    pool.dial = net
    return pool
