"""A project's model permissions and rate limits, as OpenAI's own client asks for them; and what they do to requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI, NotFoundError

from tests.api.organization.stand import Stand, standing
from tokenry.access import ProjectTerms, audit, local_actor, set_project_terms

pytestmark = pytest.mark.anyio


def admin(stand: Stand, key: str | None = None) -> AsyncOpenAI:
    """The official client in an owner's name, which takes no answer that is not of its shape."""
    return AsyncOpenAI(
        api_key="none",
        admin_api_key=key or stand.ours.keys["owner"],
        base_url="http://tokenry.test/v1",
        http_client=stand.client,  # type: ignore[arg-type] # the client of the library that the official one uses
        _strict_response_validation=True,
        max_retries=0,
    )


async def say(stand: Stand, key: str, model: str = "chatty") -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4}
    return await stand.ask("POST", "/v1/chat/completions", key, json=body)


async def test_model_permissions_by_the_official_client(stand: Stand) -> None:
    project, client = stand.ours.projects[0], admin(stand)
    permissions = client.admin.organization.projects.model_permissions
    with pytest.raises(NotFoundError):
        await permissions.retrieve(project.id)
    made = await permissions.update(project.id, mode="deny_list", model_ids=["c", "c"])
    assert (made.mode, made.api_model_ids) == ("deny_list", ["c"])
    assert await permissions.retrieve(project.id) == made
    key = stand.project_key(project)
    refused = await say(stand, key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found"), (
        "an alias denies its model"
    )
    await permissions.update(project.id, mode="allow_list", model_ids=["other"])
    assert (await say(stand, key)).status_code == 404
    listed = (await stand.ask("GET", "/v1/models", key)).json()["data"]
    assert [model["id"] for model in listed] == ["other"]
    elsewhere = stand.project_key(stand.ours.projects[1])
    assert (await say(stand, elsewhere)).json()["error"]["code"] != "model_not_found"
    assert (await permissions.delete(project.id)).deleted
    assert (await say(stand, key)).json()["error"]["code"] == "insufficient_quota", "past the model, to the funds"


async def test_rate_limits_by_the_official_client(stand: Stand) -> None:
    project, client = stand.ours.projects[0], admin(stand)
    limits = client.admin.organization.projects.rate_limits
    page = await limits.list_rate_limits(project.id)
    assert [(one.id, one.model) for one in page.data] == [("rl-chatty", "chatty"), ("rl-other", "other")]
    assert page.data[0].max_requests_per_1_minute == stand.house.config.limits.requests_per_minute
    made = await limits.update_rate_limit("rl-chatty", project_id=project.id, max_requests_per_1_minute=7)
    assert (made.max_requests_per_1_minute, made.max_tokens_per_1_minute) == (
        7,
        stand.house.config.limits.tokens_per_minute,
    )
    made = await limits.update_rate_limit("rl-chatty", project_id=project.id, max_tokens_per_1_minute=900)
    assert (made.max_requests_per_1_minute, made.max_tokens_per_1_minute) == (7, 900)
    assert (await limits.list_rate_limits(project.id, after="rl-chatty")).data[0].model == "other"
    assert (await limits.list_rate_limits(project.id, before="rl-other")).data == [made]
    assert [one.id async for one in limits.list_rate_limits(project.id, limit=1)] == ["rl-chatty", "rl-other"]
    others = await limits.list_rate_limits(stand.ours.projects[1].id)
    assert others.data[0].max_requests_per_1_minute == stand.house.config.limits.requests_per_minute
    with pytest.raises(NotFoundError):
        await limits.update_rate_limit("rl-nobody", project_id=project.id, max_requests_per_1_minute=7)


@pytest.mark.parametrize(
    "body",
    [
        {"max_requests_per_1_minute": -1},
        {"max_requests_per_1_minute": 1.5},
        {"max_tokens_per_1_minute": 10**16},
        {"max_images_per_1_minute": 3},
        {"max_words": 3},
    ],
)
async def test_limits_that_cannot_be_are_refused(stand: Stand, body: dict[str, Any]) -> None:
    path = f"/v1/organization/projects/{stand.ours.projects[0].id}/rate_limits/rl-chatty"
    answer = await stand.ask("POST", path, stand.ours.keys["owner"], json=body)
    assert answer.status_code == 400, answer.text
    assert next(iter(body)) in answer.text


async def test_what_was_set_is_taken_away_and_every_change_is_in_the_log(stand: Stand) -> None:
    project = stand.ours.projects[0]
    path = f"/v1/organization/projects/{project.id}/rate_limits/rl-chatty"
    for body in ({"max_requests_per_1_minute": 5}, {"max_requests_per_1_minute": None}):
        assert (await stand.ask("POST", path, stand.ours.keys["owner"], json=body)).status_code == 200
    assert stand.house.keys.authenticate(f"Bearer {stand.project_key(project)}".encode()).model_limits is None
    rows = [row for row in audit.read(stand.house.desk.db) if row.type == "rate_limit.updated"]
    told = [{name: value for name, value in row.details.items() if name != "key_id"} for row in rows]
    assert told == [
        {"model": "chatty", "requests_per_minute": 5},
        {"model": "chatty", "requests_per_minute": None},
    ]
    assert {(row.project_id, row.actor_id) for row in rows} == {(project.id, stand.ours.users["owner"])}


@pytest.mark.parametrize("names", [["x"] * 1001, [""], ["x" * 300], ["a\nb"]])
async def test_lists_of_models_that_cannot_be_are_refused(stand: Stand, names: list[str]) -> None:
    path = f"/v1/organization/projects/{stand.ours.projects[0].id}/model_permissions"
    body = {"mode": "allow_list", "model_ids": [*names, *(str(n) for n in range(len(names)))]}
    answer = await stand.ask("POST", path, stand.ours.keys["owner"], json=body)
    assert answer.status_code == 400, answer.text


CLASSES = """
[[provider]]
name = "inside"
dialect = "scripted"

[[provider]]
name = "outside"
dialect = "scripted"
data_class = "public"

[[model]]
name = "anywhere"
price = { input = 1, output = 2 }
deployments = [{ provider = "outside", model = "scripted" }, { provider = "inside", model = "scripted", priority = 2 }]

[[model]]
name = "far"
aliases = ["f"]
price = { input = 1, output = 2 }
deployments = [{ provider = "outside", model = "scripted" }]
"""


async def test_a_class_of_data_reaches_no_provider_above_its_own(tmp_path: Path) -> None:
    async with standing(tmp_path, CLASSES) as stand:
        project, key = stand.house.first.project, stand.project_key(stand.house.first.project)
        answer = await say(stand, key, "anywhere")
        assert answer.headers["x-tokenry-engine"] == "inside/scripted", "prompts are internal when nothing is said"
        refused = await say(stand, key, "f")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "data_class_not_allowed")
        assert "no provider of far may see" in refused.json()["error"]["message"]
        assert [m["id"] for m in (await stand.ask("GET", "/v1/models", key)).json()["data"]] == ["anywhere"]
        assert (await stand.ask("GET", "/v1/models/far", key)).status_code == 403
        local = local_actor(project.organization_id)
        set_project_terms(stand.house.desk, local, project, ProjectTerms(data_class="public"))
        stand.house.keys.load()
        answer = await say(stand, key, "anywhere")
        assert (answer.status_code, answer.headers["x-tokenry-engine"]) == (200, "outside/scripted")
        assert (await say(stand, key, "f")).status_code == 200


async def test_a_projects_limit_refuses_in_words_with_its_own_figures(stand: Stand) -> None:
    project = stand.house.first.project
    path = f"/v1/organization/projects/{project.id}/rate_limits/rl-chatty"
    body = {"max_requests_per_1_minute": 2}
    assert (await stand.ask("POST", path, stand.ours.keys["owner"], json=body)).status_code == 200
    keys = [stand.project_key(project) for _ in range(3)]
    answers = [await say(stand, key) for key in keys]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    error = answers[2].json()["error"]
    assert (error["code"], error["type"]) == ("rate_limit_exceeded", "requests")
    assert f"for chatty in project {project.id}, for all its keys together" in error["message"]
    assert answers[2].headers["x-ratelimit-limit-requests"] == "2"
    assert answers[2].headers["x-ratelimit-remaining-requests"] == "0"
    assert len(answers[2].headers.get_list("x-ratelimit-limit-requests")) == 1
    assert answers[0].headers["x-ratelimit-limit-requests"] == str(stand.house.config.limits.requests_per_minute)
    assert (await say(stand, keys[2], "other")).status_code == 200


async def test_within_a_project_its_list_gets_narrower_and_its_limits_lower_never_otherwise(stand: Stand) -> None:
    base = f"/v1/organization/projects/{stand.ours.projects[0].id}"
    lead, admin_key = stand.ours.keys["project_owner"], stand.ours.keys["admin"]

    async def tried(method: str, path: str, key: str, **body: Any) -> int:
        answer = await stand.ask(method, base + path, key, json=body or None)
        return answer.status_code

    async def listed(key: str, mode: str, *names: str) -> int:
        return await tried("POST", "/model_permissions", key, mode=mode, model_ids=list(names))

    assert await listed(lead, "allow_list", "chatty", "other") == 200, "there was none: any list is narrower"
    assert await listed(lead, "allow_list", "chatty") == 200
    for wider in (("allow_list", "chatty", "other"), ("deny_list",), ("deny_list", "other")):
        assert await listed(lead, *wider) == 403
    assert await tried("DELETE", "/model_permissions", lead) == 403
    assert await tried("DELETE", "/model_permissions", admin_key) == 200
    assert await listed(admin_key, "deny_list", "chatty") == 200
    assert await listed(lead, "deny_list", "chatty", "other") == 200
    assert await listed(lead, "deny_list", "other") == 403
    limit = "/rate_limits/rl-chatty"
    assert await tried("POST", limit, lead, max_requests_per_1_minute=50) == 200
    assert await tried("POST", limit, lead, max_requests_per_1_minute=20) == 200
    assert await tried("POST", limit, lead, max_requests_per_1_minute=21) == 403
    assert await tried("POST", limit, lead, max_requests_per_1_minute=None) == 403
    assert await tried("POST", limit, lead, max_tokens_per_1_minute=5) == 200
    assert await tried("POST", limit, admin_key, max_requests_per_1_minute=90) == 200


async def test_within_a_project_it_can_be_said_that_nothing_is_kept_and_nothing_else(stand: Stand) -> None:
    path = f"/v1/organization/projects/{stand.ours.projects[0].id}/data_retention"
    lead, admin_key = stand.ours.keys["project_owner"], stand.ours.keys["admin"]
    for said, by_lead in (("none", 403), ("organization_default", 403), ("zero_data_retention", 200)):
        answer = await stand.ask("POST", path, lead, json={"retention_type": said})
        assert answer.status_code == by_lead, answer.text
        assert (await stand.ask("POST", path, admin_key, json={"retention_type": said})).status_code == 200


async def test_nothing_of_an_archived_project_changes_any_more(stand: Stand) -> None:
    base, key = f"/v1/organization/projects/{stand.ours.projects[0].id}", stand.ours.keys["owner"]
    assert (await stand.ask("POST", f"{base}/archive", key)).status_code == 200
    for path, body in (
        ("/rate_limits/rl-chatty", {"max_requests_per_1_minute": 5}),
        ("/model_permissions", {"mode": "allow_list", "model_ids": ["chatty"]}),
        ("/data_retention", {"retention_type": "zero_data_retention"}),
    ):
        answer = await stand.ask("POST", base + path, key, json=body)
        assert (answer.status_code, "archived" in answer.text) == (400, True), answer.text
