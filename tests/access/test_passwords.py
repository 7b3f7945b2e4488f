"""Passwords: which may be, that hashing is argon2id in a bounded pool, and that nobody is told from somebody."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher

from tokenry.access import Cost, First, Hashing, checked_password, hash_of, put_hash, put_newer_hash
from tokenry.access.passwords import KEPT, LINE_MAX
from tokenry.base.errors import InvalidRequest, Unavailable
from tokenry.storage import AppDb

pytestmark = pytest.mark.anyio
CHEAP = Cost(1, 8, 1)


@pytest.mark.parametrize(
    "password", ["", "short", "elevenchars", "a" * 12, "ababababababab", "x" * 257, "tab\there is one"]
)
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(InvalidRequest):
        checked_password(password)


def test_a_password_is_not_ones_own_name_or_address() -> None:
    for password in ("Ada.Lovelace1", "ada.lovelace1@example.org"):
        with pytest.raises(InvalidRequest):
            checked_password(password, ("Ada", "ada.lovelace1@example.org"))


async def test_the_same_text_typed_in_two_ways_is_one_password() -> None:
    hashing = Hashing(CHEAP)
    encoded = await hashing.hash(checked_password("G\u00e4nse an der Ecke"))
    assert await hashing.verify(encoded, "Ga\u0308nse an der Ecke")
    hashing.close()


async def test_the_cost_is_as_stated_and_a_change_asks_for_a_new_hash() -> None:
    dear, cheap = Hashing(), Hashing(CHEAP)
    encoded = await dear.hash("correct horse battery")
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert not dear.is_old(encoded)
    assert cheap.is_old(encoded)
    assert await cheap.verify(encoded, "correct horse battery")
    assert not await cheap.verify(encoded, "correct horse batterz")
    dear.close()
    cheap.close()


class Spy(PasswordHasher):
    """Notes what it is asked to compare."""

    compared: list[str]

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - as in the library
        self.compared.append(str(hash))
        return super().verify(hash, password)


async def test_an_account_without_a_hash_costs_the_same_work_and_is_never_right() -> None:
    hashing, spy = Hashing(CHEAP), Spy(1, 8, 1)
    spy.compared = []
    hashing._hasher = spy
    await hashing.warm_up()
    known = await hashing.hash("correct horse battery")
    assert not await hashing.verify(None, "of nobody")
    assert not await hashing.verify(known, "of nobody")
    assert len(spy.compared) == 2
    nobodys, somebodys = (one.rsplit("$", 2)[0] for one in spy.compared)
    assert nobodys == somebodys, "of another cost"
    hashing.close()


async def test_a_line_that_is_too_long_is_refused() -> None:
    hashing = Hashing(CHEAP)
    asked = [hashing.verify(None, "x") for _ in range(LINE_MAX + 5)]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Unavailable) for one in told) == 5
    assert not await hashing.verify(None, "x"), "the line did not get shorter"
    hashing.close()


async def test_strangers_do_not_take_the_whole_line() -> None:
    hashing = Hashing(CHEAP)
    strangers = [hashing.verify(None, "x", stranger=True) for _ in range(LINE_MAX + 10)]
    known = [hashing.verify(None, "x") for _ in range(KEPT)]
    told = await asyncio.gather(*strangers, *known, return_exceptions=True)
    assert sum(isinstance(one, Unavailable) for one in told[: len(strangers)]) == KEPT + 10
    assert told[len(strangers) :] == [False] * KEPT
    hashing.close()


def test_a_hash_is_kept_and_a_newer_one_only_in_its_place(db: AppDb, first: First) -> None:
    user = first.user.id
    assert hash_of(db, user) is None
    assert hash_of(db, None) is None
    with db.write() as connection:
        put_hash(connection, user, "one", 1)
        put_hash(connection, user, "two", 2)
        put_newer_hash(connection, user, "one", "three")
    assert hash_of(db, user) == "two"
    with db.write() as connection:
        put_newer_hash(connection, user, "two", "three")
    assert hash_of(db, user) == "three"
