"""The price book: `/v1/tokenry/prices`. It is read here; it is written in the configuration."""

from __future__ import annotations

from tokenry.api.guarded import Call, Guarded, Page, Paged, listed
from tokenry.api.pricing.shapes import VersionShape, version_shown


async def listing(call: Call) -> Page[VersionShape]:
    """List price versions. The newest first, announced ones before that in force, with every rate of every model."""
    ask: Paged = call.query
    ledger, now_ns = call.rooms.ledger, call.rooms.clock.now_ns()
    current = ledger.prices
    ordered = sorted(ledger.books.prices, key=lambda version: (-version.effective_from, version.id))
    return listed(ordered, ask, lambda version: version.id, lambda version: version_shown(version, current, now_ns))


ROUTES = (Guarded("GET", "/v1/tokenry/prices", "prices.read", listing, asks=Paged),)
