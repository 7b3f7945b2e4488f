"""What became of awards day by day, from the same sums as their statements."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tokenry.ledger.buckets.tally import CHARGE, COST, REQUESTS
from tokenry.ledger.corrections import CORRECTION
from tokenry.storage import UsageDb


class AwardDay(msgspec.Struct, frozen=True):
    """One day (UTC) of one award. Amounts are units of the award, tokens or nano-USD; `cost` is nano-USD.

    Args:
        day: its first second since the epoch.
        drawn: what requests drew, corrections counted in on the day they were made.
        cost: what providers asked for the part of the requests that this award paid.
        requests: how many it paid for, wholly or in part.
        net: all that came in less all that went out, so that the sum up to a day is what was left at its end (what
            running requests hold is left, too).
    """

    award_id: str
    day: int
    drawn: int = 0
    cost: int = 0
    requests: int = 0
    net: int = 0


def award_days(db: UsageDb, award_ids: Iterable[str], span: tuple[int, int]) -> list[AwardDay]:
    """The days of `span` (seconds since the epoch, its end not included) on which anything happened to these awards."""
    named = {f"award:{ident}": ident for ident in award_ids}
    accounts = [prefix + account for account in named for prefix in ("", COST, REQUESTS)]
    found: dict[tuple[str, int], dict[str, int]] = {}
    for account, day, code, amount in db.flow_days(span, accounts):
        prefix = next((prefix for prefix in (COST, REQUESTS) if account.startswith(prefix)), "")
        sums = found.setdefault((named[account.removeprefix(prefix)], day), {})
        if prefix:
            sums[prefix] = sums.get(prefix, 0) + amount
            continue
        sums["net"] = sums.get("net", 0) + amount
        if code in (CHARGE, CORRECTION):
            sums["drawn"] = sums.get("drawn", 0) - amount
    return [
        AwardDay(
            award_id=ident, day=day, drawn=sums.get("drawn", 0), cost=sums.get(COST, 0),
            requests=sums.get(REQUESTS, 0), net=sums.get("net", 0),
        )
        for (ident, day), sums in sorted(found.items())
    ]  # fmt: skip
