"""Consent, policies and leave to read over HTTP: who may say what, and what is told to the person."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization import work_things
from tests.api.organization.stand import Stand
from tests.api.organization.things import Spot
from tests.api.workspace.test_library import asked
from tokenry.access import read_audit, verify_audit
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def status(stand: Stand, role: str, method: str, path: str, **body: Any) -> int:
    more = {} if method in {"GET", "DELETE"} else {"json": body}
    return (await stand.ask(method, f"/v1/tokenry{path}", stand.ours.keys[role], **more)).status_code


async def test_consent_is_given_for_a_project_of_ones_own(stand: Stand) -> None:
    first, second = (one.id for one in stand.ours.projects)
    told = await asked(stand, "project_member", "GET", "/me/training")
    assert [(one["project_id"], one["consents"]) for one in told["projects"]] == [(first, False)]
    assert (told["consents"], "withdraw at any time" in told["words"]) == ([], True)
    words = told["words_version"]
    say = {"consents": True, "words": words}
    for project in (second, stand.theirs.projects[0].id, "proj_none"):
        assert await status(stand, "project_member", "POST", "/me/training", project_id=project, **say) == 404
    assert await status(stand, "project_member", "POST", "/me/training", project_id=first, consents=True) == 400
    told = await asked(stand, "project_member", "POST", "/me/training", project_id=first, **say)
    assert told["projects"][0]["consents"] is True
    assert [(one["project_id"], one["withdrawn_at"], one["handed"]) for one in told["consents"]] == [(first, None, [])]
    assert (await asked(stand, "owner", "GET", "/me/training"))["consents"] == []
    told = await asked(stand, "project_member", "POST", "/me/training", project_id=first, consents=False)
    assert (told["projects"][0]["consents"], told["consents"][0]["withdrawn_at"] is None) == (False, False)
    assert (await asked(stand, "auditor", "GET", "/training/withdrawals"))["data"] == [], "nothing had left"


async def test_whoever_left_a_project_can_still_withdraw(stand: Stand) -> None:
    project, user = stand.ours.projects[0].id, stand.ours.users["project_member"]
    say = {"project_id": project, "consents": True, "words": "1"}
    await asked(stand, "project_member", "POST", "/me/training", **say)
    with stand.house.desk.db.write() as connection:
        table = tables.memberships
        connection.execute(table.delete().where(table.c.user_id == user, table.c.project_id == project))
    stand.house.people.load()
    told = await asked(stand, "project_member", "POST", "/me/training", **{**say, "consents": False})
    assert told["consents"][0]["withdrawn_at"] is not None


async def test_the_organizations_policy(stand: Stand) -> None:
    assert await asked(stand, "member", "GET", "/workspace_policy") == {
        "chat_keep_days": None, "temporary_keep_days": 1, "training": "each_person", "legal_hold": "not_built",
        "object": "tokenry.workspace_policy",
    }  # fmt: skip
    changed = await asked(stand, "admin", "POST", "/workspace_policy", chat_keep_days=365, temporary_keep_days=30)
    assert (changed["chat_keep_days"], changed["temporary_keep_days"]) == (365, 30)
    changed = await asked(stand, "owner", "POST", "/workspace_policy", training="forbidden")
    assert (changed["chat_keep_days"], changed["training"]) == (365, "forbidden")
    changed = await asked(stand, "owner", "POST", "/workspace_policy", chat_keep_days=None)
    assert changed["chat_keep_days"] is None
    for body in ({"chat_keep_days": 0}, {"temporary_keep_days": 31}, {"training": "yes"}, {"legal_hold": "built"}):
        assert await status(stand, "owner", "POST", "/workspace_policy", **body) == 400
    project = stand.ours.projects[0].id
    training = await asked(stand, "project_owner", "GET", f"/projects/{project}/training")
    assert (training["training"], training["holds"]) == ("each_person", "forbidden")
    say = {"project_id": project, "consents": True, "words": "1"}
    assert await status(stand, "project_member", "POST", "/me/training", **say) == 400


async def test_reading_by_leave(stand: Stand) -> None:
    house, ours = stand.house, stand.ours
    chat = await work_things.chat(Spot(stand, ours), "{grant_id}")  # the member's
    body = {"user_id": ours.users["member"], "reader_id": ours.users["auditor"], "reason": "complaint 4711"}
    for role in ("admin", "auditor", "member", "officer"):
        assert await status(stand, role, "POST", "/content_grants", **body) == 403
    made = await asked(stand, "owner", "POST", "/content_grants", **body)
    assert (made["reader"], made["user"], made["granted_by_name"]) == ("auditor", "member", "owner")
    path = f"/content_grants/{made['id']}/chats"
    for role in ("owner", "admin", "member", "officer", "project_owner"):
        assert await status(stand, role, "GET", path) == 404
        assert await status(stand, role, "GET", f"{path}/{chat}") == 404
    assert [one["id"] for one in (await asked(stand, "auditor", "GET", path))["data"]] == [chat]
    read = await asked(stand, "auditor", "GET", f"{path}/{chat}")
    assert [one["text"] for one in read["data"]] == ["What?", "That."]
    told = await asked(stand, "member", "GET", "/me/content_accesses")
    assert [one["reason"] for one in told["grants"]] == ["complaint 4711"]
    reader = await asked(stand, "auditor", "GET", "/me/content_accesses")
    assert [one["id"] for one in reader["may_read"]] == [made["id"]]
    assert (reader["grants"], told["may_read"]) == ([], [])
    assert [(one["reader"], one["chat_id"]) for one in told["accesses"]] == [("auditor", chat), ("auditor", None)]
    other = await asked(stand, "admin", "GET", "/me/content_accesses")
    assert (other["grants"], other["accesses"]) == ([], [])
    ended = await asked(stand, "owner", "DELETE", f"/content_grants/{made['id']}")
    assert ended["stands"] is False
    assert (await asked(stand, "auditor", "GET", "/me/content_accesses"))["may_read"] == []
    assert await status(stand, "auditor", "GET", path) == 404
    log = [row.type for row in read_audit(house.desk.db)]
    assert log[-4:] == ["content_grant.given", "content.read", "content.read", "content_grant.withdrawn"]
    assert verify_audit(read_audit(house.desk.db)) is None


async def test_an_owner_reads_nobodys_chat_by_their_role(calm: Stand) -> None:
    """Not even somebody else's whole export holds what they said."""
    chat = await work_things.chat(Spot(calm, calm.ours), "{grant_id}")
    with calm.house.desk.db.write() as connection:
        messages = tables.chat_messages
        connection.execute(messages.update().where(messages.c.chat_id == chat), {"text": "SECRET"})
        connection.execute(tables.chats.update().where(tables.chats.c.id == chat), {"title": "SECRET"})
    path = f"/v1/tokenry/people/{calm.ours.users['member']}/export"
    answer = await calm.ask("GET", path, calm.ours.keys["owner"])
    assert (answer.status_code, chat in answer.text, "SECRET" in answer.text) == (200, True, False)
    own = await calm.ask("GET", "/v1/tokenry/me/export", calm.ours.keys["member"])
    assert "SECRET" in own.text
