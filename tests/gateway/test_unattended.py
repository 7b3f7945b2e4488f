"""Requests that nobody waits for: they stand in line as long as it takes, and are cut, charged and kept as others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.gateway.rooms import House, NotingClient, chat, house
from tests.gateway.test_tiers import idle, line_of, until
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import Unattended
from tokenry.gateway.reply import Stopping, TimedOut

pytestmark = pytest.mark.anyio
NOT_SOON = 2**62


async def ask(it: House, key: str | None = None, **body: Any) -> NotingClient:
    """A batch's line."""
    request, client = chat(key=key, **body), NotingClient()
    request.tier, request.unattended = "batch", Unattended("batch:1", NOT_SOON, 10**6)
    await it.gateway.serve(new_id("req"), request, it.principal, client)
    return client


async def test_the_wait_does_not_count_in_the_deadline_and_the_work_does() -> None:
    async with house({"m": "s/scripted?words=3"}, timeout_s=0.05) as it:
        line = line_of(it)
        assert line.take("default")
        waiting = asyncio.create_task(ask(it))
        await until(lambda: line.turns.waiting == 1)
        await asyncio.sleep(0.05)
        it.gateway.deadlines.sweep()
        await asyncio.sleep(0)
        assert not waiting.done()
        line.give_back("default")
        assert (await waiting).status == 200
        assert idle(line)


async def test_time_with_the_engine_is_limited_as_ever() -> None:
    async with house({"m": "s/scripted?latency_ms=60000"}, timeout_s=0.03) as it:
        line = line_of(it)
        assert line.take("default")
        waiting = asyncio.create_task(ask(it))
        await until(lambda: line.turns.waiting == 1)
        line.give_back("default")
        await until(lambda: line.turns.busy == 1)
        await asyncio.sleep(0.04)
        it.gateway.deadlines.sweep()
        with pytest.raises(TimedOut):
            await waiting
        assert it.receipt.charge == 0
        assert idle(line)


async def test_the_end_of_the_server_ends_the_wait() -> None:
    async with house({"m": "s/scripted"}) as it:
        line = line_of(it)
        assert line.take("default")
        waiting = asyncio.create_task(ask(it))
        await until(lambda: line.turns.waiting == 1)
        it.gateway.cut()
        with pytest.raises(Stopping):
            await waiting
        line.give_back("default")
        assert idle(line)


async def test_it_is_done_once_in_a_scope_of_its_own() -> None:
    async with house({"m": "s/scripted?words=3"}) as it:
        first, again = await ask(it, "7"), await ask(it, "7")
        assert (again.status, again.body) == (200, first.body)
        assert len([one for one in it.ended if one.receipt is not None]) == 1
        kept = it.gateway.means.replays._journal.answer("batch:1", "7", 0)
        assert kept is not None
        assert (kept.expires_at, kept.ref) == (NOT_SOON, it.ended[0].request_id)
        usual = await it.ask(key="7")
        assert "idempotent-replayed" not in usual.headers
        with pytest.raises(TokenryError, match="different request"):
            await ask(it, "7", max_tokens=2)
