"""From a configuration to versions of the price book: now, and announced ahead."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.app import price_versions
from tokenry.config import instant, parse
from tokenry.ledger import PriceRefused, PriceVersion, Rates, public_prices
from tokenry.ledger.rates import Above, More

USD = 10**9
NOW = instant("2026-11-22T12:00:00Z") or 0
FILE = """
[[provider]]
name = "open"
base_url = "https://api.openai.com/v1"
[[provider]]
name = "lab"
base_url = "http://127.0.0.1:1/v1"
[[model]]
name = "a"
deployments = [{{ provider = "open", model = "gpt-4.1" }}, {{ provider = "lab", model = "gpt-4.1" }}]
{0}
[[model]]
name = "b"
price = {{ input = 7, cached_input = 1 }}
deployments = [{{ provider = "lab", model = "b" }}]
"""


def made(more: str, at: int = NOW, current: PriceVersion | None = None) -> list[PriceVersion]:
    return price_versions(parse(FILE.format(more), source="t.toml"), at, current)


def plain(usd: int) -> Rates:
    return Rates(usd * USD, 0, usd * USD)


def test_a_file_without_announcements_is_one_version() -> None:
    (only,) = made("price = { input = 1 }\ncost = { input = 0 }")
    assert (only.kind, only.effective_from) == ("regular", NOW)
    assert only.prices == {"a": plain(1), "b": Rates(7 * USD, 0, USD)}
    assert only.costs == {"a": plain(0)}


CHANGES = """price = { input = 1 }
announced = [
  { effective_from = "2027-02-01", price = { input = 4 } },
  { effective_from = "2026-11-01", price = { input = 2 } },
  { effective_from = "2027-01-01T01:00:00+01:00", cost = { input = 3 } },
]"""


def test_what_has_come_is_part_of_now_and_each_instant_ahead_is_whole() -> None:
    now, january, february = made(CHANGES)
    assert (now.prices["a"], now.costs) == (plain(2), {})
    assert (january.effective_from, january.kind) == (instant("2027-01-01"), "announced")
    assert (january.prices["a"], january.costs["a"]) == (plain(2), plain(3))
    assert (february.prices["a"], february.costs["a"], february.prices["b"]) == (plain(4), plain(3), now.prices["b"])
    (later,) = made(CHANGES, at=instant("2027-02-01") or 0)
    assert (later.prices, later.costs, later.kind) == (february.prices, february.costs, "regular")


def test_a_clock_that_was_set_back_begins_no_version_before_the_one_in_force() -> None:
    current = PriceVersion("x", NOW + 5, {}, {})
    assert made("price = { input = 1 }", current=current)[0].effective_from == NOW + 6


def test_everything_that_a_price_can_say_is_whole_integers() -> None:
    text = (
        "price = { input = 1, output = 2, reasoning = 3, image = 0.04, above = [{ tokens = 5, output = 9 }], "
        "tiers = { flex = { input = 0.5, above = [{ tokens = 8, input = 0.6 }] } } }"
    )
    single: dict[str, Any] = {"reasoning": 3 * USD, "image": 4 * 10**13}
    cheap = Rates(6 * USD // 10, 2 * USD, 6 * USD // 10, More(**single))
    flex = Rates(USD // 2, 2 * USD, USD // 2, More(**single, above=(Above(8, cheap),)))
    above = Rates(USD, 9 * USD, USD, More(**single))
    more = More(**single, above=(Above(5, above),), tiers=(("flex", flex),))
    assert made(text)[0].prices["a"] == Rates(USD, 2 * USD, USD, more)


def test_public_costs_are_those_of_whoever_the_list_knows() -> None:
    known = public_prices().find("api.openai.com", "gpt-4.1")
    assert known is not None
    assert made('cost = "public"')[0].costs == {"a": known.rates}


def test_what_the_list_does_not_know_is_refused_in_words() -> None:
    text = FILE.format('cost = "public"').replace("gpt-4.1", "gpt-unheard-of")
    with pytest.raises(PriceRefused, match=r"model a: .*knows none of its deployments"):
        price_versions(parse(text, source="t.toml"), NOW)
