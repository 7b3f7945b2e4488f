"""How people come in: by password, by a one-time link, through a provider; and what is counted and written of it.

Knows the order of the steps, and no HTML. Everything that blocks runs in a worker thread.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol

from tokenry.access import (
    ACCOUNT,
    ADDRESS,
    KNOWN_BROWSER,
    Hashing,
    Links,
    Session,
    Throttle,
    accept_invite,
    checked_email,
    checked_name,
    checked_password,
    find_invite,
    hash_of,
    installation_secret,
    is_known_mark,
    known_mark,
    note_entry,
    person,
    put_hash,
    put_newer_hash,
    user_by_email,
)
from tokenry.access.oidc import Flow, Flows, Person, Provider, Secrets, SignInRefused, join
from tokenry.api.exposition import Labels, Page
from tokenry.api.families import SIGN_INS
from tokenry.api.rooms import Rooms
from tokenry.base.addresses import address_key
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.storage import Transaction, tables

INVITE_PATH = "/invite/"
log = get_logger("tokenry.sign_in")


class WrongCredentials(TokenryError):
    """The address or the password is wrong; which of them is not said."""

    status = 401
    type = "invalid_request_error"
    code = "wrong_credentials"


class ProviderDoor(Protocol):
    """A provider that can be asked."""

    provider: Provider

    async def address(self, secrets: Secrets, back: str) -> str:
        """Where somebody is sent. Raises ProviderFailed."""
        ...

    async def person(self, query: Mapping[str, str], secrets: Secrets, back: str) -> Person:
        """Who came back. Raises ProviderFailed, SignInRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The browser that asks: its address, what it calls itself, and the marks it brings along."""

    address: str | None
    agent: str | None
    known: str | None = None  # that it has signed in before
    session: Session | None = None  # ends when somebody signs in anew


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: their session, its token, and the mark of a browser that is known from now on."""

    session: Session
    token: str
    known: str


class Entry:
    """The ways in. Used on the event loop."""

    def __init__(self, rooms: Rooms, hashing: Hashing | None = None) -> None:
        self.rooms = rooms
        self.hashing = hashing or Hashing()
        self.throttle = Throttle(rooms.clock)
        self.flows = Flows(rooms.clock)
        self.links = Links(rooms.desk)
        self.providers: Mapping[str, ProviderDoor] = {}
        self._secret = installation_secret(rooms.desk.db)
        self.counted: Counter[Labels] = Counter()
        self._behind: set[asyncio.Task[None]] = set()

    def expose(self, page: Page) -> None:
        """Write the sign-ins counted so far."""
        page.add(SIGN_INS, self.counted.items())

    async def close(self) -> None:
        """Write what is still to be written, and hash no more."""
        await asyncio.gather(*self._behind, return_exceptions=True)
        self.hashing.close()

    async def by_password(self, email: str, password: str, caller: Caller) -> Entered:
        """Sign in. Raises WrongCredentials, SignInThrottled, Unavailable; alike for addresses that are nobody's."""
        email = email[:320]  # once: whoever is looked up is also whose tries are counted
        user_id = user_by_email(self.rooms.people.roster, email)
        account = "account " + sha256(address_key(email).encode(errors="replace")).hexdigest()
        known = is_known_mark(self._secret, user_id, caller.known)
        subjects = [(account, ACCOUNT), (f"address {network(caller.address)}", ADDRESS)]
        if known:
            subjects = [(f"browser {caller.known}", KNOWN_BROWSER)]
        try:
            self.throttle.begin(subjects)
        except TokenryError:
            self.counted["password", "throttled"] += 1
            raise
        encoded = await asyncio.to_thread(hash_of, self.rooms.desk.db, user_id)
        right = await self.hashing.verify(encoded, password[:1024], stranger=not known)
        user = self.rooms.people.roster.users.get(user_id or "")
        if not right or encoded is None or user is None or user.disabled_at is not None:
            self.counted["password", "failed"] += 1
            if user is not None:
                # Beside the answer, which must take as long for an address that is nobody's.
                self.note_failed(user.id, "password")
            raise WrongCredentials("The e-mail address or the password is wrong.")
        for name, _ in subjects:
            self.throttle.take_back(name) if name.startswith("address") else self.throttle.forget(name)
        if self.hashing.is_old(encoded):
            await self._rehash(user.id, encoded, password)
        return await self.enter(user.id, "password", caller)

    async def by_link(self, token: str, name: str, email: str, password: str, caller: Caller) -> Entered:
        """Spend a link: its person gets this name, address and password, and is in; sessions and passkeys from before
        it open nothing any more.

        Raises:
            LinkSpent: it opens nothing.
            InvalidRequest: one of the three cannot be; the link stays.
            Conflict: somebody else has the address.
        """
        link = await asyncio.to_thread(self.links.find, token)
        name, email = checked_name(name), checked_email(email)
        text = checked_password(password, (name, email))
        if user_by_email(self.rooms.people.roster, email) not in {None, link.user_id}:
            raise Conflict("Somebody else has this e-mail address here.", param="email")
        encoded = await self.hashing.hash(text)

        def change(connection: Transaction) -> None:
            self.links.use(connection, token)
            users = tables.users
            connection.execute(users.update().where(users.c.id == link.user_id), {"name": name, "email": email})
            put_hash(connection, link.user_id, encoded, self.rooms.clock.now_ns())
            connection.execute(tables.passkeys.delete().where(tables.passkeys.c.user_id == link.user_id))
            self.rooms.sessions.revoke(connection, link.user_id)

        entered = await self.enter(link.user_id, "link", caller, change)
        await asyncio.to_thread(self.rooms.people.load)
        return entered

    async def by_invite(self, token: str, name: str, password: str, caller: Caller) -> Entered:
        """Somebody new takes an invite. Raises Conflict for whoever has an account, and as `find_invite`."""
        invite = await asyncio.to_thread(find_invite, self.rooms.desk, token)
        name, text = checked_name(name), checked_password(password, (name, invite.email))
        if user_by_email(self.rooms.people.roster, invite.email) is not None:
            raise Conflict("You have an account here already: sign in, and accept then.", param="email")
        encoded, user_id = await self.hashing.hash(text), new_id("user", at_ns=self.rooms.clock.now_ns())

        def make() -> None:
            now_ns = self.rooms.clock.now_ns()
            row = {"id": user_id, "name": name, "email": invite.email, "created_at": now_ns}
            with self.rooms.desk.db.write() as connection:
                if connection.execute(tables.users.select().where(tables.users.c.email == invite.email)).first():
                    raise Conflict("You have an account here already: sign in, and accept then.", param="email")
                connection.execute(tables.users.insert(), row)
                put_hash(connection, user_id, encoded, now_ns)
            try:
                accept_invite(self.rooms.desk, token, user_id)
            except TokenryError:  # it was taken back in this moment: nobody stays behind
                with self.rooms.desk.db.write() as connection:
                    for table, column in (
                        (tables.passwords, tables.passwords.c.user_id),
                        (tables.users, tables.users.c.id),
                    ):
                        connection.execute(table.delete().where(column == user_id))
                raise
            self.rooms.refresh()

        await asyncio.to_thread(make)
        return await self.enter(user_id, "password", caller)

    async def accept(self, session: Session, token: str) -> None:
        """Somebody who is signed in takes an invite. Raises as `accept_invite`."""

        def take() -> None:
            accept_invite(self.rooms.desk, token, session.user_id)
            self.rooms.refresh()

        await asyncio.to_thread(take)

    async def rename(self, session: Session, name: str) -> None:
        """Another name. Raises InvalidRequest."""
        name = checked_name(name)

        def put() -> None:
            rooms, users = self.rooms, tables.users
            with rooms.desk.act(person(rooms.people.roster, session.user_id), "user.updated", session.user_id) as act:
                act.details["changes_requested"] = ["name"]
                act.connection.execute(users.update().where(users.c.id == session.user_id), {"name": name})
            rooms.people.load()

        await asyncio.to_thread(put)

    async def begin(self, name: str, after: str, browser: str, address: str | None, back: str) -> str:
        """Where somebody is sent to sign in with a provider. Raises NotFound, ProviderFailed."""
        door = self._door(name)
        flow = self.flows.begin(name, browser, after, address)
        return await door.address(flow.secrets, back)

    async def by_provider(
        self, name: str, query: Mapping[str, str], browser: str | None, caller: Caller, back: str
    ) -> tuple[Entered, Flow]:
        """Somebody comes back from a provider. Raises NotFound, SignInRefused, ProviderFailed."""
        door = self._door(name)
        try:
            flow = self.flows.end(name, query.get("state"), browser)
            found = await door.person(query, flow.secrets, back)
            invited = await asyncio.to_thread(self._invited, flow.after)
            joined = await asyncio.to_thread(join, self.rooms.desk, door.provider, found, invited)
        except TokenryError as error:
            self.counted["oidc", "failed"] += 1
            log.warning("a sign-in with a provider failed", provider=name, why=error.message)
            raise
        if joined.changed:
            await asyncio.to_thread(self.rooms.refresh)
        details = {"provider": name, **({"linked": True} if joined.linked else {})}
        return await self.enter(joined.user_id, name, caller, details=details), flow

    async def change_password(self, session: Session, old: str, new: str) -> tuple[Session, str]:
        """Another password: all other sessions of theirs end, and this one gets a new token.

        Raises:
            WrongCredentials: the old one is wrong.
            InvalidRequest: the new one cannot be.
            SignInThrottled: too many tries.
        """
        rooms, user = self.rooms, self.rooms.people.roster.users[session.user_id]
        encoded = await asyncio.to_thread(hash_of, rooms.desk.db, user.id)
        text = checked_password(new, (user.name, user.email))
        if encoded is not None:
            self.throttle.begin([(f"change {user.id}", ACCOUNT)])
            if not await self.hashing.verify(encoded, old[:1024]):
                raise WrongCredentials("The password that you have now is another one.")
            self.throttle.forget(f"change {user.id}")
        fresh = await self.hashing.hash(text)

        def change() -> tuple[Session, str] | None:
            with rooms.desk.act(person(rooms.people.roster, user.id), "user.updated", user.id) as act:
                act.details["changes_requested"] = ["password"]
                put_hash(act.connection, user.id, fresh, rooms.clock.now_ns())
                rooms.sessions.revoke(act.connection, user.id, but=session.id)
            rooms.sessions.dismiss(user.id, but=session.id)
            return rooms.sessions.rotate(session, grace=False)

        rotated = await asyncio.to_thread(change)
        if rotated is None:
            raise WrongCredentials("Your session has ended meanwhile; the password is changed. Sign in with it.")
        return rotated

    async def leave(self, session: Session, *, everywhere: bool = False, only: str | None = None) -> None:
        """End a session, another one of the same person, or all of theirs. Raises NotFound."""

        def end() -> None:
            rooms, one = self.rooms, None if everywhere else only or session.id
            with rooms.desk.db.write() as connection:
                if not rooms.sessions.revoke(connection, session.user_id, only=one):
                    raise NotFound("There is no such session.", param="session_id")
                by = person(rooms.people.roster, session.user_id)
                note_entry(connection, rooms.clock, by, "logout.succeeded", {"sessions": one or "all"})
            rooms.sessions.dismiss(session.user_id, only=one)

        await asyncio.to_thread(end)

    async def enter(
        self,
        user_id: str,
        method: str,
        caller: Caller,
        change: Callable[[Transaction], None] | None = None,
        details: dict[str, Any] | None = None,
    ) -> Entered:
        """Somebody is in, who was let in by a `method`.

        Args:
            change: what else is changed in the same transaction.
            details: of a sign-in with a provider, for the audit log.

        Raises SignInRefused: their sessions were ended in this moment.
        """
        rooms = self.rooms

        def enter() -> tuple[Session, str]:
            with rooms.desk.db.write() as connection:
                if change is not None:
                    change(connection)
                if caller.session is not None:
                    rooms.sessions.revoke(connection, caller.session.user_id, only=caller.session.id)
                session, token = rooms.sessions.open(connection, user_id, method, caller.agent)
                told = {"method": method if details is None else "oidc", "session_id": session.id, **(details or {})}
                note_entry(connection, rooms.clock, person(rooms.people.roster, user_id), "login.succeeded", told)
            if method == "link":
                rooms.sessions.dismiss(user_id, but=session.id)
            if caller.session is not None:
                rooms.sessions.dismiss(caller.session.user_id, only=caller.session.id)
            if not rooms.sessions.admit(session):
                raise SignInRefused("All sessions of this account were ended in this moment. Sign in again.")
            return session, token

        session, token = await asyncio.to_thread(enter)
        self.counted["oidc" if details is not None else method, "succeeded"] += 1
        return Entered(session, token, known_mark(self._secret, user_id))

    async def _rehash(self, user_id: str, encoded: str, password: str) -> None:
        try:
            newer = await self.hashing.hash(checked_password(password))
        except InvalidRequest:
            return  # older than today's rule for passwords; it opens all the same

        def put() -> None:
            with self.rooms.desk.db.write() as connection:
                put_newer_hash(connection, user_id, encoded, newer)

        await asyncio.to_thread(put)

    def note_failed(self, user_id: str, method: str) -> None:
        """Write that somebody tried in vain to come in as this person, beside whatever else is done."""
        rooms = self.rooms

        def note() -> None:
            with rooms.desk.db.write() as connection:
                by = person(rooms.people.roster, user_id)
                note_entry(connection, rooms.clock, by, "login.failed", {"method": method})

        self._later(asyncio.to_thread(note))

    def _invited(self, after: str) -> str | None:
        """The address of the invite that somebody is on their way to accept."""
        if not after.startswith(INVITE_PATH):
            return None
        try:
            return find_invite(self.rooms.desk, after.removeprefix(INVITE_PATH)).email
        except TokenryError:
            return None

    def _door(self, name: str) -> ProviderDoor:
        door = self.providers.get(name)
        if door is None:
            raise NotFound("There is no such way to sign in.")
        return door

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)


def network(address: str | None) -> str:
    """What tries are counted by: an IPv4 address, or the /64 that somebody has in IPv6."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or "-"
    if isinstance(parsed, IPv6Address):
        return str(int(parsed) >> 64)
    return str(parsed)
