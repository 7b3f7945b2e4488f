"""Clients that hang up: the engine stops at once, and what it sent by then is charged: never more, never nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, Talk, configured, model
from tests.e2e.harness.watched import Watched, closed_at, watched

pytestmark = pytest.mark.anyio

CLIENTS, AT_ONCE = 200, 40
SLACK_S = 5.0  # the promise is 0.1 s; a busy machine is no reason to fail
SEED = 20260811


@asynccontextmanager
async def place(start: Callable[..., Server]) -> AsyncIterator[tuple[Server, Watched, Key]]:
    """A server with a watched upstream and a key."""
    async with watched() as upstream:
        models = [model(name) for name in ("mock-d10-n50", "mock-l600-n5", "mock-l200")]
        # The start waits for the upstream's list of models, which this loop serves.
        server = await asyncio.to_thread(start, configured(*models, mocks={"mock": upstream.url}))
        yield server, upstream, server.key("leaver", budget_nano=10**9)


def body(name: str, user: str, *, stream: bool = True) -> dict[str, Any]:
    return {"model": name, "messages": [{"role": "user", "content": "go"}], "stream": stream, "user": user}


async def test_two_hundred_hang_up_in_mid_stream(start: Callable[..., Server]) -> None:
    chance = random.Random(SEED)
    gate = asyncio.Semaphore(AT_ONCE)
    async with place(start) as (server, upstream, key):

        async def leave(number: int, after: int) -> Talk:
            async with gate:
                talk = await Talk.open(server.url)
                talk.on_piece = lambda talk: talk.hang_up() if talk.answer.tokens() >= after else None
                talk.request("/v1/chat/completions", key.text, body("mock-d10-n50", str(number)))
                await talk.closed
                return talk

        talks = await asyncio.gather(*[leave(n, chance.randint(1, 45)) for n in range(CLIENTS)])
        mets = [await upstream.met(str(number)) for number in range(CLIENTS)]
        delays = [await closed_at(met) - (talk.hung_up_at or 0) for met, talk in zip(mets, talks, strict=True)]
        await asyncio.to_thread(server.idle)
        receipts = [await asyncio.to_thread(server.receipt, talk.answer.request_id, key) for talk in talks]
        spent = server.spent_nano(key)
        assert await asyncio.to_thread(server.stop) == 0
    report = await asyncio.to_thread(server.check)
    assert (report["ok"], report["open_holds"]) == (True, 0), report

    delays.sort()
    print(f"\nupstream closed after p50 {delays[100] * 1000:.1f} ms, p99 {delays[197] * 1000:.1f} ms, "
          f"max {delays[-1] * 1000:.1f} ms")  # fmt: skip
    assert delays[-1] < SLACK_S
    gaps = [0, 0]
    for met, talk, receipt in zip(mets, talks, receipts, strict=True):
        charged = receipt["usage"]["output_tokens"]
        assert receipt["outcome"] == "client_gone"
        assert not met.done
        assert 0 < talk.answer.tokens() <= charged <= met.sent, (talk.answer.tokens(), charged, met.sent)
        assert receipt["usage"]["input_tokens"] > 0
        assert receipt["charge_nanousd"] > 0
        gaps = [max(gaps[0], charged - talk.answer.tokens()), max(gaps[1], met.sent - charged)]
    print(f"charged above delivered by at most {gaps[0]}, sent above charged by at most {gaps[1]} tokens")
    assert spent == sum(receipt["charge_nanousd"] for receipt in receipts)


async def test_hanging_up_before_the_first_token_stops_the_engine_and_costs_the_prompt(
    start: Callable[..., Server],
) -> None:
    async with place(start) as (server, upstream, key):
        talk = await Talk.open(server.url)
        talk.request("/v1/chat/completions", key.text, body("mock-l600-n5", "early"))
        met = await upstream.met("early")
        talk.hang_up()
        assert await closed_at(met) - (talk.hung_up_at or 0) < SLACK_S
        receipt = await asyncio.to_thread(server.receipt, met.request_id, key)
    assert (receipt["outcome"], receipt["usage"]["output_tokens"]) == ("client_gone", 0)
    assert receipt["usage"]["input_tokens"] > 0
    assert receipt["estimated"]
    assert receipt["charge_nanousd"] > 0


async def test_a_plain_request_runs_on_and_is_paid_for(start: Callable[..., Server]) -> None:
    async with place(start) as (server, upstream, key):
        talk = await Talk.open(server.url)
        talk.request("/v1/chat/completions", key.text, body("mock-l200", "plain", stream=False))
        met = await upstream.met("plain")
        talk.hang_up()
        receipt = await asyncio.to_thread(server.receipt, met.request_id, key)
    assert met.done
    assert receipt["usage"]["output_tokens"] == met.sent == 200
    assert receipt["charge_nanousd"] == 1000 * (25 + 2 * 200)


async def test_a_client_that_leaves_before_its_body_is_whole_costs_nothing(start: Callable[..., Server]) -> None:
    async with place(start) as (server, upstream, key):
        talk = await Talk.open(server.url)
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key.text}\r\n"
        talk.send(f"{head}content-length: 500\r\n\r\n{{".encode())
        await asyncio.sleep(0.05)
        talk.hang_up()
        await asyncio.to_thread(server.idle)
        assert server.spent_nano(key) == 0
        assert upstream.requests == 0
