"""From a configuration to versions of the price book: the one in force now, and those announced."""

from __future__ import annotations

from typing import Literal

from tokenry.base.ids import new_id
from tokenry.config import Announced, Config, Price, instant
from tokenry.ledger import PriceRefused, PriceVersion, PublicPrice, QuoteRefused, Rates, public_prices, rates_of_price
from tokenry.router import Catalogue, ModelEntry


def price_versions(config: Config, at: int, current: PriceVersion | None = None) -> list[PriceVersion]:
    """The version that a configuration wants in force at an instant, then those that it announces, soonest first.

    What was announced for an instant that has come is part of the first.

    Args:
        current: the version in force; the new one never begins before it, whatever the clock was set to.

    Raises:
        PriceRefused: a price cannot be reckoned with, or a public one is wanted that the list does not have.
    """
    models = Catalogue.build(config).models
    prices: dict[str, Rates] = {}
    costs: dict[str, Rates] = {}
    changes: dict[int, list[tuple[ModelEntry, Announced]]] = {}
    for model in models:
        _put(config, model, Announced(effective_from="", price=model.price, cost=model.cost), (prices, costs))
        for one in model.announced:
            begins = instant(one.effective_from)
            assert begins is not None, "the configuration was checked"
            changes.setdefault(begins, []).append((model, one))
    made: list[PriceVersion] = []
    for begins in sorted(changes):
        if begins > at and not made:
            made.append(_now(at, current, prices, costs))
        for model, one in changes[begins]:
            _put(config, model, one, (prices, costs))
        if begins > at:
            made.append(PriceVersion(new_id("prc", at_ns=at), begins, dict(prices), dict(costs), "announced"))
    return made or [_now(at, current, prices, costs)]


def _now(at: int, current: PriceVersion | None, prices: dict[str, Rates], costs: dict[str, Rates]) -> PriceVersion:
    begins = at if current is None else max(at, current.effective_from + 1)
    return PriceVersion(new_id("prc", at_ns=at), begins, dict(prices), dict(costs))


def _put(config: Config, model: ModelEntry, said: Announced, into: tuple[dict[str, Rates], dict[str, Rates]]) -> None:
    """Put what is said of a model into the tables of prices and costs; what is None stays."""
    prices, costs = into
    try:
        if said.price is not None:
            prices[model.name] = rates_of_price(said.price)
        if said.cost is not None:
            costs[model.name] = cost_rates(config, model, said.cost)
    except QuoteRefused as error:
        raise PriceRefused(f"model {model.name}: {error}") from None


def cost_rates(config: Config, model: ModelEntry, cost: Price | Literal["public"]) -> Rates:
    """What a model costs by what is written of it. Raises PriceRefused, QuoteRefused."""
    if cost != "public":
        return rates_of_price(cost)
    found = public_costs(config, model)
    if not found:
        raise PriceRefused(
            f'model {model.name}: cost = "public", but the list of public prices of {public_prices().compiled} knows '
            "none of its deployments; see `tokenry prices list --public`, or write the cost"
        )
    if len({one.rates for one in found}) > 1:
        words = ", ".join(f"{one.provider} {one.model}" for one in found)
        raise PriceRefused(
            f'model {model.name}: cost = "public", but its deployments have different public prices ({words}); '
            "write the cost, or make them models of their own"
        )
    return found[0].rates


def public_costs(config: Config, model: ModelEntry) -> list[PublicPrice]:
    """What the list of public prices says of a model's deployments, the first to be tried first."""
    urls = {provider.name: provider.base_url for provider in config.provider}
    return public_prices().of((urls.get(one.provider), one.model) for one in model.deployments)
