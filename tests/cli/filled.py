"""A data folder with requests in it, made by the rooms themselves, for verbs that read the past."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tokenry.access import Directory, Keys, NewKey
from tokenry.base.clock import ManualClock
from tokenry.base.ids import new_id
from tokenry.ledger import Attempt, Award, Ending, Facts, Ledger, Policy, PriceVersion, Rates, Retention, Usage
from tokenry.storage import AppDb, Journal, prepare

FIRST_NS = 1_793_491_200 * 10**9  # 2026-11-01T00:00:00Z
HOUR_S = 3600
PRICES = {"fast": Rates(10**9, 4 * 10**9), "local": Rates(10**8, 4 * 10**8)}
COSTS = {"fast": Rates(5 * 10**8, 2 * 10**9)}
DEPLOYMENTS = {"fast": "acme/fast-1", "local": "here/local"}
KEYS = ("alice", "=cmd()")


def fill(folder: Path, count: int) -> list[str]:
    """`count` requests, three hours apart, turn by turn of two models and two keys; their ids, oldest first.

    Each used 1000 tokens in, of which 200 cached, and 100 out; every fifth hung up, which left an estimate.
    """
    return asyncio.run(_fill(prepare(folder), count))


def give_up(folder: Path, days: int) -> None:
    """Keep nothing of what is older than two days, `days` days after the first request."""
    asyncio.run(_give_up(folder, FIRST_NS + days * 24 * HOUR_S * 10**9))


async def _give_up(folder: Path, now_ns: int) -> None:
    journal = Journal.open(folder / "ledger.db", synchronous="OFF")
    await Retention(journal, ManualClock(now_ns), rest_s=0).run(Policy(2 * 24 * HOUR_S * 10**9))
    journal.close()


async def _fill(folder: Path, count: int) -> list[str]:
    clock = ManualClock(FIRST_NS)
    db, journal = AppDb.open(folder / "app.db"), Journal.open(folder / "ledger.db", synchronous="OFF")
    ledger, keys = Ledger.open(journal, clock), Keys(db, clock)
    first = Directory(db, clock).ensure_first()
    keys.load()
    made = [keys.create(NewKey(name=name, project_id=first.project.id))[0].id for name in KEYS]
    award = Award("awd_1", "all", first.organization.id, first.project.id, "internal", "active", FIRST_NS, FIRST_NS)
    await ledger.grant(award, 10**15)
    await ledger.set_prices(PriceVersion("prc_1", FIRST_NS, PRICES, COSTS))
    ids = []
    for number in range(count):
        clock.advance(s=3 * HOUR_S)
        model = ("fast", "local")[number % 2]
        ids.append(new_id("req", at_ns=clock.now_ns()))
        key = made[number // 2 % 2]
        facts = Facts(
            first.organization.id, first.project.id, key, None, "chat.completions", model, False, 4000, 1000, "prc_1"
        )
        await ledger.settle(await ledger.hold(ids[-1], facts, 10**9), _ending(number, DEPLOYMENTS[model]))
    await journal.flush()
    journal.close()
    db.close()
    return ids


def _ending(number: int, deployment: str) -> Ending:
    tries = (Attempt(deployment, "ok", 5),)
    seen = (deployment.partition("/")[0],)
    if number % 5 == 4:
        usage = Usage(1000, 100, 0, 0, "events")
        return Ending(usage, "client_gone", 499, deployment, tries, 3, 20, estimated=True, seen_by=seen)
    return Ending(Usage(1000, 100, 200, 0, "engine"), "completed", 200, deployment, tries, 3, 20, seen_by=seen)
