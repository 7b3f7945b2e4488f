"""Admin keys: they have their owner's roles at the time, and open nothing once revoked, expired or orphaned."""

from __future__ import annotations

import pytest

from tokenry.access import ADMIN_MARK, AdminKeys, Desk, First, InvalidApiKey, People, local_actor
from tokenry.access.audit import read
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.storage import AppDb, tables


@pytest.fixture
def people(db: AppDb, first: First) -> People:
    people = People(db)
    people.load()
    return people


@pytest.fixture
def admin_keys(db: AppDb, clock: ManualClock, people: People) -> AdminKeys:
    return AdminKeys(Desk(db, clock), people)


def make(admin_keys: AdminKeys, first: First, **more: int) -> tuple[str, str]:
    record, secret = admin_keys.create(local_actor(first.organization.id), first.user.id, "ops", **more)
    return record.id, secret


def test_a_fresh_key_stands_for_its_owner_and_so_after_a_restart(
    admin_keys: AdminKeys, first: First, db: AppDb, clock: ManualClock, people: People
) -> None:
    key_id, secret = make(admin_keys, first)
    assert secret.startswith(ADMIN_MARK)
    again = AdminKeys(Desk(db, clock), people)
    again.load()
    for keys in (admin_keys, again):
        actor = keys.authenticate(secret.encode())
        assert (actor.kind, actor.id, actor.user_id) == ("admin_key", key_id, first.user.id)
        assert actor.may("admin_keys.write")


def test_its_text_is_kept_nowhere(admin_keys: AdminKeys, first: First, db: AppDb) -> None:
    _, secret = make(admin_keys, first)
    db.close()
    for file in db.path.parent.iterdir():
        assert secret[-43:].encode() not in file.read_bytes()


def test_it_is_as_strong_as_its_owner_is_now(admin_keys: AdminKeys, first: First, db: AppDb, people: People) -> None:
    _, secret = make(admin_keys, first)
    with db.write() as connection:
        connection.execute(tables.memberships.update(), {"role": "auditor"})
    people.load()
    actor = admin_keys.authenticate(secret.encode())
    assert actor.may("audit.read")
    assert not actor.may("projects.write")
    with db.write() as connection:
        connection.execute(tables.users.update(), {"disabled_at": 1})
    people.load()
    with pytest.raises(InvalidApiKey, match="owner has left or is disabled"):
        admin_keys.authenticate(secret.encode())


def test_revoked_expired_and_unknown(admin_keys: AdminKeys, first: First, clock: ManualClock) -> None:
    local = local_actor(first.organization.id)
    key_id, secret = make(admin_keys, first)
    admin_keys.revoke(local, key_id)
    with pytest.raises(InvalidApiKey, match="was revoked"):
        admin_keys.authenticate(secret.encode())
    with pytest.raises(NotFound):
        admin_keys.revoke(local, key_id)
    assert admin_keys.list(first.organization.id) == ()
    _, brief = make(admin_keys, first, life_s=60)
    admin_keys.authenticate(brief.encode())
    clock.advance(s=60)
    with pytest.raises(InvalidApiKey, match="expired at"):
        admin_keys.authenticate(brief.encode())
    with pytest.raises(InvalidApiKey, match="no such key"):
        admin_keys.authenticate((secret[:-1] + ("A" if secret[-1] != "A" else "B")).encode())


def test_another_organizations_key_does_not_exist(admin_keys: AdminKeys, first: First) -> None:
    key_id, _ = make(admin_keys, first)
    with pytest.raises(NotFound):
        admin_keys.get(key_id, "org_elsewhere")
    with pytest.raises(NotFound):
        admin_keys.revoke(local_actor("org_elsewhere"), key_id)
    with pytest.raises(NotFound, match="no member"):
        admin_keys.create(local_actor("org_elsewhere"), first.user.id, "mine")


def test_lives_that_cannot_be(admin_keys: AdminKeys, first: First) -> None:
    for life_s in (0, -1, 2**63):
        with pytest.raises(InvalidRequest, match="expires_in_seconds"):
            make(admin_keys, first, life_s=life_s)


def test_making_and_ending_are_in_the_log_without_the_text(admin_keys: AdminKeys, first: First, db: AppDb) -> None:
    key_id, secret = make(admin_keys, first)
    admin_keys.revoke(local_actor(first.organization.id), key_id)
    rows = list(read(db))
    assert [(row.type, row.resource_id) for row in rows] == [("api_key.created", key_id), ("api_key.deleted", key_id)]
    assert all(secret[9:17] not in str(row) for row in rows)
