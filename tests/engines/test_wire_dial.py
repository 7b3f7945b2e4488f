"""Opening connections: names that hang, change or are not there, addresses that are dead, and who waits for whom."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from tests.engines.wire_peer import BACKENDS, OK, PATIENCE, Link, Peer, get, peer, until
from tokenry.engines.dial import Address, Dialer, Names
from tokenry.engines.wire import Origin, Pool, Timeouts, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture(params=BACKENDS, ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that ships and the one that Windows gets."""
    return request.param


class Dns:
    """A name server: answers with what it is told to, after `hold` has been released."""

    def __init__(self, *answers: Sequence[Address] | OSError, held: bool = False) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []
        self.hold = threading.Event()
        if not held:
            self.hold.set()

    def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append((host, port))
        self.hold.wait(10)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


def at(one: Peer) -> Address:
    return socket.AF_INET, ("127.0.0.1", one.port)


def pool_by(dns: Dns, timeouts: Timeouts = PATIENCE, connections_max: int = 4) -> Pool:
    origin, _ = Origin.parse("http://provider.invalid:7777")
    pool = Pool(origin, connections_max=connections_max, timeouts=timeouts)
    pool.dial = Dialer(origin, timeouts, dns)
    return pool


async def once(link: Link) -> None:
    """Answer one request and close."""
    await link.request()
    await link.say(OK.replace(b"OK\r\n", b"OK\r\nconnection: close\r\n"))


async def test_a_name_is_looked_up_anew_for_each_connection_so_a_move_is_followed() -> None:
    async with peer(once) as old, peer(once) as new:
        dns = Dns([at(old)], [at(new)])
        pool = pool_by(dns)
        assert [await get(pool) for _ in range(3)] == [(200, b"ok")] * 3
        assert (len(old.links), len(new.links)) == (1, 2)
        assert dns.asked == [("provider.invalid", 7777)] * 3
        await pool.close()


async def test_a_name_server_that_hangs_is_a_time_out_and_one_thread() -> None:
    dns = Dns([], held=True)
    pool = pool_by(dns, Timeouts(dns_s=0.03))
    try:
        for _ in range(3):
            for result in await asyncio.gather(*(get(pool) for _ in range(4)), return_exceptions=True):
                assert isinstance(result, WireError)
                assert result.detail == "no connection within 0.03 s (looking up provider.invalid)"
                assert (result.phase, result.timed_out, result.sent_any) == ("connect", True, False)
        assert len(dns.asked) == 1, "one look-up waits, whoever comes"
        assert (pool.stats.open, pool.stats.waiting) == (0, 0)
    finally:
        dns.hold.set()
    await until(lambda: not any(thread.name == "look-up" for thread in threading.enumerate()))
    await pool.close()


async def test_who_comes_while_a_look_up_hangs_gets_its_answer() -> None:
    async with peer(once) as one:
        dns = Dns([at(one)], held=True)
        pool = pool_by(dns)
        jobs = [asyncio.ensure_future(get(pool)) for _ in range(3)]
        await until(lambda: len(dns.asked) == 1)
        jobs[0].cancel()
        await asyncio.wait(jobs[:1])
        dns.hold.set()
        assert await asyncio.gather(*jobs[1:]) == [(200, b"ok")] * 2
        await pool.close()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "there is no host called provider.invalid"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "cannot be looked up now"),
        (OSError("anything"), "anything"),
    ],
)
async def test_a_name_that_is_not_there_is_told_in_words(problem: OSError, words: str) -> None:
    pool = pool_by(Dns(problem))
    with pytest.raises(WireError, match=words) as caught:
        await get(pool)
    assert not caught.value.sent_any
    await pool.close()


async def test_a_name_without_addresses_is_an_error() -> None:
    pool = pool_by(Dns([]))
    with pytest.raises(WireError, match="no address"):
        await get(pool)
    await pool.close()


async def test_the_next_address_is_tried_at_once_when_one_refuses() -> None:
    refused: Address = (socket.AF_INET, ("127.0.0.1", 1))
    async with peer(once) as one:
        pool = pool_by(Dns([refused, refused, at(one)]))
        assert await get(pool) == (200, b"ok")
        await pool.close()


async def test_the_next_address_is_tried_soon_when_one_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.engines.dial.NEXT_ADDRESS_S", 0.01)
    with socket.socket() as full:  # a backlog that is full answers nothing to one who knocks
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        silent: Address = (socket.AF_INET, full.getsockname())
        knockers = [socket.socket() for _ in range(4)]
        for knocker in knockers:
            knocker.setblocking(False)
            knocker.connect_ex(silent[1])
        async with peer(once) as one:
            pool = pool_by(Dns([silent, at(one)]))
            tasks = len(asyncio.all_tasks()) - len(one.links)
            assert await get(pool) == (200, b"ok")
            await pool.close()
            await until(lambda: not one.busy and len(asyncio.all_tasks()) <= tasks)  # nobody knocks on
        for knocker in knockers:
            knocker.close()


async def test_when_no_address_answers_the_first_ones_error_is_told() -> None:
    refused: Address = (socket.AF_INET, ("127.0.0.1", 1))
    pool = pool_by(Dns([refused, refused]))
    with pytest.raises(WireError, match=r"refused|Connect"):
        await get(pool)
    assert pool.stats.open == 0
    await pool.close()


async def test_the_families_take_turns() -> None:
    v6 = [(socket.AF_INET6, (f"::{i}", 1)) for i in range(3)]
    v4 = [(socket.AF_INET, (f"127.0.0.{i}", 1)) for i in range(2)]
    assert await Names("h", 1, Dns([*v6, *v4])).addresses() == [v6[0], v4[0], v6[1], v4[1], v6[2]]
    assert await Names("::1", 1, Dns([])).addresses() == [(socket.AF_INET6, ("::1", 1))]


async def test_who_gives_up_while_connecting_leaves_no_trace() -> None:
    tasks = len(asyncio.all_tasks())
    dns = Dns([], held=True)
    pool = pool_by(dns, connections_max=1)
    first = pool.start(pool.head(b"POST", b"/", b""), b"{}")
    second = pool.start(pool.head(b"POST", b"/", b""), b"{}")
    assert pool.stats.waiting == 1
    first.abort()  # before its task has begun
    assert (pool.stats.open, pool.stats.waiting) == (1, 0), "the place is the next one's at once"
    await until(lambda: len(dns.asked) == 1)
    second.abort()
    assert (pool.stats.open, pool.stats.waiting) == (0, 0)
    for exchange in (first, second):
        assert exchange.error is not None
        assert (exchange.error.phase, exchange.error.sent_any) == ("connect", False)
    dns.hold.set()
    await pool.close()
    assert len(asyncio.all_tasks()) == tasks
