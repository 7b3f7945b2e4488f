"""Tiers of service in the life of a request: what it is charged and called, where it waits, what ends its wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.gateway.rooms import PRICE, House, NotingClient, chat, house
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import LineRules, ResourceUnavailable
from tokenry.gateway.line import Line
from tokenry.gateway.reply import TimedOut
from tokenry.ledger import Award, PriceVersion, Rates, Tier
from tokenry.ledger.rates import More

pytestmark = pytest.mark.anyio

HALF, TWICE = Rates(500_000_000, 1_000_000_000), Rates(2_000_000_000, 4_000_000_000)
TIERED = msgspec.structs.replace(PRICE, more=More(tiers=(("flex", HALF), ("priority", TWICE))))
AT = {None: 1000, "flex": 500, "priority": 2000, "batch": 1000}  # nano-USD for a token of input


async def priced(it: House) -> None:
    await it.ledger.set_prices(PriceVersion("prc_2", it.ledger.clock.now_ns(), {"m": TIERED}, {}))


async def ask(it: House, tier: Tier | None, client: NotingClient | None = None, **body: Any) -> NotingClient:
    request, client = chat(**body), client or NotingClient()
    request.tier, request.names_tier = tier, True
    await it.gateway.serve(new_id("req"), request, it.principal, client)
    return client


def line_of(it: House, slots: int = 1, rules: LineRules | None = None, name: str = "s") -> Line:
    """A line of so few slots before an engine."""
    line = Line(name, slots, rules or LineRules())
    it.gateway.setup.lines[it.engines[name]] = line  # type: ignore[index] # a plain dictionary under its name
    return line


def idle(line: Line) -> bool:
    return line.turns.busy == line.turns.waiting == 0 and not line._sleeping


def served(it: House, name: str = "s") -> int:
    return len(it.engines[name].server.seen)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("tier", [None, "flex", "priority", "batch"])
async def test_an_answer_names_the_tier_that_was_charged(tier: Tier | None) -> None:
    async with house({"m": "s/scripted?words=3"}) as it:
        await priced(it)
        whole = json.loads((await ask(it, tier)).body)
        assert whole["service_tier"] == (tier or "default")
        usage = it.receipt.usage
        assert it.receipt.charge == AT[tier] * (usage.input_tokens + 2 * usage.output_tokens)
        assert it.receipt.facts.tier == tier
        chunks = (await ask(it, tier, stream=True, stream_options={"include_usage": True})).chunks()
        assert [chunk["service_tier"] for chunk in chunks] == [tier or "default"] * len(chunks)
        assert chunks[-1]["usage"]["completion_tokens"] == 3


async def test_priority_without_a_price_of_its_own_is_default() -> None:
    async with house({"m": "s/scripted?words=3"}) as it:
        assert json.loads((await ask(it, "priority")).body)["service_tier"] == "default"
        assert it.receipt.facts.tier is None
        assert json.loads((await ask(it, "flex")).body)["service_tier"] == "flex"


async def test_a_request_that_names_none_is_answered_as_the_engine_does() -> None:
    async with house({"m": "s/scripted?words=3"}) as it:
        chunks = (await it.ask(stream=True)).chunks()
        assert all("service_tier" not in chunk for chunk in chunks)


async def test_priority_waits_for_nobody_who_waits() -> None:
    async with house({"m": "s/scripted?words=1"}) as it:
        await priced(it)
        line, order = line_of(it), list[str]()
        line.take("default")

        async def one(tier: Tier | None) -> None:
            await ask(it, tier)
            order.append(tier or "default")

        tasks = []
        for tier in ("batch", "flex", None, "priority"):
            tasks.append(asyncio.create_task(one(tier)))
            await until(lambda: line.turns.waiting == len(tasks))
        line.give_back("default")
        await asyncio.gather(*tasks)
        assert order == ["priority", "default", "flex", "batch"]
        assert idle(line)


@pytest.mark.parametrize("stream", [False, True])
async def test_flex_that_finds_no_room_is_refused_and_not_charged(stream: bool) -> None:
    async with house({"m": "s/scripted"}) as it:
        line = line_of(it, rules=LineRules(flex_wait_s=0.01))
        line.take("default")
        client = NotingClient()
        with pytest.raises(ResourceUnavailable) as refused:
            await ask(it, "flex", client, stream=stream)
        assert (refused.value.status, type(refused.value).code) == (429, "resource_unavailable")
        assert (it.receipt.outcome, it.receipt.charge, it.receipt.attempts) == ("refused", 0, ())
        assert (client.status, served(it)) == (0, 0)
        line.give_back("default")
        assert idle(line)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_hangs_up_in_line_pays_nothing(stream: bool) -> None:
    async with house({"m": "s/scripted"}) as it:
        line, client = line_of(it), NotingClient()
        line.take("default")
        task = asyncio.create_task(ask(it, None, client, stream=stream))
        await until(lambda: line.turns.waiting == 1)
        client.hang_up()
        await task
        assert (it.receipt.outcome, it.receipt.charge, it.receipt.attempts) == ("client_gone", 0, ())
        assert line.turns.waiting == served(it) == 0
        line.give_back("default")
        assert idle(line)


async def test_a_plain_request_runs_on_when_its_client_hangs_up_after_its_turn_came() -> None:
    async with house({"m": "s/scripted?words=2&latency_ms=20"}) as it:
        line, client = line_of(it), NotingClient()
        line.take("default")
        task = asyncio.create_task(ask(it, None, client))
        await until(lambda: line.turns.waiting == 1)
        line.give_back("default")
        await until(lambda: served(it) == 1)
        client.hang_up()
        await task
        assert (it.receipt.outcome, it.receipt.usage.output_tokens) == ("completed", 2)
        assert idle(line)


async def test_the_wait_counts_in_the_deadline() -> None:
    async with house({"m": "s/scripted"}, timeout_s=0.01) as it:
        line = line_of(it)
        line.take("default")
        task = asyncio.create_task(ask(it, None))
        await until(lambda: line.turns.waiting == 1)
        await asyncio.sleep(0.015)
        it.gateway.deadlines.sweep()
        with pytest.raises(TimedOut):
            await task
        assert (it.receipt.outcome, it.receipt.charge) == ("refused", 0)
        line.give_back("default")
        assert idle(line)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "script", ["words=3", "error=500", "error=400", "break_head", "break_after=2", "error_after=1", "ignore_limit"]
)
async def test_slots_come_back_once_however_it_ends(script: str, stream: bool) -> None:
    async with house({"m": f"s/scripted?{script} t/scripted?words=2"}) as it:
        first, second = line_of(it), line_of(it, name="t")
        for max_tokens in (3, 100):
            try:
                await ask(it, "flex", stream=stream, max_tokens=max_tokens)
            except TokenryError as error:
                told = error.status
            else:
                told = 200
            assert told == (400 if script == "error=400" else 200)
            assert idle(first)
            assert idle(second)


async def test_slots_come_back_when_the_client_leaves_in_mid_stream_or_the_server_ends() -> None:
    async with house({"m": "s/scripted?words=50&delay_ms=5"}) as it:
        line = line_of(it)
        client = NotingClient(on_piece=lambda c: c.hang_up())
        await ask(it, None, client, stream=True)
        assert idle(line)
        task = asyncio.create_task(ask(it, None, stream=True))
        await until(lambda: line.turns.busy == 1)
        it.gateway.cut()
        with pytest.raises(TokenryError):
            await task
        assert idle(line)


async def test_a_request_of_an_exhausted_award_goes_last() -> None:
    async with house({"m": "s/scripted?words=1"}, award=0) as it:
        now = it.ledger.clock.now_ns()
        poor = Award(
            id="awd_2", name="b", organization_id="org_1", project_id="proj_1", category="award", state="active",
            created_at=now, effective_at=now, on_exhaustion="low_priority",
        )  # fmt: skip
        await it.ledger.grant(poor, 5)
        line = line_of(it)
        line.take("default")
        task = asyncio.create_task(ask(it, "priority"))
        await until(lambda: line.turns.waiting == 1)
        assert line.turns.in_line("batch") == 1
        line.give_back("default")
        await task
        assert idle(line)


@pytest.mark.parametrize(("second", "waits"), [(1, False), (2, True)])
async def test_nobody_waits_while_an_equal_deployment_has_a_free_slot(second: int, waits: bool) -> None:
    """Of those with the same priority number; a spare is asked when the first ones fail, not when they are full."""
    async with house({"m": "s/scripted?words=1 t/scripted?words=1"}) as it:
        model = it.gateway.means.router.catalogue.models[0]
        spread = tuple(
            replace(deployment, priority=priority)
            for deployment, priority in zip(model.deployments, (1, second), strict=True)
        )
        full, free = line_of(it, name="s"), line_of(it, name="t")
        full.take("default")
        run = SimpleNamespace(place="default", request=chat())
        ranked = it.gateway._with_room_first(run, spread, it.gateway.setup)  # type: ignore[arg-type] # what is read of it
        assert [deployment.provider for deployment in ranked] == (["s", "t"] if waits else ["t", "s"])
        free.take("default")
        ranked = it.gateway._with_room_first(run, spread, it.gateway.setup)  # type: ignore[arg-type] # as above
        assert ranked == spread
        full.give_back("default")
        free.give_back("default")
