"""One request on awards of dollars and of tokens: the order is exact (11), a post is at most its hold (4), budgets
count the price whoever pays, and what was paid and written off is the price, to the unit.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.ledger.examples import PRICES, Room, award, budget, facts
from tests.ledger.sameness import difference, fold
from tests.ledger.test_corrections import correct, net
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger import InsufficientQuota, PriceVersion, Rates, Unit, UnpricedModel, Usage, Weights, check
from tokenry.ledger import amount as price_of
from tokenry.ledger import bound as price_bound
from tokenry.ledger.books import Books, Reason, Refused
from tokenry.ledger.division import divide
from tokenry.ledger.funds import awards_for, chain
from tokenry.ledger.house_accounts import nature
from tokenry.ledger.model import DefineAward, DefinePrices, Hold, Leg, Move, OpenAccount, Settle
from tokenry.ledger.rates import More
from tokenry.ledger.transfers import apply

TOKENS = Unit.TOKENS
HOUSE = ("revenue:small", "served:small", "writeoff:overrun", "tokens:overrun")

weight = st.integers(0, 4000)
weights = st.none() | st.builds(Weights, weight, weight, weight, weight, weight)
wealth = st.integers(0, 40) | st.integers(0, 4000) | st.just(10**12)
mixes = st.lists(
    st.one_of(
        st.tuples(st.just(Unit.CREDIT), st.none(), wealth),
        st.tuples(st.just(TOKENS), weights, wealth),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip  # one kind a line
rates = st.sampled_from([PRICES["small"], PRICES["odd"], Rates(0, 0), Rates(0, 10**9), Rates(7_777_777, 1)])
counts = st.integers(0, 40) | st.integers(0, 900)


def usages(inp: int, out: int) -> st.SearchStrategy[Usage]:
    """Any usage of at most so much, however its tokens are split."""

    def split(n: int, m: int, cached: int, written: int, thought: int) -> Usage:
        cached, thought = min(cached, n), min(thought, m)
        return Usage(n, m, cached, thought, "engine", min(written, n - cached))

    return st.builds(
        split, st.integers(0, inp), st.integers(0, out), st.integers(0, inp), st.integers(0, inp), st.integers(0, out)
    )


def books_of(mix: list[tuple[Unit, Weights | None, int]], its: Rates | None) -> Books:
    books = Books.empty()
    for name in HOUSE:
        apply(books, OpenAccount(name, *nature(name), "house", limited=False))
    apply(books, DefinePrices(PriceVersion("v1", 0, {} if its is None else {"small": its}, {})))
    for n, (unit, its_weights, amount) in enumerate(mix):
        apply(books, DefineAward(award(f"a{n}", priority=n, unit=unit, weights=its_weights), amount))
    return books


def alone(one: tuple[Unit, Weights | None, int], usage: Usage, price: int) -> int:
    """What this award would pay for all of it: reckoned here with fractions, rounded up once."""
    if one[0] is Unit.CREDIT:
        return price
    w = one[1] or Weights()
    fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    answer = usage.output_tokens - usage.reasoning_tokens
    return ceil(
        Fraction(
            fresh * w.input + usage.cached_tokens * w.cached_input + usage.cache_write_tokens * w.cache_write
            + answer * w.output + usage.reasoning_tokens * w.reasoning,
            1000,
        )
    )  # fmt: skip  # a sum


def held_on(books: Books, asked: Any, its: Rates | None) -> Hold | Refused:
    amount = 0 if its is None else price_bound(asked.input_bound, asked.output_bound, its)
    legs = chain(books, asked, amount, awards_for(books, asked, 0), ())
    return legs if isinstance(legs, Refused) else Hold("r", legs, 0, asked)


@settings(deadline=None)
@given(mixes, rates | st.none(), counts, counts, st.data())
def test_4_11_a_usage_within_the_bounds_is_paid_in_draw_order_by_what_was_held(
    mix: list[Any], its: Rates | None, inp: int, out: int, data: Any
) -> None:
    books, asked = books_of(mix, its), facts(input_bound=inp, output_bound=out)
    hold = held_on(books, asked, its)
    if isinstance(hold, Refused):
        assert hold.reason in (Reason.EXCEEDS, Reason.NO_ACCOUNT)
        return
    assert apply(books, hold) is None
    usage = data.draw(usages(inp, out))
    price = None if its is None else price_of(usage, its)
    share = divide(books, hold, price, usage, 0)
    assert all(post <= leg.amount for post, leg in zip(share.posts, hold.legs, strict=True))
    assert share.extra == ()
    assert (share.writeoff, share.writeoff_tokens) == (0, 0)
    assert share.charged + share.covered == (price or 0)
    left: Fraction | int = 1
    posts = {leg.debit: post for leg, post in zip(hold.legs, share.posts, strict=True)}
    held = {leg.debit: leg.amount for leg in hold.legs}
    for n, one in enumerate(mix):
        if its is None and one[0] is Unit.CREDIT:
            assert f"award:a{n}" not in posts
            continue
        if f"award:a{n}" not in held:
            continue  # it had nothing, or stands behind those that sufficed
        whole = alone(one, usage, price or 0)
        pays = min(ceil(left * whole), held[f"award:a{n}"])
        assert posts[f"award:a{n}"] == pays
        left = 0 if pays == ceil(left * whole) else left - Fraction(pays, whole)
    assert left == 0 or not held
    tokens = sum(posts.get(f"award:a{n}", 0) for n, one in enumerate(mix) if one[0] is TOKENS)
    assert share.tokens == tokens


@settings(deadline=None)
@given(mixes, rates, counts, counts, st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 10**6))
def test_a_usage_beyond_the_bounds_overdraws_nobody_and_adds_up(
    mix: list[Any], its: Rates, inp: int, out: int, used_in: int, used_out: int, limit: int
) -> None:
    books, asked = books_of(mix, its), facts(input_bound=inp, output_bound=out)
    apply(books, OpenAccount("budget:b", Unit.LIMITS, "budget", "b", limited=True))
    amount = price_bound(inp, out, its)
    apply(books, Move("m", (Leg("limits:source", "budget:b", amount + limit),), "raise"))
    legs = chain(books, asked, amount, awards_for(books, asked, 0), ("budget:b",))
    if isinstance(legs, Refused):
        return
    hold, usage = Hold("r", legs, 0, asked), Usage(used_in, used_out, 0, 0, "engine")
    assert apply(books, hold) is None
    price = price_of(usage, its)
    share = divide(books, hold, price, usage, 0)
    assert share.charged + share.covered + share.writeoff == price
    assert min(share.charged, share.covered, share.writeoff, share.tokens) >= 0
    room = Room().furnish()
    record = room.settle(room.hold("r", 0, model="free"), 1, 1).result()
    assert apply(books, Settle("r", share.posts, share.extra, record)) is None
    for account in books.accounts.values():
        assert not account.limited or account.debits_pending + account.debits_posted <= account.credits_posted
    if amount:
        assert books.accounts["budget:b"].debits_posted == share.charged + share.covered
    # Nothing is written off while an award and the budget still have something for it.
    rest = books.accounts["budget:b"].available
    if share.writeoff and amount and rest > 0:
        assert all(
            books.accounts[f"award:a{n}"].available == 0 for n, one in enumerate(mix) if alone(one, usage, price)
        )


def test_a_request_spans_three_awards_of_mixed_units_to_the_unit() -> None:
    room = Room()
    room.run(room.ledger.set_prices(PriceVersion("v1", 0, {"small": Rates(1_000_000, 3_000_000)}, {})))
    thrice = Weights(output=3000)
    for one, amount in (
        (award("first", priority=1, unit=TOKENS), 150),  # of 1000 tokens: 150/1000
        (award("second", priority=2), 300),  # of 2000 nano-USD: 300/2000
        (award("third", priority=3, unit=TOKENS, weights=thrice), 10**12),  # of 2000 weighted tokens
    ):
        room.run(room.ledger.grant(one, amount))
    room.run(room.ledger.set_budget(budget(limit=10_000)))
    held = room.hold("r", 2000, input_bound=500, output_bound=500)
    assert [(leg.debit, leg.amount) for leg in held.record.legs][:3] == [
        ("award:first", 150), ("award:second", 300), ("award:third", 1400),
    ]  # fmt: skip  # three of a kind
    # Used: 200 in, 100 out = 300 tokens, 500 nano-USD, 500 weighted. The first pays 150 of 300: a half. The second
    # pays the other half of 500: 250 of its 300. The third pays nothing.
    receipt = room.settle(held, 200, 100).result()
    assert [line.posted for line in receipt.accounts] == [150, 250, 0, 500]
    assert (receipt.charge, receipt.charge_tokens, receipt.covered, receipt.writeoff) == (250, 150, 250, 0)
    # Used: 400 in, 500 out = 900 tokens, 1900 nano-USD, 1900 weighted. Nothing is left of the first; the second has 50
    # of 1900, and the third pays 1850/1900 of 1900.
    receipt = room.settle(room.hold("s", 2000, input_bound=500, output_bound=500), 400, 500).result()
    assert [line.posted for line in receipt.accounts] == [50, 1850, 1900]
    assert (receipt.charge, receipt.charge_tokens, receipt.covered) == (50, 1850, 1850)
    assert room.ledger.remaining_tokens(held) == 10**12 - 1850
    assert check(room.disk.rows).ok
    assert difference(room.ledger.books, fold(room.disk.rows)) == []


@pytest.mark.parametrize("size", [10**12, AMOUNT_MAX, AMOUNT_MAX - 1])
def test_an_award_of_any_size_is_drawn_to_its_last_token(size: int) -> None:
    room = Room().furnish(0)
    room.run(room.ledger.grant(award("big", priority=1, unit=TOKENS, weights=Weights(input=1000, output=1000)), size))
    part = size // 3
    for n, used in enumerate((part, part, size - 2 * part)):
        held = room.hold(f"r{n}", 10**18, input_bound=used, output_bound=0)
        assert room.settle(held, used, 0).result().charge_tokens == used
    assert room.ledger.balance("big").left == 0
    assert room.ledger.balance("big").spent == size
    with pytest.raises(InsufficientQuota, match=r"draw up to 1 tokens|award 'Award a'"):
        room.hold("more", 1, input_bound=1, output_bound=0)
    assert check(room.disk.rows).ok


def test_a_tokens_award_of_an_unpriced_model_pays_or_refuses_and_nothing_is_free_beside_it() -> None:
    room = Room().furnish()
    assert room.hold("free", 0, model="new").record.legs == ()
    room.run(room.ledger.grant(award("t", unit=TOKENS), 100))
    held = room.hold("paid", 0, model="new", input_bound=30, output_bound=30)
    assert [(leg.debit, leg.credit, leg.amount) for leg in held.record.legs] == [("award:t", "served:new", 60)]
    receipt = room.settle(held, 30, 70).result()  # beyond its bounds: the award has it
    assert (receipt.charge, receipt.covered, receipt.charge_tokens, receipt.writeoff_tokens) == (0, 0, 100, 0)
    with pytest.raises(InsufficientQuota, match="ask for more, or `tokenry award add t --tokens N`"):
        room.hold("refused", 0, model="new", input_bound=1, output_bound=0)
    room.run(room.ledger.grant(award("t", unit=TOKENS), 10))
    receipt = room.settle(room.hold("over", 0, model="new", input_bound=5, output_bound=5), 5, 25).result()
    assert (receipt.charge_tokens, receipt.writeoff_tokens) == (10, 20)
    room.run(room.ledger.set_budget(budget(limit=10)))
    with pytest.raises(UnpricedModel):
        room.hold("budgeted", 0, model="new")
    report = check(room.disk.rows)
    assert report.ok, report.breaches
    assert (report.issued_tokens, report.served_tokens, report.written_off_tokens) == (110, 110, 20)


def test_what_is_priced_by_the_image_is_paid_in_dollars() -> None:
    room = Room().furnish(10**6)
    pictures = PriceVersion("v2", 1, {"draw": Rates(0, 0, None, More(image=10**12))}, {})
    room.run(room.ledger.set_prices(pictures))
    room.run(room.ledger.grant(award("t", priority=1, unit=TOKENS), 10**6))
    held = room.hold("r", 1000, model="draw", price_version="v2")
    assert [leg.debit for leg in held.record.legs] == ["award:a"]


def test_low_priority_takes_what_awards_still_have_and_the_rest_is_the_houses() -> None:
    room = Room().furnish(0, budget(limit=500))
    room.run(room.ledger.grant(award("t", priority=1, unit=TOKENS, on_exhaustion="low_priority"), 3))
    asked = facts(input_bound=1000, output_bound=1000)
    with pytest.raises(InsufficientQuota):
        room.hold("r", 500)
    exhausted = room.ledger.exhaustion(asked, 500)
    assert exhausted is not None
    assert exhausted.id == "t"
    held = room.run_sync(lambda: room.ledger.hold_uncharged("r", asked, 500))
    assert [leg.debit for leg in held.record.legs] == ["award:t", "writeoff:low_priority", "budget:b:2025-12-31"]
    receipt = room.settle(held, 1000, 2000).result()  # 100 + 800, above its hold
    assert (receipt.charge, receipt.charge_tokens, receipt.covered, receipt.writeoff) == (0, 3, 0, 900)
    assert room.columns("writeoff:low_priority") == (0, 900, 0, 0)
    assert room.ledger.books.accounts["budget:b:2025-12-31"].available == 500
    held = room.run_sync(lambda: room.ledger.hold_uncharged("q", asked, 500))  # now the award is empty
    assert [leg.debit for leg in held.record.legs] == ["writeoff:low_priority", "budget:b:2025-12-31"]
    assert room.settle(held, 10, 0).result().writeoff == 1
    with pytest.raises(InsufficientQuota, match="the key budget b"):  # which nobody gets past for nothing
        room.run_sync(lambda: room.ledger.hold_uncharged("s", asked, 501))
    report = check(room.disk.rows)
    assert report.ok, report.breaches
    assert report.written_off == 901


def test_nothing_is_exhausted_while_awards_pay_or_all_block() -> None:
    room = Room().furnish(10)
    assert room.ledger.exhaustion(facts(), 10) is None
    assert room.ledger.exhaustion(facts(), 11) is None
    room.run(room.ledger.grant(award("b", on_exhaustion="downgrade", downgrade_to="free"), 0))
    assert room.ledger.exhaustion(facts(), 10) is None
    found = room.ledger.exhaustion(facts(), 11)
    assert found is not None
    assert found.downgrade_to == "free"


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 600), st.integers(0, 400), st.integers(0, 900), st.lists(st.integers(0, 3_000_000), max_size=3))
def test_13_re_rating_touches_only_what_tokens_did_not_pay(first: int, second: int, used: int, new: list[int]) -> None:
    room = Room().furnish(second)
    room.run(room.ledger.grant(award("t", priority=1, unit=TOKENS), first))
    asked = {"input_bound": 0, "output_bound": min(900, first)}
    receipt = room.settle(room.hold("r", 0, **asked), 0, used).result()
    before: list[Any] = []
    for rate in new:
        move = correct(room, before, Rates(rate, rate))
        if move is not None:
            before.append(move)
            assert not any("award:t" in (leg.debit, leg.credit) for leg in move.legs)
        price, was = price_of(receipt.usage, Rates(rate, rate)), receipt.counted + receipt.writeoff
        share = Fraction(was - receipt.covered, was) if was else Fraction(0)
        assert net(room, "revenue:small") == (ceil(price * share) if receipt.charge_tokens else price)
        assert correct(room, before, Rates(rate, rate)) is None
    assert room.ledger.balance("t").spent == receipt.charge_tokens
    assert check(room.disk.rows).ok
