"""What the books cost: pairs of hold and settlement a second, each on disk before it counts, by clients and awards.

In process, without HTTP and without an engine: clients that hold, settle, wait for the disk and begin again, on a real
journal in a folder of its own. With one client every pair waits for the disk alone; with more they share its flushes,
which `pairs a flush` shows. Budgets are hard and by the day: one on each key, one on each project, one on everybody.
At the end `ledger check` must find the journal sound: among much else, that no award was below zero after any row.
Awards are of dollars, or of tokens: one of 10^12 tokens, or many of a million each, under the same prices.

Beside that, what it costs to know who asks and what they may (`policy`), with every kind of rule in force.

    just bench ledger
    just bench ledger --clients 1 64 --awards 1 --budgets 0 --seconds 5 --folder /srv --json
    just bench ledger --units tokens --clients 64 --awards 1 1000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Literal

import uvloop

from bench.disk import fsync_p50_ms
from bench.policy import Cost, measure
from bench.series import percentile
from bench.table import markdown
from tokenry.base.clock import SystemClock
from tokenry.base.ids import new_id
from tokenry.base.units import NANO_PER_USD
from tokenry.ledger import Award, Budget, Ending, Facts, Ledger, PriceVersion, Rates, Unit, Usage, check
from tokenry.storage import LEDGER_DB_NAME, Journal

SWITCH_INTERVAL_S = 0.0002  # as `tokenry serve` sets it
USAGE = Usage(25, 200, source="engine")
HELD = 281_000  # nano-USD: 25 and at most 256 tokens at a dollar per million
GRANTED = {"dollars": 1_000_000 * NANO_PER_USD, "tokens": 1_000_000}  # to each award, nano-USD and tokens
GRANTED_TO_ONE = {"dollars": 1_000_000 * NANO_PER_USD, "tokens": 10**12}  # where there is but one
HEADINGS = (
    "clients", "awards", "of", "budgets", "pairs/s", "pairs a flush", "CPU µs/pair", "pair p50 / p99 ms", "books",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One row: how many clients at once, on how many awards (each of a project of its own) of what, under budgets or
    not."""

    clients: int
    awards: int
    budgets: bool
    unit: Literal["dollars", "tokens"] = "dollars"

    @property
    def granted(self) -> int:
        """What each award is given, in its unit."""
        return (GRANTED_TO_ONE if self.awards == 1 else GRANTED)[self.unit]


@dataclass(frozen=True)
class Result:
    """Its figures."""

    case: Case
    pairs: int
    pairs_per_s: float
    pairs_per_flush: float
    cpu_us_per_pair: float
    p50_ms: float | None
    p99_ms: float | None
    sound: bool
    rows: int
    drawn: int


async def furnish(ledger: Ledger, case: Case) -> list[Facts]:
    """The awards, budgets and prices of a case; what the requests on each award are about."""
    at = ledger.clock.now_ns()
    await ledger.set_prices(PriceVersion("prc_bench", at, {"m": Rates(NANO_PER_USD, NANO_PER_USD, None)}, {}))
    asked = []
    waits: list[Awaitable[object]] = []
    for n in range(case.awards):
        award = Award(
            id=f"awd_{n}", name=str(n), organization_id="org_0", project_id=f"prj_{n}", category="award",
            state="active", created_at=at, effective_at=at,
            unit=Unit.TOKENS if case.unit == "tokens" else Unit.CREDIT,
        )  # fmt: skip
        waits.append(ledger.grant(award, case.granted))
        facts = Facts("org_0", f"prj_{n}", f"key_{n}", None, "chat.completions", "m", False, 25, 256, "prc_bench")
        asked.append(facts)
    for scope, name in _scopes(case):
        budget = Budget(
            id=f"bud_{name}", scope=scope, scope_id=name, window="day", limit=1_000_000 * NANO_PER_USD, hard=True,
            created_at=at,
        )  # fmt: skip
        waits.append(ledger.set_budget(budget))
    await asyncio.gather(*waits)
    return asked


def _scopes(case: Case) -> Iterator[tuple[Literal["organization", "project", "key"], str]]:
    if case.budgets:
        yield "organization", "org_0"
        for n in range(case.awards):
            yield "project", f"prj_{n}"
            yield "key", f"key_{n}"


async def client(ledger: Ledger, facts: Facts, until: float, waits_s: list[float]) -> None:
    """Hold, settle and wait for the disk, again and again."""
    ending = Ending(USAGE, "completed", 200, deployment="mock/m", duration_ms=1)
    while (begun := time.perf_counter()) < until:
        reservation = await ledger.hold(new_id("req"), facts, HELD)
        await ledger.settle(reservation, ending)
        waits_s.append(time.perf_counter() - begun)


async def run(case: Case, seconds: float, folder: Path) -> Result:
    """One case on a journal of its own."""
    path = folder / f"{case.clients}-{case.awards}-{case.budgets}-{case.unit}"
    path.mkdir()
    journal = Journal.open(path / LEDGER_DB_NAME)
    ledger = Ledger.open(journal, SystemClock())
    asked = await furnish(ledger, case)
    waits_s: list[float] = []
    commits, cpu_s, begun = journal.stats.commits, time.process_time(), time.perf_counter()
    await asyncio.gather(
        *[client(ledger, asked[n % len(asked)], begun + seconds, waits_s) for n in range(case.clients)]
    )
    wall_s, cpu_s, pairs = time.perf_counter() - begun, time.process_time() - cpu_s, len(waits_s)
    flushes = journal.stats.commits - commits
    report = check(journal.read())
    journal.close()
    p50, p99 = (percentile(waits_s, share) for share in (0.5, 0.99))
    return Result(
        case=case,
        pairs=pairs,
        pairs_per_s=pairs / wall_s,
        pairs_per_flush=pairs / max(1, flushes),
        cpu_us_per_pair=cpu_s / max(1, pairs) * 1e6,
        p50_ms=None if p50 is None else p50 * 1000,
        p99_ms=None if p99 is None else p99 * 1000,
        sound=not report.breaches and ledger.stats.settles == pairs,
        rows=report.rows,
        drawn=report.served_tokens if case.unit == "tokens" else report.charged,
    )


def table(results: list[Result]) -> str:
    """The results as Markdown."""
    rows = [
        [
            f"{r.case.clients:,}", f"{r.case.awards:,}", given(r.case), "3 a request" if r.case.budgets else "none",
            f"{r.pairs_per_s:,.0f}", f"{r.pairs_per_flush:.1f}", f"{r.cpu_us_per_pair:.1f}",
            f"{r.p50_ms or 0:.2f} / {r.p99_ms or 0:.2f}", "sound" if r.sound else "NOT SOUND",
        ]
        for r in results
    ]  # fmt: skip
    return markdown(HEADINGS, rows)


def given(case: Case) -> str:
    """What each award is of."""
    if case.unit == "tokens":
        return f"{case.granted:,} tokens"
    return f"${case.granted // NANO_PER_USD:,}"


def proven(results: list[Result]) -> Iterator[str]:
    """What the proof of each journal of tokens found."""
    for r in results:
        if r.case.unit == "tokens":
            found = "no award below zero after any of them" if r.sound else "NOT SOUND"
            yield f"{r.case.awards:,} of {given(r.case)}: {r.drawn:,} drawn, {r.rows:,} rows, {found}"


def ratios(results: list[Result]) -> Iterator[str]:
    """How much of the pairs a second over many awards one hot award still gives, by clients and budgets."""
    for hot in results:
        for spread in results:
            alike = replace(hot.case, awards=spread.case.awards) == spread.case
            if alike and hot.case.awards == 1 < spread.case.awards:
                budgets = "with" if hot.case.budgets else "without"
                yield (
                    f"{hot.case.clients:,} clients, {budgets} budgets, {hot.case.unit}: one award gives "
                    f"{hot.pairs_per_s / spread.pairs_per_s:.2f} of what {spread.case.awards:,} give"
                )


def told(cost: Cost) -> str:
    """What it costs to know who asks and what they may."""
    return (
        f"authentication + policy: {cost.together_us:.2f} µs a request (authentication {cost.authentication_us:.2f}, "
        f"policy {cost.policy_us:.2f}; best round {cost.best_us:.2f}), over {cost.keys:,} keys with rules of every kind"
    )


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 64, 512])
    parser.add_argument("--awards", type=int, nargs="+", default=[1, 1000])
    parser.add_argument("--budgets", type=int, nargs="+", choices=(0, 1), default=[0, 1], help="without, with")
    parser.add_argument("--units", nargs="+", choices=("dollars", "tokens"), default=["dollars"], help="of the awards")
    parser.add_argument("--seconds", type=float, default=3, help="of each case")
    parser.add_argument("--folder", type=Path, help="where the journals are made: the disk to measure")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


def main() -> int:
    """Run all cases and print; 0 when every journal is sound."""
    args = arguments().parse_args()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-", dir=args.folder) as name:
        folder = Path(name)
        fsync_ms = fsync_p50_ms(folder)
        results = []
        for unit, clients, awards, budgets in product(args.units, args.clients, args.awards, args.budgets):
            result = uvloop.run(run(Case(clients, awards, bool(budgets), unit), args.seconds, folder))
            print(json.dumps(asdict(result)), file=sys.stderr, flush=True)
            results.append(result)
        cost = measure(folder)
    load = os.getloadavg()[0]
    if args.json:
        cases = [asdict(result) for result in results]
        print(
            json.dumps(
                {
                    "fsync_p50_ms": fsync_ms,
                    "cpus": os.cpu_count(),
                    "load": load,
                    "results": cases,
                    "policy": asdict(cost),
                }
            )
        )
    else:
        print(f"fsync p50 {fsync_ms:.2f} ms; {os.cpu_count()} CPUs, load {load:.1f}; {args.seconds:g} s a case\n")
        print(table(results))
        print("", *ratios(results), *proven(results), told(cost), sep="\n")
    return 0 if all(result.sound for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
