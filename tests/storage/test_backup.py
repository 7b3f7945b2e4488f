"""Backups: of one instant while others write, whole or not there, and every fault in one found."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.ledger.examples import DAY_NS, ending, facts
from tests.ledger.life import Life
from tokenry.ledger import prove_file
from tokenry.ledger.retention import Policy
from tokenry.storage import (
    APP_DB_NAME,
    LEDGER_DB_NAME,
    AppDb,
    Backup,
    BackupOrder,
    RowsMoved,
    Stopped,
    StorageError,
    Watch,
    back_up,
    copying,
    faults,
    read_manifest,
    supported,
    thin,
)
from tokenry.storage.tables import settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    (tmp_path / "data").mkdir()
    (tmp_path / "tokenry.toml").write_text("# mine\n")
    AppDb.open(tmp_path / "data" / APP_DB_NAME).close()
    life = await Life(tmp_path / "data" / LEDGER_DB_NAME).live()
    yield life
    life.journal.close()


def order(life: Life, into: Path, *, now_ns: int | None = None) -> BackupOrder:
    data = life.journal.path.parent
    now_ns = now_ns or life.clock.now_ns()
    return BackupOrder(data, data.parent / "tokenry.toml", into, life.journal.last_seq, "0.0", now_ns)


def made(life: Life, into: Path, **more: Any) -> Backup:
    return back_up(order(life, into, **more), Watch())


async def test_it_holds_what_the_manifest_says_and_nothing_lies_beside_it(life: Life, tmp_path: Path) -> None:
    backup = made(life, tmp_path / "b")
    assert sorted(path.name for path in backup.path.iterdir()) == [
        "app.db",
        "ledger.db",
        "manifest.json",
        "tokenry.toml",
    ]
    assert {path.stat().st_mode & 0o777 for path in backup.path.iterdir()} == {0o600}
    manifest = read_manifest(backup.path)
    assert manifest == backup.manifest
    assert list(faults(backup.path, manifest, Watch())) == []
    assert supported(manifest)
    assert manifest.last_seq == life.journal.last_seq
    assert manifest.newest_at == list(life.journal.read())[-1].at
    assert prove_file(backup.path / LEDGER_DB_NAME).report == life.report()
    assert sorted(path.name for path in backup.path.iterdir()) == [
        "app.db",
        "ledger.db",
        "manifest.json",
        "tokenry.toml",
    ]


async def test_backups_under_load_are_each_of_one_instant(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_TURN", 17)
    db = AppDb.open(tmp_path / "data" / APP_DB_NAME)
    over = asyncio.Event()

    async def load(client: int) -> int:
        n = 0
        while not over.is_set():
            held = await life.ledger.hold(f"req_x{client:02d}{n:05d}", facts(), 1000)
            await life.ledger.settle(held, ending(10, n % 7))
            n += 1
            if n % 10 == 0:
                life.ledger.snapshot()
                with db.write() as tx:
                    tx.execute(settings.insert().values(key=f"{client}/{n}", value=n))
        return n

    clients = [asyncio.ensure_future(load(n)) for n in range(8)]
    seen = set()
    for n in range(6):
        backup = await asyncio.to_thread(made, life, tmp_path / "b", now_ns=life.clock.now_ns() + n)
        report = (await asyncio.to_thread(prove_file, backup.path / LEDGER_DB_NAME)).report
        assert report.ok, report.breaches
        assert report.rows == backup.manifest.last_seq
        assert list(faults(backup.path, backup.manifest, Watch())) == []
        seen.add(report.rows)
    over.set()
    assert sum(await asyncio.gather(*clients)) > 100
    assert len(seen) == 6
    db.close()


async def test_after_old_rows_are_given_up_a_backup_has_what_is_left_and_what_is_known(
    life: Life, tmp_path: Path
) -> None:
    await life.retention.run(Policy(4 * DAY_NS))
    backup = made(life, tmp_path / "b")
    copy = Life(backup.path / LEDGER_DB_NAME)
    assert backup.manifest.base_seq == copy.journal.base_seq == life.journal.base_seq > 0
    assert copy.usage()[1] == life.usage()[1]
    assert copy.journal.sums() == life.journal.sums()
    copy.journal.close()


async def test_rows_given_up_meanwhile_are_noticed(life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_TURN", 50)
    loop, upkeep = asyncio.get_running_loop(), life.retention._close(100)

    def meanwhile(_what: str, done: int, _total: int) -> None:
        if done == 50:
            asyncio.run_coroutine_threadsafe(life.retention._keep_up(upkeep), loop).result()

    with pytest.raises(RowsMoved):
        await asyncio.to_thread(back_up, order(life, tmp_path / "b"), Watch(meanwhile))
    assert list((tmp_path / "b").iterdir()) == []


async def test_who_leaves_leaves_nothing(life: Life, tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(Stopped):
        back_up(order(life, tmp_path / "b"), Watch(stopped=lambda: next(asked)))
    assert list((tmp_path / "b").iterdir()) == []


async def test_a_process_killed_at_any_moment_leaves_a_whole_backup_or_none(life: Life, tmp_path: Path) -> None:
    into, whole = tmp_path / "b", 0
    for n in range(10):
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process at once, wherever it is
            signal.setitimer(signal.ITIMER_REAL, 0.002 + 0.004 * n)
            made(life, into, now_ns=life.clock.now_ns() + n * 10**9)
            os._exit(0)
        os.waitpid(child, 0)  # noqa: ASYNC222 - nothing else runs here
        for path in into.glob("tokenry-*"):
            manifest = read_manifest(path)
            assert list(faults(path, manifest, Watch())) == []
            whole += 1
    made(life, into, now_ns=life.clock.now_ns() + 10**12)
    assert not list(into.glob(".tokenry-*"))
    assert whole < 55, "no child was killed in time"


async def test_no_room_is_said_before_anything_is_written(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    with pytest.raises(StorageError, match="make room, or back up into another folder"):
        made(life, tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == []


async def test_only_the_newest_stay_and_what_is_not_ours_does(life: Life, tmp_path: Path) -> None:
    into = tmp_path / "b"
    paths = [made(life, into, now_ns=life.clock.now_ns() + n * 10**9).path for n in range(4)]
    (into / "tokenry-20200101T000000Z").mkdir()
    (into / "tokenry-20200101T000000Z" / "diary").touch()
    (into / "tokenry-notes").mkdir()
    assert sorted(thin(into, 2)) == paths[:2]
    left = {path.name for path in into.iterdir()}
    assert left == {paths[2].name, paths[3].name, "tokenry-20200101T000000Z", "tokenry-notes"}


async def test_one_that_still_grows_is_left_alone_and_a_dead_one_is_swept(life: Life, tmp_path: Path) -> None:
    into = tmp_path / "b"
    living, dead = into / ".tokenry-20200101T000000Z.part", into / ".tokenry-20200101T000001Z.part"
    living.mkdir(parents=True)
    dead.mkdir()
    held = os.open(living, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    made(life, into)
    os.close(held)
    assert living.exists()
    assert not dead.exists()


class TestFaults:
    @pytest.fixture
    def backup(self, life: Life, tmp_path: Path) -> Backup:
        return made(life, tmp_path / "b")

    def found(self, backup: Backup) -> str:
        return "; ".join(faults(backup.path, read_manifest(backup.path), Watch()))

    async def test_any_changed_byte(self, backup: Backup) -> None:
        rng = Random(4)
        for name in (LEDGER_DB_NAME, APP_DB_NAME, "tokenry.toml"):
            path = backup.path / name
            content = bytearray(path.read_bytes())
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            path.write_bytes(content)
            assert f"{name} is not what was backed up" in self.found(backup)

    async def test_missing_cut_and_exchanged_files(self, backup: Backup) -> None:
        ledger, app = backup.path / LEDGER_DB_NAME, backup.path / APP_DB_NAME
        os.truncate(ledger, 1000)
        app.rename(backup.path / "elsewhere")
        app.symlink_to("elsewhere")
        (backup.path / "tokenry.toml").unlink()
        assert self.found(backup) == (
            f"ledger.db has 1000 bytes, the manifest says {backup.manifest.files[0].size}; app.db is missing; "
            "tokenry.toml is missing"
        )

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"format": 2}, "another format"),
            ({"files": []}, "another format"),
            ({"files": "../../etc/passwd"}, "manifest.json"),
            ({"more": 1}, "unknown field"),
            ({"last_seq": "7"}, "manifest.json"),
        ],
    )
    async def test_a_manifest_that_is_none(self, backup: Backup, change: dict[str, Any], words: str) -> None:
        path = backup.path / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
        with pytest.raises(StorageError, match=words):
            read_manifest(backup.path)

    async def test_a_manifest_that_names_files_elsewhere_or_twice(self, backup: Backup) -> None:
        path = backup.path / "manifest.json"
        text = path.read_text()
        for name, words in (("../ledger.db", "another format"), ("ledger.db", "twice")):
            path.write_text(text.replace('"tokenry.toml"', f'"{name}"'))
            with pytest.raises(StorageError, match=words):
                read_manifest(backup.path)

    async def test_no_manifest(self, tmp_path: Path) -> None:
        with pytest.raises(StorageError, match=r"is no backup: manifest\.json cannot be read"):
            read_manifest(tmp_path)
        (tmp_path / "manifest.json").write_bytes(b"\xff{" * 200_000)
        with pytest.raises(StorageError, match="is no backup"):
            read_manifest(tmp_path)
