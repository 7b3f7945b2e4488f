"""What a key can do about keys: see itself, and nothing that would make it more or last longer."""

from __future__ import annotations

import pytest

from tests.api.organization.stand import Stand
from tokenry.access import NewKey
from tokenry.base.clock import NS_PER_S

pytestmark = pytest.mark.anyio
HOUR_S = 3600


async def test_a_key_sees_itself_and_cannot_outlive_its_end(stand: Stand) -> None:
    project, owner = stand.ours.projects[0], stand.ours.users["project_owner"]
    ends_at = stand.house.clock.now_ns() + HOUR_S * NS_PER_S
    new = NewKey(name="short", project_id=project.id, user_id=owner, expires_at=ends_at)
    record, secret = stand.house.keys.create(new)
    other = stand.house.keys.create(NewKey(name="other", project_id=project.id, user_id=owner))[0]
    base = f"/v1/organization/projects/{project.id}/api_keys"
    listed = await stand.ask("GET", base, secret)
    assert [key["id"] for key in listed.json()["data"]] == [record.id]
    longer = await stand.ask("POST", f"{base}/{record.id}", secret, json={"expires_in_seconds": 10 * HOUR_S})
    assert longer.status_code == 403, longer.text
    shorter = await stand.ask("POST", f"{base}/{record.id}", secret, json={"expires_in_seconds": 60})
    assert shorter.status_code == 200, shorter.text
    assert (await stand.ask("DELETE", f"{base}/{other.id}", secret)).status_code == 404
    assert (await stand.ask("DELETE", f"{base}/{record.id}", secret)).status_code == 200
    assert (await stand.ask("GET", base, secret)).status_code == 401


async def test_a_key_of_a_projects_owner_administers_nothing(stand: Stand) -> None:
    project = stand.ours.projects[0]
    secret = stand.project_key(project, user_id=stand.ours.users["project_owner"], models=("other",))
    base = f"/v1/organization/projects/{project.id}"
    for path, body in (
        ("service_accounts", {"name": "wider"}),
        ("users", {"user_id": stand.ours.users["auditor"], "role": "owner"}),
        ("spend_limit", {"currency": "USD", "interval": "month", "threshold_amount": 10**6}),
    ):
        answer = await stand.ask("POST", f"{base}/{path}", secret, json=body)
        assert answer.status_code == 403, answer.text
    admin = stand.ours.keys["project_owner"]
    assert (await stand.ask("POST", f"{base}/service_accounts", admin, json={"name": "right"})).status_code == 200


async def test_members_see_and_end_their_own_keys_alone(stand: Stand) -> None:
    project, member = stand.ours.projects[0], stand.ours.users["project_member"]
    mine = stand.house.keys.create(NewKey(name="mine", project_id=project.id, user_id=member))[0]
    other = stand.house.keys.create(NewKey(name="other", project_id=project.id))[0]
    base, key = f"/v1/organization/projects/{project.id}/api_keys", stand.ours.keys["project_member"]
    assert [one["id"] for one in (await stand.ask("GET", base, key)).json()["data"]] == [mine.id]
    for method in ("GET", "DELETE"):
        assert (await stand.ask(method, f"{base}/{other.id}", key)).status_code == 404
    assert (await stand.ask("DELETE", f"{base}/{other.id}", stand.ours.keys["auditor"])).status_code == 403
    assert (await stand.ask("DELETE", f"{base}/{mine.id}", key)).status_code == 200


async def test_others_projects_are_not_told_with_a_user(stand: Stand) -> None:
    """Who runs one project adds somebody to it, and learns nothing of where else they work."""
    user, (first, second) = stand.ours.users["reviewer"], stand.ours.projects
    owner = stand.ours.keys["owner"]
    body = {"user_id": user, "role": "member"}
    assert (
        await stand.ask("POST", f"/v1/organization/projects/{second.id}/users", owner, json=body)
    ).status_code == 200
    given = await stand.ask(
        "POST", f"/v1/projects/{first.id}/users/{user}/roles", stand.ours.keys["project_owner"],
        json={"role_id": "role_project_member"},
    )  # fmt: skip
    assert [one["id"] for one in given.json()["user"]["projects"]["data"]] == [first.id]


async def test_answers_are_kept_by_nobody_on_the_way(stand: Stand) -> None:
    answer = await stand.ask("POST", "/v1/organization/admin_api_keys", stand.ours.keys["owner"], json={"name": "k"})
    assert answer.json()["value"].startswith("sk-admin-")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
