"""The verbs about prices: show, history, margin. What puts past requests right is in `rerating`."""

from __future__ import annotations

import asyncio

import msgspec

from tokenry.api.admin.asked import Asked, since
from tokenry.api.admin.models import Nothing
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.api.pricing import margin_shown, rates_shown, version_shown
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest
from tokenry.ledger import (
    REST_S,
    Margin,
    MarginBy,
    PriceVersion,
    Rates,
    Span,
    between,
    margin_total,
    margins,
    public_prices,
)


class AskMargin(Asked, kw_only=True, frozen=True):
    """The time that is meant, and what is summed up."""

    by: MarginBy = "model"
    since: str | None = None
    until: str | None = None


async def show(rooms: Rooms, _ask: Nothing) -> Json:
    """The price version in force, and when the next begins: dollars per million tokens, by model."""
    version = rooms.ledger.prices
    public = _public(rooms)
    if version is None:
        return {"version": None, "effective_from": None, "models": [], "next": None, **public}
    announced = [v for v in rooms.ledger.books.prices if not v.begun(rooms.clock.now_ns()) and v.kind == "announced"]
    soonest = min(announced, key=lambda v: v.effective_from, default=None)
    return {
        "version": version.id,
        "effective_from": when(version.effective_from),
        "models": _models(version),
        "next": None if soonest is None else when(soonest.effective_from),
        **public,
    }


def _public(rooms: Rooms) -> Json:
    """Which costs are those of the list of public prices, and how old that is."""
    listed, now_ns = public_prices(), rooms.clock.now_ns()
    urls = {provider.name: provider.base_url for provider in rooms.config.provider}
    used = [model for model in rooms.config.model if model.cost == "public"]
    found = [one for model in used for one in listed.of((urls.get(d.provider), d.model) for d in model.deployments)]
    return {
        "public_costs": [model.name for model in used],
        "public_list_compiled": listed.compiled.isoformat(),
        "public_list_old": listed.is_old(now_ns) or any(one.is_old(now_ns) for one in found),
    }


async def history(rooms: Rooms, _ask: Nothing) -> Json:
    """Every version of the price book, the newest first, with what each changed against the one before it in time."""
    now_ns, current = rooms.clock.now_ns(), rooms.ledger.prices
    told, before = [], None
    for version in sorted(rooms.ledger.books.prices, key=lambda v: v.effective_from):
        shown = version_shown(version, current, now_ns)
        told.append(
            {
                "id": version.id,
                "effective_from": when(version.effective_from),
                "status": shown.status,
                "changed": _changed(before, version),
                "models": _models(version),
            }
        )
        before = before if version.kind == "correction" else version
    return {"versions": told[::-1]}


async def margin(rooms: Rooms, ask: AskMargin) -> Json:
    """What was earned per group, the largest margin first, and the total."""
    now_ns = rooms.clock.now_ns()
    start = 0 if ask.since is None else since(ask.since, now_ns, "since")
    end = now_ns + 1 if ask.until is None else since(ask.until, now_ns, "until")
    if start >= end:
        raise InvalidRequest("`since` must lie before `until`", param="since")

    def count() -> tuple[dict[str, Margin], Names]:
        rows = between(rooms.journal, Span(start, end), REST_S if rooms.serving else 0)
        return margins(rows, ask.by), Names(rooms)

    found, names = await asyncio.to_thread(count)
    base = rooms.journal.base()
    return {
        "since": when(start) if start else None,
        "until": when(end - 1 if ask.until is None else end),
        "by": ask.by,
        "rows": [{**_margin(name, one), "name": names.of(name)} for name, one in found.items()],
        "total": _margin("all", margin_total(found.values())),
        "detail_since": None if base is None else when(base.at),
    }


def _margin(name: str, one: Margin) -> Json:
    made: Json = msgspec.to_builtins(margin_shown(name, one))
    return made


def _changed(before: PriceVersion | None, version: PriceVersion) -> list[str]:
    """The models whose price or cost is another than in the version before."""
    if before is None:
        return sorted({*version.prices, *version.costs})
    names = {*version.prices, *version.costs, *before.prices, *before.costs}
    return sorted(
        name
        for name in names
        if before.prices.get(name) != version.prices.get(name) or before.costs.get(name) != version.costs.get(name)
    )


def _models(version: PriceVersion) -> list[Json]:
    return [
        {
            "model": name,
            "price": _usual(version.prices.get(name)),
            "cost": _usual(version.costs.get(name)),
            "price_rates": msgspec.to_builtins(rates_shown(version.prices.get(name))),
            "cost_rates": msgspec.to_builtins(rates_shown(version.costs.get(name))),
        }
        for name in sorted({*version.prices, *version.costs})
    ]


def _usual(rates: Rates | None) -> Json | None:
    """The three rates that nearly every model has."""
    if rates is None:
        return None
    return {
        "input_usd_per_million": usd(rates.input),
        "cached_input_usd_per_million": usd(rates.input if rates.cached_input is None else rates.cached_input),
        "output_usd_per_million": usd(rates.output),
    }
