"""A price list as TOML: what `prices replay` reckons with instead of the prices in force. Knows no files.

Either our own tables, in dollars per million tokens, or the `[[model]]` tables of a tokenry.toml:

    [models."gpt-oss-20b"]
    input = 0.10
    cached_input = 0.05
    output = 0.40

with whatever else a price can have: further meters, `above` and `tiers`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tokenry.ledger.quoting import QuoteRefused, read_rates
from tokenry.ledger.rates import Rates
from tokenry.ledger.replay import ReplayRefused

MODELS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class PriceList:
    """Rates by model, as accounts would be charged and as the house would be; a plain list says the same of both."""

    prices: dict[str, Rates] = field(default_factory=dict)
    costs: dict[str, Rates] = field(default_factory=dict)


def read_prices(text: str) -> PriceList:
    """The list that a TOML text is.

    Raises:
        ReplayRefused: it is none; the message names the line or the model.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ReplayRefused(f"this is no price list: {error}") from None
    models, configured = tables.get("models"), tables.get("model")
    if isinstance(models, dict) and models:
        rates = {name: _rates(name, table) for name, table in list(models.items())[:MODELS_MAX]}
        return PriceList(rates, rates)
    if isinstance(configured, list) and configured:
        return _configured(configured[:MODELS_MAX])
    raise ReplayRefused(
        'a price list has tables like [models."gpt-oss-20b"] with input and output, or [[model]] tables'
    )


def _configured(models: list[Any]) -> PriceList:
    made = PriceList()
    for number, table in enumerate(models):
        if not isinstance(table, dict) or not isinstance(table.get("name"), str):
            raise ReplayRefused(f"model[{number}]: expected a table with a name")
        for into, name in ((made.prices, "price"), (made.costs, "cost")):
            if name in table and table[name] != "public":
                into[table["name"]] = _rates(f"{table['name']}: {name}", table[name])
    return made


def _rates(name: str, table: Any) -> Rates:
    if not isinstance(table, dict):
        raise ReplayRefused(f"{name[:100]}: expected a table with input and output")
    try:
        return read_rates(table, f"{name[:100]}: ")
    except QuoteRefused as error:
        raise ReplayRefused(str(error)) from None
