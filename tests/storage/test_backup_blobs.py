"""Backups hold the blobs that their app.db names: whole ones, no others, and every fault of one is found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ledger.life import Life
from tokenry.access import Directory
from tokenry.base.clock import ManualClock
from tokenry.storage import (
    APP_DB_NAME,
    LEDGER_DB_NAME,
    AppDb,
    BackupOrder,
    Blobs,
    Watch,
    back_up,
    faults,
    read_manifest,
    tables,
)

pytestmark = pytest.mark.anyio


class Site:
    """A data folder with some files in it."""

    def __init__(self, folder: Path, life: Life) -> None:
        self.data, self.life = folder, life
        self.clock = ManualClock()
        self.db = AppDb.open(folder / APP_DB_NAME)
        self.project = Directory(self.db, self.clock).ensure_first().project
        self.blobs = Blobs(folder, self.clock)

    def leave(self, content: bytes, name: str) -> str:
        draft = self.blobs.draft()
        draft.write(content)
        with self.blobs.kept(draft) as sha256, self.db.write() as connection:
            row = {
                "id": name, "organization_id": self.project.organization_id, "project_id": self.project.id,
                "key_id": "key_x", "name": name, "purpose": "batch", "size": len(content), "sha256": sha256,
                "status": "processed", "created_at": 1,
            }  # fmt: skip
            connection.execute(tables.files.insert(), row)
        return sha256

    def order(self) -> BackupOrder:
        until, now_ns = self.life.journal.last_seq, self.life.clock.now_ns()
        return BackupOrder(self.data, None, self.data.parent / "b", until, "0.0", now_ns, self.blobs.frozen)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    (tmp_path / "data").mkdir()
    AppDb.open(tmp_path / "data" / APP_DB_NAME).close()
    life = Life(tmp_path / "data" / LEDGER_DB_NAME)
    site = Site(tmp_path / "data", life)
    yield site
    site.db.close()
    life.journal.close()


def held(path: Path) -> list[str]:
    return sorted(one.name for one in (path / "blobs").glob("??/*"))


async def test_it_holds_what_rows_name_and_nothing_else(site: Site) -> None:
    names = {site.leave(b"one", "file_1"), site.leave(b"two" * 1000, "file_2"), site.leave(b"one", "file_3")}
    orphan = site.blobs.draft()
    orphan.write(b"orphan")
    with site.blobs.kept(orphan):
        pass
    backup = back_up(site.order(), Watch())
    assert held(backup.path) == sorted(names)
    manifest = read_manifest(backup.path)
    assert (manifest.blobs, manifest.blobs_size, manifest.blobs_missing) == (2, 3003, ())
    assert list(faults(backup.path, manifest, Watch())) == []
    assert {one.stat().st_mode & 0o777 for one in (backup.path / "blobs").glob("??/*")} == {0o600}
    assert sorted(one.name for one in backup.path.iterdir()) == ["app.db", "blobs", "ledger.db", "manifest.json"]


async def test_a_file_deleted_meanwhile_is_in_it_whole(site: Site) -> None:
    name, told = site.leave(b"here", "file_1"), []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what == "copying files":
            told.append(what)
            site.blobs.release([name], lambda _name: False)

    backup = back_up(site.order(), Watch(meanwhile))
    assert told
    assert (held(backup.path), held(site.data)) == ([name], [name])

    @contextmanager
    def then_deleted():  # type: ignore[no-untyped-def] # a context of the order's own
        with site.blobs.frozen():
            yield
        site.blobs.release([name], lambda _name: False)

    back_up(replace(site.order(), frozen=then_deleted, now_ns=site.order().now_ns + 10**9), Watch())
    assert held(site.data) == []


async def test_what_is_damaged_here_is_told_and_keeps_nobody_from_a_backup(site: Site) -> None:
    good, lost, bad = site.leave(b"good", "file_1"), site.leave(b"lost", "file_2"), site.leave(b"bad", "file_3")
    site.blobs.path(lost).unlink()
    site.blobs.path(bad).write_bytes(b"BAD")
    backup = back_up(site.order(), Watch())
    assert held(backup.path) == [good]
    assert (backup.manifest.blobs, set(backup.manifest.blobs_missing)) == (1, {lost, bad})
    assert list(faults(backup.path, backup.manifest, Watch())) == []


@pytest.mark.parametrize("wrong", ["gone", "changed", "cut"])
async def test_what_is_damaged_in_the_backup_is_found(site: Site, wrong: str) -> None:
    name = site.leave(b"content", "file_1")
    backup = back_up(site.order(), Watch())
    path = backup.path / "blobs" / name[:2] / name
    if wrong == "gone":
        path.unlink()
    else:
        path.write_bytes(b"CONTENT" if wrong == "changed" else b"cont")
    [told] = faults(backup.path, backup.manifest, Watch())
    assert name[:12] in told
