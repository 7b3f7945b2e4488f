"""The rows of batches: made, found, listed, changed step by step. Each step is one transaction. Calls block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import to_builtins

from tokenry import storage
from tokenry.base.errors import NotFound
from tokenry.objects.batches.batch import UNFINISHED, Batch
from tokenry.objects.listing import Wish, page
from tokenry.storage import AppDb, Transaction

table = storage.tables.batches


class Register:
    """The batches of one app.db."""

    def __init__(self, db: AppDb) -> None:
        self._db = db

    def enter(self, connection: Transaction, batch: Batch) -> None:
        """A new one."""
        connection.execute(table.insert(), to_builtins(batch))

    def unfinished_of(self, connection: Transaction, project_id: str) -> int:
        """How many of a project's are unfinished."""
        query = table.select().where(table.c.project_id == project_id, table.c.state.in_(UNFINISHED))
        return len(connection.execute(query.with_only_columns(table.c.id)).all())

    def unfinished(self) -> list[Batch]:
        """Those of which something is still to come, the oldest first."""
        query = table.select().where(table.c.state.in_(UNFINISHED)).order_by(table.c.created_at, table.c.id)
        with self._db.read() as connection:
            return [_batch(row) for row in connection.execute(query)]

    def newest(self, count: int, project_id: str | None) -> list[Batch]:
        """The newest ones of a project, or of all, the newest first."""
        query = table.select().order_by(table.c.created_at.desc(), table.c.id.desc()).limit(count)
        if project_id is not None:
            query = query.where(table.c.project_id == project_id)
        with self._db.read() as connection:
            return [_batch(row) for row in connection.execute(query)]

    def get(self, batch_id: str) -> Batch:
        """One, whosever it is. Raises NotFound: it is gone, with its project."""
        with self._db.read() as connection:
            return self._find(connection, table.c.id == batch_id)

    def of_project(self, project_id: str, batch_id: str) -> Batch:
        """One of a project's. Raises NotFound."""
        with self._db.read() as connection:
            return self._find(connection, table.c.id == batch_id, table.c.project_id == project_id)

    def list(self, project_id: str, wish: Wish) -> tuple[list[Batch], bool]:
        """A page of a project's, and whether more follow. Raises InvalidRequest."""
        with self._db.read() as connection:
            rows, more = page(connection, table, (table.c.project_id == project_id,), wish)
        return [_batch(row) for row in rows], more

    def change(self, batch_id: str, step: Callable[[Batch], Batch]) -> Batch:
        """Take a step; what the batch is then. Raises NotFound, and what the step does; then nothing is changed."""
        with self._db.write() as connection:
            return self.step(connection, batch_id, step)

    def step(self, connection: Transaction, batch_id: str, step: Callable[[Batch], Batch]) -> Batch:
        """As `change`, in a transaction of the caller's."""
        before = self._find(connection, table.c.id == batch_id)
        after = step(before)
        if after != before:
            connection.execute(table.update().where(table.c.id == batch_id), to_builtins(after))
        return after

    def _find(self, connection: Transaction, *where: Any) -> Batch:
        row = connection.execute(table.select().where(*where)).one_or_none()
        if row is None:
            raise NotFound("No such Batch object.", param="batch_id")
        return _batch(row)


def _batch(row: Any) -> Batch:
    return msgspec.convert({name: row._mapping[name] for name in Batch.__struct_fields__}, Batch)
