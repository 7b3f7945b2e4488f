"""The life of one request's money: what a hold, a mark, a settlement and a failing disk do to the books."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.ledger.examples import Room, award, budget, ending, facts
from tests.ledger.sameness import difference, fold, state, written_and_waiting
from tokenry.ledger import (
    InsufficientQuota,
    LedgerUnavailable,
    UnpricedModel,
    Usage,
    check,
)
from tokenry.storage import Answer as StoredAnswer


def test_a_hold_reserves_on_the_whole_chain_and_a_settlement_posts_what_was_used() -> None:
    room = Room().furnish(1000, budget(), budget("org", scope="organization", scope_id="org", hard=False))
    held = room.hold("r", 600)
    today = "budget:b:2025-12-31"
    assert [leg.debit for leg in held.record.legs] == ["award:a", "budget:org:2025-12-31", today]
    assert room.columns("award:a") == (600, 0, 0, 1000)
    assert room.columns(today) == (600, 0, 0, 1000)
    receipt = room.settle(held, 1000, 500).result()
    assert (receipt.charge, receipt.writeoff) == (300, 0)
    first = receipt.accounts[0]
    assert (first.account, first.held, first.posted) == ("award:a", 600, 300)
    assert room.columns("award:a") == (0, 300, 0, 1000)
    assert room.columns(today) == (0, 300, 0, 1000)
    assert room.columns("revenue:small") == (0, 0, 0, 300)
    assert room.ledger.receipt("r") == receipt
    assert receipt.cost == 150


def test_a_receipt_is_there_only_once_it_is_durable() -> None:
    room = Room().furnish()
    room.disk.delay = lambda: None
    held = room.hold("r", 600)
    future = room.settle(held, 1, 1)
    assert not held.durable.done()
    assert not future.done()
    assert room.ledger.receipt("r") is None
    room.write()
    assert held.durable.done()
    assert room.ledger.receipt("r") == future.result()


def test_what_is_above_the_hold_is_taken_from_what_is_available_and_then_from_the_house() -> None:
    room = Room().furnish(1000, budget(limit=700))
    held = room.hold("r", 100)
    other = room.hold("other", 500)
    receipt = room.settle(held, 0, 1000).result()  # 400 nano-USD
    # The budget allows 100 more than the hold; the award would allow 400.
    assert (receipt.charge, receipt.writeoff) == (200, 200)
    assert room.columns("budget:b:2025-12-31") == (500, 200, 0, 700)
    assert room.columns("award:a") == (500, 200, 0, 1000)
    assert room.columns("writeoff:overrun") == (0, 200, 0, 0)
    assert room.columns("revenue:small")[3] == 400
    assert room.settle(other, 0, 0).result().charge == 0


def test_an_award_that_expired_meanwhile_pays_what_it_held_and_no_more() -> None:
    room = Room().furnish(0)
    room.run(room.ledger.grant(award("b", expires_at=room.clock.now_ns() + 10**9), 1000))
    held = room.hold("r", 100)
    room.loop.advance(2)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:b") == (100, 900, 0, 1000)  # 8: held units are not touched
    receipt = room.settle(held, 0, 1000).result()
    assert (receipt.charge, receipt.writeoff) == (100, 300)
    assert isinstance(room.loop.do(room.ledger.hold("s", facts(), 1)).exception(), InsufficientQuota)


def test_units_released_after_the_expiry_expire_at_the_next_sweep() -> None:
    room = Room().furnish(0)
    room.run(room.ledger.grant(award("b", expires_at=room.clock.now_ns() + 10**9), 1000))
    held = room.hold("r", 100)
    room.loop.advance(2)
    room.run_sync(room.ledger.sweep)
    room.settle(held, 0, 100)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:b") == (0, 1000, 0, 1000)
    assert room.columns("expired")[3] == 960


# --- a commit that fails ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("settled", ["not", "within", "above", "milestone", "marked"])
def test_a_failed_commit_leaves_the_books_as_if_the_hold_had_never_been(settled: str, keep: bool) -> None:
    room = Room(milestones=(1000,)).furnish(1000, budget(limit=500))
    room.settle(room.hold("before", 10), 50)  # opens the window and all accounts
    before = state(room.ledger.books)
    stats = room.ledger.stats.charged_nanousd, room.ledger.stats.holds, room.ledger.stats.settles
    room.disk.delay = lambda: None
    held = room.hold("r", 200)
    lost: list[bool] = []
    held.lost = lambda: lost.append(True)
    future = None
    if settled == "marked":
        room.mark(held, Usage(1, 1, 0, 0, "events"))
    elif settled != "not":
        usage = {"within": (0, 100), "above": (0, 4000), "milestone": (950, 0)}[settled]
        future = room.settle(held, *usage)
    assert state(room.ledger.books) != before
    room.disk.write_now(fail=True, keep=keep)
    room.loop.idle()
    assert state(room.ledger.books) == before
    assert (room.ledger.stats.charged_nanousd, room.ledger.stats.holds, room.ledger.stats.settles) == stats
    assert isinstance(held.durable.exception(), LedgerUnavailable)
    assert lost == [True]
    assert future is None or isinstance(future.exception(), LedgerUnavailable)
    room.loop.advance(0.6)  # the probe
    room.write()
    assert room.journal.latched is None
    assert room.ledger.receipt("r") is None
    assert difference(room.ledger.books, fold(room.disk.rows)) == []
    assert check(room.disk.rows).ok


def test_a_hold_that_is_durable_keeps_its_settlement_through_a_failed_commit() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    room.disk.delay = lambda: None
    future = room.settle(held, 0, 100)
    room.disk.write_now(fail=True)
    room.loop.idle()
    assert not future.done()
    assert room.columns("award:a") == (0, 40, 0, 1000)
    room.loop.advance(0.6)
    room.write()
    assert future.result().charge == 40


def test_while_the_latch_is_closed_nothing_new_is_held() -> None:
    room = Room().furnish(1000)
    room.disk.delay = lambda: None
    room.hold("r", 200)
    room.disk.write_now(fail=True)
    room.loop.idle()
    before = state(room.ledger.books)
    error = room.loop.do(room.ledger.hold("s", facts(), 1)).exception()
    assert isinstance(error, LedgerUnavailable)
    assert (error.status, error.headers) == (503, {"retry-after": "5"})
    assert state(room.ledger.books) == before


def test_a_request_that_learns_late_that_its_hold_is_gone_may_still_settle_mark_and_void() -> None:
    room = Room().furnish(1000)
    room.disk.delay = lambda: None
    held = room.hold("r", 200)
    room.disk.write_now(fail=True)
    room.loop.idle()
    before = state(room.ledger.books)
    room.mark(held, Usage(1, 1))
    future = room.settle(held, 1, 1)
    room.run_sync(lambda: room.ledger.void(held))
    assert isinstance(future.exception(), LedgerUnavailable)
    assert state(room.ledger.books) == before


def test_the_waiter_for_durability_may_hang_up_without_harm() -> None:
    for fail in (False, True):
        room = Room().furnish(1000)
        room.disk.delay = lambda: None
        held = room.hold("r", 200)
        held.durable.cancel()
        room.disk.write_now(fail=fail)
        room.loop.idle()
        assert room.columns("award:a") == (0 if fail else 200, 0, 0, 1000)
        future = room.settle(held, 0, 100)
        future.cancel()
        room.loop.advance(1)
        room.write()
        assert (room.ledger.receipt("r") is None) is fail
        assert room.loop.raised == []


def test_a_mark_survives_a_failed_commit() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    room.disk.delay = lambda: None
    room.mark(held, Usage(10, 100, 0, 0, "events"))
    room.disk.write_now(fail=True)
    room.loop.advance(0.6)
    room.write()
    assert difference(room.ledger.books, fold(room.disk.rows)) == []
    room.open()
    room.write()
    assert room.ledger.receipt("r").usage.output_tokens == 100


# --- endings ---------------------------------------------------------------------------------------------------------


def test_a_settlement_and_its_answer_are_durable_together() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    answer = StoredAnswer("scope", "key", b"digest", 200, "application/json", b"{}", room.clock.now_ns() + 10**9)
    room.run_sync(lambda: room.ledger.settle(held, ending(1, 1), answer=answer))
    assert room.journal.answer("scope", "key", room.clock.now_ns()) == answer


def test_what_the_journal_cannot_take_does_not_get_into_the_books() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    before = state(room.ledger.books)
    answer = StoredAnswer("scope", "\ud800", b"digest", 200, "application/json", b"{}", 0)
    with pytest.raises(ValueError, match="surrogates"):
        room.run_sync(lambda: room.ledger.settle(held, ending(1, 1), answer=answer))
    assert state(room.ledger.books) == before
    assert room.settle(held, 10, 0).result().charge == 1  # and it can be settled without that answer


def test_models_may_be_called_what_people_like() -> None:
    room = Room().furnish(1000)
    from tokenry.ledger import PriceVersion, Rates

    room.run(room.ledger.set_prices(PriceVersion("v2", 1, {"modèle-日本": Rates(10**6, 10**6)}, {})))
    held = room.hold("r", 200, model="modèle-日本", price_version="v2")
    assert room.settle(held, 1, 1).result().charge == 2
    assert difference(room.ledger.books, fold(written_and_waiting(room.journal))) == []


def test_a_request_ends_once() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    room.settle(held, 10, 0)
    room.run_sync(lambda: room.ledger.void(held))
    with pytest.raises(AssertionError, match="settled already"):
        room.settle(held, 1, 1)
    assert room.columns("award:a") == (0, 1, 0, 1000)
    assert [row.kind for row in room.disk.rows].count("settle") == 1


def test_a_void_charges_nothing_and_leaves_a_receipt_that_says_so() -> None:
    room = Room().furnish(1000)
    held = room.hold("r", 200)
    room.run_sync(lambda: room.ledger.void(held))
    receipt = room.ledger.receipt("r")
    assert (receipt.charge, receipt.outcome, receipt.lines) == (0, "refused", ())


def test_without_a_price_a_hard_budget_refuses_and_a_soft_one_counts_nothing() -> None:
    room = Room().furnish(1000, budget("soft", hard=False))
    for changed in ({"price_version": None}, {"model": "unheard of"}):
        held = room.hold(f"r{len(changed)}{changed}", 200, **changed)
        assert held.record.legs == ()
        assert room.settle(held, 1, 1).result().charge == 0
    room.run(room.ledger.set_budget(budget("hard")))
    for changed in ({"price_version": None}, {"model": "unheard of"}):
        error = room.loop.do(room.ledger.hold("s", facts(**changed), 1)).exception()
        assert isinstance(error, UnpricedModel)
        assert error.param == "model"


def test_what_a_call_cost_the_house_is_no_customers_matter() -> None:
    room = Room().furnish(1000)
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 7))
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 3))
    room.run_sync(lambda: room.ledger.bear("retry", "acme", 0))
    assert room.columns("house:retry") == (0, 10, 0, 0)
    assert room.columns("provider:acme") == (0, 0, 0, 10)
    assert room.columns("award:a") == (0, 0, 0, 1000)
    assert check(room.disk.rows).borne_by_house == 10


def test_what_a_request_may_yet_take() -> None:
    room = Room().furnish(1000, budget(limit=900), budget("soft", limit=0, hard=False))
    room.run(room.ledger.grant(award("b"), 500))
    held = room.hold("r", 200)
    assert room.ledger.remaining(held) == 700
    other = room.hold("s", 900, key_id="else")
    assert room.ledger.remaining(held) == 400
    assert room.ledger.remaining(other) == 400
    assert room.ledger.remaining(room.hold("t", 0, model="unheard of", key_id="else")) is None


def test_charges_add_up_over_any_number_of_requests_at_once() -> None:
    room = Room().furnish(10_000, budget(limit=10_000))
    room.disk.delay = lambda: 0.001

    async def one(number: int) -> int:
        held = await room.ledger.hold(f"r{number}", facts(), 500)
        await held.durable
        await asyncio.sleep(number % 7 / 100)
        return (await room.ledger.settle(held, ending(100, number))).charge

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*[one(number) for number in range(100)])

    charges: Any = room.run(all_of_them())
    assert room.ledger.stats.waits > 0
    assert room.columns("award:a") == (0, sum(charges), 0, 10_000)
    report = check(room.disk.rows)
    assert report.ok
    assert (report.charged, report.requests) == (sum(charges), 100)
