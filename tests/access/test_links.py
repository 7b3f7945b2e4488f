"""One-time links: one is let in, once, in time; of the secret only a hash is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tokenry.access import Desk, First, Links, LinkSpent, local_actor
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables


@pytest.fixture
def links(db: AppDb, clock: ManualClock, first: First) -> Links:
    return Links(Desk(db, clock))


def make(links: Links, first: First) -> str:
    return links.create(local_actor(first.organization.id), first.user.id, "owner")[1]


def test_looking_spends_nothing_and_using_spends_it(db: AppDb, links: Links, first: First) -> None:
    token = make(links, first)
    assert links.find(token).user_id == links.find(token).user_id == first.user.id
    with db.write() as connection:
        assert links.use(connection, token).user_id == first.user.id
    for _ in range(2):
        with pytest.raises(LinkSpent):
            links.find(token)
        with pytest.raises(LinkSpent), db.write() as connection:
            links.use(connection, token)


def test_of_many_at_once_one_is_let_in(db: AppDb, links: Links, first: First) -> None:
    token = make(links, first)

    def use(_: int) -> bool:
        try:
            with db.write() as connection:
                links.use(connection, token)
        except LinkSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1


def test_it_lives_a_day(links: Links, first: First, clock: ManualClock) -> None:
    token = make(links, first)
    clock.advance(s=86_399)
    links.find(token)
    clock.advance(s=1)
    with pytest.raises(LinkSpent):
        links.find(token)


def test_a_new_one_ends_those_before_it(links: Links, first: First) -> None:
    old, new = make(links, first), make(links, first)
    with pytest.raises(LinkSpent):
        links.find(old)
    links.find(new)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "%00", "é" * 43, "'; drop table users; --"])
def test_what_is_none_opens_nothing(links: Links, first: First, token: str) -> None:
    make(links, first)
    with pytest.raises(LinkSpent):
        links.find(token)


def test_the_secret_is_not_kept_and_the_act_is_noted(db: AppDb, links: Links, first: First) -> None:
    token = make(links, first)
    with db.read() as connection:
        (row,) = connection.execute(tables.one_time_links.select()).all()
        (noted,) = connection.execute(tables.audit.select()).all()
    assert token not in repr(row)
    assert noted.type == "owner_link.created"
    assert token not in repr(noted)


def test_a_use_that_fails_afterwards_leaves_the_link(db: AppDb, links: Links, first: First) -> None:
    token = make(links, first)

    def use() -> None:
        with db.write() as connection:
            links.use(connection, token)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        use()
    links.find(token)
