"""The wire's pool: who gets which connection, when one is reused, left, or tried again, and that none leaks."""

from __future__ import annotations

import asyncio
import random
import socket
from math import inf
from typing import Any

import pytest

from tests.engines.wire_peer import BACKENDS, OK, PATIENCE, Link, answering, get, peer, until
from tokenry.engines.wire import Origin, Pool, Timeouts, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


async def test_requests_one_after_the_other_share_a_connection() -> None:
    async with answering(OK) as one:
        pool = one.pool()
        for _ in range(5):
            assert await get(pool) == (200, b"ok")
        stats = pool.stats
        assert (stats.open, stats.idle, stats.opened, stats.reused, stats.waiting) == (1, 1, 1, 4, 0)
        await pool.close()


async def test_one_connection_never_carries_two_exchanges_and_the_limit_holds() -> None:
    busy: set[int] = set()
    most = 0

    async def script(link: Link) -> None:
        nonlocal most
        while True:
            await link.request()
            assert link.number not in busy
            busy.add(link.number)
            most = max(most, len(busy))
            await asyncio.sleep(0.001)
            busy.discard(link.number)
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(3)
        assert await asyncio.gather(*(get(pool) for _ in range(50))) == [(200, b"ok")] * 50
        assert most == 3
        assert len(one.links) == 3
        await pool.close()


async def test_waiting_requests_are_served_in_the_order_they_came() -> None:
    async with answering(OK) as one:
        pool = one.pool(1)
        await asyncio.gather(*(get(pool, b"/%d" % i) for i in range(20)))
        assert [request.split(b" ")[1] for request in one.asked] == [b"/%d" % i for i in range(20)]
        await pool.close()


async def test_the_order_holds_when_every_answer_closes_its_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    async with answering(answer) as one:
        pool = one.pool(1)
        await asyncio.gather(*(get(pool, b"/%d" % i) for i in range(20)))
        assert [request.split(b" ")[1] for request in one.asked] == [b"/%d" % i for i in range(20)]
        assert len(one.links) == 20
        assert (pool.stats.open, pool.stats.waiting) == (0, 0)
        await pool.close()


async def test_the_connection_used_last_is_taken_first() -> None:
    hold = asyncio.Event()

    async def script(link: Link) -> None:
        while True:
            request = await link.request()
            one.asked.append(b"%d" % link.number)
            if b"/hold" in request:
                await hold.wait()
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool()
        held = asyncio.ensure_future(get(pool, b"/hold"))
        await until(lambda: len(one.asked) == 1)
        await get(pool)
        hold.set()
        await held  # connection 0 comes back after 1
        await get(pool)
        assert one.asked == [b"0", b"1", b"0"]
        await pool.close()


@pytest.mark.parametrize("how", ["fin", "rst", "words"])
async def test_an_idle_connection_that_the_peer_ends_leaves_at_once(how: str) -> None:
    end = asyncio.Event()

    async def script(link: Link) -> None:
        await link.request()
        await link.say(OK)
        await end.wait()
        if how == "words":
            await link.say(b"HTTP/1.1 408 Idle\r\ncontent-length: 0\r\n\r\n")
            await link.until_gone()
        elif how == "rst":
            link.kill()
        else:
            link.writer.close()

    async with peer(script) as one:
        pool = one.pool()
        await asyncio.gather(get(pool), get(pool))
        assert pool.stats.idle == 2
        end.set()
        await until(lambda: pool.stats.open == 0)
        assert pool.stats.idle == 0
        assert await get(pool) == (200, b"ok")
        assert pool.stats.reused == 0
        await pool.close()


@pytest.mark.parametrize("junk", [b"junk", b"H", OK, b"\0"])
async def test_bytes_after_an_answer_spoil_the_connection_not_the_answer(junk: bytes) -> None:
    async with answering(OK + junk) as one:
        pool = one.pool()
        for _ in range(3):
            assert await get(pool) == (200, b"ok")
        await until(lambda: pool.stats.open == 0)
        assert len(one.links) == 3
        assert pool.stats.reused == 0
        await pool.close()


async def ends_the_second(link: Link, *, say: bytes = b"", reset: bool = False) -> None:
    """Answer the first request of a connection; take the second and close after saying `say`."""
    await link.request()
    await link.say(OK)
    await link.reader.readuntil(b"\r\n\r\n")
    await link.say(say)
    if reset:
        link.kill()


@pytest.mark.parametrize("reset", [False, True], ids=["fin", "rst"])
@pytest.mark.parametrize("size", [0, 3_000_000])
async def test_a_reused_connection_that_dies_before_an_answer_is_replaced_once(reset: bool, size: int) -> None:
    async def script(link: Link) -> None:
        if link.number == 0:
            await ends_the_second(link, reset=reset)
        else:
            one.asked.append(await link.request())
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(1)
        assert await get(pool) == (200, b"ok")
        exchange = await pool.request(b"POST", b"/again", b"", b"x" * size)
        assert await exchange.read_all(10) == b"ok"
        assert len(one.links) == 2
        assert one.asked[0].endswith(b"x" * size)
        await pool.close()


async def test_the_second_try_is_the_last() -> None:
    async def script(link: Link) -> None:
        if link.number == 0:
            await ends_the_second(link)
        else:
            await link.request()

    async with peer(script) as one:
        pool = one.pool()
        await get(pool)
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert (caught.value.phase, caught.value.sent_any) == ("head", True)
        assert len(one.links) == 2
        assert pool.stats.open == 0
        await pool.close()


@pytest.mark.parametrize(
    "say", [b"H", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"]
)
async def test_one_byte_of_an_answer_means_no_second_try(say: bytes) -> None:
    async with peer(lambda link: ends_the_second(link, say=say)) as one:
        pool = one.pool()
        await get(pool)
        with pytest.raises(WireError):
            await get(pool)
        assert len(one.links) == 1
        await pool.close()


async def test_a_second_try_that_cannot_connect_still_says_that_something_was_sent() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        server.close()
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    origin, _ = Origin.parse(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    pool = Pool(origin, connections_max=1, timeouts=PATIENCE)
    await get(pool)
    with pytest.raises(WireError) as caught:
        await get(pool)
    assert (caught.value.phase, caught.value.sent_any) == ("connect", True)
    assert pool.stats.open == 0
    await pool.close()


async def test_a_time_out_on_a_reused_connection_means_no_second_try() -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(OK)
        await link.until_gone()

    async with peer(script) as one:
        pool = one.pool(timeouts=Timeouts(first_byte_s=0.05))
        await get(pool)
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert caught.value.timed_out
        assert len(one.links) == 1
        await pool.close()


async def test_the_second_try_is_fresh_even_when_the_pool_is_full_of_idle_ones() -> None:
    together = asyncio.Barrier(3)

    async def script(link: Link) -> None:
        if link.number < 3:
            await link.request()
            await together.wait()
            await link.say(OK)
            await link.reader.readuntil(b"\r\n\r\n")
        else:
            await link.request()
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(3)
        await asyncio.gather(get(pool), get(pool), get(pool))
        assert pool.stats.idle == 3
        assert await get(pool) == (200, b"ok")
        assert len(one.links) == 4
        assert pool.stats.open <= 3
        await pool.close()


async def test_the_second_try_goes_before_those_who_wait() -> None:
    die = asyncio.Event()

    async def script(link: Link) -> None:
        while True:
            request = await link.request()
            one.asked.append(request.split(b" ")[1])
            if link.number == 0 and request.startswith(b"GET /stale"):
                await die.wait()
                return
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(1)
        await get(pool, b"/first")
        jobs = [asyncio.ensure_future(get(pool, target)) for target in (b"/stale", b"/a", b"/b")]
        await until(lambda: len(one.asked) == 2 and pool.stats.waiting == 2)
        die.set()
        assert await asyncio.gather(*jobs) == [(200, b"ok")] * 3
        assert one.asked[:2] == [b"/first", b"/stale"]
        assert one.asked.index(b"/stale", 2) <= 3, "at most the one whose turn had come already is before it"
        assert len(one.asked) == 5
        await pool.close()


@pytest.mark.parametrize(("hint", "idle"), [(b"timeout=5, max=100", 1), (b"max=100", 1), (b"timeout=1", 0), (b"x", 1)])
async def test_the_peers_keep_alive_hint_is_believed(hint: bytes, idle: int) -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nkeep-alive: " + hint + b"\r\ncontent-length: 0\r\n\r\n") as one:
        pool = one.pool()
        await get(pool)
        assert pool.stats.idle == idle
        await pool.close()


async def test_idle_connections_grow_old_and_no_more_than_idle_max_are_kept() -> None:
    async with answering(OK) as one:
        pool = Pool(one.origin, connections_max=8, timeouts=PATIENCE, idle_s=0.05, idle_max=2)
        await asyncio.gather(*(get(pool) for _ in range(4)))
        assert (pool.stats.open, pool.stats.idle) == (2, 2)
        await until(lambda: pool.stats.open == 0)
        assert await get(pool) == (200, b"ok")
        await pool.close()


async def test_nobody_there_is_a_connect_error_and_leaves_no_trace() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    pool = Pool(Origin.parse(f"http://127.0.0.1:{port}")[0], connections_max=1, timeouts=PATIENCE)
    for result in await asyncio.gather(*(get(pool) for _ in range(5)), return_exceptions=True):
        assert isinstance(result, WireError)
        assert (result.phase, result.timed_out, result.sent_any) == ("connect", False, False)
    assert (pool.stats.open, pool.stats.waiting) == (0, 0)
    await pool.close()


async def test_a_peer_that_closes_what_it_accepts_is_an_error_not_a_hang() -> None:
    async def script(link: Link) -> None:
        link.kill()

    async with peer(script) as one:
        pool = one.pool()
        with pytest.raises(WireError) as caught:
            await get(pool)
        assert caught.value.phase in {"connect", "send", "head"}
        assert pool.stats.open == 0
        await pool.close()


async def test_a_cancelled_wait_leaves_the_queue() -> None:
    release = asyncio.Event()

    async def script(link: Link) -> None:
        while True:
            one.asked.append(await link.request())
            await release.wait()
            await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(1)
        jobs = [asyncio.ensure_future(get(pool, b"/%d" % i)) for i in range(4)]
        await until(lambda: len(one.asked) == 1 and pool.stats.waiting == 3)
        jobs[2].cancel()
        await asyncio.wait(jobs[2:3])
        assert pool.stats.waiting == 2
        release.set()
        assert await asyncio.gather(*jobs[:2], jobs[3]) == [(200, b"ok")] * 3
        assert len(one.asked) == 3
        await pool.close()


async def test_a_cancelled_request_closes_its_connection_and_frees_its_place() -> None:
    async def script(link: Link) -> None:
        request = await link.request()
        one.asked.append(request)
        if b"/hang" in request:
            await link.until_gone()
        await link.say(OK)

    async with peer(script) as one:
        pool = one.pool(1)
        job = asyncio.ensure_future(get(pool, b"/hang"))
        await until(lambda: len(one.asked) == 1)
        waiting = asyncio.ensure_future(get(pool))
        await asyncio.sleep(0)
        job.cancel()
        assert await waiting == (200, b"ok")
        await one.links[0].gone.wait()
        with pytest.raises(asyncio.CancelledError):
            await job
        await pool.close()


async def test_closing_fails_everyone_and_closes_every_socket() -> None:
    async def script(link: Link) -> None:
        one.asked.append(await link.request())
        await link.until_gone()

    async with peer(script) as one:
        pool = one.pool(2)
        jobs = [asyncio.ensure_future(get(pool)) for _ in range(5)]
        await until(lambda: len(one.asked) == 2 and pool.stats.waiting == 3)
        await pool.close()
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(result) for result in results] == [WireError] * 5
        assert (pool.stats.open, pool.stats.idle, pool.stats.waiting) == (0, 0, 0)
        for link in one.links:
            await link.gone.wait()
        with pytest.raises(WireError, match="stopped") as caught:
            await get(pool)
        assert not caught.value.sent_any
        await pool.close()


async def test_closing_reaches_a_request_that_is_still_connecting() -> None:
    async with answering(OK) as one:
        pool = one.pool()
        job = asyncio.ensure_future(get(pool))
        await asyncio.sleep(0)
        await pool.close()
        with pytest.raises(WireError, match="stopped"):
            await job
        assert pool.stats.open == 0


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_leaks_under_random_cancelling_and_a_bad_peer(seed: int) -> None:
    draw = random.Random(seed)

    async def script(link: Link) -> None:
        while True:
            await link.request()
            kind = draw.random()
            if kind < 0.1:
                return
            if kind < 0.2:
                await link.say(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
                return
            if kind < 0.3:
                await asyncio.sleep(0.003)
            await link.say(OK)
            if kind > 0.9:
                return

    async def one_request() -> str:
        try:
            async with asyncio.timeout(draw.choice([0.0, 0.001, 0.003, 0.01, inf]) if draw.random() < 0.5 else None):
                await get(pool)
        except (WireError, TimeoutError) as problem:
            return type(problem).__name__
        return "ok"

    async with peer(script) as one:
        pool = one.pool(4)
        outcomes: list[str] = []

        async def worker() -> None:
            outcomes.extend([await one_request() for _ in range(40)])

        async with asyncio.timeout(20):
            await asyncio.gather(*(worker() for _ in range(12)))
        assert set(outcomes) == {"ok", "WireError", "TimeoutError"}
        await until(lambda: pool.stats.open == pool.stats.idle)
        assert pool.stats.waiting == 0
        assert pool.stats.open <= 4
        loop = asyncio.get_running_loop()
        start = loop.time()
        await pool.close()
        assert loop.time() - start < 0.5, "a socket was not counted out"
        assert pool.stats.open == 0
        await until(lambda: not one.busy)
