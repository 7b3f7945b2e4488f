"""The list of public prices that ships with the product: what well-known providers ask, from where and of when.

A convenience, for costs that nobody wrote down. Every entry names its source and the day the source speaks of; whoever
needs to be sure looks there. Knows no configuration and no time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from tokenry.base.clock import to_datetime
from tokenry.ledger.quoting import read_rates
from tokenry.ledger.rates import Rates

FILE: Final = "public_prices.toml"
OLD_AFTER_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class PublicPrice:
    """What a provider asks for a model. `as_of`: the day that the source speaks of."""

    provider: str
    model: str
    rates: Rates
    as_of: date
    source: str

    def is_old(self, now_ns: int) -> bool:
        """Whether it is likely that the price has changed since."""
        return (to_datetime(now_ns).date() - self.as_of).days > OLD_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class PublicPrices:
    """The list. `compiled`: the day it was last gone through; `hosts`: which provider answers at which host."""

    compiled: date
    hosts: dict[str, str]
    prices: dict[tuple[str, str], PublicPrice]

    def find(self, host: str | None, model: str) -> PublicPrice | None:
        """What whoever answers at a host asks for a model, as they call it; None when it is not known."""
        return None if host is None else self.prices.get((self.hosts.get(host, ""), model))

    def of(self, offers: Iterable[tuple[str | None, str]]) -> list[PublicPrice]:
        """What is known of these offers: where each provider is reached, if anywhere, and its name of the model."""
        found = [self.find(None if url is None else urlsplit(url).hostname, model) for url, model in offers]
        return [one for one in found if one is not None]

    def in_order(self) -> Iterator[PublicPrice]:
        """All of them, by provider and model."""
        for place in sorted(self.prices):
            yield self.prices[place]

    def age_days(self, now_ns: int) -> int:
        """How long ago it was last gone through."""
        return (to_datetime(now_ns).date() - self.compiled).days

    def is_old(self, now_ns: int) -> bool:
        """Whether it is likely that prices have changed since."""
        return self.age_days(now_ns) > OLD_AFTER_DAYS


@cache
def public_prices() -> PublicPrices:
    """The list that ships with this release."""
    return read_public(resources.files("tokenry.ledger").joinpath(FILE).read_text())


def read_public(text: str) -> PublicPrices:
    """A list from its TOML. Raises ValueError: it is none; no entry goes without its source and its day."""
    tables: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
    made = PublicPrices(_day(tables["compiled"]), {}, {})
    for provider in tables["provider"]:
        name = str(provider["name"])
        made.hosts.update(dict.fromkeys(provider["hosts"], name))
        for model, entry in provider["models"].items():
            source = entry["source"]
            if not source.startswith("https://"):
                raise ValueError(f"{name}, {model}: no source")
            rates = read_rates(entry["price"], f"{name}, {model}: ")
            made.prices[name, model] = PublicPrice(name, model, rates, _day(entry["as_of"]), source)
    return made


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is no day")
    return value
