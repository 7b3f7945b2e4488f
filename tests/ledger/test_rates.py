"""Rates of every meter, by tier and by size: pure charges, bounds that hold for any split, old records as they were."""

from __future__ import annotations

from fractions import Fraction

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from tests.ledger.examples import facts
from tokenry.ledger import PriceVersion, Rates, Usage, amount, bound
from tokenry.ledger.prices import cost_rates_of, lines, rates_of
from tokenry.ledger.rates import TIERS, Above, More, Sku, met_rate, skus

rate = st.one_of(st.integers(0, 10), st.integers(0, 3_000_000), st.integers(0, 10**12))
maybe = st.one_of(st.none(), rate)
count = st.one_of(st.integers(0, 20), st.integers(0, 10**6))
flat = st.builds(Rates, rate, rate, maybe, st.one_of(st.none(), st.builds(More, maybe, maybe, maybe, maybe, maybe)))


@st.composite
def stepped(draw: st.DrawFn) -> Rates:
    """Rates with up to three steps by size."""
    base = draw(flat)
    sizes = sorted(draw(st.sets(st.one_of(st.integers(1, 20), st.integers(1, 10**6)), max_size=3)))
    steps = tuple([Above(size, draw(flat)) for size in sizes])
    return msgspec.structs.replace(base, more=msgspec.structs.replace(base.more or More(), above=steps))


@st.composite
def tiered(draw: st.DrawFn) -> Rates:
    base = draw(stepped())
    tiers = tuple([(tier, draw(stepped())) for tier in TIERS if draw(st.booleans())])
    return msgspec.structs.replace(base, more=msgspec.structs.replace(base.more or More(), tiers=tiers))


usages = st.builds(
    Usage, count, count, count, count, st.just("engine"), cache_write_tokens=count, audio_seconds=count, images=count
)
tiers = st.sampled_from([None, *TIERS])


@given(usages, tiered(), tiers, st.tuples(count, count, count, count))
def test_9_no_usage_within_the_bound_costs_more_than_the_bound(
    usage: Usage, price: Rates, tier: str | None, more: tuple[int, int, int, int]
) -> None:
    rates = price.at_tier(tier)  # type: ignore[arg-type] # one of the words
    most = bound(
        usage.input_tokens + more[0], usage.output_tokens + more[1], rates,
        usage.audio_seconds + more[2], usage.images + more[3],
    )  # fmt: skip
    assert amount(usage, rates) <= most


@given(st.integers(0, 6), st.integers(0, 6), stepped())
def test_9_nor_at_the_smallest_counts_however_they_are_split(inp: int, out: int, price: Rates) -> None:
    most = bound(inp, out, price)
    for cached in range(inp + 1):
        for written in range(inp - cached + 1):
            for thought in range(out + 1):
                assert amount(Usage(inp, out, cached, thought, cache_write_tokens=written), price) <= most


@given(usages, stepped())
def test_9_each_meter_is_a_line_rounded_once_half_up_and_nothing_is_counted_twice(usage: Usage, price: Rates) -> None:
    found = lines(usage, price)
    assert amount(usage, price) == sum(line.amount for line in found)
    assert len({line.meter for line in found}) == len(found)
    for line in found:
        assert line.amount == int(Fraction(line.rate * line.quantity, 10**6) + Fraction(1, 2))
    tokens = [line.quantity for line in found if line.meter not in ("audio_second", "image")]
    assert sum(tokens) == usage.total_tokens


@given(usages, flat)
def test_9_a_step_holds_for_all_of_a_request_and_only_above_its_size(usage: Usage, other: Rates) -> None:
    base = Rates(3, 5, 1, More(above=(Above(1000, other),)))
    expected = other if usage.input_tokens > 1000 else Rates(3, 5, 1)
    assert amount(usage, base) == amount(usage, expected)


@given(tiered())
def test_every_written_rate_is_met_where_it_is_written(price: Rates) -> None:
    for sku, written in skus(price):
        assert met_rate(price, sku) == written


@given(tiered())
def test_rates_come_back_from_the_journal_as_they_went(price: Rates) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(price), type=Rates) == price


@pytest.mark.parametrize("old", [[1, 2], [1, 2, None], [1, 2, 3]])
def test_rates_and_usage_of_the_first_release_are_read_as_they_were(old: list[int | None]) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(old), type=Rates) == Rates(*old)  # type: ignore[arg-type] # a list of such numbers
    usage = msgspec.msgpack.decode(msgspec.msgpack.encode([5, 6, 1, 2, "engine"]), type=Usage)
    assert usage == Usage(5, 6, 1, 2, "engine")
    version = msgspec.msgpack.decode(msgspec.msgpack.encode(["v", 7, {"m": old}, {}]), type=PriceVersion)
    assert (version.kind, version.instead_of, version.prices["m"].more) == ("regular", None, None)


@pytest.mark.parametrize(
    ("usage", "price", "expected"),
    [
        (
            Usage(10, 4, 3, 0, "engine", 2), More(cache_write=20),
            {"input": 5, "cached_input": 3, "cache_write": 2, "output": 4},
        ),
        (Usage(10, 4, 3, 0, "engine", 2), More(reasoning=9), {"input": 7, "cached_input": 3, "output": 4}),
        (Usage(10, 4, 0, 3), More(reasoning=9), {"input": 10, "output": 1, "reasoning": 3}),
        (Usage(10, 4, 0, 9), More(reasoning=9), {"input": 10, "reasoning": 4}),
        (Usage(10, 0), More(embedding=7), {"embedding": 10}),
        (Usage(0, 0, audio_seconds=30), More(audio_second=1), {"audio_second": 30}),
        (Usage(0, 0, images=2, audio_seconds=3), More(image=5), {"image": 2}),
        (Usage(5, 0, 9, 0, "engine", 9), More(cache_write=1), {"cached_input": 5}),
    ],
)  # fmt: skip
def test_what_is_counted_as_what(usage: Usage, price: More, expected: dict[str, int]) -> None:
    found = lines(usage, Rates(1_000_000, 2_000_000, 100_000, price))
    assert {line.meter: line.quantity for line in found} == expected


def test_a_request_is_charged_by_its_tier_and_by_the_default_one_where_it_has_no_rates() -> None:
    batch = Rates(1, 2)
    version = PriceVersion("v", 0, {"small": Rates(3, 4, None, More(tiers=(("batch", batch),)))}, {"small": batch})
    assert rates_of(version, facts(tier="batch")) == batch
    assert rates_of(version, facts(tier="flex")) == rates_of(version, facts()) == version.prices["small"]
    assert cost_rates_of(version, facts(tier="flex")) == batch
    assert rates_of(version, facts(model="other")) is rates_of(None, facts()) is None


def test_a_thing_is_called_by_meter_tier_and_size() -> None:
    price = Rates(1, 2, 3, More(above=(Above(9, Rates(4, 5)),), tiers=(("batch", Rates(6, 7)),)))
    assert dict(skus(price)) == {
        Sku("input", None, 0): 1, Sku("output", None, 0): 2, Sku("cached_input", None, 0): 3,
        Sku("input", None, 9): 4, Sku("output", None, 9): 5, Sku("input", "batch", 0): 6, Sku("output", "batch", 0): 7,
    }  # fmt: skip
