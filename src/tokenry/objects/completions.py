"""Chat completions that their project asked to be stored: the answer as it was given, and the messages it answers.

An answer's id is its engine's, so it is unique within its project at most: of two with one id the later one stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.objects.ground import Ground
from tokenry.objects.listing import Wish, page
from tokenry.storage import Transaction

tables = storage.tables
ID_LENGTH_MAX = 200
PAGE_SIZE_MAX = 32 * 1024 * 1024  # bytes of stored answers that one page reads

Metadata = Mapping[str, str]


class StoredCompletion(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. Times are nanoseconds since the epoch; `body` and `input` are JSON as it was sent."""

    id: str
    organization_id: str
    project_id: str
    key_id: str
    model: str
    metadata: dict[str, str] | None
    body: bytes
    input: bytes
    size: int
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which answers are meant.

    Args:
        model: as the answer names it. metadata: pairs that it has, all of them.
    """

    model: str | None = None
    metadata: Metadata | None = None


class _Head(msgspec.Struct):
    id: str
    model: str = ""


class Completions:
    """All stored chat completions. Calls block."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def store(self, principal: Principal, body: bytes, asked: bytes, metadata: Metadata | None) -> None:
        """Keep an answer; durable when it returns.

        Args:
            body: the answer, JSON. asked: the request's messages, a JSON list.

        Raises:
            DiskNearlyFull, FileTooLarge, StorageError: there is no room for it.
            ValueError: the answer has no id that can be asked for.
        """
        head = msgspec.json.decode(body, type=_Head)
        if not (0 < len(head.id) <= ID_LENGTH_MAX and head.id.isprintable()):
            raise ValueError("an answer without an id cannot be asked for again")
        self._ground.require_room()
        size = len(body) + len(asked)
        with self._ground.db.read() as connection:
            self._ground.require_share(connection, principal.project_id, size)
        stored = StoredCompletion(
            id=head.id, organization_id=principal.organization_id, project_id=principal.project_id,
            key_id=principal.key_id, model=head.model, metadata=dict(metadata) if metadata else None, body=body,
            input=asked, size=size, created_at=self._ground.clock.now_ns(), expires_at=self._ground.kept_until(),
        )  # fmt: skip
        table = tables.stored_completions
        with self._ground.db.write() as connection:
            connection.execute(table.delete().where(*self._of(stored.project_id), table.c.id == stored.id))
            connection.execute(table.insert(), msgspec.structs.asdict(stored))

    def get(self, project_id: str, completion_id: str) -> StoredCompletion:
        """One stored answer of a project. Raises NotFound."""
        with self._ground.db.read() as connection:
            return self._find(connection, project_id, completion_id)

    def list(self, project_id: str, sought: Sought, wish: Wish) -> tuple[list[StoredCompletion], bool]:
        """A page of a project's stored answers, and whether more follow: fewer than asked for where they are large.

        Raises InvalidRequest.
        """
        column = tables.stored_completions.c
        where = [*self._of(project_id), column.expires_at > self._ground.clock.now_ns()]
        if sought.model is not None:
            where.append(column.model == sought.model)
        for key, value in (sought.metadata or {}).items():
            if '"' in key or "\\" in key or not key.isprintable():  # what SQLite's paths into JSON cannot say
                raise InvalidRequest(
                    "a key of metadata that is looked for has no quotes, backslashes or control characters in it",
                    param="metadata",
                )
            where.append(column.metadata[key].as_string() == value)
        with self._ground.db.read() as connection:
            heads = (column.id, column.created_at, column.size)
            rows, more = page(connection, tables.stored_completions, tuple(where), wish, heads)
            fit = _that_fit([row.size for row in rows])
            found = [self._find(connection, project_id, row.id) for row in rows[:fit]]
        return found, more or fit < len(rows)

    def update(self, project_id: str, completion_id: str, metadata: Metadata | None) -> StoredCompletion:
        """Give an answer other metadata. Raises NotFound."""
        table, told = tables.stored_completions, dict(metadata) if metadata else None
        with self._ground.db.write() as connection:
            found = self._find(connection, project_id, completion_id)
            query = table.update().where(*self._of(project_id), table.c.id == found.id)
            connection.execute(query, {"metadata": told})
        return msgspec.structs.replace(found, metadata=told)

    def delete(self, project_id: str, completion_id: str) -> StoredCompletion:
        """Forget an answer. Raises NotFound."""
        table = tables.stored_completions
        with self._ground.db.write() as connection:
            found = self._find(connection, project_id, completion_id)
            connection.execute(table.delete().where(*self._of(project_id), table.c.id == found.id))
        return found

    def expire(self) -> int:
        """Forget the answers whose time is over; how many."""
        table = tables.stored_completions
        over = table.c.expires_at <= self._ground.clock.now_ns()
        with self._ground.db.read() as connection:
            if connection.execute(table.select().where(over).limit(1)).first() is None:
                return 0
        with self._ground.db.write() as connection:
            return int(connection.execute(table.delete().where(over)).rowcount)

    def _of(self, project_id: str) -> tuple[Any, ...]:
        return (tables.stored_completions.c.project_id == project_id,)

    def _find(self, connection: Transaction, project_id: str, completion_id: str) -> StoredCompletion:
        column = tables.stored_completions.c
        alive = column.expires_at > self._ground.clock.now_ns()
        query = tables.stored_completions.select().where(
            *self._of(project_id), column.id == completion_id[:ID_LENGTH_MAX], alive
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"No such chat completion: {completion_id[:100]}", param="id")
        return _completion(row)


def _that_fit(sizes: list[int]) -> int:
    """How many of these are read at once: one at least."""
    fit = total = 0
    for size in sizes:
        total += size
        if fit and total > PAGE_SIZE_MAX:
            break
        fit += 1
    return fit


def _completion(row: Any) -> StoredCompletion:
    return StoredCompletion(**row._mapping)
