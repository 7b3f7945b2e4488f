"""The line for funds that others hold: first come, first served; nobody is forgotten, nobody keeps what they left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.examples import Room, award, budget
from tokenry.base.limits import WAIT_FOR_FUNDS_S, WAITERS_PER_ACCOUNT_MAX
from tokenry.ledger import InsufficientQuota


def ask(room: Room, name: str, amount: int, **changed: Any) -> Any:
    from tests.ledger.examples import facts

    return room.loop.do(room.ledger.hold(name, facts(**changed), amount))


def names(tasks: list[Any]) -> list[str]:
    return [task.result().id for task in tasks if task.done()]


def test_first_come_first_served() -> None:
    room = Room().furnish(100)
    first = room.hold("first", 100)
    tasks = [ask(room, name, amount) for name, amount in (("a", 60), ("b", 50), ("c", 10))]
    assert names(tasks) == []
    room.settle(first)
    # c would fit beside a, but b stands before it.
    assert names(tasks) == ["a"]
    room.settle(tasks[0].result())
    assert names(tasks) == ["a", "b", "c"]


def test_a_newcomer_stands_behind_those_who_wait_even_if_it_would_fit() -> None:
    room = Room().furnish(100)
    room.hold("first", 50)
    assert not ask(room, "large", 60).done()
    assert not ask(room, "small", 10).done()


def test_but_not_behind_those_with_whom_it_shares_nothing() -> None:
    room = Room().furnish(100)
    room.run(room.ledger.grant(award("other", project_id="other"), 100))
    room.hold("first", 50)
    assert not ask(room, "large", 60).done()
    assert ask(room, "stranger", 60, project_id="other").done()


def test_who_moves_to_another_line_keeps_the_place() -> None:
    room = Room().furnish(100, budget(limit=60))
    in_award = room.hold("in_award", 90, key_id="else")
    in_budget = room.hold("in_budget", 10)
    a = ask(room, "a", 60)  # blocked by the award first, then by the budget
    b = ask(room, "b", 40)  # would fit as soon as the award is free, but a came first
    room.settle(in_award)
    assert not a.done()
    assert not b.done()
    room.settle(in_budget)
    assert a.done()
    assert not b.done()
    room.settle(a.result())
    assert b.done()


def test_room_on_any_award_of_the_chain_moves_the_line() -> None:
    room = Room().furnish(50)
    room.run(room.ledger.grant(award("b", priority=200), 50))
    on_a, on_b = room.hold("on_a", 40), room.hold("on_b", 40)
    assert [leg.debit for leg in on_b.record.legs] == ["award:a", "award:b"]
    waits = ask(room, "waits", 55)
    assert not waits.done()
    room.settle(on_b)
    assert waits.done()
    assert room.ledger.books.accounts["award:a"].debits_pending == 50
    room.settle(on_a)


def test_even_if_it_is_not_the_award_at_which_the_line_stands() -> None:
    room = Room().furnish(0)
    room.run(room.ledger.grant(award("a", models=("small",)), 50))
    room.run(room.ledger.grant(award("b", priority=200), 50))
    room.hold("on_a", 40)
    on_b = room.hold("on_b", 40, model="odd")
    assert [leg.debit for leg in on_b.record.legs] == ["award:b"]
    waits = ask(room, "waits", 55)
    assert not waits.done()
    room.settle(on_b)
    assert waits.done()


@pytest.mark.parametrize("how", ["settle", "void", "grant", "raise", "hang_up", "disk", "sweep"])
def test_the_line_moves_whenever_there_is_room(how: str) -> None:
    room = Room().furnish(100, budget(limit=100))
    room.disk.delay = lambda: None if how == "disk" else 0.0
    held = room.hold("held", 90)
    ahead = ask(room, "ahead", 50)
    waits = ask(room, "waits", 30)
    if how == "settle":
        room.settle(held, 1)
    elif how == "void":
        room.run_sync(lambda: room.ledger.void(held))
    elif how == "grant":
        room.loop.do(room.ledger.set_budget(budget(limit=300)))
        room.loop.do(room.ledger.grant(award(), 200))
    elif how == "raise":
        room.loop.do(room.ledger.grant(award(), 200))
        room.loop.do(room.ledger.set_budget(budget(limit=300)))
    elif how == "hang_up":
        room.settle(held, 50)  # 5 nano-USD
        room.hold("fits", 0)
        ahead.cancel()
        room.loop.idle()
    elif how == "disk":
        room.disk.write_now(fail=True)
        room.loop.idle()
        assert [type(task.exception()).__name__ for task in (ahead, waits)] == ["LedgerUnavailable"] * 2
        return
    elif how == "sweep":
        room.ledger._requests.alive.clear()  # as if whoever held it were forgotten
        room.clock.start_ns += 3 * 3600 * 10**9
        room.run_sync(room.ledger.sweep)
    assert ahead.cancelled() or ahead.done()
    assert waits.done()
    assert waits.result().id == "waits"


def test_waiting_ends_after_two_seconds_and_says_what_stood_in_the_way() -> None:
    room = Room().furnish(100)
    room.hold("held", 90)
    waits = ask(room, "waits", 30)
    room.loop.advance(WAIT_FOR_FUNDS_S - 0.001)
    assert not waits.done()
    room.loop.advance(0.002)
    error = waits.exception()
    assert isinstance(error, InsufficientQuota)
    assert "held by requests that still run" in error.message
    assert error.headers == {"x-should-retry": "false"}
    assert room.ledger.stats.refusals == 1
    assert len(room.ledger._requests._waiting) == 0
    assert room.columns("award:a") == (90, 0, 0, 100)


def test_what_was_won_in_the_instant_of_the_time_out_is_kept() -> None:
    room = Room().furnish(100)
    held = room.hold("held", 90)
    waits = ask(room, "waits", 30)
    room.loop.call_at(WAIT_FOR_FUNDS_S - 1e-10, lambda: room.ledger.void(held))
    room.loop.advance(WAIT_FOR_FUNDS_S + 1)
    assert waits.result().id == "waits"
    assert room.columns("award:a")[0] == 30


@pytest.mark.parametrize("won", [False, True])
def test_cancellation_never_leaks_a_hold(won: bool) -> None:
    room = Room().furnish(100)
    held = room.hold("held", 90)
    waits = ask(room, "waits", 30)

    def leave() -> None:
        if won:
            room.ledger.void(held)  # the waiter has won, but has not heard of it
        waits.cancel()

    room.run_sync(leave)
    assert waits.cancelled()
    assert room.columns("award:a")[0] == (0 if won else 90)
    assert len(room.ledger._requests._waiting) == 0
    assert room.loop.raised == []


def test_what_a_cancelled_winner_gives_back_goes_to_the_next() -> None:
    room = Room().furnish(100)
    held = room.hold("held", 90)
    a, b = ask(room, "a", 60), ask(room, "b", 60)

    def leave() -> None:
        room.ledger.void(held)
        a.cancel()

    room.run_sync(leave)
    assert a.cancelled()
    assert b.result().id == "b"


def test_what_can_never_fit_is_refused_at_once_even_if_others_wait() -> None:
    room = Room().furnish(100)
    room.hold("held", 90)
    assert not ask(room, "waits", 30).done()
    too_much = ask(room, "too_much", 101)
    assert isinstance(too_much.exception(), InsufficientQuota)
    assert too_much.exception().headers == {"x-should-retry": "false"}


def test_who_can_no_longer_fit_is_refused_when_its_turn_comes_and_the_next_is_served() -> None:
    room = Room().furnish(100)
    held = room.hold("held", 90)
    a, b = ask(room, "a", 60), ask(room, "b", 10)
    room.settle(held, 500)  # 50 nano-USD: 50 are left
    assert isinstance(a.exception(), InsufficientQuota)
    assert b.result().id == "b"


def test_a_full_line_refuses() -> None:
    room = Room().furnish(100)
    room.hold("held", 90)
    tasks = [ask(room, f"r{n}", 30) for n in range(WAITERS_PER_ACCOUNT_MAX)]
    assert not any(task.done() for task in tasks)
    assert isinstance(ask(room, "one_too_many", 30).exception(), InsufficientQuota)
    room.loop.advance(3)
    assert all(isinstance(task.exception(), InsufficientQuota) for task in tasks)
