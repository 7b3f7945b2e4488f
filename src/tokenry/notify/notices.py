"""Where news is told: kept once an occasion, with a delivery for every way that it goes, in one transaction.

Knows no network. What is to be carried waits in the table until the sender (sender.py) takes it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tokenry import storage
from tokenry.base.clock import Clock
from tokenry.base.ids import new_id
from tokenry.notify.news import DATA_SIZE_MAX, News, distinct, is_address
from tokenry.storage import AppDb, Transaction

tables = storage.tables
SUBJECT_PREFIX_LENGTH_MAX = 100


@dataclass(slots=True)
class Stats:
    """How deliveries went since the start, by channel and end; and how many wait, as of the sender's last look."""

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: int = 0


class Notices:
    """The news of one app.db. Calls block for one transaction; on an event loop, use a thread."""

    def __init__(self, db: AppDb, clock: Clock) -> None:
        self.db = db
        self.clock = clock
        self.stats = Stats()
        self.on_waiting: Callable[[], None] = _nobody_listens  # called after news with deliveries; from any thread

    def tell(self, news: News, addresses: Sequence[str] = (), *, subject_prefix: str | None = None) -> bool:
        """Keep a piece of news and what is to be sent of it: a mail to each address, a call to each webhook.

        Args:
            addresses: e-mail addresses; one that is none becomes a delivery that failed and says so.
            subject_prefix: stands before the subject of the mails.

        Returns:
            True the first time that this occasion is told; later calls do nothing.

        Raises:
            ValueError: the data is no JSON, or has more than DATA_SIZE_MAX bytes.
        """
        with self.db.read() as connection:
            if _is_told(connection, news.occasion):  # a storm of the same news does not queue for the writer's lock
                return False
        with self.db.write() as connection:
            told = self.tell_within(connection, news, addresses, subject_prefix=subject_prefix)
        if told:
            self.on_waiting()
        return told

    def tell_within(
        self, connection: Transaction, news: News, addresses: Sequence[str] = (), *, subject_prefix: str | None = None
    ) -> bool:
        """As `tell`, in a transaction of somebody else's, who calls `on_waiting` when it has ended well."""
        if _is_told(connection, news.occasion):
            return False
        if len(msgspec.json.encode(news.data)) > DATA_SIZE_MAX:
            raise ValueError(f"news of {news.type} has more than {DATA_SIZE_MAX} bytes")
        now_ns = self.clock.now_ns()
        row = {name: getattr(news, name) for name in _KEPT}
        news_id = new_id("evt", at_ns=now_ns)
        connection.execute(tables.news.insert(), {**row, "id": news_id, "created_at": now_ns})
        prefix = None if subject_prefix is None else subject_prefix[:SUBJECT_PREFIX_LENGTH_MAX]
        letter = {"subject_prefix": prefix, "private": news.private}
        rows = [
            queued(news_id, "email", address, now_ns) | (letter if is_address(address) else _no_address(now_ns))
            for address in distinct(addresses)
        ]
        rows += [queued(news_id, "webhook", hook, now_ns) for hook in _subscribed(connection, news)]
        for delivery in rows:
            connection.execute(tables.deliveries.insert(), delivery)
        return True

    def withdraw(self, connection: Transaction, occasion: str, why: str) -> None:
        """Mail no more of what was told, and forget what only its mails say: an invite that was taken back.

        Args:
            connection: the caller's transaction.
            why: what the deliveries say from now on.
        """
        _withdraw(connection, occasion, why, self.clock.now_ns())


def _withdraw(connection: Transaction, occasion: str, why: str, now_ns: int) -> None:
    news, mails = tables.news, tables.deliveries
    told = connection.execute(news.select().where(news.c.occasion == occasion)).one_or_none()
    if told is None:
        return
    mine = (mails.c.news_id == told.id) & (mails.c.channel == "email") & (mails.c.state == "waiting")
    ended: dict[str, Any] = {"state": "failed", "next_at": None, "ended_at": now_ns, "answer": why, "private": {}}
    connection.execute(mails.update().where(mine), ended)


_KEPT = ("organization_id", "project_id", "user_id", "type", "occasion", "data")


def _nobody_listens() -> None:
    """The sender looks into the table when it starts."""


def _no_address(now_ns: int) -> dict[str, Any]:
    return {"state": "failed", "next_at": None, "ended_at": now_ns, "answer": "this is not an e-mail address"}


def _is_told(connection: Transaction, occasion: str) -> bool:
    return connection.execute(tables.news.select().where(tables.news.c.occasion == occasion)).first() is not None


def _subscribed(connection: Transaction, news: News) -> list[str]:
    """The webhooks of the organization that want this type, oldest first."""
    hooks = tables.webhooks
    query = (
        hooks.select()
        .where(hooks.c.organization_id == news.organization_id, hooks.c.disabled_at.is_(None))
        .order_by(hooks.c.created_at, hooks.c.id)
    )
    return [row.id for row in connection.execute(query) if row.types is None or news.type in row.types]


def queued(news_id: str, channel: str, target: str, now_ns: int) -> dict[str, Any]:
    """The row of a delivery that waits for its first attempt."""
    return {
        "id": new_id("dlv", at_ns=now_ns), "news_id": news_id, "channel": channel, "target": target,
        "state": "waiting", "attempts": 0, "answer": None, "created_at": now_ns, "next_at": now_ns, "ended_at": None,
        "subject_prefix": None, "private": None,
    }  # fmt: skip
