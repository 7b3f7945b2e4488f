"""A WebSocket's edge on a transport that only notes: silence, pings that nobody answers, fragments, slow readers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.uri import parse_uri

from tokenry.api.socket import Socket, SocketClosed, wants_socket

pytestmark = pytest.mark.anyio


class Wire:
    """Both ends of a connection, without a network: what the server writes, the client's protocol reads."""

    def __init__(self, talk: Any, message_size_max: int = 1000) -> None:
        self.server = SimpleNamespace(connections=set(), tasks=set())
        self.client = ClientProtocol(parse_uri("ws://x/v1/responses"), max_size=2**20)
        self.aborted = self.closed = False
        self.frames: list[Frame] = []
        self.socket = Socket(self.server, {}, "192.0.2.1", message_size_max, talk)  # type: ignore[arg-type] # what it looks at of a server
        self.socket.connection_made(self)  # type: ignore[arg-type] # what it needs of a transport
        self.client.send_request(self.client.connect())
        self.pass_on()

    def pass_on(self) -> None:
        """What the client has to say."""
        for data in self.client.data_to_send():
            self.socket.data_received(data)

    def text(self, message: str, *, fin: bool = True) -> None:
        self.client.send_text(message.encode(), fin)
        self.pass_on()

    def texts(self) -> list[str]:
        """What the server has said."""
        return [bytes(frame.data).decode() for frame in self.frames if frame.opcode is Opcode.TEXT]

    def write(self, data: bytes) -> None:
        self.client.receive_data(data)
        self.frames += [event for event in self.client.events_received() if isinstance(event, Frame)]

    def is_closing(self) -> bool:
        return self.aborted or self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    async def ended(self) -> Close:
        """Wait until the talk is over; how the server closed."""
        while self.server.tasks:
            await asyncio.wait(self.server.tasks)
        (last,) = [Close.parse(frame.data) for frame in self.frames if frame.opcode is Opcode.CLOSE]
        return last


async def echo(socket: Socket) -> None:
    """Say what was heard, until nothing is for a moment."""
    while (message := await socket.receive(0.02)) is not None:
        await socket.send(message)


async def test_messages_come_whole_also_from_fragments() -> None:
    wire = Wire(echo)
    wire.text("one")
    wire.text("tw", fin=False)
    wire.client.send_continuation(b"o", True)
    wire.pass_on()
    assert (await wire.ended()).code == 1000
    assert wire.texts() == ["one", "two"]


async def test_silence_ends_it() -> None:
    wire = Wire(echo)
    assert (await wire.ended()).code == 1000
    assert wire.server.connections == {wire.socket}
    wire.socket.connection_lost(None)
    assert wire.server.connections == set()


async def test_a_client_that_answers_no_ping_is_let_go() -> None:
    gone: list[str] = []

    async def wait(socket: Socket) -> None:
        try:
            await socket.receive(10)
        except SocketClosed:
            gone.append("closed")
            raise

    wire = Wire(wait)
    wire.socket._ping()
    assert not wire.aborted
    wire.pass_on()  # the pong
    wire.socket._ping()
    assert not wire.aborted
    wire.socket._ping()  # no pong came between
    assert wire.aborted
    wire.socket.connection_lost(None)
    while wire.server.tasks:
        await asyncio.wait(wire.server.tasks)
    assert gone == ["closed"]


async def test_a_slow_reader_is_waited_for() -> None:
    sent: list[int] = []

    async def talk(socket: Socket) -> None:
        for number in range(3):
            await socket.send(b"x")
            sent.append(number)

    wire = Wire(talk)
    wire.socket.pause_writing()
    await asyncio.sleep(0.01)
    assert (sent, wire.socket.willing) == ([], False)
    wire.socket.resume_writing()
    assert (await wire.ended()).code == 1000
    assert sent == [0, 1, 2]


async def test_what_is_said_on_it_may_fail_without_a_word_of_why() -> None:
    async def talk(socket: Socket) -> None:
        raise RuntimeError("a secret")

    close = await Wire(talk).ended()
    assert (close.code, "secret" in close.reason) == (1011, False)


async def test_a_stop_does_not_wait_for_one_that_idles_and_begins_nothing_new() -> None:
    seen: list[Any] = []

    async def talk(socket: Socket) -> None:
        seen.append(await socket.receive(10))

    wire = Wire(talk)
    await asyncio.sleep(0)
    wire.socket.shutdown()
    assert (await wire.ended()).code == 1001


@pytest.mark.parametrize(
    ("headers", "wants"),
    [
        ([(b"connection", b"keep-alive, Upgrade"), (b"upgrade", b"WebSocket")], True),
        ([(b"connection", b"upgrade"), (b"upgrade", b"h2c")], False),
        ([(b"connection", b"keep-alive"), (b"upgrade", b"websocket")], False),
        ([], False),
    ],
)
def test_who_wants_one(headers: list[tuple[bytes, bytes]], wants: bool) -> None:
    assert wants_socket(headers) is wants
