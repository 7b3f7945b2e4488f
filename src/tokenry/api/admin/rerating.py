"""The verb that puts past requests right. The journal is read in worker threads, the books are changed on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from tokenry.access import local_actor
from tokenry.api.admin.asked import Asked, since
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger import PriceVersion, Rerated, Rerating, Span, read_prices, seq_before
from tokenry.storage import Row

ROWS = 200  # of the journal between two looks at whoever else waits for the loop
SLACK_NS = 3600 * 10**9  # a clock set back by less hides no request


class Rerate(Asked, kw_only=True, frozen=True):
    """Which requests, and by which prices: a version of the book, or a list as TOML text; else the version in force.

    Without `confirm` it is reckoned and nothing is written.
    """

    since: str
    until: str | None = None
    model: str | None = None
    version: str | None = None
    prices: str | None = None
    confirm: bool = False


async def rerate(rooms: Rooms, ask: Rerate) -> AsyncGenerator[Json]:
    """How far it is, again and again; at last what changed per project."""
    now_ns = rooms.clock.now_ns()
    start = since(ask.since, now_ns, "since")
    end = now_ns + 1 if ask.until is None else since(ask.until, now_ns, "until")
    if start >= end:
        raise InvalidRequest("`since` must lie before `until`", param="since")
    version = _version(rooms, ask, now_ns)
    if ask.model is not None and ask.model not in version.prices:
        raise NotFound(f"those prices have none for the model {ask.model[:100]!r}", param="model")
    if rooms.ledger.rerating:
        raise Conflict("past requests are being put right just now; wait until that is done")
    rooms.ledger.rerating = True
    try:
        if ask.confirm and version.kind == "correction":
            version = await rooms.ledger.keep_for_corrections(version)
        if ask.confirm:
            await asyncio.to_thread(_note, rooms, "prices.rerate_begun", version, {"since": start, "until": end})
        made = Rerating(rooms.ledger, version, ask.model, ask.confirm)
        async for told in _all(rooms, made, Span(start, end)):
            yield told
        if ask.confirm:
            await rooms.journal.flush()
            await asyncio.to_thread(_note, rooms, "prices.rerated", version, _sums(made.total()))
    finally:
        rooms.ledger.rerating = False
    yield await _report(rooms, ask, made, Span(start, end))


async def _all(rooms: Rooms, made: Rerating, span: Span) -> AsyncGenerator[Json]:
    """Learn of all corrections since the first request, then take one request after the other."""
    journal = rooms.journal
    last = journal.last_seq
    first = await asyncio.to_thread(seq_before, journal, span.start - SLACK_NS)
    for doing in ("looking for corrections", "putting requests right" if made.confirmed else "reckoning"):
        for after in range(first, last, ROWS):
            rows = await asyncio.to_thread(_read, rooms, after, min(after + ROWS, last))
            if doing == "looking for corrections":
                made.learn(rows)
            else:
                for row in rows:
                    if span.start <= row.at < span.end:
                        made.take(row)
                if made.confirmed:
                    await journal.flush()
            yield {"doing": doing, "done": after - first, "of": last - first}


def _read(rooms: Rooms, after: int, until: int) -> list[Row]:
    return list(rooms.journal.read(after, until))


def _version(rooms: Rooms, ask: Rerate, now_ns: int) -> PriceVersion:
    """The prices that requests should have been charged by. Raises NotFound, InvalidRequest, ReplayRefused."""
    if ask.version is not None and ask.prices is not None:
        raise InvalidRequest("say one of a version and a price list", param="version")
    if ask.prices is not None:
        found = read_prices(ask.prices)
        return PriceVersion(new_id("prc", at_ns=now_ns), now_ns, found.prices, {}, "correction")
    version = rooms.ledger.prices if ask.version is None else rooms.ledger.books.version(ask.version)
    if version is None:
        what = "there are no prices yet" if ask.version is None else f"there is no price version {ask.version[:60]!r}"
        raise NotFound(f"{what}; `tokenry prices history` shows those there are", param="version")
    return version


def _note(rooms: Rooms, kind: str, version: PriceVersion, details: Json) -> None:
    """A row of the audit log, of the machine's own command line."""
    actor = local_actor(rooms.directory.ensure_first().organization.id)
    with rooms.desk.act(actor, kind, version.id) as act:
        act.details.update(details)


async def _report(rooms: Rooms, ask: Rerate, made: Rerating, span: Span) -> Json:
    names = await asyncio.to_thread(Names, rooms)
    base = rooms.journal.base()
    return {
        "since": when(span.start),
        "until": when(span.end),
        "version": made.version.id,
        "confirmed": ask.confirm,
        "requests_looked_at": made.looked,
        "requests_left_alone": made.unpriced,
        "projects": [
            {
                "project": project, "project_name": names.of(project),
                "organization": organization, "organization_name": names.of(organization), **_sums(one),
            }
            for (organization, project), one in sorted(made.projects.items())
        ],
        "total": _sums(made.total()),
        "detail_since": None if base is None else when(base.at),
    }  # fmt: skip


def _sums(one: Rerated) -> Json:
    return {
        "requests": one.requests,
        "more_usd": usd(one.more),
        "back_usd": usd(one.back),
        "net_usd": usd(one.net),
        "charged_usd": usd(one.charged),
        "returned_usd": usd(one.returned),
        "borne_by_house_usd": usd(one.house),
    }
