"""Any bytes in any split, on a loop whose time is made up: an answer or a WireError, never a hang, never a leak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st

from tests.engines.virtual_wire import Net, Wire, pool_on
from tests.simulation.virtual_loop import VirtualLoop
from tokenry.engines.wire import Exchange, Pool, Timeouts, WireError

TIMES = Timeouts(connect_s=5, first_byte_s=30, idle_s=10, total_s=100)
BODY_SIZE_MAX = 1000

WORDS = [
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 204 No\r\n",
    b"HTTP/1.1 304 Same\r\n", b"HTTP/1.1 101 Up\r\n", b"HTTP/1.1 407 Who\r\n", b"content-length: 5\r\n",
    b"content-length: 2000\r\n", b"content-length: 0\r\n", b"transfer-encoding: chunked\r\n",
    b"transfer-encoding: gzip, chunked\r\n", b"connection: close\r\n", b"connection: upgrade\r\nupgrade: x\r\n",
    b"keep-alive: timeout=3\r\n", b"\r\n", b"\n", b"\r", b"hello", b"5\r\nhello\r\n", b"5;x=y\r\nhello\r\n",
    b"4f000\r\n" + b"y" * 0x4F000 + b"\r\n",
    b"ffffffff\r\n", b"0\r\n\r\n", b"0\r\nx-sum: 1\r\n\r\n", b"x" * 700, b"a: b\r\n", b" folded\r\n", b"\0", b":",
]  # fmt: skip  # one word a line would be a page


@dataclass(frozen=True)
class Peer:
    """What the peer does: its bytes, how they are cut, and how it ends: silent, a polite close, a reset."""

    said: bytes
    cuts: tuple[int, ...]
    ending: str

    def pieces(self) -> list[bytes]:
        edges = sorted({0, len(self.said), *(cut % (len(self.said) + 1) for cut in self.cuts)})
        return [self.said[start:end] for start, end in pairwise(edges)]

    def act(self, loop: VirtualLoop, wire: Wire) -> None:
        for piece in self.pieces():
            if wire.closing:
                return
            if wire.reading:
                wire.protocol.data_received(piece)
            loop.idle()
        if not wire.closing and self.ending == "close":
            wire.protocol.eof_received()
            wire.end(None)
        elif not wire.closing and self.ending == "reset":
            wire.closing = True  # some loops know before they say so
            loop.call_soon(wire.end, ConnectionResetError("reset"))
        loop.idle()


async def read(exchange: Exchange, size: int) -> tuple[int, bytes]:
    await exchange.answered()
    body = b""
    while piece := await exchange.read():
        body += piece
        assert len(body) <= size
    return exchange.status, body


async def read_all(exchange: Exchange, size: int) -> tuple[int, bytes]:
    del size
    body = await exchange.read_all(BODY_SIZE_MAX)
    return exchange.status, body


async def listen(exchange: Exchange, size: int) -> tuple[int, bytes]:
    ended = asyncio.get_running_loop().create_future()
    got: list[bytes] = []

    def heard() -> None:
        got.append(exchange.take())
        assert sum(map(len, got)) <= size
        if (exchange.complete or exchange.error is not None) and not ended.done():
            ended.set_result(None)

    exchange.listen(heard)
    await ended
    if exchange.error is not None:
        raise exchange.error
    return exchange.status, b"".join(got)


READERS: dict[str, Callable[[Exchange, int], Any]] = {"read": read, "read_all": read_all, "listen": listen}


def ask(peer: Peer, *, reader: str, warm: bool) -> tuple[int, bytes] | None:
    """One exchange with such a peer; None for a WireError. Asserts that it ends in time and leaves nothing behind."""
    loop = VirtualLoop()
    net = Net(loop)
    asyncio.set_event_loop(None)
    pool = loop.run_until_complete(pool_on(net, TIMES))
    if warm:
        first = loop.do(_ask(pool, "read", 10))
        net.wires[0].protocol.data_received(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        loop.idle()
        assert first.result() == (200, b"ok")
        assert pool.stats.idle == 1
    task = loop.do(_ask(pool, reader, len(peer.said)))
    acted: set[int] = set()
    while len(acted) < len(net.wires):  # a stale one is followed by a fresh one
        number = len(net.wires) - 1
        acted |= set(range(len(net.wires)))
        peer.act(loop, net.wires[number])
    loop.advance(TIMES.total_s + 10)  # time-outs end what the peer left open
    assert task.done(), "it hangs"
    assert len(net.wires) <= 2
    assert len(net.wires) == 1 or warm
    problem = task.exception()
    assert problem is None or isinstance(problem, WireError), problem
    stats = pool.stats
    assert (stats.open, stats.waiting) == (stats.idle, 0)
    loop.do(pool.close())
    loop.idle()
    assert pool.stats.open == 0
    assert all(wire.gone for wire in net.wires), "a socket is left"
    assert not asyncio.all_tasks(loop), "a task is left"
    assert not loop.raised, loop.raised
    return None if problem else cast("tuple[int, bytes]", task.result())


async def _ask(pool: Pool, reader: str, size: int) -> Any:
    return await READERS[reader](pool.start(pool.head(b"POST", b"/v1/chat", b""), b"{}"), size)


said = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=8)), max_size=14).map(b"".join)
cuts = st.lists(st.integers(0, 1 << 16), max_size=6).map(tuple)
endings = st.sampled_from(["silent", "close", "reset"])
readers = st.sampled_from(sorted(READERS))


@given(said=said, cuts=cuts, ending=endings, reader=readers, warm=st.booleans())
@example(
    said=b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", cuts=(3,), ending="silent", reader="listen", warm=True
)
@example(said=b"", cuts=(), ending="reset", reader="read_all", warm=True)
def test_any_bytes_are_an_answer_or_an_error(
    said: bytes, cuts: tuple[int, ...], ending: str, reader: str, warm: bool
) -> None:
    answer = ask(Peer(said, cuts, ending), reader=reader, warm=warm)
    if answer is not None:
        status, body = answer
        assert 200 <= status <= 599
        assert body in said or b"chunked" in said


@given(said=said, cuts=cuts, ending=endings)
def test_how_bytes_are_cut_and_who_reads_them_changes_no_answer(
    said: bytes, cuts: tuple[int, ...], ending: str
) -> None:
    answers = {
        ask(Peer(said, how, ending), reader=reader, warm=False)
        for how in ((), cuts, tuple(range(len(said))) if len(said) < 300 else cuts)
        for reader in ("read", "listen")
    }
    assert len(answers) == 1, answers


whole = st.builds(
    lambda status, body, chunked: (status, body, chunked),
    st.sampled_from([200, 201, 404, 429, 500, 503]),
    st.binary(max_size=300),
    st.lists(st.integers(1, 40), max_size=12),
)


@given(answer=whole, cuts=cuts, reader=readers, junk=st.binary(max_size=20))
def test_an_answer_is_what_was_meant_and_what_follows_it_is_never_the_next(
    answer: tuple[int, bytes, list[int]], cuts: tuple[int, ...], reader: str, junk: bytes
) -> None:
    status, body, sizes = answer
    if sizes:
        said, rest = b"transfer-encoding: chunked\r\n\r\n", body
        for size in sizes:
            piece, rest = rest[:size], rest[size:]
            said += b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        said += (b"%x;last\r\n%b\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n"
    else:
        said = b"content-length: %d\r\n\r\n%b" % (len(body), body)
    said = b"HTTP/1.1 %d Word\r\n%b" % (status, said)
    assert ask(Peer(said + junk, cuts, "silent"), reader=reader, warm=True) == (status, body)
