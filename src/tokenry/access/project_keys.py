"""Administrative acts on a project's keys beside making and ending them (keys.py): another name, another end.

Whoever calls reads the keys into memory again (Keys.load).
"""

from __future__ import annotations

from dataclasses import replace

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import checked_name
from tokenry.access.keys import KeyRecord
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound

_keys = storage.tables.api_keys
LIFE_S_MAX = 100 * 365 * 86_400


def ending(now_ns: int, life_s: int | None) -> int | None:
    """When a key that lives so many seconds from now expires, nanoseconds since the epoch; None = never.

    Raises InvalidRequest for a life that cannot be.
    """
    if life_s is None:
        return None
    if not 1 <= life_s <= LIFE_S_MAX:
        raise InvalidRequest(f"expires_in_seconds is from 1 to {LIFE_S_MAX}.", param="expires_in_seconds")
    return now_ns + life_s * NS_PER_S


def update_key(desk: Desk, by: Actor, key: KeyRecord, name: str | None, life_s: int | None) -> KeyRecord:
    """Another name, another end; None leaves either. Raises NotFound once it was revoked, InvalidRequest."""
    expires_at = key.expires_at if life_s is None else ending(desk.clock.now_ns(), life_s)
    changed = replace(key, name=key.name if name is None else key_name(name), expires_at=expires_at)
    with desk.act(by, "api_key.updated", key.id, key.project_id) as act:
        if life_s is not None:
            act.details["expires_in_seconds"] = life_s
        new = {"name": changed.name, "expires_at": changed.expires_at}
        live = (_keys.c.id == key.id) & _keys.c.revoked_at.is_(None)
        if not act.connection.execute(_keys.update().where(live), new).rowcount:
            raise NotFound(f"There is no key {key.id!r}.", param="api_key_id")
    return changed


def key_name(name: str) -> str:
    """A name that a key can have. Raises InvalidRequest."""
    name = checked_name(name)
    if name.startswith("sk-"):
        raise InvalidRequest("A key's name must not look like a key (sk-…).", param="name")
    return name
