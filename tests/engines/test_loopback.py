"""The small server that our own engines stand behind: keys, bounds, streams, and clients that go away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tokenry.engines import Origin, Pool, WireError
from tokenry.engines.loopback import LoopbackServer, Reply, Request

pytestmark = pytest.mark.anyio
KEY = b"authorization: Bearer secret\r\n"


class Handler:
    """Echoes; `/slow` waits for ever and tells when it was cancelled; `/stream` streams until told otherwise."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.written = 0

    async def __call__(self, request: Request, reply: Reply) -> None:
        if request.path == "/slow":
            self.waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        elif request.path == "/stream":
            await reply.start(200, {})
            while self.written < 64 * 1024 * 1024:
                await reply.write(b"x" * 65536)
                self.written += 65536
            await reply.end()
        else:
            told = {"method": request.method, "path": request.path, "query": request.query, "length": len(request.body)}
            await reply.send_json(200, told)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
async def server(handler: Handler) -> AsyncIterator[LoopbackServer]:
    made = LoopbackServer(handler, key="secret")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def pool(server: LoopbackServer) -> AsyncIterator[Pool]:
    origin, _ = Origin.parse(f"http://127.0.0.1:{server.port}")
    made = Pool(origin, connections_max=4)
    yield made
    await made.close()


async def raw(server: LoopbackServer, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(data)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_request_is_answered_whole(pool: Pool) -> None:
    exchange = await pool.request(b"POST", b"/a?b=c", KEY, b"12345")
    assert exchange.status == 200
    assert await exchange.read_all(1000) == b'{"method":"POST","path":"/a","query":"b=c","length":5}'


@pytest.mark.parametrize("headers", [b"", b"authorization: Bearer other\r\n", b"authorization: secret\r\n"])
async def test_without_the_key_nothing_is_answered(pool: Pool, headers: bytes) -> None:
    exchange = await pool.request(b"POST", b"/a", headers)
    assert exchange.status == 401
    assert b"key is wrong" in await exchange.read_all(1000)


async def test_health_needs_no_key(pool: Pool) -> None:
    assert (await pool.request(b"GET", b"/health")).status == 200


async def test_connections_are_kept(pool: Pool) -> None:
    for _ in range(3):
        await (await pool.request(b"GET", b"/health")).read_all(1000)
    assert (pool.stats.opened, pool.stats.reused) == (1, 2)


async def test_pipelined_requests_are_answered_in_order(server: LoopbackServer) -> None:
    one = b"GET /%d HTTP/1.1\r\n" + KEY + b"\r\n"
    last = b"GET /2 HTTP/1.1\r\nconnection: close\r\n" + KEY + b"\r\n"
    answer = await raw(server, one % 0 + one % 1 + last)
    assert [answer.find(b'"/%d"' % i) for i in range(3)] == sorted(answer.find(b'"/%d"' % i) for i in range(3))
    assert answer.count(b"200 OK") == 3


async def test_junk_is_refused(server: LoopbackServer) -> None:
    assert (await raw(server, b"what?\r\n\r\n")).startswith(b"HTTP/1.1 400")


async def test_a_head_too_large_is_cut_off(server: LoopbackServer) -> None:
    assert b"200 OK" not in await raw(server, b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000 + b"\r\n" + KEY + b"\r\n")


async def test_a_client_that_goes_away_cancels_its_request(server: LoopbackServer, handler: Handler) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /slow HTTP/1.1\r\n" + KEY + b"\r\n")
    await handler.waiting.wait()
    writer.close()
    async with asyncio.timeout(5):
        await handler.cancelled.wait()


async def test_a_slow_reader_holds_the_writer_up(pool: Pool, handler: Handler) -> None:
    exchange = await pool.request(b"GET", b"/stream", KEY)
    before = -1
    while handler.written != before:
        before = handler.written
        await asyncio.sleep(0.02)
    assert 0 < handler.written < 32 * 1024 * 1024
    got = 0
    while piece := await exchange.read():
        got += len(piece)
    assert got == handler.written == 64 * 1024 * 1024


async def test_stopping_breaks_what_is_under_way(server: LoopbackServer, pool: Pool, handler: Handler) -> None:
    asked = asyncio.create_task(pool.request(b"GET", b"/slow", KEY))
    await handler.waiting.wait()
    await server.stop()
    with pytest.raises(WireError):
        await asked
    assert handler.cancelled.is_set()
