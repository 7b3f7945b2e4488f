"""Data folders of the first release, written by its own code, are opened by this one with every row as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random

import apsw
import pytest

from tests.simulation.powercut import Disk, restore
from tokenry.access import KeyLimits, Keys
from tokenry.base.clock import SystemClock
from tokenry.ledger import check
from tokenry.storage import APP_DB_NAME, LEDGER_DB_NAME, AppDb, Journal, LedgerFile, Row, StorageError, appdb, schema

FIXTURES = Path(__file__).parent / "fixtures"
# Said by the release that wrote the files: a digest over kind, ref and body of every row, in order.
DIGEST_1 = "a992cb03c567e4dc922c2246c2ee3b3bb1863fee1b73858f13cf248d543f527f"

NEWEST = max(appdb.revisions())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a data folder of schema 1."""
    for name in (LEDGER_DB_NAME, APP_DB_NAME):
        shutil.copy(FIXTURES / "schema_1" / name, tmp_path / name)
    return tmp_path


def digest(rows: Iterable[Row]) -> str:
    return hashlib.sha256(b"".join(row.kind.encode() + row.ref.encode() + row.body for row in rows)).hexdigest()


def test_every_row_of_the_journal_is_as_it_was(folder: Path) -> None:
    journal = Journal.open(folder / LEDGER_DB_NAME)
    rows = list(journal.read())
    snapshot, answer = journal.latest_snapshot(), journal.answer("scope", "k4", 1)
    journal.close()
    assert digest(rows) == DIGEST_1
    assert Counter(row.kind for row in rows).most_common(3) == [("hold", 13), ("settle", 12), ("open", 6)]
    assert answer is not None
    assert snapshot is not None
    assert snapshot[0] == 23
    report = check(rows, snapshot)
    assert report.ok, report.breaches
    assert (report.requests, report.charged, report.open_holds, report.pending) == (12, 393, 1, 600)


def test_keys_stay_what_they_were(folder: Path) -> None:
    db = AppDb.open(folder / APP_DB_NAME)
    keys = Keys(db, SystemClock(), KeyLimits(1, 1, 1))
    keys.load()
    known = {key.name: key for key in keys.list(None)}
    db.close()
    assert known.keys() == {"kept", "gone"}
    assert (known["kept"].prefix, known["kept"].budget_id, known["kept"].revoked_at) == (
        "sk-tok-s32h9qpa", "bud_kept", None
    )  # fmt: skip
    assert known["gone"].revoked_at is not None


def state_of(path: Path) -> tuple[int, set[str], int]:
    """Schema, tables and rows of a ledger's file."""
    with closing(apsw.Connection(str(path))) as file:
        version = int(file.execute("PRAGMA user_version").get)
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        return version, tables, int(file.execute("SELECT count(*) FROM journal").get)


OLD = (1, {"journal", "answers", "snapshots", "probes"}, 43)
NEW = (2, {"journal", "answers", "snapshots", "probes", "base", "sums"}, 43)


class TestTheLedger:
    def test_a_backup_of_the_old_file_stands_beside_the_new_one(self, folder: Path) -> None:
        path = folder / LEDGER_DB_NAME
        assert state_of(path) == OLD
        LedgerFile(path).prepare()
        assert state_of(path) == NEW
        assert state_of(folder / "ledger.db.before-2") == OLD
        assert (folder / "ledger.db.before-2").stat().st_mode & 0o777 == 0o600
        assert not list(folder.glob("*.part"))
        LedgerFile(path).prepare()  # once more changes nothing and makes no other
        assert state_of(path) == NEW

    def test_without_room_for_the_backup_nothing_is_touched(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = shutil.disk_usage(folder)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=40_000))
        with pytest.raises(StorageError, match=r"its backup needs \d+ MiB: 0 MiB are free\. Make room"):
            LedgerFile(folder / LEDGER_DB_NAME).prepare()
        assert state_of(folder / LEDGER_DB_NAME) == OLD

    def test_a_step_that_fails_changes_nothing(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "_STEPS", {1: schema._STEPS[1] + "INSERT INTO nowhere VALUES (1);"})
        with pytest.raises(StorageError, match="nowhere"):
            LedgerFile(folder / LEDGER_DB_NAME).prepare()
        assert state_of(folder / LEDGER_DB_NAME) == OLD

    def test_all_steps_lead_to_what_a_new_file_has(self, folder: Path, tmp_path: Path) -> None:
        LedgerFile(folder / LEDGER_DB_NAME).prepare()
        LedgerFile(tmp_path / "new.db").prepare()
        made = []
        for path in (folder / LEDGER_DB_NAME, tmp_path / "new.db"):
            with closing(apsw.Connection(str(path))) as file:
                made.append(set(file.execute("SELECT type, name, sql FROM sqlite_schema")))
        assert made[0] == made[1]

    def test_a_power_cut_at_every_write_leaves_the_old_or_the_new(self, folder: Path, tmp_path: Path) -> None:
        images: list[tuple[dict[str, bytes], bool]] = []
        with Disk(tmp_path / "disk", Random(5)) as disk:
            disk.folder.mkdir()
            path = disk.folder / LEDGER_DB_NAME
            shutil.copy(folder / LEDGER_DB_NAME, path)
            backup = disk.folder / "ledger.db.before-2"

            def cut(_what: str, name: str) -> None:
                stepping = name.startswith(LEDGER_DB_NAME) and ".before" not in name
                images.extend((disk.image(), stepping and backup.exists()) for _ in range(2))

            disk.watch = cut
            LedgerFile(path, vfs=disk.vfs).prepare()
            images.append((disk.image(), True))
        found = Counter(self.after(tmp_path / str(n), *image) for n, image in enumerate(images))
        assert found.keys() == {1, 2}
        assert sum(found.values()) > 60

    def after(self, target: Path, image: dict[str, bytes], backed_up: bool) -> int:
        """Which schema a cut left; it must be whole, and must become the new one at the next start."""
        restore({name: content for name, content in image.items() if ".before" not in name}, target)
        state = state_of(target / LEDGER_DB_NAME)
        assert state in (OLD, NEW)
        assert backed_up or state == OLD, "the file was changed before its backup stood"
        journal = Journal.open(target / LEDGER_DB_NAME, synchronous="OFF")
        assert digest(journal.read()) == DIGEST_1
        journal.close()
        assert state_of(target / LEDGER_DB_NAME) == NEW
        shutil.rmtree(target)
        return state[0]


class TestTheApp:
    """All revisions there are, and a next one that is made up here."""

    @pytest.fixture
    def next_step(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        steps = folder / "migrations"
        shutil.copytree(appdb._MIGRATIONS, steps, ignore=shutil.ignore_patterns("__pycache__"))
        (steps / "versions" / "r9000_next.py").write_text(
            f"from alembic import op\nrevision = 'r9000'\ndown_revision = {NEWEST!r}\ndef upgrade():\n"
            "    op.execute('CREATE TABLE extra (x)')\n"
            "    op.execute('INSERT INTO extra SELECT randomblob(1500) FROM api_keys, api_keys, api_keys')\n"
            "    op.execute('ALTER TABLE api_keys ADD COLUMN more TEXT')\n"
        )
        monkeypatch.setattr(appdb, "_MIGRATIONS", steps)
        return folder / APP_DB_NAME

    def whole(self, path: Path) -> str:
        """Its revision; every part of it must be of that revision, and no key may be lost."""
        with closing(sqlite3.connect(path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            revision = str(file.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            columns = [row[1] for row in file.execute("PRAGMA table_info(api_keys)")]
            extra = file.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").fetchone()[0]
            assert file.execute("SELECT count(*) FROM api_keys").fetchone() == (2,)
        assert ("more" in columns, extra) == ((True, 1) if revision == "r9000" else (False, 0))
        return revision

    def test_a_power_cut_at_any_byte_of_the_log_or_page_of_the_file_leaves_the_old_or_the_new(
        self, next_step: Path, tmp_path: Path
    ) -> None:
        before = next_step.read_bytes()
        with closing(sqlite3.connect(next_step)) as onlooker:  # its presence keeps the log from being copied at the end
            onlooker.execute("PRAGMA journal_mode = WAL").fetchall()
            onlooker.execute("BEGIN").execute("SELECT count(*) FROM api_keys").fetchall()
            before = next_step.read_bytes()
            AppDb.open(next_step).close()
            log = next_step.with_name("app.db-wal").read_bytes()
            onlooker.execute("ROLLBACK")
        after = next_step.read_bytes()
        assert self.whole(next_step) == "r9000"
        assert len(log) > 7 * 4120
        rng, cut, found = Random(3), tmp_path / "cut" / APP_DB_NAME, Counter[str]()
        cut.parent.mkdir()
        lengths = [*range(0, len(log), 4120), *(rng.randrange(len(log)) for _ in range(10)), len(log)]
        pages = range(0, len(after), 4096)
        for length in lengths:  # while the log is written the file is still as it was
            self.lay(cut, before, log[:length])
            found[self.whole(cut)] += 1
        for _ in range(15):  # while the log is copied into the file, all of the log is durable
            mixed = bytearray(before.ljust(len(after), b"\0"))
            for page in rng.sample(pages, rng.randrange(len(pages))):
                mixed[page : page + 4096] = after[page : page + 4096]
            self.lay(cut, bytes(mixed), log)
            found[self.whole(cut)] += 1
        assert set(found) == {"r0001", "r9000"}

    def lay(self, path: Path, content: bytes, log: bytes) -> None:
        path.with_name("app.db-shm").unlink(missing_ok=True)
        path.write_bytes(content)
        path.with_name("app.db-wal").write_bytes(log)

    def test_a_process_killed_at_any_moment_leaves_the_old_or_the_new(self, next_step: Path, tmp_path: Path) -> None:
        found = Counter[str]()
        for n in range(12):
            folder = tmp_path / f"kill{n}"
            folder.mkdir()
            path = Path(shutil.copy(next_step, folder))
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process at once, wherever it is
                signal.setitimer(signal.ITIMER_REAL, 0.001 + 0.003 * n)
                AppDb.open(path)
                os._exit(0)
            os.waitpid(child, 0)
            found[self.whole(path)] += 1
            AppDb.open(path).close()
            assert self.whole(path) == "r9000"
            with closing(sqlite3.connect(path.with_name("app.db.before-r9000"))) as backup:
                assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [("r0001",)]
        assert sum(found.values()) == 12
