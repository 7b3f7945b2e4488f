"""After a made-up life with hang-ups, fallbacks and power cuts: receipts, ledger, Usage API, costs and statements say
the same, to the unit. Then corrections are written, whoever counts dies now and then, a month ends, old rows go, and
they still do.

    python -m tests.simulation.books_agree --seeds 200
    python -m tests.simulation.books_agree --start 4711 --seeds 1
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from msgspec import UNSET

from tests.simulation.house_sim import World
from tests.simulation.seeded import tied
from tests.simulation.upstreams import ENGINE_KEY
from tokenry.access import local_actor
from tokenry.app.fleet import Fleet
from tokenry.app.house import House, Stores, furnish
from tokenry.app.serving import Serving
from tokenry.base.clock import ManualClock
from tokenry.config import Config
from tokenry.ledger import LOW_PRIORITY, Buckets, Rates, Receipt, Report, Unit, amount, check, receipt_of
from tokenry.ledger.buckets import Pace
from tokenry.ledger.corrections import correction
from tokenry.ledger.house_accounts import HOUSE_BEARS
from tokenry.ledger.model import Move, Settle, decode
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.retention import Policy, Retention
from tokenry.ledger.statements import Statement
from tokenry.storage import Entry, Journal, Row, Tuning, UsageDb, UsageState, UsageSums

DAY_NS = 86_400 * 10**9
WIDTHS = {"1m": 60, "1h": 3600, "1d": 86_400}
WITHOUT_TOKENS = 3  # of so many lives one has dollars alone
GROUPS = ("project_id", "user_id", "api_key_id", "model", "batch", "service_tier")


@dataclass
class Lived:
    """What a life left: rows on a disk, people in a database, and what time it is."""

    rows: list[Row]
    db: Any
    now_ns: int
    told: Counter[str]


class Died(BaseException):
    """Whoever counted was killed."""


def live(seed: int) -> Lived:
    """One life of the made-up house, to its end."""
    with contextlib.ExitStack() as stack:
        world = World(seed, tokens=Random(seed ^ 0x70CE) if seed % WITHOUT_TOKENS else None)
        stack.enter_context(
            tied(Random(seed ^ 0x5EED), world.wall_ns, world.look_up, {"SIMULATED_ENGINE_KEY": ENGINE_KEY})
        )
        stack.callback(world.leave)
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        world.live()
        told = Counter(world.told)
        told["fallbacks"] = sum(len(one.attempts) > 1 for one in world.judge.receipts.values())
        told["hang-ups"] = sum(one.outcome == "client_gone" for one in world.judge.receipts.values())
        told["paid in tokens"] = sum(one.charge_tokens > 0 for one in world.judge.receipts.values())
        told["paid in both"] = sum(one.charge_tokens > 0 and one.charge > 0 for one in world.judge.receipts.values())
        told["crashes paid in tokens"] = sum(
            one.charge_tokens > 0 and one.outcome == "crash" for one in world.judge.receipts.values()
        )
        told["downgrades"] = sum(one.facts.downgraded_from is not None for one in world.judge.receipts.values())
        told["low priority"] = sum(
            any(held.account == LOW_PRIORITY for held in one.accounts) for one in world.judge.receipts.values()
        )
        return Lived(list(world.disk.rows), world.db, world.wall_ns(), told)


class Books:
    """The same books in a real folder, with the administration's API over them."""

    def __init__(self, seed: int, folder: Path, lived: Lived) -> None:
        self.rng = Random(seed ^ 0xB00C)
        self.folder = folder
        self.lived = lived
        self.told = lived.told
        # What a clock that was set back has filed in the future is asked for once that is past.
        self.clock = ManualClock(max(lived.now_ns, *(row.at for row in lived.rows)))
        self.journal = Journal.open(
            folder / "ledger.db", synchronous="OFF", tuning=Tuning(clock=self.clock, probe_s=0.002)
        )
        self.start = min(row.at for row in lived.rows) // 10**9
        self.moves: dict[str, list[Move]] = {}
        self.owed: dict[str, int] = {}  # request -> its price by now, nano-USD, where it was rated anew

    async def agree(self) -> None:
        """Everything, in order. Raises AssertionError."""
        for row in self.lived.rows:
            self.journal.append(Entry(row.kind, row.ref, row.at, row.body, keep=True))
        await self.journal.flush()
        usage = UsageDb.open(self.folder / "usage.db")
        self.house = house = await furnish(
            Stores(self.lived.db, self.journal, self.clock, usage), self.folder, Config(), None
        )
        serving = Serving(house, Fleet(house.artifacts))
        user = house.first.user.id
        self.key = house.admin_keys.create(local_actor(house.first.organization.id), user, "books")[1]
        transport = httpx2.ASGITransport(app=serving.app, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry.test") as self.client:
            await self._compare()
            for _ in range(self.rng.randrange(1, 4)):
                await self._correct()
                self._die_counting()
                await self._compare()
            await self._state(house)
        await serving.observing.close()
        house.buckets.db.close()
        self.journal.close()

    # --- what may happen ---------------------------------------------------------------------------------------------

    async def _correct(self) -> None:
        """Some requests are rated anew, at other prices each time; some corrections are written twice."""
        ledger = self.house.ledger
        settled = [row for row in self.journal.read() if row.kind == "settle"]
        for row in self.rng.sample(settled, min(len(settled), self.rng.randrange(0, 6))):
            record = decode(row.kind, row.body)
            assert isinstance(record, Settle)
            rates = Rates(
                self.rng.randrange(0, 5 * 10**9), self.rng.randrange(0, 9 * 10**9), self.rng.choice((None, 7))
            )
            version = PriceVersion(f"prc_{self.rng.random()}", 0, {record.receipt.facts.model: rates}, {})
            before = self.moves.setdefault(record.id, [])
            self.owed[record.id] = _in_dollars(record.receipt, amount(record.receipt.usage, rates))
            move = correction(ledger.books, record, before, version, self.clock.now_ns())
            if move is not None:
                before.append(move)
                for _ in range(self.rng.choice((1, 1, 2))):
                    ledger._pen.write(move, self.clock.now_ns())
                self.told["corrections"] += 1
            self.clock.advance(s=self.rng.random() * 7200)
        await self.journal.flush()

    def _die_counting(self) -> None:
        """Whoever counts is killed before or after some transaction, and another goes on with what lies there."""
        house, rng = self.house, self.rng
        for _ in range(rng.randrange(0, 3)):
            house.buckets.db.close()
            db = UsageDb.open(self.folder / "usage.db")
            add, before = db.add, rng.random() < 0.5

            def dying(sums: UsageSums, state: UsageState, add: Any = add, before: bool = before) -> None:
                if not before:
                    add(sums, state)
                raise Died

            db.add = dying  # type: ignore[method-assign] # it dies there
            with contextlib.suppress(Died):
                Buckets(db, self.journal).catch_up(Pace(rng.choice((1, 20, 500))))
                self.told["nothing to count"] += 1
            db.close()
            self.told["deaths"] += 1
        house.buckets.db.close()
        house.buckets.db = UsageDb.open(self.folder / "usage.db")
        house.buckets._known = False

    # --- what must hold ----------------------------------------------------------------------------------------------

    async def _compare(self) -> None:
        """Receipts, ledger, usage and costs."""
        receipts = [receipt_of(row) for row in self.journal.read() if row.kind == "settle"]
        report = check(self.journal.read())
        assert report.ok, report.breaches
        summed = _sum(receipts)
        assert (report.requests, report.input_tokens, report.output_tokens) == summed
        drawn, covered = sum(one.charge_tokens for one in receipts), sum(one.covered for one in receipts)
        assert report.served_tokens == drawn
        start = self.start
        width = self.rng.choice(tuple(WIDTHS))
        by = self.rng.sample(GROUPS, self.rng.randrange(0, len(GROUPS)))
        used = await self._used(start, width, by)
        assert used == (*summed, drawn), f"usage by {width}, {by}: {used}, receipts {summed}, {drawn}"
        for by in ([], ["line_item"], ["project_id", "line_item", "api_key_id"]):
            costs = [one async for one in self._pages("costs", {"start_time": start, "group_by": by})]
            assert sum(one["amount"]["nano_usd"] for one in costs) == report.charged, f"costs by {by}"
            assert sum(one["award_tokens"] for one in costs) == drawn, f"tokens by {by}"
            assert sum(one["covered_nano_usd"] for one in costs) == covered, f"covered by {by}"
        self._compare_prices(receipts, costs)
        if not self.moves:
            assert report.charged == sum(receipt.charge for receipt in receipts)
        self.told["charged requests"] = sum(receipt.charge > 0 for receipt in receipts)

    def _compare_prices(self, receipts: list[Receipt], costs: list[dict[str, Any]]) -> None:
        """What is not written off is every request at its price of today, less what tokens paid for; what is, the
        house's accounts say too."""
        old = {one.request_id: sum(line.amount for line in one.lines) - one.covered for one in receipts}
        price = sum((old | self.owed).values())
        lines = [(one["line_item"].endswith(", written_off"), one["amount"]["nano_usd"]) for one in costs]
        assert sum(amount for gone, amount in lines if not gone) == price
        books = self.house.ledger.books
        bearing = [account for name, account in books.accounts.items() if name in HOUSE_BEARS]
        written_off = sum(account.debits_posted - account.credits_posted for account in bearing)
        assert -sum(amount for gone, amount in lines if gone) == written_off
        self.told["lives with write-offs"] = int(written_off > 0)

    async def _used(self, start: int, width: str, by: list[str]) -> tuple[int, int, int, int]:
        found = [0, 0, 0, 0]
        asked = {"start_time": start, "bucket_width": width, "group_by": by}
        async for one in self._pages("usage/completions", asked):
            for n, name in enumerate(("num_model_requests", "input_tokens", "output_tokens", "award_tokens")):
                found[n] += one[name]
        asked["group_by"] = [name for name in by if name not in {"batch", "service_tier"}]
        async for one in self._pages("usage/embeddings", asked):
            found[0] += one["num_model_requests"]
            found[1] += one["input_tokens"]
            found[3] += one["award_tokens"]
        return found[0], found[1], found[2], found[3]

    async def _pages(self, what: str, asked: dict[str, Any]) -> Any:
        page: str | None = None
        while True:
            params = {**asked, **({} if page is None else {"page": page})}
            answer = await self.client.get(
                f"/v1/organization/{what}", params=params, headers={"authorization": f"Bearer {self.key}"}
            )
            assert answer.status_code == 200, answer.text
            told = answer.json()
            for bucket in told["data"]:
                for result in bucket["results"]:
                    yield result
            if not told["has_more"]:
                return
            page = told["next_page"]

    async def _state(self, house: House) -> None:
        """The month ends; its statements agree with the books, and go on doing so when the rows are gone."""
        report, receipts = check(self.journal.read()), [r for r in self.journal.read() if r.kind == "settle"]
        self.clock.advance(ns=33 * DAY_NS)
        house.ledger.bear("retry", "nobody", 1)  # so that a last row stays
        await self.journal.flush()
        issued = await asyncio.to_thread(house.statements.issue)
        stated: dict[str | None, list[Statement]] = {}
        for one in issued:
            stated.setdefault(one.project_id, []).append(house.statements.rebuilt(one))
        whole = stated.pop(None)  # a month, or two when a clock was set back over their edge
        assert {one.month for one in whole} <= {"2025-12", "2026-01"}
        summed = _sum([receipt_of(row) for row in receipts])
        named = ("requests", "input_tokens", "output_tokens")
        assert tuple(sum(getattr(one, name) for one in whole) for name in named) == summed
        total = sum(one.total for one in whole)
        assert total == report.charged == sum(one.total for months in stated.values() for one in months)
        assert (whole[0].opening, whole[-1].closing) == (0, report.available + report.pending)
        drawn = self._compare_tokens(whole, stated, report, [receipt_of(row) for row in receipts])
        await Retention(self.journal, self.clock, rest_s=0).run(Policy(2 * DAY_NS))
        assert not receipts or self.journal.base_seq >= receipts[-1].seq
        await asyncio.to_thread(house.buckets.rebuild)
        assert await asyncio.to_thread(house.statements.verify) == []
        assert await self._used(self.start, "1d", ["model"]) == (*summed, drawn)

    def _compare_tokens(
        self, whole: list[Statement], stated: dict[str | None, list[Statement]], report: Report, receipts: list[Receipt]
    ) -> int:
        """The organization's statements and its projects' say of tokens what receipts and books say: how many."""
        drawn = sum(one.charge_tokens for one in receipts)
        for statements in (whole, [one for months in stated.values() for one in months]):
            found = [one.tokens for one in statements if one.tokens is not UNSET]
            assert sum(one.drawn for one in found) == drawn
            assert sum(line.drawn for one in found for line in one.lines) == drawn
            assert sum(one.covered for one in found) == sum(one.covered for one in receipts)
        if whole[-1].tokens is not UNSET:
            assert whole[-1].tokens.closing == report.available_tokens + report.pending_tokens
            issued = sum(award.issued for one in whole if one.tokens is not UNSET for award in one.tokens.awards)
            assert issued == report.issued_tokens
        days = self.house.buckets.award_days(list(self.house.ledger.books.awards), 0, 2**40)
        units = {one.id: one.unit for one in self.house.ledger.books.awards.values()}
        assert sum(day.drawn for day in days if units[day.award_id] is Unit.TOKENS) == drawn
        assert sum(day.drawn for day in days if units[day.award_id] is Unit.CREDIT) == report.charged
        for ident in units:
            left = self.house.ledger.balance(ident)
            assert sum(day.net for day in days if day.award_id == ident) == left.left + left.held
        return drawn


def _in_dollars(receipt: Receipt, price: int) -> int:
    """What is left to dollars of a new price: the part that tokens did not pay for of the old one, rounded up."""
    old = sum(line.amount for line in receipt.lines)
    return -(-price * (old - receipt.covered) // old) if receipt.covered else price


def _sum(receipts: list[Receipt]) -> tuple[int, int, int]:
    return (
        len(receipts),
        sum(receipt.usage.input_tokens for receipt in receipts),
        sum(receipt.usage.output_tokens for receipt in receipts),
    )


def run(seed: int) -> Counter[str]:
    """One seed; what happened how often. Raises AssertionError when two of them disagree."""
    lived = live(seed)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Books(seed, Path(folder), lived).agree())
    return lived.told


def main() -> int:
    """Run seeds until one fails; say which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first")
    options = parser.parse_args()
    began, told = time.monotonic(), Counter[str]()
    for seed in range(options.start, options.start + options.seeds):
        try:
            told += run(seed)
        except BaseException as error:
            print(f"seed {seed} fails: {error!r}; again: --start {seed} --seeds 1", flush=True)
            raise
    print(f"{options.seeds} seeds in {time.monotonic() - began:.1f} s: all books agree")
    print(", ".join(f"{name} {count}" for name, count in sorted(told.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
