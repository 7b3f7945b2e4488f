"""Folders, prompts, search, shares, export over HTTP: one's own alone in one organization, too; words stay text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization import work_things
from tests.api.organization.stand import Stand
from tests.api.organization.things import Spot
from tokenry.storage import tables
from tokenry.workspace import note_message

pytestmark = pytest.mark.anyio

HOSTILE = "<img src=x onerror=alert(1)>"
OTHERS = ("admin", "auditor", "officer", "member", "project_owner")


async def asked(stand: Stand, role: str, method: str, path: str, **body: Any) -> Any:
    """The answer of 200 to somebody of ours."""
    more = {} if method in {"GET", "DELETE"} else {"json": body}
    answer = await stand.ask(method, f"/v1/tokenry{path}", stand.ours.keys[role], **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(stand: Stand, method: str, path: str, roles: tuple[str, ...] = OTHERS, **body: Any) -> None:
    """404 for everybody else, as if there were nothing."""
    for role in roles:
        more = {} if method in {"GET", "DELETE"} else {"json": body}
        answer = await stand.ask(method, f"/v1/tokenry{path}", stand.ours.keys[role], **more)
        assert answer.status_code == 404, f"{role} {method} {path}: {answer.status_code} {answer.text}"
        assert HOSTILE not in answer.text


async def test_folders_and_prompts_are_nobody_elses(calm: Stand) -> None:
    folder = await asked(calm, "owner", "POST", "/folders", name=HOSTILE, instructions=HOSTILE)
    prompt = await asked(calm, "owner", "POST", "/prompts", name="own", text=HOSTILE)
    for path in (f"/folders/{folder['id']}", f"/prompts/{prompt['id']}"):
        for method, body in (("GET", {}), ("POST", {}), ("DELETE", {})):
            await refused(calm, method, path, **body)
    for role in OTHERS:
        for path in ("/folders", "/prompts"):
            assert HOSTILE not in str(await asked(calm, role, "GET", path))
    assert (await asked(calm, "owner", "GET", f"/folders/{folder['id']}"))["name"] == HOSTILE
    changed = await asked(calm, "owner", "POST", f"/folders/{folder['id']}", name="other")
    assert (changed["name"], changed["instructions"]) == ("other", HOSTILE)
    assert (await asked(calm, "owner", "POST", f"/folders/{folder['id']}", instructions=None))["instructions"] is None
    for path in (f"/folders/{folder['id']}", f"/prompts/{prompt['id']}"):
        assert (await asked(calm, "owner", "DELETE", path))["deleted"] is True
        await refused(calm, "GET", path, ("owner",))


async def test_answers_are_json_and_never_a_page(calm: Stand) -> None:
    made = await asked(calm, "owner", "POST", "/folders", name=HOSTILE)
    for accept in ("text/html", "*/*"):
        answer = await calm.client.get(
            f"/v1/tokenry/folders/{made['id']}",
            headers={"authorization": f"Bearer {calm.ours.keys['owner']}", "accept": accept},
        )
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["name"] == HOSTILE


async def test_a_shared_prompt_is_read_by_all_and_written_by_one(calm: Stand) -> None:
    made = await asked(calm, "owner", "POST", "/prompts", name="for-all", text="Do {{this}}.", shared=True)
    for role in OTHERS:
        seen = await asked(calm, role, "GET", f"/prompts/{made['id']}")
        assert (seen["mine"], seen["by"], seen["placeholders"]) == (False, "owner", ["this"])
    await refused(calm, "POST", f"/prompts/{made['id']}", text="mine now")
    await refused(calm, "DELETE", f"/prompts/{made['id']}")
    foreign = await calm.ask("GET", f"/v1/tokenry/prompts/{made['id']}", calm.theirs.keys["owner"])
    assert foreign.status_code == 404
    await asked(calm, "owner", "POST", f"/prompts/{made['id']}", shared=False)
    await refused(calm, "GET", f"/prompts/{made['id']}")
    taken = await calm.ask(
        "POST", "/v1/tokenry/prompts", calm.ours.keys["owner"], json={"name": "for-all", "text": "x"}
    )
    assert taken.status_code == 409


async def test_a_share_is_read_by_the_organization_alone(calm: Stand) -> None:
    chat = await work_things.chat(Spot(calm, calm.ours))
    await refused(calm, "POST", f"/chats/{chat}/shares", message_id=None)
    made = await asked(calm, "owner", "POST", f"/chats/{chat}/shares", message_id=None)
    for role in OTHERS:
        seen = await asked(calm, role, "GET", f"/shared/{made['id']}")
        assert [(one["role"], one["text"]) for one in seen["messages"]] == [("user", "What?"), ("assistant", "That.")]
        assert (seen["by"], seen["mine"], seen["has_more"]) == ("owner", False, False)
        assert (await asked(calm, role, "GET", "/shares"))["data"] == []
    page = await asked(calm, "member", "GET", f"/shared/{made['id']}?limit=1")
    rest = await asked(calm, "member", "GET", f"/shared/{made['id']}?after={page['next']}")
    assert [one["text"] for one in (*page["messages"], *rest["messages"])] == ["What?", "That."]
    await refused(calm, "DELETE", f"/shares/{made['id']}")
    path = f"/v1/tokenry/shared/{made['id']}"
    assert (await calm.ask("GET", path, calm.theirs.keys["owner"])).status_code == 404
    assert (await calm.client.get(path)).status_code == 401
    assert (await calm.ask("GET", path, calm.project_key(calm.ours.projects[0]))).status_code == 403
    assert [one["id"] for one in (await asked(calm, "owner", "GET", "/shares"))["data"]] == [made["id"]]
    await asked(calm, "owner", "DELETE", f"/shares/{made['id']}")
    await refused(calm, "GET", f"/shared/{made['id']}", (*OTHERS, "owner"))


async def test_a_share_of_somebody_who_is_shut_out_opens_nothing(stand: Stand) -> None:
    chat = await work_things.chat(Spot(stand, stand.ours), "{grant_id}")  # the member's
    made = await asked(stand, "member", "POST", f"/chats/{chat}/shares", message_id=None)
    await asked(stand, "owner", "GET", f"/shared/{made['id']}")
    with stand.house.desk.db.write() as connection:
        member = tables.users.c.id == stand.ours.users["member"]
        connection.execute(tables.users.update().where(member), {"disabled_at": 1})
    stand.house.people.load()
    await refused(stand, "GET", f"/shared/{made['id']}", ("owner", "admin"))


async def test_search_and_export_are_of_ones_own(calm: Stand) -> None:
    chat = await work_things.chat(Spot(calm, calm.ours))
    with calm.house.desk.db.write() as connection:
        row = connection.execute(tables.chats.select().where(tables.chats.c.id == chat)).one()
        messages = tables.chat_messages
        said = connection.execute(messages.select().where(messages.c.chat_id == chat, messages.c.role == "user")).one()
        mine = messages.c.id == said.id
        connection.execute(messages.update().where(mine), {"text": f"a heliotrope {HOSTILE}"})
        note_message(connection, row, connection.execute(messages.select().where(mine)).one())
    (hit,) = (await asked(calm, "owner", "GET", "/search?q=helio"))["data"]
    assert hit["snippet"] == [
        {"text": "a ", "hit": False}, {"text": "heliotrope", "hit": True}, {"text": f" {HOSTILE}", "hit": False},
    ]  # fmt: skip
    for role in OTHERS:
        assert (await asked(calm, role, "GET", "/search?q=helio"))["data"] == []
    await refused(calm, "GET", f"/chats/{chat}/export")
    await refused(calm, "GET", f"/chats/{chat}/export?format=markdown")
    told = await asked(calm, "owner", "GET", f"/chats/{chat}/export")
    assert [one["text"] for one in told["messages"]] == [f"a heliotrope {HOSTILE}", "That."]
    path = f"/v1/tokenry/chats/{chat}/export?format=markdown"
    answer = await calm.ask("GET", path, calm.ours.keys["owner"])
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{chat}.md"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("after", ["-1", "x", "1" * 7, "٣", "1001"])
async def test_a_page_of_a_search_is_what_was_told(calm: Stand, after: str) -> None:
    path = f"/v1/tokenry/search?q=a&after={after}"
    assert (await calm.ask("GET", path, calm.ours.keys["owner"])).status_code == 400


async def test_a_projects_key_has_no_work_of_its_own(calm: Stand) -> None:
    key = calm.project_key(calm.ours.projects[0], user_id=calm.ours.users["owner"])
    for path in ("/folders", "/prompts", "/shares", "/search?q=a", "/me/training", "/me/content_accesses"):
        assert (await calm.ask("GET", f"/v1/tokenry{path}", key)).status_code == 403, path
