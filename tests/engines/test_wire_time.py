"""Time on the wire, made up: each phase ends when it should and no sooner, and what is too old is not used again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.engines.virtual_wire import Net, pool_on
from tests.simulation.virtual_loop import VirtualLoop
from tokenry.engines.wire import Exchange, Pool, Timeouts, WireError

TIMES = Timeouts(connect_s=5, first_byte_s=30, idle_s=10, total_s=100)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
HEAD_5 = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


class House:
    """A pool of one connection, and its peer's side."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        asyncio.set_event_loop(None)
        self.net = Net(self.loop)
        self.pool: Pool = self.loop.run_until_complete(pool_on(self.net, TIMES))

    def begin(self, body: bytes = b"{}") -> Exchange:
        """A request, written."""

        async def begun() -> Exchange:
            return self.pool.start(self.pool.head(b"POST", b"/", b""), body)

        exchange = self.loop.run_until_complete(begun())
        self.loop.idle()
        return exchange

    def say(self, data: bytes) -> None:
        """The peer says this on the latest connection."""
        self.net.wires[-1].protocol.data_received(data)
        self.loop.idle()

    def fails_after(self, exchange: Exchange, limit_s: float) -> WireError:
        """The exchange fails when `limit_s` seconds have passed: no sooner, and a tenth of the shortest time later."""
        self.loop.advance(limit_s - 0.01)
        assert exchange.error is None
        self.loop.advance(0.01 + 2 * min(TIMES.idle_s / 10, 1.0))
        assert exchange.error is not None
        assert exchange.error.timed_out
        assert self.pool.stats.open == 0
        return exchange.error


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.loop.do(made.pool.close())
    assert not made.loop.raised


def test_an_answer_that_never_begins(house: House) -> None:
    assert house.fails_after(house.begin(), 30).detail == "no answer within 30 s"


def test_an_answer_that_stops(house: House) -> None:
    exchange = house.begin()
    house.loop.advance(29)
    house.say(HEAD_5 + b"he")
    assert house.fails_after(exchange, 10).detail == "no more bytes of the answer within 10 s"
    assert exchange.take() == b"he"


def test_a_slow_answer_that_keeps_moving_is_no_time_out(house: House) -> None:
    exchange = house.begin()
    for piece in (HEAD_5, b"h", b"e", b"l", b"l", b"o"):
        house.loop.advance(9.9)
        house.say(piece)
    assert (exchange.complete, exchange.take()) == (True, b"hello")


def test_interim_answers_give_the_answer_its_time_again(house: House) -> None:
    exchange = house.begin()
    for _ in range(3):
        house.loop.advance(29)
        house.say(b"HTTP/1.1 102 Processing\r\n\r\n")
    house.loop.advance(9)
    assert exchange.error is None
    house.say(OK)
    assert exchange.complete


def test_whatever_moves_there_is_an_end_to_it(house: House) -> None:
    exchange = house.begin()
    house.say(HEAD_5)
    for _ in range(4):
        house.loop.advance(9)
        house.say(b"h")
    for _ in range(6):
        house.loop.advance(9)
        assert exchange.error is None
        house.net.wires[-1].protocol.data_received(b"")  # not a byte, but a sign of life
    assert house.fails_after(exchange, 10).detail == "not done within 100 s"


def test_waiting_for_a_connection_has_its_time(house: House) -> None:
    first = house.begin()
    waiting = [house.begin() for _ in range(3)]
    house.say(HEAD_5)
    for _ in range(11):
        house.loop.advance(9)
        house.net.wires[-1].protocol.data_received(b"")
    assert [exchange.error for exchange in (first, *waiting)] == [None] * 4
    assert house.fails_after(first, 1).detail == "not done within 100 s"
    for exchange in waiting:
        assert exchange.error is not None
        assert exchange.error.detail == "no free connection within 100 s"
        assert (exchange.error.phase, exchange.error.timed_out, exchange.error.sent_any) == ("connect", True, False)
    assert len(house.net.wires) == 1
    assert house.pool.stats.waiting == 0


def test_a_reader_that_does_not_read_is_not_the_peers_fault(house: House) -> None:
    exchange = house.begin()
    house.say(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(600_000))
    assert exchange.paused
    house.loop.advance(60)
    assert exchange.error is None
    assert len(exchange.take()) == 600_000
    assert not exchange.paused
    assert house.fails_after(exchange, 10).detail == "no more bytes of the answer within 10 s"


@pytest.mark.parametrize(("died_after_s", "connections"), [(0.0, 2), (0.9, 2), (1.1, 1), (5.0, 1)])
def test_what_dies_late_had_time_to_work_on_the_request(house: House, died_after_s: float, connections: int) -> None:
    house.begin()
    house.say(OK)
    exchange = house.begin()
    house.loop.advance(died_after_s)
    house.net.wires[0].end(ConnectionResetError("reset"))
    house.loop.idle()
    assert len(house.net.wires) == connections
    if connections == 2:
        house.say(OK)
        assert exchange.complete
        assert exchange.tried
    else:
        assert exchange.error is not None
        assert exchange.error.sent_any


def test_a_connection_past_its_time_is_not_used_even_before_it_is_swept_away(house: House) -> None:
    house.begin()
    house.say(OK.replace(b"content", b"keep-alive: timeout=5\r\ncontent", 1))
    house.loop.now_ns += 4_100_000_000  # the peer's five seconds less ours to be careful, and no sweep yet
    assert house.pool.stats.idle == 1
    house.begin()
    assert len(house.net.wires) == 2
    assert house.net.wires[0].closing


def test_an_idle_connection_is_swept_away_in_time(house: House) -> None:
    house.begin()
    house.say(OK)
    house.loop.advance(59)
    assert house.pool.stats.idle == 1
    house.loop.advance(3)
    assert house.pool.stats.open == 0
    house.loop.advance(3600)
    assert not house.loop.raised


def test_a_listener_that_ends_the_exchange_in_its_call_is_not_called_for_what_follows(house: House) -> None:
    exchange = house.begin()
    calls: list[bytes] = []

    def heard() -> None:
        calls.append(exchange.take())
        exchange.abort()

    exchange.listen(heard)
    house.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n.\r\n1;" + b"x" * 70_000)
    assert calls == [b".", b""]
    assert exchange.error is not None
    assert exchange.error.detail == "aborted by the reader"
    assert house.pool.stats.open == 0


def test_what_a_reader_takes_from_a_socket_that_is_closing_resumes_nothing(house: House) -> None:
    exchange = house.begin()
    house.say(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(600_000))
    wire = house.net.wires[-1]
    wire.closing = True  # the loop knows of a reset before it tells
    assert len(exchange.take()) == 600_000
    assert not wire.reading
    wire.end(ConnectionResetError("reset"))
    assert exchange.error is not None
    assert (exchange.error.phase, exchange.error.timed_out) == ("body", False)
