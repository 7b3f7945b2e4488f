"""Ten days of requests in a real ledger.db, for tests of what is done with old rows and with copies of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ledger.examples import COSTS, DAY_NS, PRICES, START_NS, USD, award, budget, ending, facts
from tokenry.base.clock import ManualClock
from tokenry.ledger import HouseShare, Ledger, PriceVersion, Report, UsageRow, by, check, receipt_of
from tokenry.ledger.closing import add_shares, closed_days, with_closed
from tokenry.ledger.retention import Retention
from tokenry.storage import Journal, Tuning

DAYS = 10
PER_DAY = 6
GROUPS = ("day", "model", "key")


class Life:
    """Ten days of requests on a real file, and what was known of them at the end."""

    def __init__(self, path: Path, vfs: str | None = None) -> None:
        self.clock = ManualClock(START_NS)
        self.journal = Journal.open(path, vfs=vfs, tuning=Tuning(clock=self.clock, probe_s=0.002))
        self.ledger = Ledger.open(self.journal, self.clock, milestones=(1000,))
        self.retention = Retention(self.journal, self.clock, rest_s=0)

    async def live(self) -> Life:
        await self.ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS))
        await self.ledger.grant(award(), 10 * USD)
        await self.ledger.set_budget(budget(limit=USD))
        for day in range(DAYS):
            for n in range(PER_DAY):
                self.clock.advance(ns=DAY_NS // PER_DAY)
                model = ("small", "large", "odd")[n % 3]
                held = await self.ledger.hold(f"req_{day:02d}{n:02d}", facts(model=model), 100_000)
                if (day, n) == (1, 1):
                    continue  # left open until the end
                await self.ledger.settle(held, ending(100 + day, 40 * n, cached_tokens=n))
            self.ledger.bear("retry", "elsewhere", 7)
            self.ledger.sweep()
        await self.journal.flush()
        return self

    def report(self) -> Report:
        return check(self.journal.read(), self.journal.latest_snapshot(), self.journal.base())

    def usage(self) -> tuple[list[UsageRow], dict[str, int]]:
        """Sums by day, model and key, and what the house bore: of what is kept and what is not."""
        rows, house = list(self.journal.read()), HouseShare()
        for row in rows:
            house.add(row)
        days = closed_days(self.journal, 0, 2**62)
        for day in days:
            add_shares(house, day.house)
        receipts = [receipt_of(row) for row in rows if row.kind == "settle"]
        return with_closed(by(receipts, GROUPS), days, GROUPS), house.by_account

    def accounts(self) -> dict[str, Any]:
        return dict(Ledger.open(self.journal, self.clock).books.accounts)


def totals(report: Report) -> tuple[int, ...]:
    assert report.ok, report.breaches
    return (
        report.rows + report.closed_rows, report.requests, report.issued, report.charged, report.available,
        report.pending, report.input_tokens, report.output_tokens, report.open_holds, report.borne_by_house,
    )  # fmt: skip
