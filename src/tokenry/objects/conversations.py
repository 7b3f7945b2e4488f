"""Conversations that projects leave here: items in order, to which responses are appended.

What an item is, nobody here reads: it is JSON with an id. A conversation of another project, one that was deleted and
one that never was are one and the same: there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access import Principal
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.objects.ground import Ground, require_kept, too_much_before
from tokenry.objects.listing import Wish
from tokenry.storage import Transaction

tables = storage.tables
CONVERSATION_ITEMS_MAX = 10_000
OWN_SIZE = 10 * 1024  # bytes that a conversation takes without an item: its metadata may have as many
Items = Iterable[tuple[str, bytes]]  # ids and JSON


class StoredConversation(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation. `created_at`: nanoseconds since the epoch."""

    id: str
    organization_id: str
    project_id: str
    key_id: str
    metadata: dict[str, Any]
    created_at: int


class Conversations:
    """All conversations of all projects. Calls block."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def create(self, principal: Principal, metadata: Mapping[str, str], items: Items) -> StoredConversation:
        """A new one. Raises KeepsNothing, InvalidRequest, StorageError."""
        require_kept(principal, "conversations")
        self._ground.require_room()
        now_ns = self._ground.clock.now_ns()
        made = StoredConversation(
            id=new_id("conv", at_ns=now_ns), organization_id=principal.organization_id,
            project_id=principal.project_id, key_id=principal.key_id, metadata=dict(metadata), created_at=now_ns,
        )  # fmt: skip
        items = list(items)
        values = {**msgspec.structs.asdict(made), "size": OWN_SIZE, "expires_at": self._ground.kept_until()}
        with self._ground.db.write() as connection:
            size = OWN_SIZE + sum(len(body) for _, body in items)
            self._ground.require_share(connection, made.project_id, size)
            connection.execute(tables.conversations.insert(), values)
            self._append(connection, made.id, items)
        return made

    def get(self, project_id: str, conversation_id: str) -> StoredConversation:
        """One of a project's. Raises NotFound."""
        with self._ground.db.read() as connection:
            return self._find(connection, project_id, conversation_id)

    def update(self, project_id: str, conversation_id: str, metadata: Mapping[str, str]) -> StoredConversation:
        """Give it other metadata. Raises NotFound."""
        with self._ground.db.write() as connection:
            found = self._find(connection, project_id, conversation_id)
            self._touch(connection, conversation_id, metadata=dict(metadata))
        return msgspec.structs.replace(found, metadata=dict(metadata))

    def delete(self, project_id: str, conversation_id: str) -> None:
        """Forget it with its items. Raises NotFound."""
        with self._ground.db.write() as connection:
            self._find(connection, project_id, conversation_id)
            self._forget(connection, [conversation_id])
        self._ground.db.forget_deleted()

    def add(self, project_id: str, conversation_id: str, items: Items) -> None:
        """Append items. Raises NotFound, and InvalidRequest: they are too many, or one is there already."""
        self._ground.require_room()
        items = list(items)
        with self._ground.db.write() as connection:
            self._find(connection, project_id, conversation_id)
            self._ground.require_share(connection, project_id, sum(len(body) for _, body in items))
            self._append(connection, conversation_id, items)
            self._touch(connection, conversation_id)

    def append(self, connection: Transaction, project_id: str, conversation_id: str, items: Items) -> None:
        """The same in a transaction of the caller's, where an answer is complete that goes on from it: nothing happens
        when it is gone, and what is there already is not appended again."""
        try:
            self._find(connection, project_id, conversation_id)
        except NotFound:
            return
        known = self._ids(connection, conversation_id)
        fresh = [(item_id, body) for item_id, body in items if item_id not in known]
        if len(known) + len(fresh) <= CONVERSATION_ITEMS_MAX:
            self._append(connection, conversation_id, fresh)
        self._touch(connection, conversation_id)

    def items(self, project_id: str, conversation_id: str) -> list[bytes]:
        """All of its items, in order. Raises NotFound, and InvalidRequest: they are more than a request may be."""
        table, whole = tables.conversation_items, tables.conversations
        query = table.select().where(table.c.conversation_id == conversation_id).order_by(table.c.position)
        with self._ground.db.read() as connection:
            self._find(connection, project_id, conversation_id)
            size = connection.execute(whole.select().where(whole.c.id == conversation_id)).one().size
            if size > OWN_SIZE + BODY_SIZE_MAX:
                raise too_much_before("conversation")
            return [row.body for row in connection.execute(query)]

    def page(self, project_id: str, conversation_id: str, wish: Wish) -> tuple[list[bytes], bool]:
        """A page of its items, and whether more follow; no more than fit a body, so it may be a short one.

        Raises:
            NotFound: there is no such conversation. InvalidRequest: `after` names none of its items.
        """
        column = tables.conversation_items.c
        query = tables.conversation_items.select().where(column.conversation_id == conversation_id)
        with self._ground.db.read() as connection:
            self._find(connection, project_id, conversation_id)
            if wish.after is not None:
                at = connection.execute(query.where(column.id == wish.after)).one_or_none()
                if at is None:
                    raise InvalidRequest("`after` names nothing in this list", param="after")
                beyond = column.position < at.position if wish.newest_first else column.position > at.position
                query = query.where(beyond)
            order = column.position.desc() if wish.newest_first else column.position
            rows: list[bytes] = []
            left = BODY_SIZE_MAX
            for row in connection.execute(query.order_by(order).limit(wish.limit + 1)):
                left -= len(row.body)
                if rows and (left < 0 or len(rows) == wish.limit):
                    return rows, True
                rows.append(row.body)
        return rows, False

    def item(self, project_id: str, conversation_id: str, item_id: str) -> bytes:
        """One of its items. Raises NotFound."""
        with self._ground.db.read() as connection:
            self._find(connection, project_id, conversation_id)
            return bytes(self._item(connection, conversation_id, item_id).body)

    def delete_item(self, project_id: str, conversation_id: str, item_id: str) -> StoredConversation:
        """Forget one of its items; the conversation. Raises NotFound."""
        table = tables.conversation_items
        with self._ground.db.write() as connection:
            found = self._find(connection, project_id, conversation_id)
            self._grow(connection, conversation_id, -len(self._item(connection, conversation_id, item_id).body))
            this = (table.c.conversation_id == conversation_id, table.c.id == item_id)
            connection.execute(table.delete().where(*this))
            self._touch(connection, conversation_id)
        self._ground.db.forget_deleted()
        return found

    def expire(self) -> int:
        """Forget those that nobody used for so long; how many."""
        table = tables.conversations
        over = table.select().where(table.c.expires_at <= self._ground.clock.now_ns())
        with self._ground.db.read() as connection:
            if connection.execute(over.limit(1)).first() is None:
                return 0
        with self._ground.db.write() as connection:
            gone = [row.id for row in connection.execute(over)]
            self._forget(connection, gone)
        return len(gone)

    def _find(self, connection: Transaction, project_id: str, conversation_id: str) -> StoredConversation:
        table = tables.conversations
        alive = (table.c.project_id == project_id, table.c.expires_at > self._ground.clock.now_ns())
        row = connection.execute(table.select().where(*alive, table.c.id == conversation_id)).one_or_none()
        if row is None:
            raise NotFound(f"Conversation with id '{conversation_id[:100]}' not found.", param="conversation")
        return StoredConversation(**{name: row._mapping[name] for name in StoredConversation.__struct_fields__})

    def _item(self, connection: Transaction, conversation_id: str, item_id: str) -> Any:
        table = tables.conversation_items
        query = table.select().where(table.c.conversation_id == conversation_id, table.c.id == item_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"Item with id '{item_id[:100]}' not found.", param="item_id")
        return row

    def _ids(self, connection: Transaction, conversation_id: str) -> set[str]:
        column = tables.conversation_items.c
        query = tables.conversation_items.select().where(column.conversation_id == conversation_id)
        return {row.id for row in connection.execute(query.with_only_columns(column.id))}

    def _append(self, connection: Transaction, conversation_id: str, items: Items) -> None:
        table = tables.conversation_items
        query = table.select().where(table.c.conversation_id == conversation_id).with_only_columns(table.c.position)
        last = connection.execute(query.order_by(table.c.position.desc()).limit(1)).first()
        position = 0 if last is None else int(last.position)
        known = self._ids(connection, conversation_id)
        now_ns, size = self._ground.clock.now_ns(), 0
        rows: list[dict[str, Any]] = []
        for item_id, body in items:
            position += 1
            if item_id in known:
                raise InvalidRequest(f"the conversation has an item {item_id[:100]!r} already", param="items")
            known.add(item_id)
            size += len(body)
            row = {"conversation_id": conversation_id, "position": position, "id": item_id, "body": body}
            rows.append({**row, "created_at": now_ns})
        if len(known) > CONVERSATION_ITEMS_MAX:
            raise InvalidRequest(f"a conversation has at most {CONVERSATION_ITEMS_MAX} items", param="items")
        if rows:
            connection.execute(table.insert(), rows)
            self._grow(connection, conversation_id, size)

    def _grow(self, connection: Transaction, conversation_id: str, size: int) -> None:
        """Its items have so many bytes more."""
        table = tables.conversations
        change = table.update().where(table.c.id == conversation_id)
        connection.execute(change.values(size=table.c.size + size))

    def _touch(self, connection: Transaction, conversation_id: str, **values: Any) -> None:
        """It was used: its time begins anew."""
        table = tables.conversations
        values["expires_at"] = self._ground.kept_until()
        connection.execute(table.update().where(table.c.id == conversation_id).values(values))

    def _forget(self, connection: Transaction, conversation_ids: list[str]) -> None:
        items, conversations = tables.conversation_items, tables.conversations
        for one in conversation_ids:
            connection.execute(items.delete().where(items.c.conversation_id == one))
            connection.execute(conversations.delete().where(conversations.c.id == one))
