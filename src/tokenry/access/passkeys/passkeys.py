"""The passkeys of one app.db: made, listed, used, removed.

Of a passkey only its public half lies here. Blocks for one transaction each; challenges are the business of whoever
speaks with the browser. What checks signatures comes from outside, when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import User, checked_name
from tokenry.access.passkeys.challenges import Challenges
from tokenry.access.passkeys.site import Site
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id

table = storage.tables.passkeys
PER_PERSON_MAX = 20
Options = dict[str, Any]  # what `navigator.credentials` takes, with bytes as base64url
Shown = dict[str, Any]  # a PublicKeyCredential as its `toJSON` has it


class PasskeyRefused(TokenryError):
    """What the browser brought opens nothing, or is no passkey."""

    status = 401
    type = "invalid_request_error"
    code = "passkey_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One person's. Times are nanoseconds since the epoch; `public_key` is in COSE's form."""

    id: str
    user_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    transports: list[str] | None
    backed_up: bool
    created_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a device made just now."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    transports: list[str] | None


class Verifier(Protocol):
    """What reads and checks signatures. Raises PasskeyRefused."""

    def creation(self, site: Site, user: User, challenge: bytes, known: list[bytes]) -> Options:
        """What a browser needs to make a passkey; `known` are those the person has."""
        ...

    def request(self, site: Site, challenge: bytes) -> Options:
        """What a browser needs to ask for one."""
        ...

    def challenge_of(self, shown: Shown) -> bytes:
        """The challenge that an answer is to."""
        ...

    def made(self, site: Site, challenge: bytes, shown: Shown) -> Made:
        """A new passkey."""
        ...

    def credential_of(self, shown: Shown) -> tuple[bytes, str]:
        """Which passkey was used, and whose it says that it is."""
        ...

    def counted(self, site: Site, challenge: bytes, shown: Shown, passkey: Passkey) -> int:
        """Check that it was; how often it says that it was."""
        ...


class Passkeys:
    """The rows, and what is asked of browsers about them.

    Attributes:
        challenges: those that browsers were given; used on the event loop.
        verifier: gives what checks signatures; loading it takes a moment, so it is called in a worker thread.
    """

    def __init__(self, desk: Desk, verifier: Callable[[], Verifier]) -> None:
        self.challenges = Challenges(desk.clock)
        self.verifier = verifier
        self._desk = desk

    def of_user(self, user_id: str) -> tuple[Passkey, ...]:
        """Somebody's, oldest first."""
        with self._desk.db.read() as connection:
            rows = connection.execute(table.select().where(table.c.user_id == user_id).order_by(table.c.created_at))
            return tuple(Passkey(**row._asdict()) for row in rows)

    def find(self, credential_id: bytes) -> Passkey | None:
        """One, by what devices call it."""
        with self._desk.db.read() as connection:
            row = connection.execute(table.select().where(table.c.credential_id == credential_id)).one_or_none()
            return None if row is None else Passkey(**row._asdict())

    def add(self, by: Actor, user_id: str, name: str, made: Made) -> Passkey:
        """A new one. Raises InvalidRequest, Conflict: there is no such name, there are too many, it is known."""
        now_ns = self._desk.clock.now_ns()
        passkey = Passkey(
            id=new_id("passkey", at_ns=now_ns), user_id=user_id, name=checked_name(name), created_at=now_ns,
            used_at=None, credential_id=made.credential_id, public_key=made.public_key, sign_count=made.sign_count,
            backed_up=made.backed_up, transports=made.transports,
        )  # fmt: skip
        with self._desk.act(by, "passkey.created", passkey.id) as act:
            act.details["user_id"] = user_id
            rows = act.connection.execute(table.select().where(table.c.user_id == user_id)).all()
            if len(rows) >= PER_PERSON_MAX:
                raise InvalidRequest(f"one person has at most {PER_PERSON_MAX} passkeys; remove one that is not used")
            same = table.c.credential_id == made.credential_id
            if act.connection.execute(table.select().where(same)).first() is not None:
                raise Conflict("This passkey is known here already.")
            act.connection.execute(table.insert(), {one: getattr(passkey, one) for one in Passkey.__slots__})
        return passkey

    def remove(self, by: Actor, user_id: str, passkey_id: str) -> None:
        """It opens nothing any more. Raises NotFound."""
        mine = (table.c.id == passkey_id) & (table.c.user_id == user_id)
        with self._desk.act(by, "passkey.deleted", passkey_id) as act:
            act.details["user_id"] = user_id
            if act.connection.execute(table.delete().where(mine)).rowcount != 1:
                raise NotFound(f"There is no passkey {passkey_id[:100]!r}.", param="passkey_id")

    def used(self, connection: storage.Transaction, passkey: Passkey, count: int) -> None:
        """It was used, in a transaction. Raises PasskeyRefused: somebody else used it in this very moment."""
        same = (table.c.id == passkey.id) & (table.c.sign_count == passkey.sign_count)
        changed = {"sign_count": count, "used_at": self._desk.clock.now_ns()}
        if connection.execute(table.update().where(same), changed).rowcount != 1:
            raise PasskeyRefused("This passkey was used or removed in this moment. Try again.")
