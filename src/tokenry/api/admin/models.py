"""The verbs about what serves: models, prices, status, reload."""

from __future__ import annotations

import asyncio
import dataclasses
import os

from tokenry import __version__
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, award_state, usd
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict
from tokenry.config import CONFIG_NAME
from tokenry.ledger import Rates
from tokenry.router import DeploymentEntry, DeploymentHealth, ModelEntry


class Nothing(Asked, kw_only=True, frozen=True):
    """No arguments."""


async def models(rooms: Rooms, _ask: Nothing) -> Json:
    """Every model with its prices and who can serve it, and how each engine is."""
    health = {one.id: one for one in rooms.router.health(rooms.clock.monotonic_ns())}
    return {
        "serving": rooms.serving,
        "models": [_model(rooms, entry, health) for entry in rooms.router.catalogue.models],
        "engines": _engines(rooms),
    }


async def status(rooms: Rooms, _ask: Nothing) -> Json:
    """How this installation is: who owns the folder, whether it can write, what is running."""
    now_ns = rooms.clock.now_ns()
    books, journal = rooms.ledger.books, rooms.journal
    stats = journal.stats
    active = [a for a in books.awards.values() if award_state(rooms, a) == "active"]
    keys = [record.state(now_ns) for record in rooms.keys.list()]
    return {
        "version": __version__,
        "serving": rooms.serving,
        "pid": os.getpid(),
        "data_dir": str(rooms.data_dir),
        "config": None if rooms.config_path is None else str(rooms.config_path),
        "config_unread": await asyncio.to_thread(_unread, rooms),
        "writable": journal.latched is None,
        "refusing": list(rooms.ledger.shut.values()),
        "trouble": None if journal.latched is None else str(journal.latched),
        "models": len(rooms.router.catalogue.models),
        "engines": _engines(rooms),
        "active_keys": keys.count("active"),
        "active_awards": len(active),
        "available_usd": usd(sum(max(0, books.accounts[a.account].available) for a in active)),
        "running_requests": len(books.holds),
        "settled_requests": rooms.ledger.stats.settles,
        "journal_rows": journal.last_seq,
        "journal_queue": stats.queued,
        "commit_ms": round(stats.commit_ewma_s * 1000, 3),
    }


async def reload(rooms: Rooms, _ask: Nothing) -> Json:
    """Read the configuration file again and put it in force; on a mistake the old one stays."""
    if rooms.reload is None:
        raise Conflict("no server runs on this data folder; the configuration is read when one starts")
    message, prices = await rooms.reload(), rooms.ledger.prices
    return {"message": message, "price_version": None if prices is None else prices.id}


def _unread(rooms: Rooms) -> str | None:
    """A configuration file that was not there when the configuration was read, and that a reload would read."""
    path = rooms.data_dir / CONFIG_NAME
    return str(path) if rooms.config_path is None and path.exists() else None


def _engines(rooms: Rooms) -> list[Json]:
    return [dataclasses.asdict(engine.health()) for engine in rooms.engines.values()]


def _model(rooms: Rooms, entry: ModelEntry, health: dict[str, DeploymentHealth]) -> Json:
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "kind": entry.kind,
        "listed": entry.listed,
        "price": _rates(rooms.ledger.rates(entry.name)),
        "max_output_tokens": entry.max_output_tokens,
        "context_length": entry.context_length,
        "deployments": [_deployment(rooms, one, health.get(one.id)) for one in entry.deployments],
    }


def _deployment(rooms: Rooms, one: DeploymentEntry, health: DeploymentHealth | None) -> Json:
    engine = rooms.engines.get(one.provider)
    return {
        "id": one.id,
        "provider": one.provider,
        "model": one.model,
        "priority": one.priority,
        "weight": one.weight,
        "data_class": one.data_class,
        "engine": None if engine is None else engine.state,
        "breaker": None if health is None else health.state,
        "last_failure": None if health is None else health.last_failure,
        "ttft_ms": None if health is None or health.ttft_ms is None else round(health.ttft_ms, 1),
    }


def _rates(rates: Rates | None) -> Json | None:
    if rates is None:
        return None
    cached = rates.input if rates.cached_input is None else rates.cached_input
    return {
        "input_usd_per_million": usd(rates.input),
        "cached_input_usd_per_million": usd(cached),
        "output_usd_per_million": usd(rates.output),
    }
