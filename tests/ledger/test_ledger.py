"""Awards, budgets, prices and milestones as somebody in charge meets them; what time does by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.examples import COSTS, DAY_NS, PRICES, Room, award, budget, facts
from tests.ledger.sameness import difference, fold, state, written_and_waiting
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger import InsufficientQuota, PriceRefused, PriceVersion, Rates, Usage, check

TODAY = "budget:b:2025-12-31"
TOMORROW = "budget:b:2026-01-01"


def refusal(room: Room, amount: int, **changed: Any) -> BaseException | None:
    task = room.loop.do(room.ledger.hold(f"r{amount}{changed}{room.loop.now_ns}", facts(**changed), amount))
    return task.exception() if task.done() else None


# --- awards ----------------------------------------------------------------------------------------------------------


def test_more_units_new_terms_and_what_is_refused() -> None:
    room = Room().furnish(100)
    room.run(room.ledger.grant(award(name="New name"), 50))
    assert room.columns("award:a") == (0, 0, 0, 150)
    assert room.ledger.books.awards["a"].name == "New name"
    before = state(room.ledger.books)
    for amount in (-1, AMOUNT_MAX):
        with pytest.raises(Conflict, match="between 0"):
            room.run(room.ledger.grant(award(), amount))
    assert state(room.ledger.books) == before


def test_a_grant_is_told_only_when_it_is_durable() -> None:
    room = Room()
    room.disk.delay = lambda: None
    task = room.loop.do(room.ledger.grant(award(), 100))
    assert not task.done()
    room.write()
    assert task.done()


def test_a_suspended_award_pays_nothing_new() -> None:
    room = Room().furnish(100)
    held = room.hold("r", 50)
    room.run(room.ledger.grant(award(state="suspended"), 0))
    error = refusal(room, 1)
    assert isinstance(error, InsufficientQuota)
    assert "no active award" in error.message
    assert room.settle(held, 0, 100).result().charge == 40


def test_refusals_name_the_account_what_is_left_when_it_resets_and_where_to_ask() -> None:
    room = Room().furnish(10**9, budget(limit=500))
    error = refusal(room, 501)
    assert isinstance(error, InsufficientQuota)
    assert error.message == (
        "the key budget b (day) has $0.0000005 left until it resets at 2026-01-01T00:00:00.000Z and this request "
        "could cost up to $0.000000501: lower max_tokens, or ask for more, or `tokenry budget set b --limit USD`"
    )
    assert (error.status, error.code, error.headers) == (429, "insufficient_quota", {"x-should-retry": "false"})
    other = refusal(room, 10**9 + 1, key_id="else")
    assert isinstance(other, InsufficientQuota)
    assert other.message.startswith(
        "the award 'Award a' (a) has $1.00 left and this request could cost up to $1.000000001"
    )


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_a_window_opens_at_its_first_use_and_the_one_before_leaves_the_books() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    assert TODAY not in room.ledger.books.accounts
    room.settle(room.hold("r", 500), 0, 1000)
    assert room.columns(TODAY) == (0, 400, 0, 500)
    assert isinstance(refusal(room, 101), InsufficientQuota)
    room.loop.advance(86_400)
    room.hold("s", 500)
    assert room.columns(TOMORROW) == (500, 0, 0, 500)
    assert TODAY not in room.ledger.books.accounts
    assert room.columns("limits:used")[3] == 400
    assert room.columns("limits:lapsed")[3] == 100


def test_the_holds_window_takes_the_charge_and_stays_until_it_ended() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    held = room.hold("r", 300)
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)
    assert room.columns(TODAY) == (300, 200, 0, 500)
    assert TOMORROW not in room.ledger.books.accounts
    room.hold("s", 500)  # tomorrow's window is whole
    room.settle(held, 0, 500)
    assert room.columns(TODAY) == (0, 400, 0, 500)
    room.run_sync(room.ledger.sweep)
    assert TODAY not in room.ledger.books.accounts
    assert check(room.disk.rows).ok


def test_a_window_that_a_doubtful_hold_touches_stays_until_the_disk_has_spoken() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.hold("opens", 0)
    room.disk.delay = lambda: None
    held = room.hold("r", 500)
    room.settle(held, 0, 1250)
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)
    assert room.columns(TODAY) == (0, 500, 0, 500)  # empty, and yet it must not be closed
    room.disk.write_now(fail=True)
    room.loop.idle()
    assert room.columns(TODAY) == (0, 0, 0, 500)
    room.loop.advance(0.6)
    room.write()
    room.run_sync(room.ledger.sweep)
    room.write()
    assert TODAY not in room.ledger.books.accounts
    assert difference(room.ledger.books, fold(room.disk.rows)) == []


def test_a_soft_window_that_was_overspent_leaves_the_books_too() -> None:
    room = Room().furnish(10_000, budget(limit=100, hard=False))
    room.settle(room.hold("r", 500), 0, 1000)
    assert room.columns(TODAY) == (0, 400, 0, 100)
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)
    assert TODAY not in room.ledger.books.accounts
    assert check(room.disk.rows).ok


def test_a_clock_set_back_a_little_over_midnight_does_not_reopen_yesterday() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.loop.advance(86_400)
    room.settle(room.hold("r", 500), 0, 1250)
    room.clock.start_ns -= 10 * 10**9
    assert isinstance(refusal(room, 1), InsufficientQuota)
    assert TODAY not in room.ledger.books.accounts


@pytest.mark.parametrize("held", [0, 300])
def test_a_limit_raised_and_lowered_is_what_the_window_allows(held: int) -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.settle(room.hold("spent", 100), 0, 250)
    other = room.hold("held", held)

    def allowed() -> int:
        return room.ledger.books.accounts[TODAY].available

    for limit in (700, 600, 900, 450, 450, 1000, 500):
        room.run(room.ledger.set_budget(budget(limit=limit)))
        assert allowed() == limit - 100 - held
    room.settle(other, 0, 0)
    assert allowed() == 400


def test_a_limit_lowered_below_what_is_held_takes_back_what_is_released() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.settle(room.hold("spent", 100), 0, 250)
    held = [room.hold("h1", 200), room.hold("h2", 150)]
    room.run(room.ledger.set_budget(budget(limit=250)))  # 150 may yet be spent, 350 are held
    assert room.columns(TODAY) == (350, 150, 0, 500)
    room.settle(held[0], 0, 0)
    assert room.ledger.books.accounts[TODAY].available == 0
    room.settle(held[1], 0, 0)
    assert room.ledger.books.accounts[TODAY].available == 150
    room.run(room.ledger.set_budget(budget(limit=500)))
    assert room.ledger.books.accounts[TODAY].available == 400
    assert check(room.disk.rows).ok


def test_a_limit_lowered_below_what_is_spent_is_not_raised_by_more_than_asked() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.settle(room.hold("spent", 400), 0, 1000)
    for limit, left in ((100, 0), (300, 0), (450, 50), (100, 0), (401, 1)):
        room.run(room.ledger.set_budget(budget(limit=limit)))
        assert room.ledger.books.accounts[TODAY].available == left


def test_a_lowered_limit_is_taken_back_over_a_restart_too() -> None:
    room = Room().furnish(10_000, budget(limit=500, window="total"))
    room.hold("held", 400)
    room.run(room.ledger.set_budget(budget(limit=100, window="total")))
    room.open()
    held = room.hold("next", 50)
    assert room.ledger.books.accounts["budget:b"].available <= 100 - 50
    room.settle(held, 0, 0)
    assert room.ledger.books.accounts["budget:b"].available == 100


def test_the_largest_limit_can_be_set_again_and_again() -> None:
    room = Room().furnish(10_000, budget(limit=AMOUNT_MAX))
    for day in range(4):
        room.settle(room.hold(f"r{day}", 10), 100)
        room.run(room.ledger.set_budget(budget(limit=5)))
        room.run(room.ledger.set_budget(budget(limit=AMOUNT_MAX)))
        room.loop.advance(86_400)
    room.run_sync(room.ledger.snapshot)
    room.open()
    assert check(room.disk.rows, room.journal.latest_snapshot()).ok


@pytest.mark.parametrize(
    "changed",
    [
        {"window": "total"},
        {"hard": False},
        {"timezone": "Asia/Tokyo"},
        {"scope": "user"},
        {"scope_id": "k"},
        {"model": "m"},
    ],
)
def test_other_terms_cannot_change_because_the_windows_would_forget(changed: Any) -> None:
    room = Room().furnish(10_000, budget())
    before = state(room.ledger.books)
    with pytest.raises(Conflict, match="only the limit"):
        room.run(room.ledger.set_budget(budget(**changed)))
    assert state(room.ledger.books) == before


@pytest.mark.parametrize(
    ("changed", "param"),
    [({"limit": -1}, "limit"), ({"limit": AMOUNT_MAX + 1}, "limit"), ({"timezone": "Mars/Olympus"}, "timezone"),
     ({"timezone": "../etc"}, "timezone"), ({"timezone": ""}, "timezone")],
)  # fmt: skip  # one line of nonsense
def test_nonsense_never_gets_into_the_books(changed: Any, param: str) -> None:
    room = Room()
    with pytest.raises(InvalidRequest) as raised:
        room.run(room.ledger.set_budget(budget(**changed)))
    assert raised.value.param == param
    assert room.ledger.books.budgets == {}


def test_a_closed_budget_neither_refuses_nor_counts_and_remembers_when_it_is_reopened() -> None:
    room = Room().furnish(10_000, budget(limit=100, window="total"))
    room.settle(room.hold("r", 100), 0, 100)
    room.run(room.ledger.set_budget(budget(limit=100, window="total", closed=True)))
    room.settle(room.hold("s", 500), 0, 1000)
    room.run(room.ledger.set_budget(budget(limit=100, window="total")))
    assert room.columns("budget:b") == (0, 40, 0, 100)
    assert isinstance(refusal(room, 61), InsufficientQuota)


def test_windows_are_found_again_after_a_restart() -> None:
    room = Room().furnish(10_000, budget(limit=500))
    room.settle(room.hold("r", 500), 0, 1000)
    room.open()
    assert isinstance(refusal(room, 101), InsufficientQuota)
    room.loop.advance(86_400)
    room.open()
    room.run_sync(room.ledger.sweep)
    assert TODAY not in room.ledger.books.accounts


def test_a_month_of_windows_leave_no_trace_in_the_books() -> None:
    room = Room().furnish(10**9, budget(limit=500), budget("soft", limit=5, hard=False))
    room.hold("first", 10)
    size = len(room.ledger.books.accounts)
    for day in range(30):
        room.settle(room.hold(f"r{day}", 400), 0, 1000)
        room.loop.advance(DAY_NS / 10**9)
        room.run_sync(room.ledger.sweep)
    room.settle(room.ledger._requests.alive["first"], 0, 0)
    room.run_sync(room.ledger.sweep)
    room.hold("last", 10)
    assert len(room.ledger.books.accounts) == size
    assert check(room.disk.rows).ok


# --- prices ----------------------------------------------------------------------------------------------------------


def test_a_new_version_applies_to_new_requests_alone() -> None:
    room = Room().furnish(10_000)
    held = room.hold("r", 500)
    dearer = PRICES | {"small": Rates(200_000, 800_000)}
    assert room.run(room.ledger.set_prices(PriceVersion("v2", 1, dearer, COSTS))) is True
    assert room.run(room.ledger.set_prices(PriceVersion("v3", 2, dearer, COSTS))) is False
    assert room.ledger.prices.id == "v2"
    assert room.ledger.rates("small") == Rates(200_000, 800_000)
    assert room.ledger.rates("unheard of") is None
    assert room.settle(held, 0, 1000).result().charge == 400
    assert room.settle(room.hold("s", 900, price_version="v2"), 0, 1000).result().charge == 800
    assert check(room.disk.rows).ok


def test_prices_that_are_refused_change_nothing() -> None:
    room = Room().furnish(10_000)
    before = state(room.ledger.books)
    jump = PRICES | {"small": Rates(10**9, 0)}
    for version in (PriceVersion("v2", 1, jump, {}), PriceVersion("v2", 1, {"small": Rates(-1, 0)}, {})):
        with pytest.raises(PriceRefused):
            room.run(room.ledger.set_prices(version))
    with pytest.raises(Conflict):
        room.run(room.ledger.set_prices(PriceVersion("v1", 1, {}, {})))
    assert state(room.ledger.books) == before
    assert room.run(room.ledger.set_prices(PriceVersion("v2", 1, jump, {}), confirmed=True)) is True


# --- milestones ------------------------------------------------------------------------------------------------------


def thresholds(room: Room, organization_id: str = "org") -> list[tuple[int, str]]:
    return [(m.threshold, m.request_id) for m in room.ledger.milestones(organization_id)]


def test_10_a_milestone_is_found_in_the_settlement_that_reaches_it_once_for_each_organization() -> None:
    room = Room(milestones=(1000, 100, 5000)).furnish()
    for number, tokens in enumerate((99, 0, 1, 50, 3000)):
        room.settle(room.hold(f"r{number}", 10_000), tokens)
    assert thresholds(room) == [(100, "r2"), (1000, "r4")]
    room.settle(room.hold("other", 100, organization_id="else"), 100)
    assert thresholds(room, "else") == [(100, "other")]
    assert thresholds(room) == [(100, "r2"), (1000, "r4")]


def test_10_one_settlement_may_reach_several() -> None:
    room = Room(milestones=(10, 20, 30)).furnish()
    room.settle(room.hold("r", 100), 15, 10)
    assert thresholds(room) == [(10, "r"), (20, "r")]


def test_10_milestones_outlive_crashes_and_are_not_found_again() -> None:
    room = Room(milestones=(100,)).furnish()
    room.settle(room.hold("r", 100), 100)
    room.run_sync(room.ledger.snapshot)
    for _ in range(2):
        room.open()
        room.settle(room.hold(f"s{room.loop.now_ns}{len(room.disk.rows)}", 100), 100)
        assert thresholds(room) == [(100, "r")]
    room.disk.snapshots.clear()
    room.open()
    assert thresholds(room) == [(100, "r")]


def test_10_a_milestone_that_was_lost_with_its_hold_is_found_by_the_next_settlement() -> None:
    room = Room(milestones=(100,)).furnish()
    durable = room.hold("durable", 100)
    room.disk.delay = lambda: None
    room.settle(room.hold("lost", 100), 60)
    room.settle(durable, 60)
    assert thresholds(room) == []  # 120, of which 60 may yet be dropped
    room.disk.write_now(fail=True)
    room.loop.idle()
    assert room.ledger.books.tokens == {"org": 60}
    room.loop.advance(0.6)
    room.write()
    room.settle(room.hold("next", 100), 60)
    room.write()
    assert thresholds(room) == [(100, "next")]
    assert difference(room.ledger.books, fold(written_and_waiting(room.journal))) == []


def test_10_a_milestone_configured_later_is_found_by_the_next_settlement() -> None:
    room = Room(milestones=()).furnish()
    room.settle(room.hold("r", 100), 500)
    room.options["milestones"] = (100, 1000)
    room.open()
    assert thresholds(room) == []
    room.settle(room.hold("s", 100), 1)
    assert thresholds(room) == [(100, "s")]


def test_10_a_crash_settles_to_a_milestone_too() -> None:
    room = Room(milestones=(100,)).furnish()
    held = room.hold("r", 1000)
    room.mark(held, Usage(50, 60, 0, 0, "events"))
    room.open()
    assert thresholds(room) == [(100, "r")]


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_sweep_ends_what_nobody_lives_to_settle_but_never_a_living_stream() -> None:
    room = Room().furnish(1000)
    living = room.hold("living", 100)
    room.hold("forgotten", 100)
    del room.ledger._requests.alive["forgotten"]
    room.loop.advance(3599)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:a")[0] == 200
    room.loop.advance(2)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:a")[0] == 100
    assert room.ledger.receipt("forgotten").outcome == "crash"
    assert room.settle(living, 0, 100).result().charge == 40


def test_a_snapshot_is_taken_by_itself_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.ledger.writing.SNAPSHOT_EVERY", 50)
    room = Room().furnish(1000)
    for number in range(40):
        room.settle(room.hold(f"r{number}", 1), 0)
    assert len(room.disk.snapshots) >= 1
    for snapshot in room.disk.snapshots:
        assert check(room.disk.rows, snapshot).ok
