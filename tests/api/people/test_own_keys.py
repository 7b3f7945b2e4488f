"""A person's own key: made by the person alone, theirs to spend with, and never by another key."""

from __future__ import annotations

import pytest

from tests.api.organization.stand import Stand
from tokenry.access import NewKey
from tokenry.api.people.keys import OWN_KEYS_MAX

pytestmark = pytest.mark.anyio


def _path(stand: Stand, number: int = 0) -> str:
    return f"/v1/tokenry/projects/{stand.ours.projects[number].id}/api_keys"


async def test_it_opens_the_project_as_its_person_and_ends_when_it_should(stand: Stand) -> None:
    member = stand.ours.keys["project_member"]
    body = {"name": "laptop", "expires_in_seconds": 60, "models": ["chatty"]}
    made = await stand.ask("POST", _path(stand), member, json=body)
    assert made.status_code == 200, made.text
    told = made.json()
    assert told["models"] == ["chatty"]
    assert told["expires_at"] - told["created_at"] == 60
    holder = stand.house.keys.authenticate(f"Bearer {told['value']}".encode())
    assert (holder.user_id, holder.key_id) == (stand.ours.users["project_member"], told["id"])
    listed = await stand.ask("GET", _path(stand).replace("tokenry", "organization"), member)
    assert [one["id"] for one in listed.json()["data"]] == [told["id"]]
    assert told["value"] not in listed.text


async def test_no_key_of_a_project_makes_another(stand: Stand) -> None:
    secret = stand.project_key(stand.ours.projects[0], user_id=stand.ours.users["project_owner"])
    answer = await stand.ask("POST", _path(stand), secret, json={"name": "more"})
    assert answer.status_code == 403, answer.text
    assert len(stand.house.keys.list(stand.ours.projects[0].id)) == 1


async def test_who_only_reads_makes_none_and_another_project_does_not_exist(stand: Stand) -> None:
    assert (await stand.ask("POST", _path(stand), stand.ours.keys["auditor"], json={"name": "x"})).status_code == 403
    elsewhere = await stand.ask("POST", _path(stand, 1), stand.ours.keys["project_member"], json={"name": "x"})
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x", "expires_in_seconds": 0}, {"name": "x", "user_id": "y"}])
async def test_what_cannot_be_is_refused(stand: Stand, body: dict[str, object]) -> None:
    answer = await stand.ask("POST", _path(stand), stand.ours.keys["project_member"], json=body)
    assert answer.status_code == 400, answer.text


async def test_there_are_only_so_many(stand: Stand) -> None:
    project, user = stand.ours.projects[0], stand.ours.users["project_member"]
    for number in range(OWN_KEYS_MAX):
        stand.house.keys.create(NewKey(name=f"k{number}", project_id=project.id, user_id=user))
    answer = await stand.ask("POST", _path(stand), stand.ours.keys["project_member"], json={"name": "one more"})
    assert answer.status_code == 400
    assert "revoke" in answer.json()["error"]["message"]


async def test_me_tells_ones_projects_and_what_one_may_there(stand: Stand) -> None:
    me = (await stand.ask("GET", "/v1/tokenry/me", stand.ours.keys["project_owner"])).json()
    assert [one["id"] for one in me["projects"]] == [stand.ours.projects[0].id]
    assert "keys.write" in me["projects"][0]["permissions"]
    assert "keys.write" not in me["permissions"]
    auditor = (await stand.ask("GET", "/v1/tokenry/me", stand.ours.keys["auditor"])).json()
    assert all(one["id"] != stand.ours.projects[1].id for one in auditor["projects"])
