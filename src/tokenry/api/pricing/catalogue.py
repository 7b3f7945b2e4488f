"""The catalogue: `/v1/tokenry/catalogue`, every model with its prices, who serves it, and who sees a prompt."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded
from tokenry.api.pricing.shapes import RateShape, rates_shown
from tokenry.base.clock import NS_PER_S
from tokenry.base.data_class import DataClass
from tokenry.config import ModelKind, Provider
from tokenry.ledger import PriceVersion
from tokenry.router import DeploymentEntry, DeploymentHealth, ModelEntry
from tokenry.workspace import place_of

BreakerState = Literal["closed", "open", "half_open"]


class DeploymentShape(msgspec.Struct, kw_only=True):
    """Who serves a model, and sees its prompts.

    `place`: a machine of the house, or a provider elsewhere. `data_class`: the highest class of data it may see.
    `breaker`: open = it failed lately and is left alone for a while. `first_token_ms`: a moving average.
    """

    id: str
    provider: str
    upstream_model: Annotated[str, Meta(description="What the provider calls it.")]
    dialect: str
    place: Literal["house", "provider"]
    data_class: DataClass
    priority: int
    weight: int
    engine: Annotated[str | None, Meta(description="Its engine's state; null when none runs.")]
    breaker: BreakerState
    failures_in_row: int
    last_failure: str | None
    first_token_ms: int | None


class ComingPrice(msgspec.Struct, kw_only=True):
    """A price that was announced. Seconds since the epoch."""

    effective_from: int
    price: list[RateShape] | None


class CatalogueModel(msgspec.Struct, kw_only=True):
    """A model. `listed`: the configuration names it; others have no price. `cost`: null for who may not know."""

    name: str
    aliases: list[str]
    kind: ModelKind
    listed: bool
    context_tokens: int | None
    max_output_tokens: int
    price: list[RateShape] | None
    cost: list[RateShape] | None
    coming: list[ComingPrice]
    deployments: list[DeploymentShape]
    object: Literal["tokenry.catalogue.model"] = "tokenry.catalogue.model"


class Catalogue(msgspec.Struct, kw_only=True):
    """Every model, as configured. `price_version`: the one in force."""

    price_version: str | None
    price_effective_from: int | None
    data: list[CatalogueModel]
    object: Literal["list"] = "list"


async def catalogue(call: Call) -> Catalogue:
    """Retrieve the catalogue. Every model with its rates, coming ones too, and each deployment with its state."""
    rooms = call.rooms
    now_ns, current = rooms.clock.now_ns(), rooms.ledger.prices
    health = {one.id: one for one in rooms.router.health(rooms.clock.monotonic_ns())}
    providers = {one.name: one for one in rooms.config.provider}
    coming = [
        one
        for one in sorted(rooms.ledger.books.prices, key=lambda version: version.effective_from)
        if one.kind != "correction" and not one.begun(now_ns)
    ]

    def deployment(one: DeploymentEntry) -> DeploymentShape:
        engine = rooms.engines.get(one.provider)
        return _deployment(one, providers.get(one.provider), health.get(one.id), engine.state if engine else None)

    costs = call.actor.may("costs.read")
    return Catalogue(
        price_version=None if current is None else current.id,
        price_effective_from=None if current is None else current.effective_from // NS_PER_S,
        data=[
            _model(entry, current, coming, [deployment(one) for one in entry.deployments], costs=costs)
            for entry in rooms.router.catalogue.models
        ],
    )


def _model(
    entry: ModelEntry,
    current: PriceVersion | None,
    coming: list[PriceVersion],
    deployments: list[DeploymentShape],
    *,
    costs: bool,
) -> CatalogueModel:
    return CatalogueModel(
        name=entry.name,
        aliases=list(entry.aliases),
        kind=entry.kind,
        listed=entry.listed,
        context_tokens=entry.context_length,
        max_output_tokens=entry.max_output_tokens,
        price=None if current is None else rates_shown(current.prices.get(entry.name)),
        cost=rates_shown(current.costs.get(entry.name)) if costs and current is not None else None,
        coming=_coming(entry.name, current, coming),
        deployments=deployments,
    )


def _coming(model: str, current: PriceVersion | None, coming: list[PriceVersion]) -> list[ComingPrice]:
    """Each announced change of this model's price."""
    found, before = [], None if current is None else current.prices.get(model)
    for version in coming:
        rates = version.prices.get(model)
        if rates != before:
            found.append(ComingPrice(effective_from=version.effective_from // NS_PER_S, price=rates_shown(rates)))
        before = rates
    return found


def _deployment(
    one: DeploymentEntry, provider: Provider | None, health: DeploymentHealth | None, engine: str | None
) -> DeploymentShape:
    ttft_ms = None if health is None else health.ttft_ms
    return DeploymentShape(
        id=one.id,
        provider=one.provider,
        upstream_model=one.model,
        dialect="unknown" if provider is None else provider.dialect,
        place="provider" if provider is None else place_of(provider),
        data_class=one.data_class,
        priority=one.priority,
        weight=one.weight,
        engine=engine,
        breaker="closed" if health is None else health.state,
        failures_in_row=0 if health is None else health.failures_in_row,
        last_failure=None if health is None else health.last_failure,
        first_token_ms=None if ttft_ms is None else round(ttft_ms),
    )


ROUTES = (Guarded("GET", "/v1/tokenry/catalogue", "prices.read", catalogue),)
