"""Old rows go, and nothing that rests on them changes: balances, the proof, usage, what a crash leaves."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from random import Random

import apsw
import pytest

from tests.ledger.examples import DAY_NS, award, ending, facts
from tests.ledger.life import DAYS, PER_DAY, Life, totals
from tests.simulation.powercut import Disk, restore
from tokenry.ledger import Ledger, Pool, Unit
from tokenry.ledger.past import seq_before
from tokenry.ledger.retention import Policy
from tokenry.storage import LEDGER_DB_NAME, Journal, StorageError, Upkeep

pytestmark = pytest.mark.anyio


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    yield life
    if life.journal.latched is None:
        life.journal.close()


async def test_what_was_known_before_is_known_after(life: Life) -> None:
    books, report, usage = dict(life.ledger.books.accounts), life.report(), life.usage()
    last = life.journal.last_seq
    outcome = await life.retention.run(Policy(4 * DAY_NS))
    assert outcome.closed == outcome.removed == life.journal.base_seq > 100
    kept = list(life.journal.read())
    assert kept[0].seq == life.journal.base_seq + 1
    assert kept[-1].seq == last
    assert kept[0].at >= life.clock.now_ns() - 4 * DAY_NS
    assert totals(life.report()) == totals(report)
    assert life.report().closed_rows == outcome.closed
    assert life.usage() == usage
    assert life.ledger.books.accounts == books
    again = Ledger.open(life.journal, life.clock)  # there is no snapshot: the base is all that is left of the old rows
    assert {name: a.credits_posted for name, a in again.books.accounts.items() if name.startswith("award")} == {
        name: a.credits_posted for name, a in books.items() if name.startswith("award")
    }
    assert life.ledger.receipt("req_0000") is None
    assert life.ledger.receipt("req_0900") is not None


async def test_what_was_moved_into_awards_and_pools_is_known_after_their_rows_are_gone(life: Life) -> None:
    ledger, pool = life.ledger, Pool("p", Unit.TOKENS, "org", "P")
    await ledger.fund(pool, 10_000, key="fund")
    one = award("t", priority=1, unit=Unit.TOKENS, pool="p")
    await ledger.grant(one, 1000, committed=500, key="grant")
    await ledger.settle(await ledger.hold("req_t", facts(), 0), ending(100, 200))
    await ledger.withdraw("t", 50, key="less")
    life.clock.advance(ns=8 * DAY_NS)
    await ledger.release("t", 500, key="tranche")
    before = ledger.balance("t"), ledger.pool_balance("p"), ledger.balance("a").issued
    await life.retention.run(Policy(4 * DAY_NS))
    assert life.journal.base_seq > 100
    again = Ledger.open(life.journal, life.clock)
    assert (again.balance("t"), again.pool_balance("p"), again.balance("a").issued) == before
    await again.grant(one, 1000, committed=500, key="grant")  # its row is gone, and it is known all the same
    assert again.balance("t") == before[0]
    report = life.report()
    assert report.ok, report.breaches
    assert (report.issued_tokens, report.served_tokens) == (10_000, 300)


async def test_round_after_round_adds_up(life: Life) -> None:
    report, usage = life.report(), life.usage()
    for days in (8, 6, 4, 4):
        await life.retention.run(Policy(days * DAY_NS))
        assert totals(life.report()) == totals(report)
        assert life.usage() == usage
    assert (await life.retention.run(Policy(4 * DAY_NS))).closed == 0


async def test_two_days_stay_whatever_is_asked(life: Life) -> None:
    await life.retention.run(Policy(1))
    kept = [row for row in life.journal.read() if row.kind == "settle"]
    assert len(kept) == 2 * PER_DAY + 1  # one is two days old to the nanosecond
    assert seq_before(life.journal, life.clock.now_ns() - DAY_NS) > life.journal.base_seq
    assert seq_before(life.journal, 0) == life.journal.base_seq


async def test_above_the_bound_of_size_the_oldest_go_early(life: Life) -> None:
    report = life.report()
    assert not (await life.retention.run(Policy(400 * DAY_NS, size_max=2**40))).early
    used = life.journal.size()[0]
    outcome = await life.retention.run(Policy(400 * DAY_NS, size_max=used * 2 // 3))
    assert outcome.early
    assert 50 < outcome.closed < life.journal.last_seq / 2
    assert totals(life.report()) == totals(report)


async def test_rows_that_do_not_add_up_stay(life: Life, tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / LEDGER_DB_NAME))) as file:
        body = file.execute("SELECT body FROM journal WHERE ref = 'req_0000' AND kind = 'settle'").get
        forged = body.replace(b"\xa9completed", b"\xa9completeX")
        file.execute("UPDATE journal SET body = ? WHERE ref = 'req_0000' AND kind = 'settle'", (forged,))
    rows = len(list(life.journal.read()))
    with pytest.raises(StorageError, match="do not add up, so no old ones are given up"):
        await life.retention.run(Policy(4 * DAY_NS))
    assert life.journal.base_seq == 0
    assert len(list(life.journal.read())) == rows


async def test_the_file_gives_room_back(life: Life) -> None:
    used, whole = life.journal.size()
    await life.retention.run(Policy(2 * DAY_NS))
    assert life.journal.size()[0] < used
    assert life.journal.size()[1] < whole


async def test_a_base_made_from_another_one_is_refused(life: Life) -> None:
    late = life.retention._close(50)
    await life.retention.run(Policy(4 * DAY_NS))
    seq = life.journal.base_seq
    await life.retention._keep_up(late)
    assert (late.refused, life.journal.base_seq) == (True, seq)
    assert life.report().ok


async def test_an_interrupted_round_is_ended_by_the_next(life: Life, tmp_path: Path) -> None:
    report = life.report()
    await life.retention._keep_up(life.retention._close(80))  # the rows are still there
    await life.retention._keep_up(Upkeep(rows_max=7))
    assert totals(life.report()) == totals(report)
    life.journal.close()
    again = Life(tmp_path / LEDGER_DB_NAME)
    assert again.journal.base_seq == 80
    assert next(iter(again.journal.read())).seq == 81
    again.clock.advance(ns=DAYS * DAY_NS)
    assert (await again.retention.run(Policy(100 * DAY_NS))).removed == 80 - 7
    life.journal = again.journal
    assert life.report().ok


async def test_a_power_cut_at_any_write_of_a_round_loses_nothing(life: Life, tmp_path: Path) -> None:
    """The hold left open is settled when the copy is opened; what is true from then on must stay so."""
    life.journal.close()
    images: list[dict[str, bytes]] = []
    with Disk(tmp_path / "disk", Random(9)) as disk:
        disk.folder.mkdir()
        shutil.copy(tmp_path / LEDGER_DB_NAME, disk.folder)
        other = Life(disk.folder / LEDGER_DB_NAME, disk.vfs)
        other.clock.advance(ns=DAYS * DAY_NS)
        await other.journal.flush()
        report, usage = other.report(), other.usage()
        disk.watch = lambda _what, _name: images.append(disk.image())
        await other.retention.run(Policy(4 * DAY_NS))
        disk.watch = None
        other.journal.close()
    found = set()
    for n, image in enumerate(images):
        restore(image, tmp_path / str(n))
        life.journal = Journal.open(tmp_path / str(n) / LEDGER_DB_NAME, synchronous="OFF")
        assert totals(life.report()) == totals(report)
        assert life.usage() == usage
        found.add(life.journal.base_seq)
        life.journal.close()
    assert len(found) == 2
