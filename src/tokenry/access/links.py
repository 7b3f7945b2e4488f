"""One-time links: each lets one person in once, for as long as it lives. Of its secret only the hash is kept.

Knows no addresses: what stands before the secret in a link is the business of whoever shows it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any, Literal

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.secret import digest
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError
from tokenry.storage import Transaction

table = storage.tables.one_time_links
Purpose = Literal["owner"]
LIFE_S = 24 * 3600
TOKEN_LENGTH = 43
_KEEP_S = 30 * 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class LinkSpent(TokenryError):
    """The link was used, has expired, was replaced by a newer one, or never was one."""

    status = 410
    type = "invalid_request_error"
    code = "link_spent"

    def __init__(self) -> None:
        super().__init__(
            "This link opens nothing: it was used, is too old, or a newer one took its place. "
            "On the server, `tokenry owner link` makes another."
        )


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link lets in, and until when (ns since the epoch)."""

    user_id: str
    purpose: str
    expires_at: int


def new_token() -> str:
    """256 random bits as 43 characters that can stand in an address or a cookie."""
    return urlsafe_b64encode(token_bytes(32)).rstrip(b"=").decode()


def is_token(text: str) -> bool:
    """Whether this can be one of ours."""
    return _TOKEN.match(text) is not None


class Links:
    """The links of one app.db. Every call blocks for one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._db = desk.db
        self._clock = desk.clock
        self._desk = desk

    def create(self, by: Actor, user_id: str, purpose: Purpose) -> tuple[Link, str]:
        """A fresh link and its secret; those of the same kind before it open nothing any more. An act of somebody's."""
        now_ns, token = self._clock.now_ns(), new_token()
        link = Link(user_id, purpose, now_ns + LIFE_S * NS_PER_S)
        row = {"sha256": digest(token.encode()), "user_id": user_id, "purpose": purpose, "created_at": now_ns}
        with self._desk.act(by, "owner_link.created", user_id) as act:
            same = (table.c.user_id == user_id) & (table.c.purpose == purpose) & table.c.used_at.is_(None)
            act.connection.execute(table.delete().where(same | (table.c.expires_at < now_ns - _KEEP_S * NS_PER_S)))
            act.connection.execute(table.insert(), {**row, "expires_at": link.expires_at})
        return link, token

    def find(self, token: str) -> Link:
        """Whom a link would let in; it stays unused. Raises LinkSpent."""
        with self._db.read() as connection:
            row = connection.execute(table.select().where(self._open(token))).one_or_none()
        if row is None:
            raise LinkSpent
        return Link(row.user_id, row.purpose, row.expires_at)

    def use(self, connection: Transaction, token: str) -> Link:
        """Spend a link within a transaction: of many who come at once, one is let in. Raises LinkSpent."""
        row = connection.execute(table.select().where(self._open(token))).one_or_none()
        if row is None:
            raise LinkSpent
        connection.execute(table.update().where(table.c.sha256 == row.sha256), {"used_at": self._clock.now_ns()})
        return Link(row.user_id, row.purpose, row.expires_at)

    def _open(self, token: str) -> Any:
        sha256 = digest(token.encode()) if is_token(token) else b""
        return (table.c.sha256 == sha256) & table.c.used_at.is_(None) & (table.c.expires_at > self._clock.now_ns())
