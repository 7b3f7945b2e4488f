"""Prices: a charge is a pure function of usage and version (9), and never above the bound that was held for it."""

from __future__ import annotations

from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tokenry.ledger import PriceRefused, PriceVersion, Rates, Usage, amount, bound
from tokenry.ledger.prices import changed, lines, refuse_jumps, refuse_negative

rate = st.one_of(st.integers(0, 10), st.integers(0, 3_000_000), st.integers(0, 10**12))
rates = st.builds(Rates, rate, rate, st.one_of(st.none(), rate))
count = st.one_of(st.integers(0, 20), st.integers(0, 10**7))
usages = st.builds(Usage, count, count, count, st.just(0), st.just("engine"))


@given(usages, rates)
def test_9_a_charge_is_pure_and_each_line_is_rounded_once_half_up(usage: Usage, price: Rates) -> None:
    cached = min(usage.cached_tokens, usage.input_tokens)
    exact = {
        "input": Fraction(price.input * (usage.input_tokens - cached), 10**6),
        "cached_input": Fraction((price.input if price.cached_input is None else price.cached_input) * cached, 10**6),
        "output": Fraction(price.output * usage.output_tokens, 10**6),
    }
    found = lines(usage, price)
    assert {line.meter: line.amount for line in found if line.amount} == {
        meter: int(value + Fraction(1, 2)) for meter, value in exact.items() if int(value + Fraction(1, 2))
    }
    assert sum(line.quantity for line in found) == usage.total_tokens
    assert amount(usage, price) == sum(line.amount for line in found) == amount(usage, price)


@given(usages, rates, count, count)
def test_9_no_usage_within_the_bound_costs_more_than_the_bound(usage: Usage, price: Rates, more: int, yet: int) -> None:
    assert amount(usage, price) <= bound(usage.input_tokens + more, usage.output_tokens + yet, price)


@given(st.integers(0, 5), st.integers(0, 5), rates)
def test_9_nor_at_the_smallest_counts(inp: int, out: int, price: Rates) -> None:
    for cached in range(inp + 1):
        assert amount(Usage(inp, out, cached), price) <= bound(inp, out, price)


@pytest.mark.parametrize(
    ("rate", "tokens", "charge"),
    [
        (500_000, 1, 1),  # half a nano-dollar
        (499_999, 1, 0),
        (500_000, 3, 2),
        (1_500_000, 1, 2),
        (2_500_000, 1, 3),  # up, not to the even one
        (1, 500_000, 1),
        (1, 499_999, 0),
        (0, 10**12, 0),
        (10**12, 10**9, 10**15),
    ],
)
def test_9_halves_go_up(rate: int, tokens: int, charge: int) -> None:
    assert amount(Usage(tokens, 0), Rates(rate, 0)) == charge
    assert amount(Usage(0, tokens), Rates(0, rate)) == charge
    assert amount(Usage(tokens, 0, tokens), Rates(0, 0, rate)) == charge


@pytest.mark.parametrize("rate", [500_000, 1_500_000, 250_000, 750_001])
def test_9_the_bound_holds_where_both_halves_of_the_input_are_rounded_up(rate: int) -> None:
    for tokens in range(1, 8):
        for cached in range(tokens + 1):
            for price in (Rates(rate, rate, rate), Rates(rate, rate), Rates(rate, rate, rate - 1)):
                assert amount(Usage(tokens, 1, cached), price) <= bound(tokens, 1, price)


def version(**prices: Rates) -> PriceVersion:
    return PriceVersion("v", 0, prices, {})


@pytest.mark.parametrize(
    ("old", "new", "fine"),
    [
        (Rates(1, 1), Rates(100, 100), True),
        (Rates(1, 1), Rates(101, 1), False),
        (Rates(1, 1), Rates(1, 101), False),
        (Rates(1, 1, 1), Rates(1, 1, 101), False),
        (Rates(0, 0), Rates(10**9, 10**9), True),
        (Rates(10**9, 10**9), Rates(0, 0), True),
    ],
)
def test_a_slip_of_the_decimal_point_is_refused(old: Rates, new: Rates, fine: bool) -> None:
    if fine:
        refuse_jumps(version(m=old), {"m": new})
    else:
        with pytest.raises(PriceRefused, match="confirm"):
            refuse_jumps(version(m=old), {"m": new})
    refuse_jumps(version(other=old), {"m": new})
    refuse_jumps(None, {"m": new})


@pytest.mark.parametrize("bad", [Rates(-1, 0), Rates(0, -1), Rates(0, 0, -1)])
def test_nobody_is_paid_for_asking(bad: Rates) -> None:
    for one in (PriceVersion("v", 0, {"m": bad}, {}), PriceVersion("v", 0, {}, {"m": bad})):
        with pytest.raises(PriceRefused, match="negative"):
            refuse_negative(one)


def test_a_version_is_new_when_prices_or_costs_differ() -> None:
    now = PriceVersion("v", 0, {"m": Rates(1, 1)}, {"m": Rates(1, 1)})
    assert not changed(now, {"m": Rates(1, 1)}, {"m": Rates(1, 1)})
    assert changed(now, {"m": Rates(1, 2)}, {"m": Rates(1, 1)})
    assert changed(now, {"m": Rates(1, 1)}, {})
    assert changed(None, {}, {})
