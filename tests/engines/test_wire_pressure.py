"""The wire under pressure: slow peers, slow readers, large bodies, early answers, time-outs and sudden aborts."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest

from tests.engines.wire_peer import BACKENDS, OK, Link, answering, get, peer, until
from tokenry.engines.wire import Timeouts, WireError

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024
HEAD_5 = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
ENOUGH_S = 1.0  # time-outs below are tens of milliseconds; later than this they did not work


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


async def drip(link: Link, *pieces: bytes, every_s: float = 0.02) -> None:
    """Take a request and say the pieces slowly, then nothing."""
    await link.request()
    for piece in pieces:
        await link.say(piece)
        await asyncio.sleep(every_s)
    await link.until_gone()


@pytest.mark.parametrize(
    ("pieces", "timeouts", "phase", "words"),
    [
        ([], Timeouts(first_byte_s=0.05), "head", "no answer within 0.05 s"),
        ([b"HTTP/1.1 2"], Timeouts(idle_s=0.05), "head", "no more bytes of the answer within 0.05 s"),
        ([HEAD_5], Timeouts(idle_s=0.05), "body", "no more bytes of the answer within 0.05 s"),
        ([HEAD_5, b"h", b"e"], Timeouts(idle_s=0.05), "body", "no more bytes of the answer within 0.05 s"),
        ([bytes([byte]) for byte in HEAD_5], Timeouts(total_s=0.15), "head", "not done within 0.15 s"),
        ([HEAD_5, *[b""] * 20], Timeouts(total_s=0.15), "body", "not done within 0.15 s"),
    ],
)
async def test_each_phase_has_its_time(pieces: list[bytes], timeouts: Timeouts, phase: str, words: str) -> None:
    async with peer(lambda link: drip(link, *pieces)) as one:
        pool = one.pool(timeouts=timeouts)
        async with asyncio.timeout(ENOUGH_S):
            with pytest.raises(WireError) as caught:
                await get(pool)
        assert (caught.value.phase, caught.value.timed_out, caught.value.detail) == (phase, True, words)
        await one.links[0].gone.wait()
        assert pool.stats.open == 0
        await pool.close()


async def test_a_peer_that_takes_no_bytes_times_out_while_we_send() -> None:
    async def script(link: Link) -> None:
        link.deafen()
        await asyncio.sleep(3)

    async with peer(script) as one:
        pool = one.pool(timeouts=Timeouts(idle_s=0.1))
        async with asyncio.timeout(ENOUGH_S):
            with pytest.raises(WireError) as caught:
                await pool.request(b"POST", b"/", b"", bytes(32 * MIB))
        assert (caught.value.phase, caught.value.timed_out) == ("send", True)
        assert "took no bytes" in caught.value.detail
        await pool.close()


async def test_a_large_request_and_a_large_answer_arrive_whole() -> None:
    body = bytes(range(256)) * (4096 * 8)  # 8 MiB

    async def script(link: Link) -> None:
        while True:
            request = await link.request()
            answer = request[request.index(b"\r\n\r\n") + 4 :]
            await link.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            for start in range(0, len(answer), 100_000):
                piece = answer[start : start + 100_000]
                await link.say(b"%x\r\n%b\r\n" % (len(piece), piece))
            await link.say(b"0\r\n\r\n")

    async with peer(script) as one:
        pool = one.pool()
        for _ in range(2):
            exchange = await pool.request(b"POST", b"/", b"", body)
            assert await exchange.read_all(len(body)) == body
        assert len(one.links) == 1
        await pool.close()


async def test_a_slow_reader_slows_the_peer_and_not_our_memory() -> None:
    size, said = 64 * MIB, 0

    async def script(link: Link) -> None:
        nonlocal said
        await link.request()
        await link.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        piece = bytes(65536)
        while said < size:
            await link.say(piece)
            said += len(piece)
        await link.until_gone()

    async with peer(script) as one:
        # The peer is silent for longer than idle_s only because we do not read: that is no time-out.
        pool = one.pool(timeouts=Timeouts(idle_s=0.1, total_s=30))
        exchange = await pool.request(b"GET", b"/")
        got = len(await exchange.read())
        for _ in range(8):
            await asyncio.sleep(0.03)
            assert exchange.unread <= MIB
        stalled_at = said
        assert stalled_at < 32 * MIB, "the peer was not slowed down"
        while piece := await exchange.read():
            assert len(piece) <= MIB
            assert exchange.unread == 0
            got += len(piece)
        assert got == size
        assert pool.stats.idle == 1
        await pool.close()


async def test_a_slow_reader_is_still_bound_by_the_total() -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * MIB), bytes(64 * MIB))

    async with peer(script) as one:
        pool = one.pool(timeouts=Timeouts(total_s=0.15))
        exchange = await pool.request(b"GET", b"/")
        await until(lambda: pool.stats.open == 0)
        got = len(await exchange.read())
        assert 0 < got <= MIB
        with pytest.raises(WireError, match=r"not done within 0\.15 s") as caught:
            await exchange.read()
        assert caught.value.timed_out
        await pool.close()


async def test_a_reader_that_catches_up_after_the_end_finds_the_connection_back_in_the_pool() -> None:
    body = bytes(600_000)
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body) as one:
        pool = one.pool(1)
        for _ in range(5):
            exchange = await pool.request(b"GET", b"/")
            await asyncio.sleep(0.01)
            assert await exchange.read_all(MIB) == body
        assert len(one.links) == 1
        await pool.close()


async def test_a_large_request_is_not_copied_while_the_peer_is_slow() -> None:
    body = bytes(32 * MIB)

    async def script(link: Link) -> None:
        await link.reader.readuntil(b"\r\n\r\n")
        one.asked.append(b"")
        await link.until_gone()
        await link.say(OK)

    async with peer(script) as one:
        pool = one.pool()
        tracemalloc.start()
        job = asyncio.ensure_future(pool.request(b"POST", b"/", b"", body))
        await until(lambda: len(one.asked) == 1)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 8 * MIB
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        await pool.close()


@pytest.mark.parametrize("close", [False, True])
async def test_an_answer_that_comes_before_the_request_is_sent_is_an_answer(close: bool) -> None:
    async def script(link: Link) -> None:
        head = await link.reader.readuntil(b"\r\n\r\n")
        if b"POST" in head:
            link.deafen()
            await link.say(
                b"HTTP/1.1 413 Too much\r\n" + b"connection: close\r\n" * close + b"content-length: 2\r\n\r\nno"
            )
            await asyncio.sleep(0.2)
        else:
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool()
        exchange = await pool.request(b"POST", b"/", b"", bytes(32 * MIB))
        assert (exchange.status, await exchange.read_all(10)) == (413, b"no")
        assert pool.stats.open == 0, "half a request is still on that connection"
        assert await get(pool) == (200, b"ok")
        await pool.close()


async def test_a_peer_that_dies_while_we_send_is_a_send_error() -> None:
    async def script(link: Link) -> None:
        await link.reader.readuntil(b"\r\n\r\n")
        link.kill()

    async with peer(script) as one:
        pool = one.pool()
        with pytest.raises(WireError) as caught:
            await pool.request(b"POST", b"/", b"", bytes(32 * MIB))
        assert (caught.value.phase, caught.value.sent_any, caught.value.timed_out) == ("send", True, False)
        assert len(one.links) == 1
        await pool.close()


async def streaming(link: Link) -> None:
    """Stream for ever."""
    await link.request()
    await link.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    gone = asyncio.ensure_future(link.until_gone())
    while not gone.done():
        await link.say(b"5\r\nhello\r\n")
        await asyncio.sleep(0.001)


async def test_abort_reaches_the_peer_at_once() -> None:
    async with peer(streaming) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        assert await exchange.read()
        loop = asyncio.get_running_loop()
        start = loop.time()
        exchange.abort()
        exchange.abort()
        assert pool.stats.open == 0
        await one.links[0].gone.wait()
        assert loop.time() - start < 0.1
        with pytest.raises(WireError, match="aborted"):
            await exchange.read_all(MIB)
        await pool.close()


async def test_abort_wakes_who_is_reading() -> None:
    async with peer(lambda link: drip(link, HEAD_5)) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        job = asyncio.ensure_future(exchange.read())
        await asyncio.sleep(0)
        exchange.abort()
        with pytest.raises(WireError, match="aborted"):
            await job
        await pool.close()


async def test_a_cancelled_read_closes_the_connection() -> None:
    async with peer(lambda link: drip(link, HEAD_5)) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        job = asyncio.ensure_future(exchange.read())
        await asyncio.sleep(0)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert pool.stats.open == 0
        await one.links[0].gone.wait()
        await pool.close()


async def test_abort_after_the_end_hurts_neither_the_connection_nor_its_next_exchange() -> None:
    async with answering(OK) as one:
        pool = one.pool(1)
        first = await pool.request(b"GET", b"/")
        await until(lambda: first.complete)
        job = asyncio.ensure_future(get(pool))
        await asyncio.sleep(0)
        first.abort()
        assert await job == (200, b"ok")
        assert await first.read_all(10) == b"ok"
        assert len(one.links) == 1
        await pool.close()


async def test_two_readers_of_one_exchange_are_a_mistake_that_is_told() -> None:
    async with peer(lambda link: drip(link, HEAD_5)) as one:
        pool = one.pool()
        exchange = await pool.request(b"GET", b"/")
        job = asyncio.ensure_future(exchange.read())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="one reader"):
            await exchange.read()
        exchange.abort()
        await asyncio.gather(job, return_exceptions=True)
        await pool.close()
