"""OpenAI's own client administers a real server, under strict validation of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    PermissionDeniedError,
)

from tests.e2e.harness import Server, configured, scripted

RETENTIONS = ("modified_abuse_monitoring", "zero_data_retention")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("admin"), configured(scripted("script"))).start()
    yield server
    assert server.stop() == 0, server.log.read_text()


def connect(server: Server, key: str) -> OpenAI:
    return OpenAI(
        admin_api_key=key, base_url=f"{server.url}/v1", max_retries=0, _strict_response_validation=True
    )  # fmt: skip


@pytest.fixture(scope="module")
def organization(server: Server) -> Iterator[Any]:
    """`client.admin.organization` of the first owner."""
    key = server.verb("admin-key create", name="conformance")["key"]
    with connect(server, key) as client:
        yield client.admin.organization


@pytest.fixture
def project(organization: Any, request: pytest.FixtureRequest) -> str:
    """A fresh project."""
    made = organization.projects.create(name=request.node.name[:90])
    assert isinstance(made.id, str)
    return made.id


def walked(listing: Any, **more: Any) -> list[Any]:
    """A whole list, fetched two at a time."""
    page = listing(limit=2, **more)
    assert len(page.data) <= 2
    return list(page)


def ids(rows: list[Any]) -> list[str]:
    return [row.id for row in rows]


def joined(server: Server, name: str) -> str:
    """A new member's id."""
    user: str = server.verb("user create", email=f"{name}@example.org", name=name)["id"]
    return user


def test_projects(organization: Any) -> None:
    projects = organization.projects
    made = [projects.create(name=f"project {n}").id for n in range(5)]
    assert [one for one in ids(walked(projects.list)) if one in made] == made
    assert projects.update(made[0], name="renamed").name == projects.retrieve(made[0]).name == "renamed"
    assert projects.archive(made[1]).status == "archived"
    assert made[1] not in ids(walked(projects.list))
    assert made[1] in ids(walked(projects.list, include_archived=True))


def test_users(server: Server, organization: Any) -> None:
    users = organization.users
    made = [joined(server, f"user{n}") for n in range(5)]
    everybody = walked(users.list)
    assert [one.id for one in everybody if one.id in made] == made
    assert ids(walked(users.list, emails=["user1@example.org", "USER3@example.org"])) == [made[1], made[3]]
    assert users.retrieve(made[0]).role == "member"
    assert users.update(made[0], role="auditor").role == "auditor"
    assert users.update(made[0], role="reader").role == "member"
    assert users.update(made[0], role_id="role_organization_owner").role == "owner"
    assert users.delete(made[0]).deleted
    with pytest.raises(NotFoundError):
        users.retrieve(made[0])
    (owner,) = [one for one in walked(users.list) if one.role == "owner"]
    for act in (lambda: users.update(owner.id, role="member"), lambda: users.delete(owner.id)):
        with pytest.raises(BadRequestError, match="last owner"):
            act()


def test_roles(server: Server, organization: Any, project: str) -> None:
    roles = walked(organization.roles.list)
    assert [role.name for role in roles] == ["owner", "admin", "officer", "reviewer", "auditor", "member"]
    assert organization.roles.retrieve(roles[0].id) == roles[0]
    user = joined(server, "roles")
    given = organization.users.roles
    assert given.create(user, role_id="role_organization_auditor").role.name == "auditor"
    (one,) = walked(lambda **more: given.list(user, **more))
    assert given.retrieve(one.id, user_id=user).name == "auditor"
    assert given.delete(one.id, user_id=user).deleted
    assert [role.name for role in given.list(user)] == ["member"]
    within = organization.projects.roles
    assert [role.name for role in within.list(project)] == ["owner", "member"]
    assert within.retrieve("role_project_owner", project_id=project).resource_type == "api.project"
    for act in (
        lambda: organization.roles.create(permissions=["usage.read"], role_name="mine"),
        lambda: organization.roles.update(roles[0].id, role_name="mine"),
        lambda: organization.roles.delete(roles[0].id),
        lambda: within.create(project, permissions=["usage.read"], role_name="mine"),
    ):
        with pytest.raises(InternalServerError, match="Custom roles are not built") as caught:
            act()
        assert caught.value.status_code == 501


def test_roles_in_projects(server: Server, organization: Any, project: str) -> None:
    user, group = joined(server, "within"), organization.groups.create(name="roles in projects").id
    of_users, of_groups = organization.projects.users.roles, organization.projects.groups.roles
    for role in ("role_project_member", "role_project_owner"):
        assert of_users.create(user, project_id=project, role_id=role).role.id == role
        assert ids(list(of_users.list(user, project_id=project))) == [role]
    assert of_users.retrieve("role_project_owner", project_id=project, user_id=user).name == "owner"
    assert of_users.delete("role_project_owner", project_id=project, user_id=user).deleted
    assert of_groups.create(group, project_id=project, role_id="role_project_member").group.id == group
    assert ids(list(of_groups.list(group, project_id=project))) == ["role_project_member"]
    assert of_groups.retrieve("role_project_member", project_id=project, group_id=group).name == "member"
    assert of_groups.delete("role_project_member", project_id=project, group_id=group).deleted
    assert list(organization.groups.roles.list(group)) == []


def test_project_users(server: Server, organization: Any, project: str) -> None:
    users = organization.projects.users
    made = [joined(server, f"worker{n}") for n in range(5)]
    for user in made[:4]:
        assert users.create(project, role="member", user_id=user).id == user
    assert users.create(project, role="owner", email="worker4@example.org").id == made[4]
    assert ids(walked(lambda **more: users.list(project, **more))) == made
    assert users.update(made[0], project_id=project, role="owner").role == "owner"
    assert users.retrieve(made[0], project_id=project).role == "owner"
    assert users.delete(made[0], project_id=project).deleted
    with pytest.raises(NotFoundError):
        users.retrieve(made[0], project_id=project)


def test_invites(organization: Any, project: str) -> None:
    invites = organization.invites
    made = [invites.create(email=f"new{n}@example.org", role="reader") for n in range(4)]
    boss = invites.create(
        email="boss@example.org", role="owner", projects=[{"id": project, "role": "owner"}]
    )  # fmt: skip
    assert (boss.role, boss.status, boss.projects[0].id) == ("owner", "pending", project)
    assert boss.model_extra["url"].endswith(f"/invite/{boss.model_extra['token']}")
    assert ids(walked(invites.list)) == [*ids(made), boss.id]
    shown = invites.retrieve(boss.id)
    assert shown.email == "boss@example.org"
    assert "token" not in (shown.model_extra or {})
    assert invites.delete(boss.id).deleted
    with pytest.raises(NotFoundError):
        invites.retrieve(boss.id)


def test_admin_api_keys(server: Server, organization: Any) -> None:
    keys = organization.admin_api_keys
    made = [keys.create(name=f"key {n}") for n in range(4)]
    made.append(keys.create(name="short", expires_in_seconds=3600))
    assert made[-1].expires_at - made[-1].created_at == 3600
    assert [one for one in ids(walked(keys.list)) if one in ids(made)] == ids(made)
    assert [one for one in ids(walked(keys.list, order="desc")) if one in ids(made)] == ids(made)[::-1]
    assert keys.retrieve(made[0].id).owner.role == "owner"
    with connect(server, made[0].value) as other:
        assert other.admin.organization.roles.retrieve("role_organization_owner").name == "owner"
        assert keys.delete(made[0].id).deleted
        with pytest.raises(AuthenticationError, match="revoked"):
            other.admin.organization.roles.list()


def test_service_accounts_and_project_keys(server: Server, organization: Any, project: str) -> None:
    accounts, keys = organization.projects.service_accounts, organization.projects.api_keys
    made = [accounts.create(project, name=f"robot {n}", expires_in_seconds=3600) for n in range(5)]
    assert ids(walked(lambda **more: accounts.list(project, **more))) == ids(made)
    assert accounts.create(project, name="keyless", create_service_account_only=True).api_key is None
    second = accounts.api_keys.create(made[0].id, project_id=project, name="second")
    with OpenAI(api_key=second.value, base_url=f"{server.url}/v1", max_retries=0) as robot:
        assert [model.id for model in robot.models.list()] == ["script"]
        found = walked(lambda **more: keys.list(project, **more))
        assert ids(found) == [*[one.api_key.id for one in made], second.id]
        assert {one.owner.service_account.id for one in found} == set(ids(made))
        assert keys.update(second.id, project_id=project, expires_in_seconds=60).expires_at is not None
        assert keys.retrieve(second.id, project_id=project).owner_project_access == "active"
        assert list(keys.list(project, owner_project_access="inactive")) == []
        assert accounts.update(made[0].id, project_id=project, name="android", role="owner").role == "owner"
        assert accounts.retrieve(made[0].id, project_id=project).name == "android"
        assert accounts.delete(made[0].id, project_id=project).deleted
        with pytest.raises(AuthenticationError, match="revoked"):
            robot.models.list()
    assert keys.delete(made[1].api_key.id, project_id=project).deleted
    with pytest.raises(NotFoundError):
        keys.retrieve(made[1].api_key.id, project_id=project)


def test_groups(server: Server, organization: Any, project: str) -> None:
    groups, within = organization.groups, organization.projects.groups
    made = [groups.create(name=f"group {n}").id for n in range(5)]
    assert [one for one in ids(walked(groups.list)) if one in made] == made
    assert [one for one in ids(walked(groups.list, order="desc")) if one in made] == made[::-1]
    assert groups.update(made[0], name="renamed").name == groups.retrieve(made[0]).name == "renamed"
    groups.update(made[1], name="group 1", extra_body={"parent_id": made[0]})
    with pytest.raises(BadRequestError, match="lie in itself"):
        groups.update(made[0], name="renamed", extra_body={"parent_id": made[1]})
    members = [joined(server, f"grouped{n}") for n in range(5)]
    for user in members:
        assert groups.users.create(made[0], user_id=user).user_id == user
    assert ids(walked(lambda **more: groups.users.list(made[0], **more))) == members
    assert groups.users.retrieve(members[0], group_id=made[0]).email == "grouped0@example.org"
    assert groups.users.delete(members[0], group_id=made[0]).deleted
    for group in made:
        assert within.create(project, group_id=group, role="member").group_id == group
    assert [one.group_id for one in walked(lambda **more: within.list(project, **more))] == made
    assert within.retrieve(made[0], project_id=project, group_type="group").group_name == "renamed"
    assert within.delete(made[0], project_id=project).deleted
    assert groups.delete(made[0]).deleted
    with pytest.raises(NotFoundError):
        groups.retrieve(made[0])


def test_data_retention(organization: Any, project: str) -> None:
    mine, of_project = organization.data_retention, organization.projects.data_retention
    assert mine.retrieve().type == "modified_abuse_monitoring", "answers under an Idempotency-Key are kept for a day"
    for kind in RETENTIONS:
        assert mine.update(retention_type=kind).type == mine.retrieve().type == kind
    assert of_project.retrieve(project).type == "organization_default"
    for kind in ("none", *RETENTIONS, "organization_default"):
        assert of_project.update(project, retention_type=kind).type == of_project.retrieve(project).type == kind


def test_model_permissions_and_rate_limits(organization: Any, project: str) -> None:
    permissions, limits = organization.projects.model_permissions, organization.projects.rate_limits
    assert permissions.update(project, mode="allow_list", model_ids=["script"]).api_model_ids == ["script"]
    assert permissions.retrieve(project).mode == "allow_list"
    assert permissions.delete(project).deleted
    (line,) = list(limits.list_rate_limits(project))
    changed = limits.update_rate_limit(line.id, project_id=project, max_requests_per_1_minute=7)
    assert changed.max_requests_per_1_minute == 7


def test_spend_limits_and_alerts(organization: Any, project: str) -> None:
    month: dict[str, Any] = {"currency": "USD", "interval": "month"}
    for place, of in ((organization, ()), (organization.projects, (project,))):
        limit = place.spend_limit
        assert limit.update(*of, threshold_amount=5000, **month).threshold_amount == 5000
        assert limit.retrieve(*of).enforcement.status == "inactive"
        assert limit.delete(*of).deleted
        alerts, among = place.spend_alerts, {"project_id": project} if of else {}
        channel = {"type": "email", "recipients": ["a@example.org"]}
        made = [
            alerts.create(*of, threshold_amount=100 * n, notification_channel=channel, **month).id for n in range(1, 6)
        ]
        assert ids(walked(lambda alerts=alerts, of=of, **more: alerts.list(*of, **more))) == made
        assert alerts.retrieve(made[0], **among).threshold_amount == 100
        changed = alerts.update(made[0], threshold_amount=999, notification_channel=channel, **among, **month)
        assert changed.threshold_amount == 999
        assert alerts.delete(made[0], **among).deleted


def test_audit_logs(server: Server, organization: Any, project: str) -> None:
    """Whatever the other tests did is read again, all of it strictly valid."""
    logs = organization.audit_logs
    for number in range(6):
        organization.groups.create(name=f"noted {number}")
    everything = walked(logs.list)
    assert len(everything) > 6
    assert [row.effective_at for row in everything] == sorted((row.effective_at for row in everything), reverse=True)
    (made,) = logs.list(resource_ids=[project], event_types=["project.created"])
    assert made.project_created.id == project
    assert (made.actor.type, made.actor.api_key.type) == ("api_key", "user")
    assert made.project.id == project
    mine = ids(list(logs.list(limit=100, project_ids=[project])))
    assert made.id in mine
    at = made.effective_at
    assert made.id in ids(walked(logs.list, effective_at={"gte": at, "lte": at}))
    assert made.id not in ids(walked(logs.list, effective_at={"lt": at}))
    assert made.id not in ids(walked(logs.list, effective_at={"gt": at}))
    actor = made.actor.api_key.user.id
    assert made.id in ids(walked(logs.list, actor_ids=[actor]))
    assert made.id in ids(walked(logs.list, actor_ids=[made.actor.api_key.id]))
    assert ids(list(logs.list(actor_emails=["nobody@example.org"]))) == []
    older, newer = everything[4], ids(everything[2:4])
    assert ids(logs.list(before=older.id, limit=2).data) == newer
    assert logs.list(after=everything[-1].id).data == []
    with pytest.raises(BadRequestError, match="cursor"):
        logs.list(after="audit_nothing")


def test_who_may_not_is_told_so(server: Server, organization: Any) -> None:
    user = joined(server, "outsider")
    key = server.verb("admin-key create", name="outsider", user=user)["key"]
    with connect(server, key) as client:
        mine = client.admin.organization
        for act in (mine.users.list, mine.audit_logs.list, lambda: mine.projects.create(name="x")):
            with pytest.raises(PermissionDeniedError, match="needs the permission"):
                act()
        assert list(mine.projects.list()) == []
        organization.users.update(user, extra_body={"disabled": True})
        with pytest.raises(APIStatusError, match="has left or is disabled"):
            mine.projects.list()
