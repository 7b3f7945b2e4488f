"""What is written is found again: order, groups, look-ups, answers, snapshots, and what opening refuses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from tests.storage.journal_ways import Told, answer, hold, refs, settle, write
from tokenry.base.clock import ManualClock
from tokenry.storage import LEDGER_DB_NAME, Entry, Journal, JournalClosed, Row, StorageError, Tuning

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / LEDGER_DB_NAME


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(path)
    yield journal
    journal.close()


def size(path: Path) -> int:
    return path.stat().st_size


@contextlib.contextmanager
def raw(path: Path) -> Iterator[apsw.Connection]:
    # Never through the sqlite3 module: a second SQLite in one process drops the first one's file locks.
    connection = apsw.Connection(str(path))
    try:
        yield connection
    finally:
        connection.close()


async def test_rows_come_back_as_they_were_written(journal: Journal) -> None:
    await write(journal, hold("req_1"), Entry("settle", "req_1", 2**63 - 1, bytes(range(256)), keep=True))
    assert list(journal.read()) == [
        Row(1, "hold", "req_1", 5, b"body of req_1"),
        Row(2, "settle", "req_1", 2**63 - 1, bytes(range(256))),
    ]
    assert journal.last_seq == 2


async def test_done_is_told_on_the_loop_once_the_row_is_durable(journal: Journal, path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def done(error: Exception | None) -> None:
        assert error is None
        with raw(path) as connection:
            seen.append((connection.execute("SELECT count(*) FROM journal").get, threading.get_ident()))

    journal.append(Entry("hold", "req_1", 1, b"", done=done))
    assert seen == []
    await journal.flush()
    assert seen == [(1, threading.get_ident())]


async def test_what_one_turn_of_the_loop_appends_is_one_commit(journal: Journal) -> None:
    told = Told()
    names = [f"req_{n}" for n in range(500)]
    await write(journal, *(hold(name, told) for name in names))
    assert told.durable == names == refs(journal)
    assert (journal.stats.commits, journal.stats.entries, journal.stats.queued) == (1, 500, 0)


async def test_a_queue_longer_than_a_transaction_stays_in_order(journal: Journal) -> None:
    names = [f"req_{n}" for n in range(9000)]
    await write(journal, *(hold(name) for name in names))
    assert refs(journal) == names
    assert journal.stats.commits == 3


async def test_clients_that_wait_share_their_commits(journal: Journal) -> None:
    async def client(name: str) -> None:
        for n in range(20):
            durable = asyncio.get_running_loop().create_future()
            journal.append(Entry("hold", f"{name}_{n}", 1, b"", done=durable.set_result))
            assert await durable is None

    await asyncio.gather(*(client(f"c{n}") for n in range(64)))
    assert journal.last_seq == 64 * 20
    assert journal.stats.commits <= 64 * 20 / 8


async def test_a_callback_that_raises_keeps_nobody_else_from_the_truth(journal: Journal) -> None:
    told, complaints = Told(), []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context["exception"]))

    def broken(_error: Exception | None) -> None:
        raise RuntimeError("mistake")

    await write(journal, Entry("hold", "req_1", 1, b"", done=broken), hold("req_2", told))
    assert told.durable == ["req_2"]
    assert [str(each) for each in complaints] == ["mistake"]


@pytest.mark.parametrize(
    "bad",
    [
        Entry("hold", "req_1", 1, "text"),  # type: ignore[arg-type] # a caller's mistake
        Entry("hold", "req_1", 1, bytes(16 * 1024 * 1024 + 1)),
        Entry("hold", "req_1", -1, b""),
        Entry("hold", "req_1", 2**63, b""),
        Entry("hold", "réq", 1, b""),
        Entry("höld", "req_1", 1, b""),
        Entry("hold", "req_1", 1, b"", answer=answer("\ud800")),
        Entry("hold", "req_1", 1, b"", answer=answer(expires_at=2**63)),
        Entry("hold", "req_1", 1, b"", answer=answer(body="text")),  # type: ignore[arg-type] # a caller's mistake
    ],
)
async def test_an_entry_the_file_cannot_hold_spoils_nothing(journal: Journal, bad: Entry) -> None:
    journal.append(hold("req_0"))
    with pytest.raises(ValueError, match=r"journal entry|answer's|surrogates"):
        journal.append(bad)
    await journal.flush()
    assert refs(journal) == ["req_0"]


class TestReading:
    async def test_ranges(self, journal: Journal) -> None:
        await write(journal, *(hold(f"req_{n}") for n in range(1, 2501)))
        assert [row.seq for row in journal.read(after=2498)] == [2499, 2500]
        assert [row.seq for row in journal.read(after=998, until=1001)] == [999, 1000, 1001]
        assert [row.seq for row in journal.read()] == list(range(1, 2501))
        assert list(journal.read(after=2500)) == []

    async def test_a_long_reading_ends_where_the_journal_was_when_it_was_asked(self, journal: Journal) -> None:
        await write(journal, *(hold(f"req_{n}") for n in range(1500)))
        reading = journal.read()
        next(reading)
        await write(journal, hold("req_later"))
        assert sum(1 for _ in reading) == 1499

    async def test_find_is_by_ref_and_kind_and_the_newest_wins(self, journal: Journal) -> None:
        await write(journal, hold("req_1"), hold("req_1", kind="mark"), hold("req_2"), hold("req_1", kind="mark"))
        marked = journal.find("req_1", "mark")
        assert marked is not None
        assert marked.seq == 4
        assert journal.find("req_1", "settle") is None
        assert journal.find("req_3", "hold") is None

    async def test_find_latest_walks_back(self, journal: Journal) -> None:
        await write(journal, *(hold(f"req_{n}", kind="abc"[n % 3]) for n in range(9)))
        assert [row.seq for row in journal.find_latest(("a", "c"), 3)] == [9, 7, 6]
        assert [row.seq for row in journal.find_latest(("a", "c"), 3, before=6)] == [4, 3, 1]
        assert journal.find_latest((), 3) == []
        assert journal.find_latest(("a",), -1) == []

    async def test_other_threads_read_while_it_is_written(self, journal: Journal) -> None:
        counts: list[int] = []

        def count() -> None:
            while not counts or counts[-1] < 1000:
                rows = [row.seq for row in journal.read()]
                assert rows == list(range(1, len(rows) + 1))
                assert journal.find("req_0", "hold") is not None
                counts.append(len(rows))

        await write(journal, hold("req_0"))
        reader = asyncio.get_running_loop().run_in_executor(None, count)
        for n in range(1, 1000):
            journal.append(hold(f"req_{n}"))
            if n % 50 == 0:
                await journal.flush()
        await journal.flush()
        await asyncio.wait_for(reader, 10)
        assert counts[-1] == 1000


class TestAnswers:
    async def test_an_answer_is_found_until_it_expires(self, journal: Journal) -> None:
        await write(journal, settle("req_1", answer=answer(expires_at=2**62)))
        assert journal.answer("key_1 /v1/chat/completions", "k", 2**62 - 1) == answer()
        assert journal.answer("key_1 /v1/chat/completions", "k", 2**62) is None
        assert journal.answer("key_2 /v1/chat/completions", "k", 1) is None
        assert journal.answer("key_1 /v1/chat/completions", "other", 1) is None

    async def test_a_later_answer_takes_the_place_of_an_earlier_one(self, journal: Journal) -> None:
        await write(journal, settle("req_1", answer=answer(body=b"1")), settle("req_2", answer=answer(body=b"2")))
        found = journal.answer("key_1 /v1/chat/completions", "k", 1)
        assert found is not None
        assert found.body == b"2"

    async def test_expired_ones_are_removed_in_time_and_others_stay(self, path: Path) -> None:
        clock = ManualClock()
        now = clock.now_ns()
        journal = Journal.open(path, tuning=Tuning(clock=clock))
        await write(
            journal,
            settle("req_1", answer=answer("old", expires_at=now + 1)),
            settle("req_2", answer=answer("new", expires_at=now + 2**60)),
        )
        clock.advance(s=60)
        await write(journal, hold("req_3"))
        journal.close()
        with raw(path) as connection:
            assert connection.execute("SELECT key FROM answers").fetchall() == [("new",)]


class TestSnapshots:
    async def test_there_is_none_at_first(self, journal: Journal) -> None:
        assert journal.latest_snapshot() is None

    async def test_it_stands_between_what_was_appended_before_and_after(self, journal: Journal) -> None:
        told = Told()
        journal.append(hold("req_1"))
        journal.put_snapshot(b"state of one", lambda error: told("snapshot", error))
        journal.append(hold("req_2"))
        await journal.flush()
        assert journal.latest_snapshot() == (1, b"state of one")
        assert journal.last_seq == 2
        assert told.durable == ["snapshot"]

    async def test_the_last_three_are_kept(self, journal: Journal, path: Path) -> None:
        for n in range(5):
            await write(journal, hold(f"req_{n}"))
            journal.put_snapshot(b"%d" % n)
        await journal.flush()
        with raw(path) as connection:
            assert connection.execute("SELECT seq FROM snapshots ORDER BY seq").fetchall() == [(3,), (4,), (5,)]

    async def test_a_damaged_one_is_passed_over(self, journal: Journal, path: Path) -> None:
        for n in range(3):
            await write(journal, hold(f"req_{n}"))
            journal.put_snapshot(b"%d" % n)
        await journal.flush()
        with raw(path) as connection:
            connection.execute("UPDATE snapshots SET body = x'00' WHERE seq = 3")
        assert journal.latest_snapshot() == (2, b"1")

    async def test_two_in_a_row_leave_the_later(self, journal: Journal) -> None:
        await write(journal, hold("req_1"))
        journal.put_snapshot(b"first")
        journal.put_snapshot(b"second")
        await journal.flush()
        assert journal.latest_snapshot() == (1, b"second")


class TestOpeningAndClosing:
    async def test_everything_is_there_again(self, path: Path) -> None:
        first = Journal.open(path)
        first.append(hold("req_1", answer=answer()))
        first.put_snapshot(b"state")
        first.close()  # nothing was flushed: close does it
        again = Journal.open(path)
        assert (again.last_seq, refs(again), again.latest_snapshot()) == (1, ["req_1"], (1, b"state"))
        await write(again, hold("req_2"))
        assert [row.seq for row in again.read()] == [1, 2]
        again.close()

    async def test_close_tells_everybody_first(self, journal: Journal) -> None:
        told = Told()
        for n in range(5000):
            journal.append(hold(f"req_{n}", told))
        journal.close()
        assert len(told.durable) == 5000
        journal.close()
        with pytest.raises(JournalClosed):
            journal.append(hold("req_late"))

    async def test_close_leaves_one_file(self, journal: Journal, path: Path) -> None:
        await write(journal, hold("req_1"))
        journal.close()
        assert os.listdir(path.parent) == [LEDGER_DB_NAME]

    async def test_what_callbacks_append_while_it_closes_is_written(self, path: Path) -> None:
        journal = Journal.open(path)
        journal.append(Entry("hold", "req_1", 1, b"", done=lambda _error: journal.append(settle("req_1"))))
        journal.close()
        again = Journal.open(path)
        assert [row.kind for row in again.read()] == ["hold", "settle"]
        again.close()

    async def test_the_file_is_private(self, journal: Journal, path: Path) -> None:
        await write(journal, hold("req_1"))
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}

    def test_commits_are_fsynced(self, journal: Journal, path: Path) -> None:
        with raw(path) as connection:
            assert connection.execute("PRAGMA journal_mode").get == "wal"
        assert journal._writer._connection.execute("PRAGMA synchronous").get == 2

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ("PRAGMA user_version = 3", r"newer Tokenry \(schema 3, this one knows 2\)"),
            ("PRAGMA application_id = 7", "not Tokenry's ledger"),
            ("DELETE FROM journal WHERE seq = 1", r"is damaged \(entries are missing\); put a backup"),
        ],
    )
    async def test_refusals(self, path: Path, change: str, words: str) -> None:
        journal = Journal.open(path)
        await write(journal, hold("req_1"), hold("req_2"))
        journal.close()
        with raw(path) as connection:
            connection.execute(change)
        with pytest.raises(StorageError, match=words) as refused:
            Journal.open(path)
        assert "\n" not in refused.value.message

    async def test_a_damaged_page_is_refused(self, path: Path) -> None:
        journal = Journal.open(path)
        await write(journal, *(hold(f"req_{n}") for n in range(2000)))
        journal.close()
        with path.open("r+b") as file:
            file.seek(5 * 4096)
            file.write(b"\xff" * 4096)
        with pytest.raises(StorageError, match=r"is damaged .*put a backup in its place") as refused:
            Journal.open(path)
        assert "\n" not in refused.value.message

    async def test_a_truncated_file_is_refused(self, path: Path) -> None:
        journal = Journal.open(path)
        await write(journal, *(hold(f"req_{n}") for n in range(2000)))
        journal.close()
        os.truncate(path, size(path) // 2)
        with pytest.raises(StorageError, match="is damaged"):
            Journal.open(path)

    def test_something_else_is_refused(self, path: Path) -> None:
        path.write_bytes(b"this is no database " * 100)
        with pytest.raises(StorageError, match="is damaged"):
            Journal.open(path)

    def test_a_missing_folder_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match="cannot make"):
            Journal.open(tmp_path / "absent" / LEDGER_DB_NAME)


async def test_the_log_is_used_over_again(path: Path) -> None:
    journal = Journal.open(path, tuning=Tuning(checkpoint_pages=50))
    for _ in range(300):
        await write(journal, *(hold(f"req_{n:04d}") for n in range(100)))
    log = size(path.with_name(path.name + "-wal"))
    journal.close()
    assert log < 6 * size(path)  # without checkpoints it holds each page many times: over 40 times the file


async def test_stats_count_what_happened(journal: Journal) -> None:
    for n in range(3):
        await write(journal, hold(f"req_{n}"))
    stats = journal.stats
    assert (stats.commits, stats.failures, stats.entries, stats.queued) == (3, 0, 3, 0)
    assert sum(stats.commit_buckets) == 3
    assert 0 < stats.commit_last_s < 10
    assert 0 < stats.commit_ewma_s < 10
    assert stats.wal_pages > 0
