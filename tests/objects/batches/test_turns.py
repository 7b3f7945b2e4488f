"""Which line is next, whose turn it is, and what is asked again."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.access import RateLimited
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import Conflict, InvalidRequest, TokenryError, Unavailable
from tokenry.gateway import EngineFailed, ResourceUnavailable
from tokenry.ledger import InsufficientQuota
from tokenry.objects.batches.agenda import Agenda
from tokenry.objects.batches.retrying import TRIES_MAX, WAIT_MAX_NS, verdict
from tokenry.objects.batches.runner import chosen
from tokenry.objects.batches.turnstile import Turnstile


def test_fresh_lines_come_in_order_and_others_when_they_are_due() -> None:
    agenda = Agenda(range(3))
    assert agenda.take(0) == 0
    agenda.again(0, 50)
    assert agenda.take(10) == 1
    assert agenda.take(60) == 0, "what waited is due"
    assert agenda.tries[0] == 1
    assert agenda.take(60) == 2
    assert (agenda.take(60), agenda.due_ns(), bool(agenda)) == (None, None, False)


def test_a_pause_holds_everything_back() -> None:
    agenda = Agenda(range(2))
    agenda.pause(100)
    agenda.pause(40)  # a shorter one changes nothing
    assert (agenda.take(99), agenda.due_ns()) == (None, 100)
    assert agenda.take(100) == 0
    agenda.again(0, 70)
    assert agenda.due_ns() == 100


@given(st.integers(0, 20), st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=40))
@settings(max_examples=200, deadline=None)
def test_every_line_is_taken_until_it_is_done(lines: int, luck: list[tuple[bool, int]]) -> None:
    agenda, done, now = Agenda(range(lines)), Counter[int](), 0
    chances = iter(luck)
    while agenda:
        place = agenda.take(now)
        if place is None:
            due = agenda.due_ns()
            assert due is not None
            assert due > now, "it would wait for nothing"
            now = due
            continue
        good, wait = next(chances, (True, 0))
        if good:
            done[place] += 1
        else:
            agenda.again(place, now + wait)
            if wait > 5:
                agenda.pause(now + wait)
    assert done == Counter(range(lines))


def limited(**headers: str) -> RateLimited:
    return RateLimited("slow down", headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("error", "wait_ns", "all_"),
    [
        (limited(retry_after_ms="1500", retry_after="2"), 1_500_000_000, True),
        (limited(retry_after="7"), 7 * NS_PER_S, True),
        (limited(retry_after="never"), NS_PER_S, True),
        (limited(retry_after="999999999"), WAIT_MAX_NS, True),
        (ResourceUnavailable("busy"), NS_PER_S, True),
        (Unavailable("come back", headers={"retry-after": "3"}), 3 * NS_PER_S, True),
        (EngineFailed("it broke"), NS_PER_S, False),
        (TokenryError("a fault of ours"), NS_PER_S, False),
    ],
)
def test_what_passes_is_waited_out(error: TokenryError, wait_ns: int, all_: bool) -> None:
    again = verdict(error, 0)
    assert again is not None
    assert (again.wait_ns, again.all) == (wait_ns, all_)


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequest("no"),
        Conflict("no"),
        limited(x_should_retry="false"),
        InsufficientQuota("nothing left"),
    ],
)
def test_what_stays_is_the_answer(error: TokenryError) -> None:
    assert verdict(error, 0) is None


def test_an_engine_that_fails_is_given_so_many_tries_and_a_limit_as_many_as_it_takes() -> None:
    failed, waits = EngineFailed("it broke"), []
    for tries in range(TRIES_MAX - 1):
        again = verdict(failed, tries)
        assert again is not None
        waits.append(again.wait_ns)
    assert waits == sorted(set(waits)), "further and further apart"
    assert verdict(failed, TRIES_MAX - 1) is None
    patient = verdict(Unavailable("later"), 10_000)
    assert patient is not None
    assert patient.wait_ns == WAIT_MAX_NS


async def _shares(waiting: dict[str, int], places: int) -> list[str]:
    """In which order batches of these projects get in."""
    gate, order = Turnstile(lambda: places), list[str]()

    async def visit(whose: str) -> None:
        await gate.enter(whose)
        order.append(whose)
        await asyncio.sleep(0)
        gate.leave()

    async with asyncio.TaskGroup() as group:
        for whose, many in waiting.items():
            for _ in range(many):
                group.create_task(visit(whose))
    assert gate.inside == 0
    return order


def test_projects_take_turns_whatever_each_has_in_line() -> None:
    order = asyncio.run(_shares({"greedy": 20, "modest": 3}, 2))
    assert order.index("modest") <= 3
    assert Counter(order[2:8])["modest"] >= 2


def test_nobody_is_let_in_beyond_the_places_and_a_place_is_never_lost() -> None:
    async def run() -> None:
        most = SimpleNamespace(places=2)
        gate = Turnstile(lambda: most.places)
        await gate.enter("a")
        await gate.enter("a")
        tasks = [asyncio.create_task(gate.enter(name)) for name in ("a", "b", "c")]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        gate.leave()
        await asyncio.sleep(0)
        assert (tasks[1].done(), tasks[2].done(), gate.inside) == (True, False, 2)
        gate.leave()
        tasks[2].cancel()  # in the very step in which it had its turn
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert gate.inside == 1
        gate.leave()
        assert gate.inside == 0
        assert not gate._waiting

    asyncio.run(run())


def test_batches_of_projects_with_the_fewest_open_are_opened_first() -> None:
    def batch(name: str, project: str) -> Any:
        return SimpleNamespace(id=name, project_id=project)

    waiting = [batch(f"a{n}", "a") for n in range(4)] + [batch("b0", "b"), batch("c0", "c")]
    taken = [one.id for one in chosen(waiting, {"a0": "a", "x": "b"}, 5)]
    assert taken == ["c0", "a1", "b0"]
    assert chosen(waiting, {str(n): "z" for n in range(5)}, 5) == []
