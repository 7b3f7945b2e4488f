"""A backup put in place: proven first, safe from a crash at every step, and nothing charged before it is confirmed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import msgspec
import pytest

from tests.ledger.examples import ending, facts
from tests.ledger.life import Life
from tests.storage.test_upgrade import FIXTURES
from tokenry.access import Directory, KeyLimits, Keys, NewKey
from tokenry.api.admin import Admin
from tokenry.app import Wanted, offline, restore, verify
from tokenry.app.house import opened
from tokenry.base.clock import SystemClock
from tokenry.base.errors import Conflict, TokenryError
from tokenry.config import Config
from tokenry.ledger import Budget, RestoreUnconfirmed
from tokenry.storage import (
    APP_DB_NAME,
    LEDGER_DB_NAME,
    AppDb,
    Backup,
    BackupOrder,
    FolderLock,
    FolderLocked,
    Restore,
    StorageError,
    Watch,
    back_up,
    begin_restore,
    go_on,
    read_restore,
    restoring,
)

pytestmark = pytest.mark.anyio
LIMITS = KeyLimits(1, 1, 1)


class Site:
    """A data folder with ten days of requests, keys, and a backup of it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.into = folder / "backups"
        self.target = folder / "target"
        self.backup: Backup

    async def build(self) -> Site:
        self.data.mkdir()
        (self.data / "tokenry.toml").write_text("# of the backup\n")
        self.db = AppDb.open(self.data / APP_DB_NAME)
        self.project = Directory(self.db, SystemClock()).ensure_first().project.id
        self.key("bounded", "bud_known")
        self.life = await Life(self.data / LEDGER_DB_NAME).live()
        await self.life.ledger.set_budget(
            Budget(id="bud_known", scope="key", scope_id="k", window="day", limit=5, hard=True, created_at=0)
        )
        return self

    def key(self, name: str, budget_id: str | None) -> None:
        keys = Keys(self.db, SystemClock(), LIMITS)
        keys.load()
        keys.create(
            NewKey(
                name=name, project_id=self.project, user_id=None, models=None, expires_at=None, budget_id=budget_id,
                limits={},
            )
        )  # fmt: skip

    def back_up(self) -> Path:
        order = BackupOrder(
            self.data,
            self.data / "tokenry.toml",
            self.into,
            self.life.journal.last_seq,
            "0.0",
            self.life.clock.now_ns(),
        )
        self.backup = back_up(order, Watch())
        return self.backup.path

    def close(self) -> None:
        self.db.close()
        self.life.journal.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = await Site(tmp_path).build()
    yield site
    site.close()


def keys_of(folder: Path) -> dict[str, int | None]:
    """Name of each key, and when it was revoked."""
    db = AppDb.open(folder / APP_DB_NAME)
    keys = Keys(db, SystemClock(), LIMITS)
    keys.load()
    found = {key.name: key.revoked_at for key in keys.list(None)}
    db.close()
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the lock and the shared memory, which hold nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock" and path.suffix != ".db-shm"
    }  # fmt: skip


async def test_an_empty_folder_becomes_what_was_backed_up(site: Site) -> None:
    done = restore(Wanted(site.back_up(), site.target))
    assert (done.aside, done.revoked, done.forgotten) == (None, (), None)
    assert {path.name for path in site.target.iterdir()} == {
        "app.db", "ledger.db", "tokenry.toml", "restore.json", "lock", "run"
    }  # fmt: skip
    copy = Life(site.target / LEDGER_DB_NAME)
    assert copy.usage()[0]
    copy.journal.close()
    assert keys_of(site.target) == {"bounded": None}


async def test_nothing_is_charged_before_it_is_confirmed(site: Site) -> None:
    restore(Wanted(site.back_up(), site.target))
    async with opened(site.target, Config(), None) as house:
        with pytest.raises(RestoreUnconfirmed, match=r"knows of nothing after 2026-01-10T.*tokenry restore confirm"):
            await house.ledger.hold("req_1", facts(), 10)
        house.ledger.bear("retry", "elsewhere", 1)  # the house itself goes on
    async with offline(site.target, None) as rooms:
        answer = await Admin(rooms).call("restore confirm", {})
        assert answer["newest_at"].startswith("2026-01-10")
        assert rooms.ledger.shut == {}
        await (await rooms.ledger.hold("req_1", facts(), 10)).durable
        with pytest.raises(Conflict, match="nothing waits to be confirmed"):
            await Admin(rooms).call("restore confirm", {})
    async with opened(site.target, Config(), None) as house:
        await (await house.ledger.hold("req_2", facts(), 10)).durable


async def test_a_key_whose_budget_came_after_the_books_is_revoked(site: Site) -> None:
    site.key("bare", None)
    site.key("unbounded", "bud_made_later")
    done = restore(Wanted(site.back_up(), site.target))
    assert len(done.revoked) == 1
    assert done.revoked[0].startswith("unbounded (sk-tok-")
    revoked = keys_of(site.target)
    assert (revoked["bounded"], revoked["bare"]) == (None, None)
    assert revoked["unbounded"] is not None


class TestInPlaceOfOthers:
    async def test_it_is_refused_without_force(self, site: Site) -> None:
        path = site.back_up()
        site.close()
        before = tree(site.data)
        with pytest.raises(
            Conflict, match=r"is not empty \(app\.db, ledger\.db, .*--force: then its books and keys are"
        ):
            restore(Wanted(path, site.data))
        assert tree(site.data) == before

    async def test_it_is_refused_while_somebody_has_the_folder(self, site: Site) -> None:
        path = site.back_up()
        with FolderLock(site.data), pytest.raises(FolderLocked):
            restore(Wanted(path, site.data, force=True))

    async def test_with_force_the_old_files_are_aside_and_whole_and_what_is_forgotten_is_counted(
        self, site: Site
    ) -> None:
        path = site.back_up()
        for n in range(3):
            site.life.clock.advance(s=60)
            held = await site.life.ledger.hold(f"req_late{n}", facts(), 100_000)
            await site.life.ledger.settle(held, ending(1000, 0))
        site.close()
        (site.data / "mine.txt").write_text("stays")
        old = tree(site.data)
        done = restore(Wanted(path, site.data, force=True))
        assert done.aside is not None
        assert [one.charge for one in done.forgotten or ()] == [100] * 3
        aside = tree(done.aside)
        for name in ("ledger.db", "app.db", "tokenry.toml"):
            assert aside[name] == old[name]
        assert (site.data / "mine.txt").read_text() == "stays"
        with pytest.raises(Conflict, match=r"was restored from .*waits for `tokenry restore confirm`"):
            restore(Wanted(path, site.data))

    async def test_other_books_are_not_compared(self, site: Site) -> None:
        path = site.back_up()
        site.target.mkdir()
        shutil.copy(FIXTURES / "schema_1" / LEDGER_DB_NAME, site.target)
        assert restore(Wanted(path, site.target, force=True)).forgotten is None


class TestCrashes:
    """A crash between any two changes of the disk, at every one of them, then whoever opens the folder next."""

    @pytest.fixture
    async def ready(self, site: Site) -> tuple[Path, Restore, dict[str, bytes], dict[str, bytes]]:
        """The folder with old and new files beside each other; and how it looks before and after."""
        path = site.back_up()
        folder = site.target
        (folder / "restore-7.part").mkdir(parents=True)
        for name in (LEDGER_DB_NAME, APP_DB_NAME, "tokenry.toml"):
            shutil.copy(path / name, folder / "restore-7.part" / name)
        for name in ("ledger.db", "ledger.db-wal", "app.db"):
            (folder / name).write_text(f"old {name}")
        before = {name: content for name, content in tree(folder).items() if "/" not in name}
        after = {name: (path / name).read_bytes() for name in ("ledger.db", "app.db", "tokenry.toml")}
        moves = restoring.old_files(folder)
        assert moves == ("ledger.db", "ledger.db-wal", "app.db")
        return folder, Restore("moving", str(path), 7, 5, "restore-7.part", "before-restore-7", moves), before, after

    async def test_leave_the_old_or_lead_to_the_new(self, ready: Any, tmp_path: Path) -> None:
        folder, order, before, after = ready
        steps = 0
        while True:
            trial = tmp_path / f"trial{steps}"
            shutil.copytree(folder, trial)
            child = os.fork()
            if child == 0:
                left = iter(range(steps))
                begin_restore(trial, order, lambda left=left: None if next(left, None) is not None else os._exit(9))
                os._exit(0)
            _, status = os.waitpid(child, 0)  # noqa: ASYNC222 - nothing else runs here
            if os.waitstatus_to_exitcode(status) == 0:
                break
            restored = read_restore(trial)
            go_on(trial)
            go_on(trial)
            self.look(trial, before, after, whether=restored is not None)
            steps += 1
        assert steps == 1 + 3 + 3 + 2  # the note, each file's two moves, the sync, the last word

    def look(self, folder: Path, before: dict[str, bytes], after: dict[str, bytes], *, whether: bool) -> None:
        found = tree(folder)
        top = {name: content for name, content in found.items() if "/" not in name and name != "restore.json"}
        if not whether:
            assert top == before
            return
        assert top == after
        assert {name.split("/")[1]: content for name, content in found.items() if name.startswith("before-")} == before
        restored = read_restore(folder)
        assert restored is not None
        assert restored.state == "unconfirmed"
        assert not list(folder.glob("*.part"))

    async def test_a_start_goes_on_with_it(self, site: Site) -> None:
        path = site.back_up()
        site.target.mkdir()
        shutil.copytree(path, site.target / "restore-7.part")
        (site.target / "restore-7.part" / "manifest.json").unlink()
        note = Restore("moving", str(path), 7, 5, "restore-7.part", "before-restore-7", ())
        (site.target / "restore.json").write_bytes(msgspec.json.encode(note))
        async with opened(site.target, Config(), None) as house:
            assert RestoreUnconfirmed in house.ledger.shut
            assert house.ledger.receipt("req_0900") is not None
        assert not list(site.target.glob("before-*"))

    @pytest.mark.parametrize("text", ["", "{", '{"state":"moving"}'])
    async def test_a_note_that_cannot_be_read_is_said(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "restore.json").write_text(text)
        with pytest.raises(StorageError, match="restore the backup again"):
            go_on(tmp_path)

    async def test_a_note_about_folders_elsewhere_is_refused(self, tmp_path: Path) -> None:
        note = Restore("moving", "b", 7, 5, "../stage", "before-restore-7", ())
        (tmp_path / "restore.json").write_bytes(msgspec.json.encode(note))
        with pytest.raises(StorageError, match="names folders elsewhere"):
            go_on(tmp_path)


class TestBadBackups:
    def refused(self, site: Site, words: str) -> None:
        with pytest.raises(TokenryError, match=words):
            restore(Wanted(site.backup.path, site.target))
        assert {path.name for path in site.target.iterdir()} <= {"lock", "run"}

    def rewrite(self, site: Site, **changed: Any) -> None:
        """A manifest that says what the files are, whatever was done to them."""
        path = site.backup.path
        files = [
            {"name": p.name, "size": p.stat().st_size, "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
            for p in sorted(path.iterdir()) if p.name != "manifest.json"
        ]  # fmt: skip
        known = json.loads((path / "manifest.json").read_text())
        (path / "manifest.json").write_text(json.dumps(known | {"files": files} | changed))

    async def test_a_changed_file(self, site: Site) -> None:
        path = site.back_up() / LEDGER_DB_NAME
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        self.refused(site, r"nothing was restored: ledger\.db is not what was backed up")

    async def test_books_that_do_not_add_up(self, site: Site) -> None:
        path = site.back_up() / LEDGER_DB_NAME
        with closing(apsw.Connection(str(path))) as file:
            file.execute("DELETE FROM journal WHERE kind = 'settle' AND ref = 'req_0300'")
        self.rewrite(site)
        assert "rows are missing" in "; ".join(verify(site.backup.path).problems)
        self.refused(site, "rows are missing")

    @pytest.mark.parametrize("newer", [{"ledger_schema": 3}, {"app_revision": "r9999"}])
    async def test_one_of_a_newer_version(self, site: Site, newer: dict[str, Any]) -> None:
        site.back_up()
        self.rewrite(site, tokenry="9.9", **newer)
        self.refused(site, r"was made by a newer Tokenry \(9\.9\); install that version")

    async def test_one_of_the_first_release_is_brought_up_to_date(self, site: Site) -> None:
        path = site.back_up()
        for name in (LEDGER_DB_NAME, APP_DB_NAME):
            shutil.copy(FIXTURES / "schema_1" / name, path / name)
        self.rewrite(site, ledger_schema=1, last_seq=43)
        restore(Wanted(path, site.target))
        async with opened(site.target, Config(), None) as house:
            assert len([row for row in house.journal.read(0, 43) if row.kind == "settle"]) == 12
        assert keys_of(site.target).keys() == {"kept", "gone"}
