"""Passwords: what one must be, how it is hashed, whose it is. Kept in app.db as argon2id, in its own encoding.

Hashing takes a tenth of a second and 64 MiB on purpose, so it runs in a small pool of threads with a bounded line in
front of it, never on the event loop. Parameters: the second recommendation of RFC 9106 (section 4: t = 3, m = 64 MiB)
with one lane instead of four, so that a sign-in takes one core, not all. Knows nothing of sessions.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tokenry import storage
from tokenry.base.errors import InvalidRequest, Unavailable
from tokenry.storage import AppDb, Transaction

table = storage.tables.passwords
LENGTH_MIN = 12  # characters
LENGTH_MAX = 256
DISTINCT_MIN = 5  # different characters
THREADS = 2
LINE_MAX = 32  # hashings under way or waiting
KEPT = 8  # places of these that strangers' tries at a password do not get

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: rounds, KiB of memory, lanes."""

    time: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1


def checked_password(password: str, person: Iterable[str | None] = ()) -> str:
    """The password as it is hashed (NFKC, as NIST SP 800-63B asks), if it may be one. Raises InvalidRequest.

    Args:
        person: what is known of whose it is (name, e-mail address); it may be none of these.
    """
    text = unicodedata.normalize("NFKC", password)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        raise InvalidRequest(
            f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters; a few words in a row make a good one.",
            param="password",
        )
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise InvalidRequest("A password holds no control characters.", param="password")
    if len(set(text)) < DISTINCT_MIN:
        raise InvalidRequest("Too few different characters; a few words in a row make a good one.", param="password")
    taken = {word.casefold() for known in person if known for word in (known, known.partition("@")[0])}
    if text.casefold() in taken:
        raise InvalidRequest("The password must not be your name or e-mail address.", param="password")
    return text


class Hashing:
    """The pool that hashes. Used on the event loop; `close` when the house closes."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(cost.time, cost.memory_kib, cost.lanes)
        self._pool = ThreadPoolExecutor(THREADS, "hashing")
        self._waiting = 0
        self._nobodys: str | None = None  # a hash of what nobody knows, for accounts that are none

    async def hash(self, password: str) -> str:
        """The encoded hash. Raises Unavailable when too many are in line."""
        return await self._work(lambda: self._hasher.hash(password))

    async def verify(self, encoded: str | None, password: str, *, stranger: bool = False) -> bool:
        """Whether this is the password; with no hash to compare to, no, after the same work. Raises Unavailable.

        Args:
            stranger: they come with nothing but an address and a password, so that anybody could have sent them.
        """
        return await self._work(lambda: self._verify(encoded, unicodedata.normalize("NFKC", password)), stranger)

    def is_old(self, encoded: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        """Take no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def warm_up(self) -> None:
        """Make what unknown accounts are compared to, so that the first of them takes no longer than others."""
        await self._work(self._compared_to)

    def _verify(self, encoded: str | None, password: str) -> bool:
        try:
            self._hasher.verify(encoded or self._compared_to(), password)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None

    def _compared_to(self) -> str:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("of nobody")
        return self._nobodys

    async def _work(self, job: Callable[[], T], stranger: bool = False) -> T:
        if self._waiting >= LINE_MAX - (KEPT if stranger else 0):
            raise Unavailable("Too many people sign in at this moment; try again.", headers={"retry-after": "2"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, job)
        finally:
            self._waiting -= 1


def hash_of(db: AppDb, user_id: str | None) -> str | None:
    """Somebody's encoded hash; None when they have no password, or are nobody. Blocks for one read."""
    with db.read() as connection:
        row = connection.execute(table.select().where(table.c.user_id == (user_id or ""))).one_or_none()
    return None if row is None else str(row.hash)


def put_hash(connection: Transaction, user_id: str, encoded: str, now_ns: int) -> None:
    """Keep a hash in place of the one before."""
    connection.execute(table.delete().where(table.c.user_id == user_id))
    connection.execute(table.insert(), {"user_id": user_id, "hash": encoded, "changed_at": now_ns})


def put_newer_hash(connection: Transaction, user_id: str, before: str, encoded: str) -> None:
    """The same password at another cost; nothing happens when it was changed meanwhile."""
    same = (table.c.user_id == user_id) & (table.c.hash == before)
    connection.execute(table.update().where(same), {"hash": encoded})
