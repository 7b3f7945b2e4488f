"""The loop whose time is made up: it jumps, keeps order, and ends."""

from __future__ import annotations

import asyncio

import pytest

from tests.simulation.virtual_loop import LoopClock, Stuck, VirtualLoop


def test_sleepers_wake_in_order_and_nobody_waits() -> None:
    loop, woken = VirtualLoop(), []

    async def sleeper(s: float) -> None:
        await asyncio.sleep(s)
        woken.append((s, loop.now_ns))

    async def all_of_them() -> None:
        await asyncio.gather(*map(sleeper, (3600.0, 0.5, 86_400.0)))

    loop.run_until_complete(all_of_them())
    assert woken == [(0.5, 5 * 10**8), (3600.0, 3600 * 10**9), (86_400.0, 86_400 * 10**9)]


@pytest.mark.parametrize("age_s", [0, 10**7, 10**8 + 0.3])
def test_time_passes_as_far_as_told_however_old_the_loop_is(age_s: float) -> None:
    loop = VirtualLoop()
    loop.advance(age_s)
    task = loop.do(asyncio.sleep(0.7))
    loop.advance(0.699)
    assert not task.done()
    loop.advance(0.002)
    assert task.done()


def test_the_clock_tells_the_loops_time() -> None:
    loop = VirtualLoop()
    clock = LoopClock(loop, 1000)
    loop.advance(2)
    assert (clock.now_ns(), clock.monotonic_ns()) == (2 * 10**9 + 1000, 2 * 10**9)


def test_waiting_for_what_never_comes_is_told() -> None:
    loop = VirtualLoop()
    with pytest.raises(Stuck):
        loop.run_until_complete(loop.create_future())


def test_what_nobody_caught_is_kept_and_who_waits_is_sent_home() -> None:
    loop = VirtualLoop()
    loop.call_soon(lambda: 1 / 0)
    task = loop.do(asyncio.sleep(1))
    assert [type(one["exception"]) for one in loop.raised] == [ZeroDivisionError]
    loop.leave()
    assert task.cancelled()
