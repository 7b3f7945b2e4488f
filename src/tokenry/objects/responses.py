"""Responses that projects have us keep: each with what it was asked, so that the next one can go on from it.

What is in them, nobody here reads: a body is the JSON of a response object, an input the JSON of a list of items.
A response of another project, one that was deleted and one that never was are one and the same: there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from tokenry import storage
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.objects.conversations import Conversations
from tokenry.objects.ground import Ground, too_much_before
from tokenry.storage import Transaction

tables = storage.tables
CHAIN_MAX = 1000  # responses that one goes on from
LOOKED_THROUGH_MAX = 500  # of a project's responses, for an item that does not say where it stands
LOOKED_THROUGH_SIZE_MAX = 8 * 1024 * 1024  # bytes of them
RUNNING = ("queued", "in_progress")


class StoredResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One response.

    Args:
        previous_id: what it goes on from. state: the `status` of its body.
        body: JSON of the response object. input: JSON of the items that it was asked with, without those before.
        created_at: nanoseconds since the epoch.
    """

    id: str
    organization_id: str
    project_id: str
    key_id: str
    previous_id: str | None
    conversation_id: str | None
    state: str
    background: bool
    body: bytes
    input: bytes
    created_at: int


class Keeping(msgspec.Struct, frozen=True):
    """One response to be kept; `items` (JSON, each with its id) are appended to its conversation in the same step."""

    response: StoredResponse
    items: tuple[tuple[str, bytes], ...] = ()


class Responses:
    """All kept responses of all projects. Calls block."""

    def __init__(self, ground: Ground, conversations: Conversations) -> None:
        self._ground = ground
        self._conversations = conversations

    def keep(self, wanted: Iterable[Keeping]) -> None:
        """Keep responses, all of them or none; one that is kept already becomes what it is now. Durable on return."""
        until = self._ground.kept_until()
        with self._ground.db.write() as connection:
            for one in wanted:
                response = one.response
                size = len(response.body) + len(response.input)
                values = {**msgspec.structs.asdict(response), "size": size, "expires_at": until}
                table = tables.stored_responses
                changed = connection.execute(table.update().where(table.c.id == response.id).values(values))
                if not changed.rowcount:
                    connection.execute(table.insert(), values)
                if one.items and response.conversation_id is not None:
                    self._conversations.append(connection, response.project_id, response.conversation_id, one.items)

    def require_welcome(self, project_id: str) -> None:
        """Whether a project may have anything more kept, before it is made. Raises FileTooLarge, DiskNearlyFull."""
        self._ground.require_room()
        with self._ground.db.read() as connection:
            self._ground.require_share(connection, project_id, 1)

    def get(self, project_id: str, response_id: str) -> StoredResponse:
        """One response of a project. Raises NotFound."""
        with self._ground.db.read() as connection:
            return _required(self._find(connection, project_id, response_id), response_id)

    def find(self, project_id: str, response_id: str) -> StoredResponse | None:
        """The same; None when there is none."""
        with self._ground.db.read() as connection:
            return self._find(connection, project_id, response_id)

    def chain(self, project_id: str, response_id: str) -> list[StoredResponse]:
        """A response and all that it goes on from, the oldest first.

        Raises:
            NotFound: one of them is not there.
            InvalidRequest: they are too many, too large together, or go round in a circle.
        """
        found: list[StoredResponse] = []
        seen: set[str] = set()
        left, wanted = BODY_SIZE_MAX, cast("str | None", response_id)
        with self._ground.db.read() as connection:
            while wanted is not None:
                if wanted in seen:
                    raise InvalidRequest("the responses before this one go round in a circle", param=_PREVIOUS)
                if len(found) >= CHAIN_MAX:
                    raise InvalidRequest(
                        f"more than {CHAIN_MAX} responses stand before this one; begin anew with what matters of them "
                        "(`/v1/responses/compact`)",
                        param=_PREVIOUS,
                    )
                seen.add(wanted)
                found.append(_required(self._find(connection, project_id, wanted), wanted))
                left -= len(found[-1].body) + len(found[-1].input)
                if left < 0:
                    raise too_much_before(_PREVIOUS)
                wanted = found[-1].previous_id
        return found[::-1]

    def holding(self, project_id: str, item_id: str) -> StoredResponse | None:
        """The newest of a project's responses whose body or input has this text; None when none of the last has."""
        column = tables.stored_responses.c
        query = tables.stored_responses.select().where(*self._of(project_id)).order_by(column.created_at.desc())
        text = item_id.encode()
        with self._ground.db.read() as connection:
            left = LOOKED_THROUGH_SIZE_MAX
            for row in connection.execute(query.limit(LOOKED_THROUGH_MAX)):
                if text in row.body or text in row.input:
                    return _response(row)
                left -= row.size
                if left < 0:
                    break
        return None

    def delete(self, project_id: str, response_id: str) -> StoredResponse:
        """Forget a response. Raises NotFound."""
        with self._ground.db.write() as connection:
            response = _required(self._find(connection, project_id, response_id), response_id)
            table = tables.stored_responses
            connection.execute(table.delete().where(table.c.id == response_id))
        self._ground.db.forget_deleted()
        return response

    def unfinished(self) -> list[StoredResponse]:
        """Those that were at work when the server ended."""
        query = tables.stored_responses.select().where(tables.stored_responses.c.state.in_(RUNNING))
        with self._ground.db.read() as connection:
            return [_response(row) for row in connection.execute(query)]

    def expire(self) -> int:
        """Forget the responses whose time is over; how many."""
        table = tables.stored_responses
        over = table.c.expires_at <= self._ground.clock.now_ns()
        with self._ground.db.read() as connection:
            if connection.execute(table.select().where(over).limit(1)).first() is None:
                return 0
        with self._ground.db.write() as connection:
            return int(connection.execute(table.delete().where(over)).rowcount)

    def _of(self, project_id: str) -> tuple[Any, ...]:
        column = tables.stored_responses.c
        return column.project_id == project_id, column.expires_at > self._ground.clock.now_ns()

    def _find(self, connection: Transaction, project_id: str, response_id: str) -> StoredResponse | None:
        table = tables.stored_responses
        query = table.select().where(*self._of(project_id), table.c.id == response_id)
        row = connection.execute(query).one_or_none()
        return None if row is None else _response(row)


_PREVIOUS = "previous_response_id"


def _required(found: StoredResponse | None, response_id: str) -> StoredResponse:
    if found is None:
        raise NotFound(f"Response with id '{response_id[:100]}' not found.", param="response_id")
    return found


def _response(row: Any) -> StoredResponse:
    return StoredResponse(**{name: row._mapping[name] for name in StoredResponse.__struct_fields__})
