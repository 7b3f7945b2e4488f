"""Walks through the tree of a chat's messages, in SQL: a branch upwards from its end, children of some messages.

What a branch means is the workspace's business. Source of recursive queries: https://www.sqlite.org/lang_with.html
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import CTE, Connection, and_, false, func, literal, or_, select

from tokenry.storage.tables import chat_messages as messages


def branch_rows(connection: Connection, chat_id: str, end_id: str, limit: int) -> list[Any]:
    """The rows of a branch, its end first, so many at most; none when the chat has no such message."""
    walk = _upwards(chat_id, end_id, limit)
    query = select(messages).join(walk, walk.c.id == messages.c.id).order_by(walk.c.steps)
    return list(connection.execute(query).all())


def branch_length(connection: Connection, chat_id: str, end_id: str, most: int) -> int:
    """How many messages a branch has, its end included; counted no further than `most`."""
    walk = _upwards(chat_id, end_id, most)
    return int(connection.execute(select(func.count()).select_from(walk)).scalar_one())


def children_of(connection: Connection, chat_id: str, parents: Collection[str | None]) -> list[Any]:
    """`id` and `parent_id` of the messages below these, in the order of making; None = those a chat begins with."""
    named = [one for one in parents if one is not None]
    begins = messages.c.parent_id.is_(None) if None in parents else false()
    below = or_(messages.c.parent_id.in_(named), begins)
    query = select(messages.c.id, messages.c.parent_id).where(and_(messages.c.chat_id == chat_id, below))
    return list(connection.execute(query.order_by(messages.c.seq)).all())


def tree_rows(connection: Connection, chat_id: str) -> list[Any]:
    """`id` and `parent_id` of all messages of a chat, in the order of making."""
    query = select(messages.c.id, messages.c.parent_id).where(messages.c.chat_id == chat_id)
    return list(connection.execute(query.order_by(messages.c.seq)).all())


def count_messages(connection: Connection, chat_id: str) -> int:
    """How many messages a chat has, on all its branches."""
    query = select(func.count()).select_from(messages).where(messages.c.chat_id == chat_id)
    return int(connection.execute(query).scalar_one())


def _upwards(chat_id: str, end_id: str, limit: int) -> CTE:
    steps = literal(0).label("steps")
    end = select(messages.c.id, messages.c.parent_id, steps)
    walk = end.where(messages.c.id == end_id, messages.c.chat_id == chat_id).cte("walk", recursive=True)
    above = select(messages.c.id, messages.c.parent_id, walk.c.steps + 1).join(walk, messages.c.id == walk.c.parent_id)
    return walk.union_all(above.where(walk.c.steps < limit - 1, messages.c.chat_id == chat_id))
