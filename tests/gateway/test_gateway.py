"""One request from admission to receipt, over a ledger in memory and the scripted engine."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.gateway.rooms import NotingClient, chat, house
from tokenry.access import ModelNotAllowed, RateLimited, Rules
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import EngineFailed, EngineRefused
from tokenry.ledger import InsufficientQuota, LedgerUnavailable
from tokenry.router import UnknownModel

pytestmark = pytest.mark.anyio


async def test_a_plain_answer() -> None:
    async with house({"m": "s/scripted?words=5"}) as it:
        client = await it.ask()
        answer = json.loads(client.body)
        assert (client.status, client.ended) == (200, True)
        assert answer["model"] == "m"
        assert answer["usage"]["completion_tokens"] == it.receipt.usage.output_tokens == 5
        assert it.receipt.charge == 1000 * (it.receipt.usage.input_tokens + 2 * 5)
        assert client.headers["x-tokenry-charge-nanousd"] == str(it.receipt.charge)
        assert client.headers["x-tokenry-remaining-nanousd"] == str(10**9 - it.receipt.charge)
        assert it.receipt.cost == it.receipt.charge // 2


async def test_a_stream() -> None:
    async with house({"m": "s/scripted?words=5&model=inner"}) as it:
        client = await it.ask(stream=True, stream_options={"include_usage": True})
        chunks = client.chunks()
        assert {chunk["model"] for chunk in chunks} == {"m"}
        assert chunks[-1]["usage"]["completion_tokens"] == 5
        assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
        assert client.body.endswith(b"data: [DONE]\n\n")
        assert f"charge_nanousd={it.receipt.charge} ".encode() in client.body
        assert client.headers["x-tokenry-engine"] == "s/scripted?words=5&model=inner"


async def test_no_byte_before_the_hold_is_on_disk_and_no_end_before_the_charge() -> None:
    async with house({"m": "s/scripted?words=5"}) as it:
        it.disk.delay = lambda: None
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        (engine,) = it.engines.values()
        await _until(lambda: bool(engine.server.seen) and engine.server.seen[-1].outcome == "done")
        assert client.status == 0
        it.disk.write_now()
        await _until(lambda: client.body.count(b'"content":') == 6)  # the role's and five words
        await _until(lambda: it.disk._waiting is not None)
        assert b'"finish_reason":"stop"' not in client.body
        assert not client.ended
        it.disk.delay = lambda: 0.0
        it.disk.write_now()
        await task
        assert b'"finish_reason":"stop"' in client.pieces[-1]


async def test_a_hold_that_the_disk_refuses_ends_the_request_unseen_and_uncharged() -> None:
    async with house({"m": "s/scripted?words=5"}) as it:
        it.disk.delay = lambda: None
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        (engine,) = it.engines.values()
        await _until(lambda: bool(engine.server.seen))
        it.disk.delay = lambda: 0.0
        it.disk.write_now(fail=True)
        with pytest.raises(LedgerUnavailable):
            await task
        assert client.status == 0
        assert it.ledger.books.accounts["award:awd_1"].debits_posted == 0


@pytest.mark.parametrize("stream", [False, True])
async def test_a_fallback_keeps_the_hold_and_costs_the_house(stream: bool) -> None:
    async with house({"m": "a/scripted?break_head b/scripted?words=3"}) as it:
        await it.ask(stream=stream)
        assert [attempt.ended for attempt in it.receipt.attempts] == ["head", "ok"]
        assert it.receipt.deployment == "b/scripted?words=3"
        assert it.receipt.seen_by == ("a", "b")
        assert it.ledger.books.accounts["house:retry"].debits_posted > 0
        assert it.ledger.stats.holds == 1


async def test_a_broken_stream_is_charged_as_far_as_it_came() -> None:
    async with house({"m": "s/scripted?words=9&break_after=5"}) as it:
        client = await it.ask(stream=True)
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("engine_failed", 4)
        assert client.chunks()[-1]["error"]["code"] == "engine_error"
        assert (client.ended, b"[DONE]" in client.body) == (True, False)


async def test_a_broken_stream_pays_for_the_prompt_as_it_was_counted() -> None:
    async with house({"m": "s/scripted?words=9&break_after=5&usage_each=true&cached=2"}) as it:
        await it.ask(stream=True, stream_options={"include_usage": True})
        broken = it.receipt.usage
        await it.ask(stream=True, model="m", messages=[{"role": "user", "content": "go [[break_after=99]]"}])
        whole = it.receipt.usage
        assert (broken.input_tokens, broken.cached_tokens, broken.source) == (whole.input_tokens - 3, 2, "events")


async def test_an_engine_that_goes_on_beyond_the_limit_is_cut() -> None:
    async with house({"m": "s/scripted?words=50&ignore_limit&delay_ms=1"}) as it:
        client = await it.ask(stream=True, max_tokens=7)
        *_, last = client.chunks()
        assert last["choices"][0]["finish_reason"] == "length"
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("cut", 7)
        assert client.body.endswith(b"data: [DONE]\n\n")


async def test_no_usage_is_estimated_and_says_so() -> None:
    async with house({"m": "s/scripted?words=9&no_usage"}) as it:
        await it.ask(stream=True)
        assert (it.receipt.usage.source, it.receipt.usage.output_tokens, it.receipt.estimated) == ("events", 9, True)
        await it.ask()
        assert (it.receipt.usage.source, it.receipt.estimated) == ("estimate", True)
        assert 0 < it.receipt.charge <= it.receipt.accounts[0].held


async def test_usage_above_the_hold_is_charged_from_what_is_there_and_the_rest_written_off() -> None:
    async with house({"m": "s/scripted?words=2&usage=10:100"}, award=190_000) as it:
        await it.ask(max_tokens=10)
        assert it.receipt.accounts[0].held < 190_000
        assert it.receipt.charge == 190_000
        assert it.receipt.writeoff == 1000 * (10 + 2 * 100) - 190_000
        assert it.ledger.books.accounts["award:awd_1"].available == 0


async def test_usage_that_cannot_be_is_not_believed() -> None:
    """More input than bytes, more output than the model gives: an engine's slip must not empty an award."""
    async with house({"m": "s/scripted?words=2&usage=999999999999:999999999999"}) as it:
        await it.ask(max_tokens=10)
        facts, usage = it.receipt.facts, it.receipt.usage
        assert usage.input_tokens == facts.input_bound
        assert usage.output_tokens == it.gateway.means.router.catalogue.models[0].max_output_tokens
        assert (usage.source, it.receipt.estimated) == ("estimate", True)


@pytest.mark.parametrize("after", [1, 4])
async def test_a_client_that_hangs_up_in_mid_stream(after: int) -> None:
    async with house({"m": "s/scripted?words=50&delay_ms=5"}) as it:
        client = NotingClient()
        client.on_piece = lambda c: c.hang_up() if c.body.count(b'"content":') > after else None
        await it.ask(client, stream=True)
        (engine,) = it.engines.values()
        await _until(lambda: engine.server.seen[-1].outcome == "cancelled")
        assert it.receipt.outcome == "client_gone"
        assert after <= it.receipt.usage.output_tokens <= engine.server.seen[-1].events
        assert it.receipt.charge > 0


async def test_a_slow_client_is_waited_for_and_misses_nothing() -> None:
    async with house({"m": "s/scripted?words=60&delay_ms=1"}) as it:
        quick, slow = NotingClient(), NotingClient(willing=asyncio.Event())
        await it.ask(quick, stream=True)
        task = asyncio.create_task(it.ask(slow, stream=True))
        assert slow.willing is not None
        for _ in range(3):
            had = len(slow.pieces)
            await asyncio.sleep(0.02)
            assert len(slow.pieces) <= had + 1  # the one that it is waited for
            slow.willing.set()
            await asyncio.sleep(0)
            slow.willing.clear()
        slow.willing.set()
        await task
        assert [c["choices"][0]["delta"] for c in slow.chunks()] == [c["choices"][0]["delta"] for c in quick.chunks()]
        assert it.receipt.usage.output_tokens == 60


async def test_a_client_that_hangs_up_on_the_second_try() -> None:
    async with house({"m": "a/scripted?error_after=0 b/scripted?latency_ms=30000"}) as it:
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        await _until(lambda: bool(it.engines["b"].server.seen))
        client.hang_up()
        async with asyncio.timeout(10):
            await task
        assert it.receipt.outcome == "client_gone"
        assert it.receipt.charge > 0


async def test_a_plain_request_of_a_client_that_left_runs_on() -> None:
    async with house({"m": "s/scripted?words=5&latency_ms=40"}) as it:
        client = NotingClient()
        task = asyncio.create_task(it.ask(client))
        (engine,) = it.engines.values()
        await _until(lambda: bool(engine.server.seen))
        client.hang_up()
        await task
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("completed", 5)


async def test_time_runs_out() -> None:
    async with house({"m": "s/scripted?words=9&stall_after=4"}, timeout_s=0.05) as it:
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        await _until(lambda: client.body.count(b'"content":') == 4)
        await asyncio.sleep(0.05)
        it.gateway.deadlines.sweep()
        with pytest.raises(TokenryError) as raised:
            await task
        assert raised.value.status == 504
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("cut", 3)


async def test_a_server_that_ends_cuts_what_runs_and_charges_what_it_brought() -> None:
    async with house({"m": "s/scripted?words=9&stall_after=4"}) as it:
        client = NotingClient()
        task = asyncio.create_task(it.ask(client, stream=True))
        await _until(lambda: client.body.count(b'"content":') == 4)
        it.gateway.cut()
        with pytest.raises(TokenryError, match="stopping") as raised:
            await task
        assert (raised.value.status, raised.value.code) == (503, "server_stopping")
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("cut", 3)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"model": "n"}, UnknownModel),
        ({"max_tokens": 101}, TokenryError),
        ({"messages": [{"role": "user", "content": "[[error=400]]"}]}, EngineRefused),
        ({"messages": [{"role": "user", "content": "[[error=500]]"}]}, EngineFailed),
    ],
    ids=["unknown", "limit", "refused", "failed"],
)
async def test_refusals_cost_nothing_and_are_told(body: dict[str, Any], error: type[TokenryError]) -> None:
    async with house({"m": "s/scripted"}) as it:
        with pytest.raises(error):
            await it.ask(**body)
        assert it.ended[-1].refused
        assert it.ledger.books.accounts["award:awd_1"].available == 10**9


async def test_no_funds() -> None:
    async with house({"m": "s/scripted"}, award=1000) as it:
        with pytest.raises(InsufficientQuota) as raised:
            await it.ask()
        assert raised.value.headers["x-should-retry"] == "false"
        (engine,) = it.engines.values()
        assert not engine.server.seen


async def test_a_model_that_is_not_the_keys() -> None:
    async with house({"m": "s/scripted", "n": "s/other"}) as it:
        it.principal = dataclasses.replace(it.principal, rules=Rules((frozenset({"n"}),)))
        with pytest.raises(ModelNotAllowed):
            await it.ask()
        assert (await it.ask(model="n")).status == 200


async def test_rates_are_given_back() -> None:
    async with house({"m": "s/scripted?words=3&latency_ms=30"}) as it:
        it.principal = dataclasses.replace(it.principal, limits=type(it.principal.limits)(1000, 10**9, 1))
        first = asyncio.create_task(it.ask())
        (engine,) = it.engines.values()
        await _until(lambda: bool(engine.server.seen))
        with pytest.raises(RateLimited):
            await it.ask()
        await first
        assert (await it.ask()).status == 200


async def test_the_same_key_again() -> None:
    async with house({"m": "s/scripted?words=3"}) as it:
        first = NotingClient()
        await it.gateway.serve(new_id("req"), chat(key="k"), it.principal, first)
        charged = it.ledger.stats.charged_nanousd
        second = NotingClient()
        await it.gateway.serve(new_id("req"), chat(key="k"), it.principal, second)
        assert (second.body, second.headers["idempotent-replayed"]) == (first.body, "true")
        assert it.ledger.stats.charged_nanousd == charged
        assert it.ended[-1].receipt is None


async def _until(good: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if good():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it did not come to that")
