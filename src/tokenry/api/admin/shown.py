"""How the ledger's and the directory's things look as JSON: money as exact dollars, times as RFC 3339, ids with names.

Amounts end in `_usd` and are text, since no JSON number holds a nano-dollar safely.
"""

from __future__ import annotations

from typing import Any

from tokenry.access import KeyRecord
from tokenry.api.money import name_of, source_of, stand_of
from tokenry.api.rooms import Rooms
from tokenry.base.clock import isoformat
from tokenry.base.errors import NotFound
from tokenry.base.units import nano_to_usd
from tokenry.ledger import THRESHOLDS, Award, Budget, Held, Receipt, Unit

Json = dict[str, Any]


def when(at_ns: int | None) -> str | None:
    """RFC 3339, or None for never."""
    return None if at_ns is None else isoformat(at_ns)


def usd(nano: int | None) -> str | None:
    """Exact dollars, or None for unknown."""
    return None if nano is None else nano_to_usd(nano)


class Names:
    """Names for ids, read once for one answer. Blocks for a short transaction: make it in a worker thread."""

    def __init__(self, rooms: Rooms) -> None:
        directory = rooms.directory
        self._names = {one.id: one.name for one in directory.organizations()}
        self._names |= {one.id: one.name for one in directory.projects()}
        self._names |= {one.id: one.name for one in directory.users()}
        self._names |= {one.id: one.name for one in rooms.keys.list()}

    @classmethod
    def known(cls, names: dict[str, str]) -> Names:
        """Names that were read elsewhere, by id."""
        made = cls.__new__(cls)
        made._names = dict(names)
        return made

    def of(self, ident: str | None) -> str | None:
        """The name, or None when nothing bears the id (any more)."""
        return None if ident is None else self._names.get(ident)


def key(rooms: Rooms, record: KeyRecord, names: Names) -> Json:
    """One key, without what opens."""
    now_ns = rooms.clock.now_ns()
    budgets = [b for b in rooms.ledger.books.budgets.values() if (b.scope, b.scope_id) == ("key", record.id)]
    return {
        "id": record.id,
        "name": record.name,
        "prefix": record.prefix,
        "state": record.state(now_ns),
        "opens_nothing": rooms.keys.why_closed(record.id),
        "project": record.project_id,
        "project_name": names.of(record.project_id),
        "user": record.user_id,
        "models": None if record.models is None else list(record.models),
        "limits": dict(record.limits),
        "created_at": when(record.created_at),
        "expires_at": when(record.expires_at),
        "revoked_at": when(record.revoked_at),
        "budgets": [budget(rooms, b, names) for b in budgets if not b.closed],
    }


def budget(rooms: Rooms, one: Budget, names: Names) -> Json:
    """One budget, where its limit comes from, and how its present window stands."""
    stand = stand_of(rooms.ledger, one, rooms.clock.now_ns())
    roster = rooms.people.roster
    return {
        "id": one.id,
        "scope": one.scope,
        "scope_id": one.scope_id,
        "scope_name": "every user" if one.is_default else names.of(one.scope_id) or name_of(roster, rooms.keys, one),
        "model": one.model,
        "window": one.window,
        "timezone": one.timezone,
        "hard": one.hard,
        "state": "closed" if one.closed else "open",
        "limit_usd": usd(one.limit),
        "source": source_of(roster, one),
        "default": one.of,
        "spent_usd": usd(stand.spent),
        "held_usd": usd(stand.held),
        "left_usd": usd(stand.left),
        "resets_at": when(stand.resets_at),
        "thresholds": list(THRESHOLDS if one.thresholds is None else one.thresholds),
        "created_at": when(one.created_at),
    }


def award(rooms: Rooms, one: Award, names: Names) -> Json:
    """One award and how it stands: in `_usd` one of dollars, in `_tokens` one of tokens; the other ones are null."""
    stands = rooms.ledger.balance(one.id)
    measures = ("issued", "committed", "spent", "held", "left", "returned", "expired")
    return {
        "id": one.id,
        "name": one.name,
        "state": award_state(rooms, one),
        "project": one.project_id,
        "project_name": names.of(one.project_id),
        "programme": one.programme_id,
        "category": one.category,
        "priority": one.priority,
        "unit": "tokens" if one.unit is Unit.TOKENS else "usd",
        "models": None if one.models is None else list(one.models),
        "endpoints": None if one.endpoints is None else list(one.endpoints),
        **{f"{name}_usd": usd(getattr(stands, name)) if one.unit is Unit.CREDIT else None for name in measures},
        **{f"{name}_tokens": getattr(stands, name) if one.unit is Unit.TOKENS else None for name in measures},
        "effective_at": when(one.effective_at),
        "expires_at": when(one.expires_at),
        "created_at": when(one.created_at),
    }


def award_state(rooms: Rooms, one: Award) -> str:
    """What an award is worth now, in one word."""
    now_ns = rooms.clock.now_ns()
    if one.state != "active":
        return one.state
    if one.expires_at is not None and one.expires_at <= now_ns:
        return "expired"
    if now_ns < one.effective_at:
        return "scheduled"
    return "active" if rooms.ledger.books.accounts[one.account].unspent > 0 else "exhausted"


def request(receipt: Receipt, names: Names) -> Json:
    """One request as a line of a listing."""
    facts, usage = receipt.facts, receipt.usage
    return {
        "id": receipt.request_id,
        "at": when(receipt.at),
        "outcome": receipt.outcome,
        "status": receipt.status,
        "endpoint": facts.endpoint,
        "model": facts.model,
        "stream": facts.stream,
        "deployment": receipt.deployment,
        "key": facts.key_id,
        "key_name": names.of(facts.key_id),
        "project": facts.project_id,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "charge_usd": usd(receipt.charge),
        "charge_tokens": receipt.charge_tokens,
        "ttft_ms": receipt.ttft_ms,
        "duration_ms": receipt.duration_ms,
    }


def receipt(one: Receipt, names: Names) -> Json:
    """Everything about one request."""
    facts, usage = one.facts, one.usage
    return {
        **request(one, names),
        "organization": facts.organization_id,
        "organization_name": names.of(facts.organization_id),
        "project_name": names.of(facts.project_id),
        "user": facts.user_id,
        "reasoning_tokens": usage.reasoning_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "audio_seconds": usage.audio_seconds,
        "images": usage.images,
        "service_tier": facts.tier or "default",
        "purpose": facts.purpose,
        "downgraded_from": facts.downgraded_from,
        "total_tokens": usage.total_tokens,
        "count_source": usage.source,
        "input_bound": facts.input_bound,
        "output_bound": facts.output_bound,
        "price_version": facts.price_version,
        "lines": [
            {"meter": n.meter, "quantity": n.quantity, "usd_per_million": usd(n.rate), "amount_usd": usd(n.amount)}
            for n in one.lines
        ],
        "charge_nanousd": one.charge,
        "covered_usd": usd(one.covered),
        "writeoff_usd": usd(one.writeoff),
        "writeoff_tokens": one.writeoff_tokens,
        "cost_usd": usd(one.cost),
        "estimated": one.estimated,
        "accounts": [_share(h, in_tokens=h.account in one.in_tokens) for h in one.accounts],
        "attempts": [{"deployment": a.deployment, "ended": a.ended, "ms": a.ms} for a in one.attempts],
        "seen_by": list(one.seen_by),
        "training": one.training,
        "energy_wh": one.energy_wh,
        "energy_method": one.energy_method,
    }


def _share(held: Held, *, in_tokens: bool) -> Json:
    """What one account held and paid; in tokens where it counts them, and null in the other unit."""
    return {
        "account": held.account,
        "held_usd": None if in_tokens else usd(held.held),
        "posted_usd": None if in_tokens else usd(held.posted),
        "held_tokens": held.held if in_tokens else None,
        "posted_tokens": held.posted if in_tokens else None,
    }


def only(found: list[Json], what: str, ref: str, *, listed_by: str | None = None) -> Json:
    """The one thing meant by a name. Raises NotFound; several of one name are told by their ids."""
    if len(found) == 1:
        return found[0]
    if not found:
        verb = listed_by or f"{what} list"
        raise NotFound(f"there is no {what} {ref[:100]!r}; `tokenry {verb}` shows those there are", param=what)
    ids = ", ".join(str(one["id"]) for one in found[:5])
    raise NotFound(f"{len(found)} {what}s are called {ref[:100]!r}; say which by its id: {ids}", param=what)
