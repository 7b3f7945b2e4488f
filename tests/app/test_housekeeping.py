"""A disk that fills: the ledger shuts, settles into the ballast, and opens again. Old detail goes as configured."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest

from tests.ledger.examples import ending, facts
from tests.ledger.life import DAYS, Life
from tokenry.app import housekeeping
from tokenry.app.housekeeping import Housekeeping
from tokenry.config import Storage
from tokenry.ledger import DiskNearlyFull, LedgerUnavailable
from tokenry.storage import BALLAST_NAME, LEDGER_DB_NAME, free_bytes, make_ballast

pytestmark = pytest.mark.anyio
MIB = 2**20


class Disk:
    """Says how much is free; the ballast takes its part."""

    def __init__(self, folder: Path, free: int) -> None:
        self.folder = folder
        self.free = free

    def usage(self, _path: Path) -> object:
        ballast = self.folder / BALLAST_NAME
        taken = ballast.stat().st_size if ballast.exists() else 0
        return shutil._ntuple_diskusage(2**40, 0, self.free - taken)  # type: ignore[attr-defined]  # as disk_usage has it


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    life = await Life(tmp_path / LEDGER_DB_NAME).live()
    yield life
    life.journal.close()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(tmp_path, 1000 * MIB)
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    return disk


def keeping(life: Life, folder: Path, **settings: int) -> Housekeeping:
    return Housekeeping(folder, life.ledger, lambda: Storage(**settings))


async def test_below_the_least_nothing_new_is_held_and_what_runs_settles(
    life: Life, disk: Disk, tmp_path: Path
) -> None:
    chores = keeping(life, tmp_path, disk_free_min=80 * MIB, ballast_size=0)
    chores.look()
    running = await life.ledger.hold("req_running", facts(), 1000)
    disk.free = 79 * MIB
    chores.look()
    with pytest.raises(DiskNearlyFull, match=r"79 MiB left, and below 80 MiB no new request is taken") as refused:
        await life.ledger.hold("req_new", facts(), 1000)
    assert (refused.value.status, refused.value.code, refused.value.headers["retry-after"]) == (503, "disk_full", "5")
    await life.ledger.settle(running, ending(1, 1))
    disk.free = 85 * MIB
    chores.look()
    assert DiskNearlyFull in life.ledger.shut, "it must not open and shut all the time"
    disk.free = 90 * MIB
    chores.look()
    assert life.ledger.shut == {}
    await (await life.ledger.hold("req_new", facts(), 1000)).durable


class TestBallast:
    async def test_it_is_laid_by_from_plenty_only(self, life: Life, disk: Disk, tmp_path: Path) -> None:
        chores = keeping(life, tmp_path, disk_free_min=10 * MIB, ballast_size=2 * MIB)
        disk.free = 13 * MIB
        chores.look()
        assert not (tmp_path / BALLAST_NAME).exists()
        disk.free = 14 * MIB
        chores.look()
        stat = (tmp_path / BALLAST_NAME).stat()
        assert (stat.st_size, stat.st_mode & 0o777) == (2 * MIB, 0o600)
        assert stat.st_blocks * 512 >= 2 * MIB, "it takes no room"

    async def test_a_full_disk_gets_it_back_and_the_settlement_that_waited_is_written(
        self, life: Life, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chores = keeping(life, tmp_path, disk_free_min=10 * MIB, ballast_size=2 * MIB)
        chores.look()
        running = await life.ledger.hold("req_running", facts(), 1000)
        await running.durable
        disk.free = 2 * MIB + 1000  # all but the ballast
        writer, write = life.journal._writer, life.journal._writer._write

        def full(batch: object) -> None:
            if (tmp_path / BALLAST_NAME).exists():
                raise apsw.FullError("database or disk is full")
            write(batch)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(writer, "_write", full)
        receipt = await life.ledger.settle(running, ending(1, 1))
        assert receipt.request_id == "req_running"
        assert not (tmp_path / BALLAST_NAME).exists()
        chores.look()
        assert not (tmp_path / BALLAST_NAME).exists(), "it must not be taken from what little there is"
        disk.free = 100 * MIB
        chores.look()
        assert (tmp_path / BALLAST_NAME).exists()

    async def test_a_disk_that_fails_otherwise_keeps_it(
        self, life: Life, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chores = keeping(life, tmp_path, disk_free_min=10 * MIB, ballast_size=2 * MIB)
        chores.look()
        write, left = life.journal._writer._write, iter([True])

        def broken(batch: object) -> None:
            if next(left, False):
                raise apsw.IOError("disk I/O error")
            write(batch)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(life.journal._writer, "_write", broken)
        held = await life.ledger.hold("req_1", facts(), 10)
        with pytest.raises(LedgerUnavailable):
            await held.durable
        await life.journal.flush()
        assert (tmp_path / BALLAST_NAME).exists()
        assert disk.free == 1000 * MIB

    def test_another_size_is_made_anew_and_none_is_removed(self, tmp_path: Path) -> None:
        for size in (MIB, 2 * MIB, 0):
            make_ballast(tmp_path, size)
            assert [path.stat().st_size for path in tmp_path.iterdir()] == [size] * bool(size)
        assert free_bytes(tmp_path) > 0


async def test_old_detail_goes_by_what_the_configuration_says(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "FIRST_ROUND_S", 0)
    rows = life.journal.last_seq
    chores = asyncio.ensure_future(keeping(life, tmp_path, keep_days=DAYS // 2, ballast_size=0).run())
    async with asyncio.timeout(20):
        while not life.journal.base_seq:  # noqa: ASYNC110 - the journal has no event for it
            await asyncio.sleep(0.01)
    chores.cancel()
    assert rows // 3 < life.journal.base_seq < rows * 2 // 3
    assert life.report().ok
