"""Deadlines cancel their task once, and say that it was they."""

from __future__ import annotations

import asyncio

import pytest

from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.gateway import Deadlines

pytestmark = pytest.mark.anyio


async def waiting(deadlines: Deadlines, seconds: float, more: float | None = None) -> str:
    deadline = deadlines.start(seconds)
    if more is not None:
        deadline.at_ns += int(more * NS_PER_S)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        if not deadline.swallow():
            raise
        await asyncio.sleep(0)  # the task may go on
        return "late"
    finally:
        deadlines.end(deadline)
    return "?"


async def test_it_passes_when_its_time_has_come() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    short, long = (asyncio.create_task(waiting(deadlines, 5, more)) for more in (None, 60))
    await asyncio.sleep(0)
    clock.advance(s=4)
    deadlines.sweep()
    await asyncio.sleep(0)
    assert not short.done()
    clock.advance(s=2)
    deadlines.sweep()
    deadlines.sweep()
    assert await short == "late"
    assert not long.done()
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_a_cut_waits_for_no_time() -> None:
    deadlines = Deadlines(ManualClock())
    tasks = [asyncio.create_task(waiting(deadlines, seconds)) for seconds in (5, 86_400)]
    await asyncio.sleep(0)
    deadlines.cut()
    deadlines.cut()
    assert await asyncio.gather(*tasks) == ["late", "late"]
    deadlines.cut()  # nothing is left
