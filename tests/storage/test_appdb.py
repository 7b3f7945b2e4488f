"""app.db: durable settings of the file, its rules, its migrations and what it refuses."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from tokenry.storage import APP_DB_NAME, AppDb, StorageError, appdb
from tokenry.storage.tables import api_keys, memberships, metadata, organizations, projects, settings, users

NEWEST = max(appdb.revisions())
KEY = {"id": "key_1", "project_id": "prj_1", "name": "first", "prefix": "sk-tok-abcdefgh", "created_at": 5}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[AppDb]:
    db = AppDb.open(tmp_path / APP_DB_NAME)
    yield db
    db.close()


def is_not_full_text(name: str | None, kind: str, _parents: object) -> bool:
    """FTS5 keeps tables of its own behind each of ours, and SQLAlchemy knows none of them."""
    return kind != "table" or not str(name).startswith(("chat_search", "passage_search"))


def seed(db: AppDb) -> None:
    with db.write() as tx:
        tx.execute(organizations.insert().values(id="org_1", name="default", created_at=1))
        tx.execute(projects.insert().values(id="prj_1", organization_id="org_1", name="default", created_at=2))
        tx.execute(users.insert().values(id="usr_1", name="owner", created_at=3))


def test_commits_are_fsynced_and_foreign_keys_hold(db: AppDb) -> None:
    with db.read() as tx:
        pragmas = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), db.write() as tx:
        tx.execute(projects.insert().values(id="prj_1", organization_id="org_none", name="x", created_at=2))


def test_the_file_is_private(db: AppDb) -> None:
    assert db.path.stat().st_mode & 0o777 == 0o600


def test_the_migrations_make_exactly_the_tables(db: AppDb) -> None:
    with db.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True, "include_name": is_not_full_text})
        assert compare_metadata(context, metadata) == []


def test_a_key_keeps_all_it_was_given(db: AppDb) -> None:
    seed(db)
    row = KEY | {
        "user_id": "usr_1",
        "sha256": bytes(range(32)),
        "models": ["starter"],
        "expires_at": 2**62,
        "revoked_at": None,
        "budget_id": "bud_1",
        "limits": {"requests_per_minute": 5},
        "created_by": "usr_1",
        "service_account_id": "svc_1",
    }
    with db.write() as tx:
        tx.execute(api_keys.insert().values(**row))
    with db.read() as tx:
        assert dict(tx.execute(sa.select(api_keys)).mappings().one()) == row


def test_no_models_is_null_and_not_the_word_null(db: AppDb) -> None:
    seed(db)
    with db.write() as tx:
        tx.execute(api_keys.insert().values(**KEY, sha256=bytes(32), models=None))
    with db.read() as tx:
        assert tx.exec_driver_sql("SELECT models IS NULL FROM api_keys").scalar_one() == 1


def test_two_keys_never_share_a_digest_and_a_digest_is_whole(db: AppDb) -> None:
    seed(db)
    with db.write() as tx:
        tx.execute(api_keys.insert().values(**KEY, sha256=bytes(32)))
    for digest in (bytes(32), bytes(31)):
        with pytest.raises(IntegrityError), db.write() as tx:
            tx.execute(api_keys.insert().values(**KEY | {"id": "key_2"}, sha256=digest))


def test_one_role_per_person_and_place(db: AppDb) -> None:
    seed(db)
    place = {"user_id": "usr_1", "organization_id": "org_1", "role": "owner", "created_at": 1}
    with db.write() as tx:
        tx.execute(memberships.insert().values(id="mem_1", **place))
        tx.execute(memberships.insert().values(id="mem_2", **place, project_id="prj_1"))
    for again in (place, place | {"project_id": "prj_1"}):
        with pytest.raises(IntegrityError), db.write() as tx:
            tx.execute(memberships.insert().values(id="mem_3", **again))


def test_a_failed_transaction_leaves_nothing(db: AppDb) -> None:
    row = settings.insert().values(key="zone", value="UTC")
    with contextlib.suppress(RuntimeError), db.write() as tx:
        tx.execute(row)
        raise RuntimeError
    with db.read() as tx:
        assert tx.execute(sa.select(settings)).all() == []


def test_read_then_write_waits_for_the_other_writer(db: AppDb) -> None:
    """Both transactions read first; without an early lock the later one would fail with `database is locked`."""
    with db.write() as tx:
        tx.execute(settings.insert().values(key="count", value=0))
    start = threading.Barrier(2)

    def bump() -> None:
        start.wait()
        for _ in range(20):
            with db.write() as tx:
                seen = tx.execute(sa.select(settings.c.value)).scalar_one()
                tx.execute(settings.update().values(value=seen + 1))

    threads = [threading.Thread(target=bump) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as tx:
        assert tx.execute(sa.select(settings.c.value)).scalar_one() == 40


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appdb, "BUSY_TIMEOUT_MS", 20)
    db = AppDb.open(tmp_path / APP_DB_NAME)
    other = sqlite3.connect(db.path, isolation_level=None)
    with contextlib.closing(other):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="nothing was changed, try again") as refused, db.write():
            raise AssertionError("the other one writes")
        assert refused.value.headers == {"retry-after": "2"}
        other.execute("ROLLBACK")
        with db.write() as connection:
            connection.execute(organizations.insert(), {"id": "org_1", "name": "a", "created_at": 1})
    db.close()


def test_opening_again_keeps_the_rows_and_makes_no_backup(db: AppDb) -> None:
    seed(db)
    db.close()
    again = AppDb.open(db.path)
    with again.read() as tx:
        assert tx.execute(sa.select(organizations.c.name)).scalars().all() == ["default"]
    again.close()
    assert not list(db.path.parent.glob("*.before-*"))


def test_a_newer_file_is_refused_and_left_alone(db: AppDb) -> None:
    with db.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = 'r9999'")
    db.close()
    with pytest.raises(StorageError, match=r"newer Tokenry \(revision r9999, this one knows r\d{4}\)"):
        AppDb.open(db.path)
    assert not list(db.path.parent.glob("*.before-*"))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / APP_DB_NAME
    path.write_bytes(b"not a database, but longer than a header of one hundred bytes" * 4)
    with pytest.raises(StorageError, match=r"not a database.*put a backup in its place"):
        AppDb.open(path)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / APP_DB_NAME
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(StorageError, match=r"not Tokenry's app\.db"):
        AppDb.open(path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot open"):
        AppDb.open(tmp_path / "absent" / APP_DB_NAME)


class TestMigration:
    """A second revision, made up here, so that the steps every later one relies on are tried now."""

    @pytest.fixture
    def old(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        db = AppDb.open(tmp_path / APP_DB_NAME)
        seed(db)
        db.close()
        steps = tmp_path / "migrations"
        for file in sorted(appdb._MIGRATIONS.rglob("*")):
            if file.suffix in {".py", ".mako"}:
                target = steps / file.relative_to(appdb._MIGRATIONS)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
        monkeypatch.setattr(appdb, "_MIGRATIONS", steps)
        return db.path

    def step(self, path: Path, body: str) -> None:
        (path.parent / "migrations" / "versions" / "r9000_next.py").write_text(
            f"from alembic import op\nrevision = 'r9000'\ndown_revision = {NEWEST!r}\ndef upgrade():\n    {body}\n"
        )

    def test_a_backup_stands_before_the_step(self, old: Path) -> None:
        self.step(old, "op.execute('CREATE TABLE extra (x)')")
        db = AppDb.open(old)
        with db.read() as tx:
            assert tx.exec_driver_sql("SELECT count(*) FROM extra").scalar_one() == 0
        db.close()
        backup = sqlite3.connect(old.with_name("app.db.before-r9000"))
        assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
        assert backup.execute("SELECT name FROM organizations").fetchall() == [("default",)]
        backup.close()
        assert not list(old.parent.glob("*.part"))

    def test_a_step_that_fails_changes_nothing(self, old: Path) -> None:
        self.step(old, "op.execute('CREATE TABLE extra (x)'); op.execute('INSERT INTO nowhere VALUES (1)')")
        with pytest.raises(StorageError, match="no such table: nowhere"):
            AppDb.open(old)
        (old.parent / "migrations" / "versions" / "r9000_next.py").unlink()
        db = AppDb.open(old)
        with db.read() as tx:
            names = tx.exec_driver_sql("SELECT name FROM sqlite_schema WHERE name = 'extra'").all()
            assert names == []
        db.close()
