"""The line before an engine: turns come at once, and whatever ends a wait leaves nothing taken and nobody forgotten."""

from __future__ import annotations

import asyncio
import random

import pytest

from tokenry.config import Provider
from tokenry.engines import ScriptedEngine
from tokenry.gateway import ResourceUnavailable
from tokenry.gateway.line import Line, LineRules, lines
from tokenry.gateway.turns import PLACES, Ticket

pytestmark = pytest.mark.anyio


def idle(line: Line) -> bool:
    turns = line.turns
    return turns.busy == turns.waiting == 0 and not any(turns.running.values()) and not line._sleeping


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_slot_that_comes_free_has_its_next_owner_in_the_same_step() -> None:
    line = Line("engine", 1, LineRules())
    assert line.take("default")
    waiting = asyncio.create_task(line.wait(ticket := Ticket("default", "a")))
    await settle()
    assert not waiting.done()
    assert not ticket.running
    line.give_back("default")
    assert ticket.running
    assert line.turns.busy == 1
    await waiting
    line.give_back("default")
    assert idle(line)


async def test_one_that_is_cancelled_in_line_leaves_it() -> None:
    line = Line("engine", 1, LineRules())
    line.take("default")
    waiting = asyncio.create_task(line.wait(Ticket("default", "a")))
    await settle()
    waiting.cancel()
    await settle()
    assert waiting.cancelled()
    assert line.turns.waiting == 0
    line.give_back("default")
    assert idle(line)


async def test_one_that_is_cancelled_as_its_turn_comes_gives_it_on() -> None:
    line = Line("engine", 1, LineRules())
    line.take("default")
    first, second = (asyncio.create_task(line.wait(Ticket("default", name))) for name in "ab")
    await settle()
    line.give_back("default")
    first.cancel()
    await settle()
    assert first.cancelled()
    assert second.done()
    assert line.turns.busy == 1
    line.give_back("default")
    assert idle(line)


async def test_flex_waits_its_time_and_no_longer() -> None:
    line = Line("engine", 1, LineRules(flex_wait_s=0.01))
    line.take("default")
    with pytest.raises(ResourceUnavailable, match=r"within 0\.01 s.*Nothing was charged"):
        await line.wait(Ticket("flex", "a"))
    line.give_back("default")
    assert idle(line)


async def test_flex_that_is_refused_as_its_turn_comes_gives_it_on() -> None:
    line = Line("engine", 1, LineRules())
    line.take("default")
    waiting = asyncio.create_task(line.wait(ticket := Ticket("flex", "a")))
    await settle()
    line._expire(line._sleeping[ticket])
    line.give_back("default")
    with pytest.raises(ResourceUnavailable):
        await waiting
    assert idle(line)


async def test_flex_is_refused_at_once_where_too_many_wait() -> None:
    line = Line("engine", 1, LineRules(flex_waiting_max=1))
    line.take("default")
    first = asyncio.create_task(line.wait(Ticket("flex", "a")))
    await settle()
    with pytest.raises(ResourceUnavailable, match="1 flex requests wait already"):
        await line.wait(Ticket("flex", "b"))
    line.give_back("default")
    await first
    line.give_back("flex")
    assert idle(line)


async def test_another_reserve_counts_at_once() -> None:
    line = Line("engine", 4, LineRules(reserve=0.5))
    assert line.take("batch")
    assert line.take("batch")
    waiting = asyncio.create_task(line.wait(Ticket("batch", "a")))
    await settle()
    assert not waiting.done()
    line.rule(LineRules(reserve=0.25))
    await waiting
    for _ in range(3):
        line.give_back("batch")
    assert idle(line)


@pytest.mark.parametrize("seed", range(20))
async def test_nothing_is_left_behind_whatever_ends_whom(seed: int) -> None:
    """Tasks come, work, are cancelled anywhere; never more than the slots are at work."""
    chance = random.Random(seed)
    line = Line("engine", 3, LineRules(reserve=0.34, flex_wait_s=0.001, flex_waiting_max=5))
    at_work = 0

    async def work(ticket: Ticket) -> None:
        nonlocal at_work
        if ticket.width > 1 or not line.take(ticket.place):
            await line.wait(ticket)
        at_work += ticket.width
        assert at_work <= 3
        try:
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
        finally:
            at_work -= ticket.width
            line.give_back(ticket.place, ticket.width)

    tasks = []
    for _ in range(200):
        tasks.append(
            asyncio.create_task(
                work(Ticket(chance.choice(PLACES), chance.choice("abc"), chance.choice((1, 1, 1, 2, 9))))
            )
        )
        if chance.random() < 0.4:
            chance.choice(tasks).cancel()
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(one) for one in ended} <= {type(None), asyncio.CancelledError, ResourceUnavailable}
    assert idle(line)


async def test_an_engine_that_stays_through_a_reload_keeps_its_line() -> None:
    stays, goes, comes = (ScriptedEngine(Provider(name="s", max_concurrency=8)) for _ in range(3))
    before = lines([stays, goes], LineRules(), {})
    after = lines([stays, comes], LineRules(reserve=0.5), before)
    assert set(after) == {stays, comes}
    assert after[stays] is before[stays]
    assert [after[stays].take("batch") for _ in range(5)] == [True] * 4 + [False]
