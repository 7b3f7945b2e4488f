"""Past usage under other rates: exact to the nano-dollar, and what cannot be reckoned is said."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.examples import PRICES, USD, facts
from tokenry.base.units import charge_nano
from tokenry.ledger import Hardware, Rates, Receipt, Replay, Replayed, ReplayRefused, Usage, read_prices
from tokenry.ledger.prices import amount, lines
from tokenry.ledger.rates import Above, More

NEW = {"small": Rates(123_457, 765_433, 11), "large": Rates(1, 2)}
rates = st.builds(Rates, st.integers(0, 10**12), st.integers(0, 10**12), st.none() | st.integers(0, 10**12))
usages = st.builds(
    lambda fresh, cached, out: Usage(fresh + cached, out, cached, 0, "engine"),
    st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 10**6),
)  # fmt: skip


def receipt(usage: Usage, model: str = "small", *, priced: bool = True, cost: int | None = 7) -> Receipt:
    parts = lines(usage, PRICES[model]) if priced else ()
    return Receipt(
        request_id="r", at=5, facts=facts(model=model), outcome="completed", status=200, deployment="p/m", attempts=(),
        usage=usage, lines=parts, charge=sum(part.amount for part in parts), writeoff=0, cost=cost, accounts=(),
        ttft_ms=None, duration_ms=1, estimated=False, seen_by=(),
    )  # fmt: skip


def replayed(found: list[Receipt], new: dict[str, Rates], basis: Any = "charge") -> Replay:
    made = Replay(new.get, basis)
    for one in found:
        made.add(one)
    return made


@given(st.lists(usages, min_size=1), rates)
def test_each_request_is_rated_as_the_ledger_would_have(some: list[Usage], new: Rates) -> None:
    made = replayed([receipt(usage) for usage in some], {"small": new}).total()
    assert made.would == sum(amount(usage, new) for usage in some)
    assert made.was == sum(amount(usage, PRICES["small"]) for usage in some)
    assert made.difference in {None, made.would - made.was}
    assert (made.input_tokens, made.output_tokens) == (
        sum(usage.input_tokens for usage in some),
        sum(usage.output_tokens for usage in some),
    )


@given(st.lists(st.tuples(usages, st.sampled_from(["small", "large"])), min_size=1))
def test_the_prices_that_were_in_force_change_nothing(some: list[tuple[Usage, str]]) -> None:
    made = replayed([receipt(usage, model) for usage, model in some], PRICES)
    assert all(one.difference == 0 for one in made.models.values())


def test_a_model_without_rates_is_no_part_of_the_difference() -> None:
    used = Usage(1000, 500, 0, 0, "engine")
    made = replayed([receipt(used), receipt(used, "odd")], NEW)
    assert (made.models["odd"].would, made.models["odd"].difference) == (None, None)
    total, small = made.total(), made.models["small"]
    assert (total.was, total.would) == (small.was + made.models["odd"].was, small.would)
    assert total.difference == small.difference


def test_a_request_without_an_old_amount_is_reckoned_and_not_compared() -> None:
    used = Usage(1000, 500, 0, 0, "engine")
    made = replayed([receipt(used, cost=11), receipt(used, cost=None)], NEW, "cost").models["small"]
    new = amount(used, NEW["small"])
    assert (made.was, made.was_unknown, made.would, made.difference) == (11, 1, 2 * new, new - 11)
    assert replayed([receipt(used, priced=False)], NEW).models["small"].difference is None


def test_requests_that_used_nothing_and_times() -> None:
    made = replayed([receipt(Usage())], NEW)
    assert (made.models, made.first_at, made.total()) == ({}, None, Replayed())
    made = replayed([receipt(Usage(1, 1))], NEW)
    assert (made.first_at, made.last_at) == (5, 5)


def test_hardware_costs_what_its_hours_do() -> None:
    # 8 GPUs at $2 an hour, half of it at work, 700 W at $0.20: $32 and $1.12 an hour at work.
    machines = Hardware(
        input_per_s=Fraction(10_000), output_per_s=Fraction(1000), gpus=8, usd_per_gpu_hour=Fraction(2),
        watts=Fraction(700), usd_per_kwh=Fraction("0.2"), load=Fraction(1, 2),
    )  # fmt: skip
    assert machines.usd_per_hour == Fraction("33.12")
    assert machines.rates() == Rates(920_000_000, 9_200_000_000)
    day = Replayed(input_tokens=36_000_000, output_tokens=3_600_000)
    assert machines.busy_hours(day) == 2
    assert machines.around_the_clock(Fraction(24), Fraction(2)) == round((8 * 2 * 24 + 2 * Fraction("1.12")) * 10**9)


def test_measured_energy_alone_is_a_price() -> None:
    rate = Hardware(Fraction(1), Fraction(1), wh_per_million=Fraction(300), usd_per_kwh=Fraction("0.25")).rates()
    assert (rate.input, rate.output) == (75_000_000, 75_000_000)
    assert charge_nano(rate.output, 10**6) == 75_000_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"output_per_s": Fraction(0)},
        {"input_per_s": Fraction(-1)},
        {"load": Fraction(0)},
        {"load": Fraction(2)},
        {"gpus": 0},
        {"watts": Fraction(-1)},
    ],
)
def test_hardware_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ReplayRefused):
        Hardware(**({"input_per_s": Fraction(1), "output_per_s": Fraction(1)} | wrong))


def test_hardware_dearer_than_the_books_can_hold_is_refused() -> None:
    with pytest.raises(ReplayRefused, match="hold"):
        Hardware(Fraction(1, 10**9), Fraction(1), usd_per_gpu_hour=Fraction(10**9)).rates()


def test_a_price_list_is_plain_or_a_configuration() -> None:
    plain = read_prices('[models."a/b"]\ninput = 0.10\noutput = 0.4\n[models.c]\ninput = 1\ncached_input = "0.5"\n')
    assert plain.prices == plain.costs == {"a/b": Rates(10**8, 4 * 10**8, 10**8), "c": Rates(10**9, 0, 5 * 10**8)}
    ours = read_prices('[[model]]\nname = "a"\nprice = { input = 1 }\n[[model]]\nname = "b"\ncost = { input = 2 }\n')
    assert (ours.prices, ours.costs) == ({"a": Rates(10**9, 0, 10**9)}, {"b": Rates(2 * 10**9, 0, 2 * 10**9)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"tables like \[models"),
        ("models = 5", "tables like"),
        ("model = [5]", r"model\[0\]"),
        ("[models.a\ninput = 1", "line 1"),
        ("[models.a]\noutput = 1", "a: `input` is missing"),
        ("[models.a]\ninput = -1", "a: input: .*negative"),
        ("[models.a]\ninput = true", "a: input is True"),
        ("[models.a]\ninput = nan", "a: input"),
        ("[models.a]\ninput = 0.0000000001", "a: input: .*finer"),
        ("[models.a]\ninput = 1\nspeed = 2", "'speed' is none of input, cached_input, cache_write, output"),
        ("[models.a]\ninput = 1\ntiers = { fast = { input = 1 } }", "'fast' is none of flex, priority, batch"),
        ("[models.a]\ninput = 1\nabove = [{ input = 1 }]", r"above\[0\]: `tokens` says above how many"),
        ("[models.a]\ninput = 1\nabove = [{ tokens = 5 }, { tokens = 5 }]", "two steps begin at one size"),
        ("[models.a]\nimage = 10000000000", "image: .*more than the books can hold"),
        ("[models]\na = 5", "a: expected a table"),
        ("[[model]]\nname = 'a'\nprice = { }", "a: price: `input` is missing"),
        ("a = " + "[" * 10_000, "no price list"),
    ],
)
def test_a_price_list_that_is_none_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ReplayRefused, match=words):
        read_prices(text)


def test_a_price_list_has_every_meter_tiers_and_sizes_and_what_is_not_said_is_as_around_it() -> None:
    (rates,) = read_prices(
        "[models.a]\ninput = 1\noutput = 4\ncached_input = 0.1\nimage = 0.04\naudio_second = 0.0001\n"
        "above = [{ tokens = 9, output = 6 }, { tokens = 5, input = 2 }]\ntiers = { batch = { input = 0.5 } }\n"
    ).prices.values()
    low, high = Rates(2 * USD, 4 * USD, USD // 10, _single()), Rates(USD, 6 * USD, USD // 10, _single())
    batch = Rates(USD // 2, 4 * USD, USD // 10, _single())
    more = msgspec.structs.replace(_single(), above=(Above(5, low), Above(9, high)), tiers=(("batch", batch),))
    assert rates == Rates(USD, 4 * USD, USD // 10, more)


def _single() -> More:
    return More(audio_second=10**11, image=4 * 10**13)
