"""Nothing acknowledged is lost by a power cut, and the disk that cuts it is shown to be able to lose things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import apsw
import pytest

from tests.simulation.powercut import SECTOR, Disk, Truncate, Twin, Write
from tests.storage.cut_power import check, live_and_cut

SEEDS = 100
CHUNK = 10


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_acknowledged_entry_is_lost(first: int) -> None:
    outcomes = check(range(first, first + CHUNK))
    assert [problem for outcome in outcomes for problem in outcome.problems] == []
    assert sum(outcome.cuts for outcome in outcomes) >= 50
    assert sum(outcome.acknowledged for outcome in outcomes) >= 500


def test_disks_that_also_fail_close_the_latch_and_nothing_given_up_comes_back() -> None:
    outcomes = [live_and_cut(seed, faults=True) for seed in range(1000, 1010)]
    assert [problem for outcome in outcomes for problem in outcome.problems] == []
    assert sum(outcome.latches for outcome in outcomes) >= 10


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_without_a_sync_per_commit_acknowledged_entries_are_lost(synchronous: str) -> None:
    """The negative control: a simulation that finds nothing here would find nothing above."""
    outcomes = check(range(5), synchronous=synchronous)
    assert sum(outcome.lost > 0 for outcome in outcomes) >= 3


class TestDisk:
    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Disk]:
        (tmp_path / "disk").mkdir()
        with Disk(tmp_path / "disk", Random(1)) as disk:
            yield disk

    def rows_after_cut(self, disk: Disk, target: Path) -> int | None:
        disk.cut(target)
        connection = apsw.Connection(str(target / "t.db"))
        try:
            return int(connection.execute("SELECT count(*) FROM t").get)
        except apsw.Error:
            return None
        finally:
            connection.close()

    @pytest.mark.parametrize("mode", ["DELETE", "WAL"])
    @pytest.mark.parametrize(("synchronous", "always"), [("EXTRA", True), ("OFF", False)])
    def test_sqlite_itself_keeps_or_breaks_its_word(
        self, disk: Disk, tmp_path: Path, mode: str, synchronous: str, always: bool
    ) -> None:
        connection = apsw.Connection(str(disk.folder / "t.db"), vfs=disk.vfs)
        connection.execute(
            f"PRAGMA journal_mode = {mode}; PRAGMA synchronous = {synchronous}; CREATE TABLE t (x)"
        ).fetchall()
        kept = []
        for n in range(30):
            connection.execute("INSERT INTO t VALUES (zeroblob(3000))")
            kept.append(self.rows_after_cut(disk, tmp_path / str(n)) == n + 1)
        connection.close()
        assert all(kept) is always

    def outcomes(self, twin: Twin) -> set[bytes | None]:
        rng = Random(7)
        return {twin.outcome(rng) for _ in range(500)}

    def test_what_was_synced_is_always_there(self) -> None:
        twin = Twin(named=True, unsynced=[Write(0, b"abc")])
        twin.sync()
        assert self.outcomes(twin) == {b"abc"}

    def test_what_was_not_may_be_there_in_any_part(self) -> None:
        twin = Twin(bytearray(b"---"), named=True, unsynced=[Write(0, b"a"), Write(2, b"c")])
        assert self.outcomes(twin) == {b"---", b"a--", b"--c", b"a-c"}

    def test_writes_are_torn_at_sectors(self) -> None:
        twin = Twin(bytearray(2 * SECTOR), named=True, unsynced=[Write(0, b"x" * 2 * SECTOR)])
        halves = {(content or b"")[:: SECTOR // 2] for content in self.outcomes(twin)}
        assert halves == {b"xxxx", b"xx\0\0", b"\0\0xx", b"\0\0\0\0"}

    def test_truncations_may_be_undone(self) -> None:
        twin = Twin(bytearray(b"abcd"), named=True, unsynced=[Truncate(2), Write(3, b"z")])
        assert self.outcomes(twin) == {b"abcd", b"ab", b"abcz", b"ab\0z"}

    def test_a_new_file_may_be_missing_and_a_removed_one_may_come_back(self) -> None:
        ghost = Twin(bytearray(b"old"), named=True, deleted=True)
        assert self.outcomes(ghost) == {b"old", None}
        assert self.outcomes(Twin(bytearray(b"new"), ghost=ghost)) == {b"new", b"old", None}

    def test_a_failed_sync_forgets_for_good(self, disk: Disk) -> None:
        path = str(disk.folder / "t.db")
        forgotten = 0
        for n in range(40):
            twin = disk.twin(path + str(n))
            disk.wrote(twin, Write(0, b"a"))
            disk.sync_failed(twin)
            disk.synced(twin)
            forgotten += twin.durable != b"a"
        assert 0 < forgotten < 40

    def test_a_fault_reaches_sqlite(self, disk: Disk) -> None:
        def full(what: str, _name: str) -> None:
            if what == "write":
                raise apsw.FullError("simulated")

        connection = apsw.Connection(str(disk.folder / "t.db"), vfs=disk.vfs)
        disk.fault = full
        with pytest.raises(apsw.FullError):
            connection.execute("CREATE TABLE t (x)")
        disk.fault = None
        connection.execute("CREATE TABLE t (x)")
        connection.close()
