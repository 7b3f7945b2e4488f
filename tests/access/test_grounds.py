"""What keys rest on: people who leave, accounts that go, groups that change; and the log of keys made and ended."""

from __future__ import annotations

from typing import Any

import pytest

from tokenry.access import First, InvalidApiKey, Keys, NewKey, Principal, audit, local_actor, model_allowed
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, tables


def put(db: AppDb, table: str, **row: Any) -> str:
    row = {"id": new_id("row"), "created_at": 1, **row}
    with db.write() as connection:
        connection.execute(tables.metadata.tables[table].insert(), row)
    return str(row["id"])


def ask(keys: Keys, secret: str) -> Principal:
    keys.load()
    return keys.authenticate(f"Bearer {secret}".encode())


def why_not(keys: Keys, secret: str) -> str:
    with pytest.raises(InvalidApiKey) as caught:
        ask(keys, secret)
    return caught.value.message


def person(db: AppDb, first: First) -> str:
    user = put(db, "users", name="ada")
    place = {"user_id": user, "organization_id": first.organization.id, "role": "member"}
    put(db, "memberships", **place)
    put(db, "memberships", **place, project_id=first.project.id)
    return user


def in_group(db: AppDb, first: First, user: str, **row: Any) -> str:
    group = put(db, "groups", organization_id=first.organization.id, name=new_id("grp"), **row)
    with db.write() as connection:
        member = {"group_id": group, "user_id": user, "source": "admin", "created_at": 1}
        connection.execute(tables.group_members.insert(), member)
    return group


def test_who_leaves_the_organization_takes_their_keys_along(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    secret = keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))[1]
    assert ask(keys, secret).user_id == user
    with db.write() as connection:
        connection.execute(tables.memberships.delete().where(tables.memberships.c.user_id == user))
    assert "has left the organization" in why_not(keys, secret)
    with pytest.raises(NotFound):
        keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))


def test_who_leaves_a_project_finds_their_keys_again_when_they_come_back(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    secret = keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))[1]
    within = tables.memberships.c.project_id == first.project.id
    with db.write() as connection:
        connection.execute(tables.memberships.delete().where(within))
    assert "has left the project" in why_not(keys, secret)
    (record,) = keys.list()
    assert keys.why_closed(record.id) == why_not(keys, secret)
    with pytest.raises(InvalidRequest, match="no role in the project"):
        keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))
    group = in_group(db, first, user)
    with db.write() as connection:
        row = {"group_id": group, "project_id": first.project.id, "role": "member", "created_at": 1}
        connection.execute(tables.group_projects.insert(), row)
    assert ask(keys, secret).user_id == user


@pytest.mark.parametrize(("role", "opens"), [("owner", True), ("admin", True), ("auditor", True), ("reviewer", False)])
def test_who_sees_every_project_needs_no_role_in_one(
    db: AppDb, keys: Keys, first: First, role: str, opens: bool
) -> None:
    user = put(db, "users", name="ada")
    put(db, "memberships", user_id=user, organization_id=first.organization.id, role=role)
    new = NewKey(name="ci", project_id=first.project.id, user_id=user)
    if opens:
        assert ask(keys, keys.create(new)[1]).user_id == user
    else:
        with pytest.raises(InvalidRequest):
            keys.create(new)


def test_a_deleted_service_accounts_key_opens_nothing(db: AppDb, keys: Keys, first: First) -> None:
    account = put(db, "service_accounts", project_id=first.project.id, name="ci", role="member")
    new = NewKey(name="ci", project_id=first.project.id, service_account_id=account)
    secret = keys.create(new)[1]
    assert ask(keys, secret).project_id == first.project.id
    with db.write() as connection:
        connection.execute(tables.service_accounts.update(), {"deleted_at": 5})
    assert "service account it belongs to is deleted" in why_not(keys, secret)
    with pytest.raises(NotFound):
        keys.create(new)


def test_a_service_account_of_another_project_is_not_there(db: AppDb, keys: Keys, first: First) -> None:
    other = put(db, "projects", organization_id=first.organization.id, name="other")
    account = put(db, "service_accounts", project_id=other, name="ci", role="member")
    with pytest.raises(NotFound):
        keys.create(NewKey(name="ci", project_id=first.project.id, service_account_id=account))


def test_groups_and_projects_bound_what_their_keys_may_use(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    theirs = keys.create(NewKey(name="theirs", project_id=first.project.id, user_id=user))[1]
    nobodys = keys.create(NewKey(name="nobodys", project_id=first.project.id))[1]
    assert model_allowed(ask(keys, theirs), "large")
    in_group(db, first, user, models=["small", "medium"], data_class="internal")
    assert [name for name in ("small", "medium", "large") if model_allowed(ask(keys, theirs), name)] == [
        "small",
        "medium",
    ]
    assert model_allowed(ask(keys, nobodys), "large"), "a key that is nobody's is in no group"
    with db.write() as connection:
        connection.execute(tables.projects.update(), {"models_mode": "deny_list", "models": ["small"]})
    for secret, allowed in ((theirs, {"medium"}), (nobodys, {"medium", "large"})):
        principal = ask(keys, secret)
        assert {name for name in ("small", "medium", "large") if model_allowed(principal, name)} == allowed
    with db.write() as connection:
        connection.execute(tables.projects.update(), {"data_class": "confidential"})
    assert ask(keys, theirs).rules.refusal is not None
    assert ask(keys, nobodys).rules.refusal is None
    assert ask(keys, nobodys).rules.data_class == "confidential"


def test_a_key_knows_the_groups_of_its_user_and_those_around_them(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    outer = put(db, "groups", organization_id=first.organization.id, name="faculty")
    inner = in_group(db, first, user, parent_id=outer)
    mine = keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))[1]
    projects = keys.create(NewKey(name="ci", project_id=first.project.id))[1]
    assert set(ask(keys, mine).group_ids) == {inner, outer}
    assert ask(keys, projects).group_ids == ()


def test_a_service_account_may_no_more_than_whoever_made_its_key(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    in_group(db, first, user, models=["small"])
    account = put(db, "service_accounts", project_id=first.project.id, name="ci", role="member")
    new = NewKey(name="ci", project_id=first.project.id, service_account_id=account, created_by=user)
    secret = keys.create(new)[1]
    assert [name for name in ("small", "large") if model_allowed(ask(keys, secret), name)] == ["small"]
    free = keys.create(NewKey(name="ci", project_id=first.project.id, service_account_id=account))[1]
    assert model_allowed(ask(keys, free), "large")


def test_a_new_key_has_its_rules_before_anything_is_read_again(db: AppDb, keys: Keys, first: First) -> None:
    user = person(db, first)
    in_group(db, first, user, models=["small"])
    secret = keys.create(NewKey(name="ci", project_id=first.project.id, user_id=user))[1]
    assert not model_allowed(keys.authenticate(f"Bearer {secret}".encode()), "large")


def test_keys_that_are_alike_share_their_rules(db: AppDb, keys: Keys, first: First) -> None:
    secrets = [keys.create(NewKey(name="ci", project_id=first.project.id, models=("small",)))[1] for _ in range(3)]
    assert (
        len({id(ask(keys, secrets[0]).rules), *(id(keys.authenticate(f"Bearer {s}".encode()).rules) for s in secrets)})
        == 1
    )


def test_rate_limits_of_a_project_reach_its_keys_alone(db: AppDb, keys: Keys, first: First) -> None:
    other = put(db, "projects", organization_id=first.organization.id, name="other")
    ours, theirs = (keys.create(NewKey(name="ci", project_id=p))[1] for p in (first.project.id, other))
    row = {"id": "rl_1", "project_id": first.project.id, "model": "m", "requests_per_minute": 5, "changed_at": 1}
    with db.write() as connection:
        connection.execute(tables.rate_limits.insert(), row)
    limits = ask(keys, ours).model_limits
    assert limits is not None
    assert (limits["m"].requests_per_minute, list(limits)) == (5, ["m"])
    assert limits["m"].tokens_per_minute == limits["m"].concurrent_requests == 10**15
    assert ask(keys, theirs).model_limits is None


def test_making_and_ending_a_key_is_in_the_log_without_its_text(db: AppDb, keys: Keys, first: First) -> None:
    by = local_actor(first.organization.id)
    record, secret = keys.create(NewKey(name="my words", project_id=first.project.id, models=("small",)), by)
    keys.revoke(record.id, by=by)
    keys.revoke(record.id, by=by)
    rows = list(audit.read(db))
    assert [(row.type, row.resource_id, row.project_id, row.actor_id) for row in rows] == [
        ("api_key.created", record.id, first.project.id, "local"),
        ("api_key.deleted", record.id, first.project.id, "local"),
    ]
    assert rows[0].details == {"prefix": record.prefix, "models": ["small"]}
    assert secret[16:] not in repr(rows)
    assert "my words" not in repr(rows)
    assert audit.verify(audit.read(db)) is None
