"""The disk fails: who is told what, what waits, what comes back, and that disk and memory agree afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import apsw
import pytest

from tests.simulation.powercut import Disk
from tests.storage.journal_ways import Told, answer, hold, latch_closed, refs, settle, write
from tokenry.storage import LEDGER_DB_NAME, Entry, Journal, JournalLatched, StorageError, Tuning
from tokenry.storage import journal as journal_file

pytestmark = pytest.mark.anyio


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with Disk(tmp_path, Random(1)) as disk:
        yield disk


@pytest.fixture
def journal(disk: Disk) -> Iterator[Journal]:
    journal = Journal.open(disk.folder / LEDGER_DB_NAME, vfs=disk.vfs, tuning=Tuning(probe_s=0.002))
    yield journal
    disk.fault = None
    journal.close()


def fail(disk: Disk, what: str = "write", error: type[Exception] = apsw.FullError) -> None:
    def fault(operation: str, _name: str) -> None:
        if operation == what:
            raise error("simulated")

    disk.fault = fault


def reopened(journal: Journal) -> Journal:
    """The same file after an orderly end, through the ordinary VFS."""
    journal.close()
    return Journal.open(journal.path)


@pytest.mark.parametrize(
    ("what", "error"),
    [("write", apsw.FullError), ("write", apsw.ReadOnlyError), ("write", apsw.IOError), ("sync", apsw.IOError)],
)
async def test_holds_are_given_up_settles_wait_and_the_latch_opens_again(
    journal: Journal, disk: Disk, what: str, error: type[Exception]
) -> None:
    told = Told()
    latches: list[Exception | None] = []
    journal.on_latch(latches.append)
    await write(journal, hold("req_1", told))
    fail(disk, what, error)
    journal.append(settle("req_1", told))
    journal.append(hold("req_2", told))
    refusal = await latch_closed(journal)
    assert isinstance(refusal, JournalLatched)
    assert isinstance(refusal.__cause__, error)
    assert told.outcomes == [("req_1", None), ("req_2", refusal)]
    assert journal.last_seq == 1
    disk.fault = None
    await journal.flush()
    assert journal.latched is None
    assert latches == [refusal, None]
    assert told.durable == ["req_1", "req_1"]
    await write(journal, hold("req_3", told))
    again = reopened(journal)
    assert [(row.seq, row.kind, row.ref) for row in again.read()] == [
        (1, "hold", "req_1"),
        (2, "settle", "req_1"),
        (3, "hold", "req_3"),
    ]
    again.close()


async def test_while_latched_a_hold_fails_in_the_next_turn_and_a_settle_waits(journal: Journal, disk: Disk) -> None:
    told = Told()
    fail(disk)
    journal.append(hold("req_1", told))
    await latch_closed(journal)
    journal.append(hold("req_2", told))
    journal.append(settle("req_0", told))
    assert told.given_up == ["req_1"]  # never inside append
    await asyncio.sleep(0)
    assert told.given_up == ["req_1", "req_2"]
    disk.fault = None
    await journal.flush()
    assert told.durable == refs(journal) == ["req_0"]


async def test_everything_waiting_behind_the_failed_batch_is_judged_with_it(journal: Journal, disk: Disk) -> None:
    told = Told()
    fail(disk)
    journal.append(hold("req_1", told))
    await asyncio.sleep(0)  # its batch is on its way
    for entry in (settle("req_0", told), hold("req_2", told), settle("req_2", told, depends_on="req_2")):
        journal.append(entry)
    journal.put_snapshot(b"holds of 1 and 2", lambda error: told("snapshot", error))
    await latch_closed(journal)
    assert told.given_up == ["req_1", "req_2", "req_2", "snapshot"]
    disk.fault = None
    await journal.flush()
    assert told.durable == refs(journal) == ["req_0"]
    assert journal.latest_snapshot() is None


class TestDependence:
    async def test_a_settle_goes_with_its_hold(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        fail(disk)
        journal.append(hold("req_1", told))
        journal.append(settle("req_1", told, depends_on="req_1"))
        await latch_closed(journal)
        assert told.given_up == ["req_1", "req_1"]

    async def test_a_settle_of_a_durable_hold_is_kept(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        await write(journal, hold("req_1", told))
        fail(disk)
        journal.append(settle("req_1", told, depends_on="req_1"))
        await latch_closed(journal)
        disk.fault = None
        await journal.flush()
        assert told.durable == ["req_1", "req_1"]

    async def test_a_lost_mark_does_not_take_the_settle_with_it(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        await write(journal, hold("req_1", told))
        fail(disk)
        journal.append(Entry("mark", "req_1", 1, b"", depends_on="req_1", done=lambda error: told("mark", error)))
        journal.append(settle("req_1", told, depends_on="req_1"))
        await latch_closed(journal)
        assert told.given_up == ["mark"]
        disk.fault = None
        await journal.flush()
        assert told.durable == ["req_1", "req_1"]

    async def test_a_settle_that_comes_before_its_caller_knew_is_refused(self, journal: Journal, disk: Disk) -> None:
        """The first callback of the failure settles the second hold, whose own bad news is still to come."""
        told = Told()
        fail(disk)
        late = settle("req_2", told, depends_on="req_2")
        journal.append(Entry("hold", "req_1", 1, b"", done=lambda _error: journal.append(late)))
        journal.append(hold("req_2", told))
        await latch_closed(journal)
        await asyncio.sleep(0)
        disk.fault = None
        await journal.flush()
        assert told.given_up == ["req_2", "req_2"]
        assert refs(journal) == []

    async def test_refusals_are_told_before_the_latch_opens(self, journal: Journal, disk: Disk) -> None:
        """The hold is refused in the very turn in which the probe succeeds; a snapshot must not hold it."""
        told = Told()
        state: list[str] = []
        fail(disk)
        journal.append(hold("req_1", told))
        await latch_closed(journal)

        def forget(error: Exception | None) -> None:
            assert error is not None
            state.remove("req_2")

        def opened(error: Exception | None) -> None:
            if error is None:
                journal.put_snapshot(",".join(state).encode())

        journal.on_latch(opened)
        state.append("req_2")
        journal.append(Entry("hold", "req_2", 1, b"", done=forget))
        probe = journal._probe_timer
        assert probe is not None
        probe.cancel()
        disk.fault = None
        journal._probe()
        assert journal._job is not None
        journal._job.finished.wait()
        journal._finished(journal._job)
        await journal.flush()
        assert journal.latest_snapshot() == (0, b"")


def other_hand(journal: Journal, disk: Disk) -> apsw.Connection:
    """Another connection, whose writes the disk lets through while it still refuses the journal's."""

    class Mine(threading.local):
        allowed = False

    mine = Mine()
    mine.allowed = True
    refuse = disk.fault

    def fault(what: str, name: str) -> None:
        if not mine.allowed and refuse is not None:
            refuse(what, name)

    disk.fault = fault
    connection = apsw.Connection(str(journal.path), vfs=disk.vfs)
    connection.set_busy_timeout(10_000)  # the journal's own probes come and go beside this hand
    return connection


async def test_the_probe_removes_what_nobody_was_told_of(journal: Journal, disk: Disk) -> None:
    """A commit that fails may have reached the disk all the same."""
    await write(journal, hold("req_1", answer=answer("first")))
    journal.put_snapshot(b"1")
    await journal.flush()
    fail(disk)
    journal.append(hold("req_2"))
    journal.append(settle("req_0"))
    await latch_closed(journal)
    other = other_hand(journal, disk)
    other.execute("INSERT INTO journal VALUES (2, 'hold', 'req_2', 1, x'')")
    other.execute("INSERT INTO answers VALUES (2, 's', 'k', x'', 200, 't', x'', 99999)")
    other.execute("INSERT INTO snapshots VALUES (2, x'', x'')")
    other.close()
    assert refs(journal) == ["req_1"]  # readers are shown acknowledged rows only
    assert journal.find("req_2", "hold") is None
    assert journal.find_latest(("hold",), 5)[0].ref == "req_1"
    assert journal.answer("s", "k", 1) is None
    disk.fault = None
    await journal.flush()
    assert refs(journal) == ["req_1", "req_0"]
    assert journal.answer("s", "k", 1) is None
    assert journal.answer(answer().scope, "first", 1) is not None
    assert journal.latest_snapshot() == (1, b"1")


async def test_a_disk_that_lost_acknowledged_rows_keeps_the_latch_closed(journal: Journal, disk: Disk) -> None:
    told = Told()
    await write(journal, hold("req_1"), hold("req_2"))
    fail(disk)
    journal.append(settle("req_1", told))
    await latch_closed(journal)
    other = other_hand(journal, disk)
    row = other.execute("SELECT * FROM journal WHERE seq = 2").fetchall()[0]
    other.execute("DELETE FROM journal WHERE seq = 2")
    disk.fault = None
    failures = journal.stats.failures
    for _ in range(500):  # a probe is no event that a caller could wait for
        await asyncio.sleep(0.002)
        if journal.stats.failures >= failures + 3:
            break
    assert "lost acknowledged entries" in str(journal.latched)
    other.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", row)
    other.close()
    await journal.flush()
    assert told.durable == ["req_1"]
    assert refs(journal) == ["req_1", "req_2", "req_1"]


async def test_a_log_that_cannot_be_copied_holds_nobody_up(disk: Disk) -> None:
    def fault(_what: str, name: str) -> None:
        if name == LEDGER_DB_NAME:
            raise apsw.FullError("simulated")

    journal = Journal.open(disk.folder / LEDGER_DB_NAME, vfs=disk.vfs, tuning=Tuning(checkpoint_pages=10))
    disk.fault = fault
    for n in range(50):
        await write(journal, hold(f"req_{n:02d}"))
    assert journal.latched is None
    journal.close()
    disk.fault = None
    again = Journal.open(disk.folder / LEDGER_DB_NAME, vfs=disk.vfs)
    assert len(refs(again)) == 50
    again.close()


class TestClosing:
    async def test_with_a_healed_disk_the_last_probe_writes_what_waits(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        fail(disk)
        for n in range(5000):  # more than one transaction
            journal.append(settle(f"req_{n}", told))
        await latch_closed(journal)
        disk.fault = None
        again = reopened(journal)
        assert len(told.durable) == again.last_seq == 5000
        again.close()

    async def test_with_a_broken_disk_everybody_is_told_and_it_says_so(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        await write(journal, hold("req_1"))
        fail(disk)
        journal.append(settle("req_1", told))
        await latch_closed(journal)
        journal.append(hold("req_2", told))
        with pytest.raises(StorageError, match="closed while 1 entries could not be written"):
            journal.close()
        assert told.given_up == ["req_2", "req_1"]
        disk.fault = None
        again = Journal.open(journal.path)
        assert refs(again) == ["req_1"]
        again.close()

    async def test_while_a_batch_is_on_its_way(self, journal: Journal, disk: Disk) -> None:
        told = Told()
        fail(disk)
        journal.append(hold("req_1", told))
        await asyncio.sleep(0)
        journal.append(settle("req_0", told))
        with pytest.raises(StorageError, match="closed while"):
            journal.close()
        assert told.given_up == ["req_1", "req_0"]


async def test_a_queue_without_end_is_refused(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "QUEUE_MAX", 10)
    told = Told()
    for n in range(12):
        journal.append(hold(f"req_{n:02d}", told))
    journal.append(settle("req_00", told))
    journal.append(settle("req_11", told, depends_on="req_11"))
    journal.put_snapshot(b"", lambda error: told("snapshot", error))
    await journal.flush()
    assert told.given_up == ["req_10", "req_11", "req_11", "snapshot"]
    assert refs(journal) == [f"req_{n:02d}" for n in range(10)] + ["req_00"]
    await write(journal, settle("req_11", told, depends_on="req_11"))  # all were told: the name is free again
    assert told.durable[-1] == "req_11"


async def test_a_flush_waits_for_the_latch(journal: Journal, disk: Disk) -> None:
    fail(disk)
    journal.append(settle("req_1"))
    await latch_closed(journal)
    flushed = asyncio.ensure_future(journal.flush())
    for _ in range(5):
        await asyncio.sleep(0.002)
    assert not flushed.done()
    disk.fault = None
    await asyncio.wait_for(flushed, 10)
    assert refs(journal) == ["req_1"]
