"""Service accounts, their keys, and what may be changed about a key."""

from __future__ import annotations

import pytest

from tests.access.town import Town
from tokenry.access import (
    InvalidApiKey,
    NewKey,
    ServiceAccount,
    archive_project,
    create_service_account,
    delete_service_account,
    ending,
    get_service_account,
    list_service_accounts,
    update_key,
    update_service_account,
)
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound


def account(town: Town, name: str = "robot") -> ServiceAccount:
    return create_service_account(town.desk, town.local, town.project, name)


def test_its_keys_end_with_it(town: Town) -> None:
    robot, other = account(town), account(town)
    secrets = [
        town.keys.create(NewKey(name="k", project_id=town.project, service_account_id=one.id))[1]
        for one in (robot, robot, other)
    ]
    delete_service_account(town.desk, town.local, robot)
    town.load()
    for secret in secrets[:2]:
        with pytest.raises(InvalidApiKey):
            town.keys.authenticate(b"Bearer " + secret.encode())
    assert town.keys.authenticate(b"Bearer " + secrets[2].encode()).project_id == town.project
    assert list_service_accounts(town.desk.db, town.project) == [other]
    for act in (
        lambda: delete_service_account(town.desk, town.local, robot),
        lambda: update_service_account(town.desk, town.local, robot, "again", None),
        lambda: get_service_account(town.desk.db, "proj_other", other.id),
        lambda: town.keys.create(NewKey(name="k", project_id=town.project, service_account_id=robot.id)),
    ):
        with pytest.raises(NotFound):
            act()


def test_names_roles_and_their_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    robot = account(town, " robot ")
    assert (robot.name, robot.role) == ("robot", "member")
    changed = update_service_account(town.desk, town.local, robot, None, "owner")
    assert get_service_account(town.desk.db, town.project, robot.id) == changed
    with pytest.raises(InvalidRequest):
        update_service_account(town.desk, town.local, robot, "", None)
    monkeypatch.setattr("tokenry.access.service_accounts.ACCOUNTS_MAX", 1)
    with pytest.raises(InvalidRequest, match="has 1 service accounts"):
        account(town)
    archive_project(town.desk, town.local, town.project)
    with pytest.raises(InvalidRequest, match="archived"):
        account(town)


def test_a_key_gets_another_name_and_another_end(town: Town) -> None:
    key, secret = town.keys.create(NewKey(name="old", project_id=town.project))
    changed = update_key(town.desk, town.local, key, "new", 60)
    town.load()
    assert town.keys.get(key.id) == changed
    assert (changed.name, changed.expires_at) == ("new", town.clock.now_ns() + 60 * NS_PER_S)
    town.clock.advance(s=60)
    with pytest.raises(InvalidApiKey, match="expired"):
        town.keys.authenticate(b"Bearer " + secret.encode())
    for name, life_s in (("sk-x", None), ("", None), (None, 0), (None, 2**63)):
        with pytest.raises(InvalidRequest):
            update_key(town.desk, town.local, changed, name, life_s)
    town.keys.revoke(key.id)
    with pytest.raises(NotFound):
        update_key(town.desk, town.local, changed, "again", None)


@pytest.mark.parametrize("life_s", [0, -1, 100 * 365 * 86_400 + 1])
def test_lives_that_cannot_be(life_s: int) -> None:
    with pytest.raises(InvalidRequest, match="expires_in_seconds is from 1"):
        ending(0, life_s)
    assert ending(5, None) is None
