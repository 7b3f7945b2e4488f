"""The ledger on a real file: what was promised is there after a close, a crash, and a cut of the power (6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from tests.ledger.examples import COSTS, PRICES, award, budget, ending, facts
from tests.ledger.oracle import Oracle
from tests.ledger.sameness import difference, fold
from tests.simulation.powercut import Disk
from tokenry.base.clock import SystemClock
from tokenry.ledger import Ledger, LedgerUnavailable, PriceVersion, Usage, check
from tokenry.storage import Answer, Journal

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


async def furnished(journal: Journal) -> Ledger:
    ledger = Ledger.open(journal, SystemClock(), milestones=(1000,))
    await ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS))
    await ledger.grant(award(), 10**9)
    await ledger.set_budget(budget(limit=10**8))
    return ledger


async def test_what_was_settled_is_there_after_a_close(path: Path) -> None:
    journal = Journal.open(path)
    ledger = await furnished(journal)
    held = await ledger.hold("r", facts(), 600)
    await held.durable
    answer = Answer("scope", "key", b"digest", 200, "application/json", b"{}", 2**62)
    receipt = await ledger.settle(held, ending(1000, 500), answer=answer)
    ledger.snapshot()
    await journal.flush()
    columns = ledger.books.accounts["award:a"]
    journal.close()

    journal = Journal.open(path)
    again = Ledger.open(journal, SystemClock())
    assert again.receipt("r") == receipt
    assert again.books.accounts["award:a"] == columns
    assert [m.threshold for m in again.milestones("org")] == [1000]
    assert journal.answer("scope", "key", 0) == answer
    report = check(journal.read(), journal.latest_snapshot())
    assert report.ok
    assert report.charged == receipt.charge
    await journal.flush()
    journal.close()


async def test_a_hold_that_a_crash_left_open_ends_at_its_checkpoint(path: Path) -> None:
    journal = Journal.open(path)
    ledger = await furnished(journal)
    held = await ledger.hold("r", facts(), 600)
    ledger.mark(held, Usage(100, 256, 0, 0, "events"))
    await journal.flush()
    journal.close()

    journal = Journal.open(path)
    again = Ledger.open(journal, SystemClock())
    await journal.flush()
    receipt = again.receipt("r")
    assert receipt is not None
    assert (receipt.outcome, receipt.charge) == ("crash", 10 + 102)
    assert check(journal.read()).ok
    journal.close()


async def traffic(ledger: Ledger, oracle: Oracle, rng: Random) -> AsyncIterator[None]:
    """Requests that come and go; one step after another, each told to the oracle once it is durable."""
    tasks: set[asyncio.Task[None]] = set()

    async def request(name: str) -> None:
        try:
            held = await ledger.hold(name, facts(stream=rng.random() < 0.5), 500)
            if held.facts.stream:
                await asyncio.shield(held.durable)
                oracle.holds.add(name)
                ledger.mark(held, Usage(10, rng.randrange(500), 0, 0, "events"))
                await asyncio.sleep(0)
            oracle.receipts[name] = await ledger.settle(held, ending(rng.randrange(1000), rng.randrange(800)))
        except LedgerUnavailable:
            oracle.doubtful.add(name)

    for number in range(60):
        tasks.add(asyncio.create_task(request(f"r{number}")))
        if number % 20 == 10:
            ledger.snapshot()
        await asyncio.sleep(rng.choice((0, 0.001)))
        yield
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("seed", range(4))
async def test_after_a_power_cut_every_promise_is_kept(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    (tmp_path / "running").mkdir()
    with Disk(tmp_path / "running", rng) as disk:
        journal = Journal.open(tmp_path / "running" / "ledger.db", vfs=disk.vfs)
        oracle = Oracle(asked={"a": 10**9}, granted={"a": 10**9})
        ledger = await furnished(journal)
        cuts: list[tuple[Oracle, Path]] = []
        async for _ in traffic(ledger, oracle, rng):
            if rng.random() < 0.1:
                # First what was promised, then what is on the platter: the other way round would be unfair to nobody.
                promised = Oracle(set(oracle.holds), dict(oracle.receipts), asked=oracle.asked, granted=oracle.granted)
                target = tmp_path / f"cut{len(cuts)}"
                target.mkdir()
                disk.cut(target)
                cuts.append((promised, target))
        await journal.flush()
        journal.close()
    assert len(oracle.receipts) == 60
    assert any(promised.receipts for promised, _ in cuts)
    for promised, target in cuts:
        await judge(promised, target)


async def judge(promised: Oracle, folder: Path) -> None:
    """Start on what the cut left, and hold it against what had been promised."""
    journal = Journal.open(folder / "ledger.db")
    ledger = Ledger.open(journal, SystemClock(), milestones=(1000,))
    await journal.flush()
    rows = list(journal.read())
    promised.judge(rows, ended=True)
    assert difference(ledger.books, fold(rows)) == []
    report = check(rows, journal.latest_snapshot())
    assert report.ok, report.breaches
    journal.close()
