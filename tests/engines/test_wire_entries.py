"""The ways to ask an engine and to hear its answer: waiting or not, whole, called back. And what 1 GB does."""

from __future__ import annotations

import asyncio
import gc
import os
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.engines.providers import provider
from tests.engines.wire_peer import BACKENDS, OK, Link, Peer, Script, answering, peer, until
from tokenry.base.limits import ANSWER_SIZE_MAX
from tokenry.engines import ArtifactStore, Call, Engine, EngineDown, Exchange, WireError, build
from tokenry.engines.exchange import UNREAD_MAX

pytestmark = pytest.mark.anyio
MIB = 1024 * 1024
HEAD_5 = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
CALL = Call("/chat/completions", b"{}", "req_1", True)


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


@asynccontextmanager
async def engine_at(one: Peer, **fields: Any) -> AsyncIterator[Engine]:
    engine = build(provider(base_url=f"http://127.0.0.1:{one.port}/v1", **fields), {}, ArtifactStore(Path("/nowhere")))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def test_begin_writes_without_waiting_and_one_wake_up_gives_the_whole_answer() -> None:
    release = asyncio.Event()

    async def script(link: Link) -> None:
        while True:
            one.asked.append(await link.request())
            await link.say(b"HTTP/1.1 503 Later\r\ncontent-", b"length: 5\r\n\r\n", b"lat")
            await release.wait()
            await link.say(b"er")

    async with peer(script) as one, engine_at(one) as engine:
        for _ in range(2):
            release.clear()
            exchange = engine.begin(CALL)
            assert exchange.status == 0
            woken = asyncio.ensure_future(exchange.read_all(100))
            await until(lambda: exchange.unread == 3)  # noqa: B023 # awaited within the turn
            await asyncio.sleep(0)
            assert not woken.done()
            waits_on = exchange._wakeup
            exchange.on_piece(b"")
            await asyncio.sleep(0)
            assert exchange._wakeup is waits_on, "its reader was woken"
            release.set()
            assert await woken == b"later"
            assert (exchange.status, exchange.complete) == (503, True)
        assert one.asked[0] == one.asked[1]
        assert b"POST /v1/chat/completions HTTP/1.1\r\n" in one.asked[0]
        assert b"x-request-id: req_1\r\ncontent-length: 2\r\n\r\n{}" in one.asked[0]
        assert len(one.links) == 1


async def test_begin_tells_that_the_engine_is_down_at_once() -> None:
    async with answering(OK) as one, engine_at(one) as engine:
        assert await engine.begin(CALL).read_all(10) == b"ok"
        assert await engine.drain(1)
        with pytest.raises(EngineDown, match="draining"):
            engine.begin(CALL)
        await engine.stop()
        with pytest.raises(EngineDown, match="stopped"):
            engine.begin(CALL)


async def test_what_failed_is_the_engines_last_error_however_it_was_asked() -> None:
    async with peer(failing(b"junk\r\n\r\n", "stay")) as one, engine_at(one) as engine:
        exchange = engine.begin(CALL)
        with pytest.raises(WireError, match="not a valid HTTP answer"):
            await exchange.read_all(10)
        assert engine.health().last_error == f"test: {exchange.error}"


async def test_an_engine_that_was_stopped_says_that_and_not_what_its_stop_broke() -> None:
    async with peer(failing(b"", "stay")) as one, engine_at(one) as engine:
        exchange = engine.begin(CALL)
        await until(lambda: len(one.links) == 1)
        await engine.stop()
        with pytest.raises(WireError, match="closed"):
            await exchange.answered()
        assert engine.health().last_error == "it was stopped"


async def test_a_reader_that_gives_up_is_no_trouble_of_the_engines() -> None:
    async with peer(failing(b"", "stay")) as one, engine_at(one) as engine:
        exchange = engine.begin(CALL)
        await until(lambda: len(one.links) == 1)
        exchange.abort()
        with pytest.raises(WireError, match="aborted by the reader"):
            await exchange.answered()
        await one.links[0].gone.wait()
        assert engine.health().last_error is None


async def test_a_listener_is_called_for_the_head_each_piece_and_the_end() -> None:
    go = asyncio.Semaphore(0)
    said = [HEAD_5, b"he", b"llo"]

    async def script(link: Link) -> None:
        await link.request()
        for piece in said:
            await link.say(piece)
            await go.acquire()
        await link.until_gone()

    async with peer(script) as one, engine_at(one) as engine:
        seen: list[tuple[int, bytes, bool]] = []
        exchange = engine.begin(CALL)
        exchange.listen(lambda: seen.append((exchange.status, exchange.take(), exchange.complete)))
        for count in (1, 2, 3):
            await until(lambda: len(seen) == count)  # noqa: B023 # awaited within the turn
            go.release()
        assert seen == [(200, b"", False), (200, b"he", False), (200, b"llo", True)]
        assert engine.in_flight == 0


async def test_a_listener_that_aborts_in_its_call_ends_the_exchange() -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(CHUNKED + b"5\r\nhello\r\n")
        await link.until_gone()

    async with peer(script) as one, engine_at(one) as engine:
        calls: list[bytes] = []
        exchange = engine.begin(CALL)

        def heard() -> None:
            calls.append(exchange.take())
            exchange.abort()

        exchange.listen(heard)
        await until(lambda: exchange.error is not None)
        await one.links[0].gone.wait()
        assert calls == [b"hello", b""]
        assert engine.in_flight == 0


async def test_who_heeds_a_stream_is_woken_only_by_what_the_callback_asks_for_and_the_end() -> None:
    heard: list[bytes] = []

    async def script(link: Link) -> None:
        await link.request()
        await link.say(CHUNKED)
        for count, piece in enumerate((b"a", b"b", b"wake", b"c"), start=1):
            await link.say(chunk(piece))
            await until(lambda: len(heard) == count)  # noqa: B023 # awaited within the turn
        await link.say(b"0\r\n\r\n")
        await link.until_gone()

    def take(piece: bytes) -> bool:
        heard.append(piece)
        return piece == b"wake"

    async with peer(script) as one, engine_at(one) as engine:
        exchange = await engine.open(CALL)
        assert await exchange.heed(take)
        assert heard[:3] == [b"a", b"b", b"wake"]
        assert not await exchange.heed(take)
        assert heard == [b"a", b"b", b"wake", b"c"]
        assert engine.in_flight == 0


async def test_what_comes_between_two_heeds_waits_for_the_second() -> None:
    heard: list[bytes] = []
    exchange = Exchange(b"", b"", 0.0)
    exchange.status = 200
    for piece in (b"a", b"b"):
        heeding = asyncio.create_task(exchange.heed(lambda data: heard.append(data) is None))
        await asyncio.sleep(0)
        exchange.on_piece(piece)
        exchange.on_piece(b"later")
        assert await heeding
        assert heard.pop() == piece
        assert exchange.take() == b"later"


async def test_a_mistake_of_the_callback_is_its_readers_and_the_socket_lives() -> None:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(CHUNKED)
        await link.say(chunk(b"0"))
        await link.until_gone()

    async with peer(script) as one, engine_at(one) as engine:
        exchange = await engine.open(CALL)
        with pytest.raises(ZeroDivisionError):
            await exchange.heed(lambda data: bool(1 // int(data)))
        assert exchange.error is None
        exchange.abort()
        with pytest.raises(WireError, match="aborted by the reader"):
            await exchange.heed(lambda _: True)
        await one.links[0].gone.wait()
        assert engine.in_flight == 0


async def flood(link: Link, head: bytes, piece: bytes) -> None:
    """Say a head and then pieces until the other side has had enough, 1 GB at most."""
    await link.request()
    await link.say(head)
    for _ in range(1024 * MIB // len(piece)):
        await link.say(piece)


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (CHUNKED, chunk(bytes(MIB))),
        (b"HTTP/1.1 200 OK\r\n\r\n", bytes(MIB)),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n", bytes(MIB)),
        (CHUNKED, chunk(b"ab") * 65536),
    ],
    ids=["chunked", "close-delimited", "declared", "tiny chunks"],
)
async def test_a_gigabyte_as_a_plain_answer_is_an_error_in_bounded_memory(head: bytes, piece: bytes) -> None:
    limit = ANSWER_SIZE_MAX // 64
    async with peer(lambda link: flood(link, head, piece)) as one, engine_at(one) as engine:
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        exchange = await engine.open(CALL)
        with pytest.raises(WireError, match=f"the answer is longer than {limit} bytes") as caught:
            await exchange.read_all(limit)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert caught.value.phase == "body"
        assert peak - before < 4 * limit + 8 * MIB  # the peer's own pieces are counted, too
        assert engine.in_flight == 0
        await until(lambda: not one.busy)


async def test_a_gigabyte_as_one_event_waits_at_the_peer_until_its_reader_has_had_enough() -> None:
    async def script(link: Link) -> None:
        await flood(link, CHUNKED + chunk(b"data: {"), chunk(bytes(MIB)))

    async with peer(script) as one, engine_at(one) as engine:
        exchange = await engine.open(CALL)
        taken = 0
        while taken < 4 * MIB:  # what the reader of events takes of one event
            taken += len(await exchange.read())
            assert exchange.unread == 0
        for _ in range(5):
            await asyncio.sleep(0.01)
            assert exchange.unread <= MIB
        exchange.abort()
        assert engine.in_flight == 0
        await until(lambda: not one.busy)


def test_what_a_slow_readers_answer_holds_is_bounded_whatever_the_size_of_its_pieces() -> None:
    for size in (3, 100, 65536):
        exchange = Exchange(b"", b"", 0.0)
        exchange.status = 200
        tracemalloc.start()
        while exchange.unread <= exchange.unread_max:
            exchange.on_piece(os.urandom(size))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert held < 3 * UNREAD_MAX
        assert len(exchange.take()) > UNREAD_MAX


FAILURES: dict[str, tuple[bytes, str]] = {
    "junk": (b"junk\r\n\r\n", "stay"),
    "half a head": (b"HTTP/1.1 2", "close"),
    "half a body": (HEAD_5 + b"he", "close"),
    "reset": (HEAD_5, "reset"),
    "length and chunks": (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n", "stay"),
    "too long": (b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + bytes(4000), "stay"),
    "silence": (b"", "stay"),
    "silence in the body": (HEAD_5 + b"he", "stay"),
}


def failing(said: bytes, ending: str) -> Script:
    async def script(link: Link) -> None:
        await link.request()
        await link.say(said)
        if ending == "reset":
            link.kill()
        elif ending == "close":
            link.writer.close()
        await link.until_gone()

    return script


@pytest.mark.parametrize(("said", "ending"), FAILURES.values(), ids=FAILURES.keys())
async def test_no_failure_leaves_a_socket_or_a_task(said: bytes, ending: str) -> None:
    async with peer(failing(said, ending)) as one:
        tasks, files = len(asyncio.all_tasks()), open_files()
        async with engine_at(one, first_byte_timeout_s=0.05, idle_timeout_s=0.05) as engine:
            for _ in range(3):
                exchange = engine.begin(CALL)
                with pytest.raises(WireError):
                    await exchange.read_all(1000)
                assert engine.in_flight == 0
                await until(lambda: not one.busy)
                del exchange
        await until(lambda: len(asyncio.all_tasks()) == tasks and open_files() == files)


def open_files() -> int:
    gc.collect()
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0
