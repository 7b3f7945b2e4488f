"""What is written down when somebody signs in, fails to, or leaves; and who could come in at all.

Audit rows hold ids alone. A failed try at an address that is nobody's is counted (throttle, metrics) and never stored.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, append
from tokenry.access.people import Roster
from tokenry.base.addresses import address_key
from tokenry.base.clock import Clock
from tokenry.storage import AppDb, Transaction

tables = storage.tables
_SECRET = "sign_in.secret"  # noqa: S105 - the setting's name


def note_entry(connection: Transaction, clock: Clock, by: Actor, kind: str, details: dict[str, Any]) -> None:
    """A row of the audit log about somebody at the door: `login.succeeded`, `login.failed`, `logout.succeeded`."""
    append(connection, clock, by, Act(connection, kind, by.user_id, details=details))


def note_ended(connection: Transaction, clock: Clock, by: Actor, user_id: str) -> None:
    """A row of the audit log: somebody ended all sessions of another person."""
    append(connection, clock, by, Act(connection, "user.sessions_ended", user_id, details={"sessions": "all"}))


def person(roster: Roster, user_id: str) -> Actor:
    """Somebody as the audit log names them: in their oldest organization, with no permissions."""
    places = roster.organizations_of(user_id)
    return Actor("session", user_id, places[0] if places else "", user_id, frozenset())


def user_by_email(roster: Roster, email: str) -> str | None:
    """Who has this e-mail address, whatever its case; None = nobody, or not one person alone."""
    wanted = address_key(email)
    found = [user.id for user in roster.users.values() if user.email is not None and address_key(user.email) == wanted]
    return found[0] if len(found) == 1 else None


def owners(roster: Roster) -> tuple[str, ...]:
    """The owners of organizations who are not disabled, in the order of their coming."""
    found = [m for m in roster.members.values() if m.role == "owner" and m.user.disabled_at is None]
    return tuple(dict.fromkeys(m.user.id for m in sorted(found, key=lambda m: (m.added_at, m.user.id))))


def owner_can_sign_in(db: AppDb, roster: Roster) -> bool:
    """Whether some owner has a password, a passkey or an identity at a provider. Blocks for one read."""
    known = owners(roster)
    with db.read() as connection:
        for table in (tables.passwords, tables.identities, tables.passkeys):
            if connection.execute(table.select().where(table.c.user_id.in_(known)).limit(1)).first() is not None:
                return True
    return False


def installation_secret(db: AppDb) -> bytes:
    """32 random bytes of this installation, made once: they mark browsers that have signed in. Blocks."""
    table = tables.settings
    with db.write() as connection:
        row = connection.execute(table.select().where(table.c.key == _SECRET)).one_or_none()
        if row is not None:
            return bytes.fromhex(row.value["hex"])
        made = token_bytes(32)
        connection.execute(table.insert(), {"key": _SECRET, "value": {"hex": made.hex()}})
        return made


def known_mark(secret: bytes, user_id: str) -> str:
    """What a browser is given when somebody has signed in with it; it opens nothing, and says so much alone."""
    body = f"{user_id}.{token_bytes(9).hex()}"
    return f"{body}.{_sealed(secret, body)}"


def is_known_mark(secret: bytes, user_id: str | None, mark: str | None) -> bool:
    """Whether this browser has signed in to this account before."""
    if user_id is None or mark is None or not mark.isascii():
        return False
    body, _, seal = mark.rpartition(".")
    return body.startswith(f"{user_id}.") and hmac.compare_digest(seal, _sealed(secret, body))


def _sealed(secret: bytes, body: str) -> str:
    return hmac.new(secret, b"known browser " + body.encode(), sha256).hexdigest()[:32]
