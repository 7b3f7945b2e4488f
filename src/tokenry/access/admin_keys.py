"""Keys for administration: each stands for one person in one organization, with that person's roles at the time.

They lie in memory by the hash of their text, as the projects' keys do (keys.py), and open no model.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import checked_name
from tokenry.access.people import People
from tokenry.access.secret import ADMIN_MARK, InvalidApiKey, digest, new_secret
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id

table = storage.tables.admin_keys
LIFE_S_MAX = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class AdminKey:
    """A key as it may be shown. Times are nanoseconds since the epoch."""

    id: str
    organization_id: str
    user_id: str
    name: str
    prefix: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None


class AdminKeys:
    """The admin keys of one app.db. `create`, `revoke` and `load` block for one transaction."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people
        self._lock = threading.Lock()
        self._records: dict[str, AdminKey] = {}
        self._ids: dict[bytes, str] = {}  # digest -> id

    def load(self) -> None:
        """Read all keys again."""
        with self._lock, self._desk.db.read() as connection:
            rows = connection.execute(table.select().order_by(table.c.created_at, table.c.id)).all()
            self._records = {row.id: _record(row._asdict()) for row in rows}
            self._ids = {row.sha256: row.id for row in rows}

    def authenticate(self, secret: bytes) -> Actor:
        """Who shows this key, with the roles that its owner has now. Raises InvalidApiKey."""
        record = self._records.get(self._ids.get(digest(secret), ""))
        if record is None:
            raise InvalidApiKey("Incorrect admin key: there is no such key here; `tokenry admin-key create` makes one.")
        if record.revoked_at is not None:
            raise InvalidApiKey(f"The admin key {record.prefix}-… was revoked at {isoformat(record.revoked_at)}.")
        if record.expires_at is not None and self._desk.clock.now_ns() >= record.expires_at:
            raise InvalidApiKey(f"The admin key {record.prefix}-… expired at {isoformat(record.expires_at)}.")
        actor = self._people.actor(record.user_id, record.organization_id, "admin_key", record.id)
        if actor is None:
            raise InvalidApiKey(f"The admin key {record.prefix}-… opens nothing: its owner has left or is disabled.")
        return actor

    def list(self, organization_id: str) -> tuple[AdminKey, ...]:
        """Those of an organization that are not revoked, oldest first. From memory."""
        return tuple(r for r in self._records.values() if r.organization_id == organization_id and r.revoked_at is None)

    def get(self, key_id: str, organization_id: str) -> AdminKey:
        """One key. Raises NotFound, also for another organization's and a revoked one."""
        record = self._records.get(key_id)
        if record is None or record.organization_id != organization_id or record.revoked_at is not None:
            raise NotFound(f"There is no admin key {key_id[:100]!r}.", param="key_id")
        return record

    def create(self, by: Actor, user_id: str, name: str, life_s: int | None = None) -> tuple[AdminKey, str]:
        """Make a key that stands for a member; its text is told this once.

        Args:
            life_s: seconds until it expires; None = it does not.

        Raises:
            InvalidRequest: the name or the life cannot be.
            NotFound: there is no such member.
        """
        now_ns = self._desk.clock.now_ns()
        if life_s is not None and not 1 <= life_s <= LIFE_S_MAX:
            raise InvalidRequest(f"expires_in_seconds is from 1 to {LIFE_S_MAX}.", param="expires_in_seconds")
        if (by.organization_id, user_id) not in self._people.roster.members:
            raise NotFound(f"There is no member {user_id[:100]!r}.", param="user_id")
        prefix, secret = new_secret(ADMIN_MARK)
        expires_at = None if life_s is None else now_ns + life_s * NS_PER_S
        key_id = new_id("adm", at_ns=now_ns)
        record = AdminKey(key_id, by.organization_id, user_id, checked_name(name), prefix, now_ns, expires_at, None)
        row = {name: getattr(record, name) for name in AdminKey.__slots__}
        with self._desk.act(by, "api_key.created", record.id) as act:
            act.details["scopes"] = ["admin"]
            act.connection.execute(table.insert(), {**row, "sha256": digest(secret.encode())})
        self.load()
        return record, secret

    def revoke(self, by: Actor, key_id: str) -> AdminKey:
        """End a key at once. Raises NotFound."""
        record = replace(self.get(key_id, by.organization_id), revoked_at=self._desk.clock.now_ns())
        with self._desk.act(by, "api_key.deleted", key_id) as act:
            act.connection.execute(table.update().where(table.c.id == key_id), {"revoked_at": record.revoked_at})
        self.load()
        return record


def _record(row: dict[str, Any]) -> AdminKey:
    del row["sha256"]
    return AdminKey(**row)
