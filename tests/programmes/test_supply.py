"""What an award takes to serve: worked examples, and laws that hold for any fleet, provider and amount."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes.awards.supply import DAY_S, Asked, supply
from tokenry.programmes.terms import Fleet, Provider, Share

NOW_S = 1_750_000_000


def asked(amount: int, **more: Any) -> Asked:
    values: dict[str, Any] = {"unit": "tokens", "days": 365, "outstanding": 0, "now_ns": NOW_S * 10**9}
    return Asked(amount=amount, **(values | more))


def test_a_trillion_tokens_on_one_accelerator() -> None:
    """At 122 tokens/s it takes 260 years; at 10,000 tokens/s 3.2 years of one accelerator."""
    slow = supply([Fleet(1, 122, "starter engine")], asked(10**12))
    assert slow.accelerator_seconds is not None
    assert slow.served_by is not None
    assert round((slow.served_by - NOW_S) / DAY_S / 365.25) == 260
    assert slow.ratio_percent == 25_992
    fast = supply([Fleet(1, 10_000, "measured", power_w=700)], asked(10**12))
    assert fast.accelerator_seconds == 10**8
    assert round(10**8 / DAY_S / 365.25, 1) == 3.2
    assert fast.watt_hours == -(-(10**8) * 700 // 3600)
    assert fast.nanousd is None
    assert any("kWh (accelerator time x power_w" in line for line in fast.words())


def test_a_pool_that_has_promised_serves_later() -> None:
    fleet = Fleet(10, 1000, "measured", available_percent=50, shares=(Share("north", 2), Share("south", 1)))
    one = supply([fleet], asked(10**9, outstanding=4 * 10**9))
    assert one.served_by == NOW_S + 10**6  # 5e9 tokens at 5,000 a second
    assert one.accelerator_seconds == 10**6
    assert [(part.contributor, part.amount) for part in one.contributors] == [
        ("north", 666_666_667), ("south", 333_333_333),
    ]  # fmt: skip
    assert one.exceeds(3)
    assert not one.exceeds(4)


def test_a_provider_is_bounded_by_its_money() -> None:
    provider = Provider("far", 2_000_000_000, 10 * 10**9)  # $2 a million, $10: five million tokens
    within = supply([provider], asked(4_000_000))
    assert (within.deliverable, within.ratio_percent, within.nanousd) == (5_000_000, 80, 8 * 10**9)
    assert within.served_by == NOW_S
    beyond = supply([provider], asked(6_000_000))
    assert (beyond.ratio_percent, beyond.served_by) == (120, None)
    assert any("does not suffice" in line for line in beyond.words())
    dollars = supply([provider], asked(4 * 10**9, unit="usd"))
    assert (dollars.tokens, dollars.nanousd, dollars.ratio_percent) == (2_000_000, 4 * 10**9, 40)


def test_nothing_behind_a_pool_says_nothing() -> None:
    bare = supply([], asked(10))
    assert (bare.ratio_percent, bare.served_by, bare.tokens, bare.contributors) == (None, None, None, ())
    assert not bare.exceeds(1)
    assert "nothing is named" in bare.words()[0]
    assert supply([Fleet(1, 1, "m")], asked(10, unit="usd")).ratio_percent is None


fleets = st.builds(
    Fleet, st.integers(1, 10**6), st.integers(1, 10**6), st.just("m"), st.none() | st.integers(1, 10**4),
    st.integers(1, 100),
)  # fmt: skip
providers = st.builds(
    Provider, st.sampled_from(["a", "b", "c"]), st.integers(1, 10**12), st.integers(1, 10**18),
    st.none() | st.integers(1, 10**9),
)  # fmt: skip


@given(
    st.lists(fleets | providers, max_size=5), st.sampled_from(["tokens", "usd"]), st.integers(1, AMOUNT_MAX // 4),
    st.integers(1, 3660), st.integers(0, AMOUNT_MAX // 4),
)  # fmt: skip
def test_laws(backing: list[Any], unit: Any, amount: int, days: int, outstanding: int) -> None:
    one = supply(backing, asked(amount, unit=unit, days=days, outstanding=outstanding))
    more = supply(backing, asked(amount + 1, unit=unit, days=days, outstanding=outstanding))
    assert one.committed == amount + outstanding
    assert one.words()
    if one.ratio_percent is None:
        assert one.contributors == ()
        return
    assert sum(part.amount for part in one.contributors) == amount
    assert min(part.amount for part in one.contributors) >= 0
    assert (one.ratio_percent, one.tokens or 0) <= (more.ratio_percent or 0, more.tokens or 0)
    if unit == "tokens":
        assert one.tokens == amount
    if one.served_by is not None:
        assert more.served_by is None or one.served_by <= more.served_by
        # By then all together can have delivered what was promised.
        if unit == "tokens":
            assert sum(_made(source, one.served_by - NOW_S) for source in backing) >= one.committed


def _made(source: Any, seconds: int) -> Fraction:
    if isinstance(source, Fleet):
        return Fraction(source.accelerators * source.tokens_per_second * source.available_percent * seconds, 100)
    cap = Fraction(source.money * 10**6, source.nanousd_per_million)
    return cap if source.tokens_per_second is None else min(cap, Fraction(source.tokens_per_second * seconds))
