"""A project's class of data and a group's bounds over HTTP: who may set them, what cannot be, what holds at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import Stand, standing
from tokenry.access import add_to_group, create_group, local_actor, model_allowed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        yield stand


async def test_a_projects_class_is_the_organizations_to_say(stand: Stand) -> None:
    project = stand.ours.projects[0]
    path, body = f"/v1/tokenry/projects/{project.id}/data_class", {"data_class": "confidential"}
    assert (await stand.ask("GET", path, stand.ours.keys["project_member"])).json()["data_class"] == "internal"
    for role in ("project_owner", "officer", "auditor"):
        assert (await stand.ask("POST", path, stand.ours.keys[role], json=body)).status_code == 403
    assert (await stand.ask("POST", path, stand.theirs.keys["owner"], json=body)).status_code == 404
    told = (await stand.ask("POST", path, stand.ours.keys["admin"], json=body)).json()
    assert told == {"project_id": project.id, "data_class": "confidential", "object": "tokenry.project.data_class"}
    key = stand.project_key(project)
    assert stand.house.keys.authenticate(f"Bearer {key}".encode()).rules.data_class == "confidential"


async def test_a_projects_terms_are_told_together_and_without_a_404(stand: Stand) -> None:
    project, owner = stand.ours.projects[0], stand.ours.keys["owner"]
    path, base = f"/v1/tokenry/projects/{project.id}/terms", f"/v1/organization/projects/{project.id}"
    bare = await stand.ask("GET", path, stand.ours.keys["project_member"])
    assert bare.json() == {
        "project_id": project.id,
        "models_mode": "all",
        "models": [],
        "data_class": "internal",
        "retention": None,
        "keeps_content": True,
        "object": "tokenry.project.terms",
    }
    await stand.ask("POST", f"{base}/model_permissions", owner, json={"mode": "deny_list", "model_ids": ["other"]})
    await stand.ask("POST", f"{base}/data_retention", owner, json={"retention_type": "zero_data_retention"})
    told = (await stand.ask("GET", path, stand.ours.keys["auditor"])).json()
    assert (told["models_mode"], told["models"]) == ("deny_list", ["other"])
    assert (told["retention"], told["keeps_content"]) == ("zero_data_retention", False)


async def test_a_groups_bounds_hold_for_its_members_at_once(stand: Stand) -> None:
    local = local_actor(stand.ours.id)
    group = create_group(stand.house.desk, local, "students")
    add_to_group(stand.house.desk, local, group.id, stand.ours.users["project_member"])
    stand.house.people.load()
    path = f"/v1/tokenry/groups/{group.id}/terms"
    key = stand.project_key(stand.ours.projects[0], user_id=stand.ours.users["project_member"])

    def allowed() -> bool:
        return model_allowed(stand.house.keys.authenticate(f"Bearer {key}".encode()), "chatty", "c")

    async def put(**body: Any) -> Any:
        answer = await stand.ask("POST", path, stand.ours.keys["admin"], json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert allowed()
    assert (await put(models=["other"], data_class="public"))["models"] == ["other"]
    assert not allowed()
    assert (await put(models=["c"]))["data_class"] == "public", "what is left out stays"
    assert allowed()
    assert (await put(models=None, data_class=None)) == (
        await stand.ask("GET", path, stand.ours.keys["auditor"])
    ).json()
    assert (await stand.ask("POST", path, stand.ours.keys["auditor"], json={"models": None})).status_code == 403
    assert (await stand.ask("GET", path, stand.theirs.keys["owner"])).status_code == 404


@pytest.mark.parametrize("body", [{"data_class": "secret"}, {"models": "m"}, {"models": [""]}, {"model": []}])
async def test_terms_that_cannot_be_are_refused(stand: Stand, body: dict[str, Any]) -> None:
    group = create_group(stand.house.desk, local_actor(stand.ours.id), "students")
    stand.house.people.load()
    answer = await stand.ask("POST", f"/v1/tokenry/groups/{group.id}/terms", stand.ours.keys["owner"], json=body)
    assert answer.status_code == 400, answer.text
