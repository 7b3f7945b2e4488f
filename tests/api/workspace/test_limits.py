"""What is too much, not theirs, or not to be had: refused in words that say what to do, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.organization.stand import Stand
from tests.api.workspace.chatting import BASE, Person, fund
from tokenry.access import Project
from tokenry.base.ids import new_id
from tokenry.ledger import Budget
from tokenry.storage import tables
from tokenry.workspace import asking, runs

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def money(stand: Stand) -> None:
    await fund(stand)


async def refused(anna: Person, method: str, path: str, status: int, **body: object) -> str:
    answer = await anna.ask(method, path, status, **body)
    return str(answer["error"]["message"])


async def test_a_paste_that_is_too_large(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat()
    for size in (5_000_000, 2_000_000):  # of the body, of the text; fifty are sent to a real server
        words = await refused(anna, "POST", f"/{chat}/messages", 413, text="x" * size)
        assert "attach it as a file" in words
    assert (await anna.ask("GET", f"/{chat}/messages"))["data"] == []


async def test_three_hundred_files(stand: Stand) -> None:
    anna = Person(stand)
    words = await refused(
        anna, "POST", f"/{await anna.chat()}/messages", 400, text="look", file_ids=[f"file_{n}" for n in range(300)]
    )
    assert "at most 20 files" in words
    assert "folder" in words


async def test_a_file_of_somebody_else(stand: Stand) -> None:
    anna, chat = Person(stand), await Person(stand).chat()
    row = {
        "id": "wfile_a", "user_id": stand.ours.users["owner"], "organization_id": stand.ours.id, "name": "a.txt",
        "size": 1, "sha256": "0" * 64, "state": "ready", "created_at": 1,
    }  # fmt: skip
    with stand.house.desk.db.write() as connection:
        connection.execute(tables.workspace_files.insert(), row)
    assert "no file" in await refused(anna, "POST", f"/{chat}/messages", 404, text="look", file_ids=["wfile_a"])
    words = await refused(anna, "POST", f"/{chat}/messages", 404, text="look", file_ids=["wfile_none"])
    assert "no file" in words


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"text": "  "}, "text"),
        ({"text": "a", "parameters": {"temperature": 3}}, "parameters.temperature"),
        ({"text": "a", "parameters": {"heat": 1}}, "parameters"),
        ({"text": "a", "client_id": ""}, "client_id"),
        ({"text": "a", "model": "nosuch"}, "model"),
        ({"text": "a", "parent_id": "msg_nosuch"}, "parent_id"),
    ],
)
async def test_a_message_that_cannot_be(stand: Stand, body: dict[str, object], param: str) -> None:
    anna = Person(stand)
    chat = await anna.chat()
    answer = await stand.ask("POST", f"{BASE}/{chat}/messages", anna.key, json=body)
    assert answer.status_code in {400, 404}, answer.text
    assert answer.json()["error"]["param"] == param
    assert (await anna.ask("GET", f"/{chat}/messages"))["data"] == []


async def test_so_many_answers_at_one_time_for_one_person(stand: Stand) -> None:
    anna = Person(stand)
    chats = [await anna.chat(model="chatty") for _ in range(runs.RUNS_EACH_MAX + 1)]
    slow = "[[words=3; first_ms=5000]]"
    sent = [await anna.send(chat, slow) for chat in chats[:-1]]
    words = await refused(anna, "POST", f"/{chats[-1]}/messages", 429, text=slow)
    assert "wait for one of them, or stop one" in words
    assert (await anna.ask("GET", f"/{chats[-1]}/messages"))["data"] == []
    await anna.ask("POST", f"/{chats[0]}/messages/{sent[0]['answer']['id']}/stop")
    await anna.send(chats[-1], slow)
    for chat, one in zip(chats[1:-1], sent[1:], strict=True):
        stopped = await anna.ask("POST", f"/{chat}/messages/{one['answer']['id']}/stop")
        assert stopped["state"] == "stopped"


async def test_a_full_chat(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MESSAGES_MAX", 4)
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    await anna.say(chat, "one")
    last = await anna.say(chat, "two")
    assert "begin a new one" in await refused(anna, "POST", f"/{chat}/messages", 409, text="three")
    await anna.ask("POST", f"/{chat}/messages/{last['parent_id']}/answers", 409)


async def test_a_question_under_an_answer_that_is_not_whole(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    sent = await anna.send(chat, "[[words=3; first_ms=5000]]")
    assert "stop it first" in await refused(anna, "POST", f"/{chat}/messages", 409, text="and?")
    await anna.ask("POST", f"/{chat}/messages/{sent['answer']['id']}/continue", 409)
    await anna.ask("POST", f"/{chat}/messages/{sent['answer']['id']}/stop")


async def test_money_that_runs_out_is_told_in_the_chat(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    assert (await anna.say(chat, "one"))["state"] == "complete"
    budget = Budget(
        id=new_id("bdg"), scope="project", scope_id=stand.ours.projects[0].id, limit=1, window="month", hard=True,
        created_at=1, organization_id=stand.ours.id,
    )  # fmt: skip
    await stand.house.ledger.set_budget(budget)
    failed = await anna.say(chat, "two")
    assert (failed["state"], failed["text"], failed["charge_nanousd"]) == ("failed", "", None)
    assert failed["error"]["code"] == "insufficient_quota"
    assert budget.id in failed["error"]["message"] or "budget" in failed["error"]["message"]
    page = (await anna.ask("GET", f"/{chat}/messages"))["data"]
    assert [one["text"] for one in page] == ["one", "scripted: one", "two", ""]
    standing = (await stand.ask("GET", "/v1/tokenry/me/standing", anna.key)).json()
    assert standing["left_nanousd"] == 1
    assert standing["tightest"]["id"] == budget.id
    await stand.house.ledger.set_budget(_wider(budget))
    again = await anna.ask("POST", f"/{chat}/messages/{failed['id']}/continue")
    assert again["id"] == failed["id"]
    told = await anna.events(chat, failed["id"])
    assert told[-1][1]["message"]["text"] == "scripted: two"


def _wider(budget: Budget) -> Budget:
    fields = {name: getattr(budget, name) for name in Budget.__struct_fields__}
    return Budget(**{**fields, "limit": 10**9})


async def test_who_may_not_chat_in_a_project(stand: Stand) -> None:
    """A revoked key, a project that keeps nothing, no project at all: each in words, none of them a way out of 401."""
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    key = next(key for key in stand.house.keys.list() if key.name == "Workspace")
    assert key.user_id == stand.ours.users["project_member"]
    stand.house.keys.revoke(key.id)
    assert "was revoked" in await refused(anna, "POST", f"/{chat}/messages", 403, text="hello?")
    assert "was revoked" in await refused(anna, "POST", "", 403)
    models = (await stand.ask("GET", "/v1/tokenry/me/models", anna.key)).json()
    assert models["data"] == []
    assert "was revoked" in models["refusal"]
    owner, path = stand.ours.keys["owner"], f"/v1/tokenry/projects/{stand.ours.projects[0].id}/chatters"
    for restored in (True, False):
        again = await stand.ask("POST", path, owner, json={"user_id": key.user_id})
        assert again.json()["restored"] is restored
    assert (await anna.say(chat, "hello again"))["state"] == "complete"
    assert len([one for one in stand.house.keys.list() if one.name == "Workspace"]) == 2
    nobody = Person(stand, "member")
    assert "no project" in await refused(nobody, "POST", "", 403)


async def test_a_project_that_is_archived(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    path = f"/v1/organization/projects/{stand.ours.projects[0].id}/archive"
    assert (await stand.ask("POST", path, stand.ours.keys["owner"])).status_code == 200
    assert "choose another one" in await refused(anna, "POST", f"/{chat}/messages", 403, text="hello?")
    assert (await anna.ask("GET", f"/{chat}"))["id"] == chat, "what was said stays to be read"


async def test_a_project_that_keeps_no_content(stand: Stand) -> None:
    anna, project = Person(stand), stand.ours.projects[0]
    assert isinstance(project, Project)
    path = f"/v1/organization/projects/{project.id}/data_retention"
    body = {"retention_type": "zero_data_retention"}
    said = await stand.ask("POST", path, stand.ours.keys["owner"], json=body)
    assert said.status_code == 200, said.text
    assert "no content is kept" in await refused(anna, "POST", "", 403)
    told = (await stand.ask("GET", "/v1/tokenry/me/projects", anna.key)).json()["data"]
    assert "no content is kept" in told[0]["refusal"]


async def test_the_hidden_key_is_made_once(stand: Stand) -> None:
    anna = Person(stand)
    await asyncio.gather(*[anna.chat() for _ in range(4)])
    made = [key for key in stand.house.keys.list() if key.name == "Workspace"]
    assert len(made) == 1
    logs = await stand.ask("GET", "/v1/organization/audit_logs?event_types=api_key.created", stand.ours.keys["owner"])
    assert made[0].id in logs.text


async def test_who_only_looks_makes_no_key(stand: Stand) -> None:
    owner = stand.ours.keys["owner"]
    for path in ("projects", "models", "standing"):
        answer = await stand.ask("GET", f"/v1/tokenry/me/{path}", owner)
        assert answer.status_code == 200, answer.text
    projects = (await stand.ask("GET", "/v1/tokenry/me/projects", owner)).json()["data"]
    assert {project.id for project in stand.ours.projects} <= {one["id"] for one in projects}
    models = (await stand.ask("GET", f"/v1/tokenry/me/models?project_id={projects[0]['id']}", owner)).json()
    assert [one["id"] for one in models["data"]] == ["chatty", "other"]
    assert models["data"][0]["prices"] == [
        {"tier": "default", "input": 10**9, "output": 2 * 10**9, "cached_input": 10**9}
    ]
    assert not stand.house.keys.list()


async def test_who_writes_without_end_is_told_to_wait(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether anybody answers or not: a question is kept before anybody is asked who pays."""
    monkeypatch.setattr("tokenry.workspace.allowance.WRITTEN_MAX", 40_000)
    anna = Person(stand)
    chat = await anna.chat()
    for status in (200, 429):
        await anna.ask("POST", f"/{chat}/messages", status, text="x" * 25_000, parent_id=None)
    await anna.ask("POST", "", 429, system="x" * 25_000)
    await anna.ask("POST", f"/{chat}", 429, system="x" * 25_000)
    assert len((await anna.ask("GET", f"/{chat}/messages"))["data"]) == 2


async def test_a_disk_that_is_nearly_full_takes_no_questions(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Person(stand)
    chat = await anna.chat()
    monkeypatch.setattr("tokenry.objects.ground.free_bytes", lambda _folder: 0)
    assert "disk is nearly full" in await refused(anna, "POST", f"/{chat}/messages", 503, text="hello")
