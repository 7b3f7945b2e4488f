"""A chat is its person's alone: to everybody else, whatever their role, none of its routes has anything at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tests.api.workspace.chatting import Person, fund
from tokenry.api import ADMINISTRATION
from tokenry.api.guarded import Guarded
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

OF_CHATS = [route for route in ADMINISTRATION if route.path.startswith("/v1/tokenry/chats/{chat_id}")]
OTHERS = ("owner", "admin", "auditor", "officer", "reviewer", "member", "project_owner")


def named(route: Guarded) -> str:
    return f"{route.method} {route.path}"


class Place:
    """A chat of a member's, with something said in it."""

    def __init__(self, stand: Stand, chat: str, answer: dict[str, Any]) -> None:
        self.stand, self.chat, self.answer = stand, chat, answer

    def path(self, route: Guarded) -> str:
        return route.path.replace("{chat_id}", self.chat).replace("{message_id}", self.answer["id"])

    def rows(self) -> list[str]:
        with self.stand.house.desk.db.read() as connection:
            kinds = (tables.chats, tables.chat_messages, tables.chat_shares, tables.audit)
            return [repr(row) for table in kinds for row in connection.execute(table.select())]


@pytest.fixture(scope="module")
async def place(calm: Stand) -> Place:
    await fund(calm)
    anna = Person(calm)
    chat = await anna.chat(model="chatty")
    return Place(calm, chat, await anna.say(chat, "SECRET"))


@pytest.mark.parametrize("route", OF_CHATS, ids=named)
async def test_nobody_else_finds_it(place: Place, route: Guarded) -> None:
    before = place.rows()
    body: dict[str, Any] = {} if route.takes is None else {"json": dict(route.example or {})}
    keys = [(role, place.stand.ours.keys[role]) for role in OTHERS]
    keys += [(f"their {role}", key) for role, key in place.stand.theirs.keys.items()]
    for role, key in keys:
        answer = await place.stand.ask(route.method, place.path(route), key, **body)
        assert answer.status_code == 404, f"{role}: {answer.status_code} {answer.text[:200]}"
        assert "SECRET" not in answer.text
    assert place.rows() == before


@pytest.mark.parametrize("route", OF_CHATS, ids=named)
async def test_a_projects_key_has_no_chats(place: Place, route: Guarded) -> None:
    """Not even one of the same person: it lies about in applications' settings."""
    person = place.stand.ours.users["project_member"]
    key = place.stand.project_key(place.stand.ours.projects[0], user_id=person)
    body: dict[str, Any] = {} if route.takes is None else {"json": dict(route.example or {})}
    answer = await place.stand.ask(route.method, place.path(route), key, **body)
    assert answer.status_code == 403, answer.text


async def test_a_message_of_another_chat_is_not_in_this_one(place: Place) -> None:
    anna = Person(place.stand)
    other = await anna.chat()
    message = place.answer["id"]
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/stop"), ("GET", "/receipts")):
        await anna.ask(method, f"/{other}/messages/{message}{path}", 404)
    await anna.ask("POST", f"/{other}/head", 404, message_id=message)
    await anna.ask("POST", f"/{other}/messages", 404, text="and?", parent_id=message)


async def test_a_receipt_is_its_persons_and_of_those_who_may_see_usage(place: Place) -> None:
    path = f"/v1/tokenry/me/receipts/{place.answer['request_ids'][0]}"
    may = {"project_member", "owner", "admin", "officer", "auditor", "project_owner"}
    for role, key in place.stand.ours.keys.items():
        answer = await place.stand.ask("GET", path, key)
        assert answer.status_code == (200 if role in may else 404), role
    for key in place.stand.theirs.keys.values():
        assert (await place.stand.ask("GET", path, key)).status_code == 404


async def test_a_project_or_folder_that_is_not_theirs(place: Place) -> None:
    anna = Person(place.stand)
    second, theirs = place.stand.ours.projects[1].id, place.stand.theirs.projects[0].id
    for project in (second, theirs, "proj_nosuch"):
        await anna.ask("POST", "", 404, project_id=project)
        await anna.ask("POST", f"/{place.chat}", 404, project_id=project)
        for what in ("models", "standing"):
            path = f"/v1/tokenry/me/{what}?project_id={project}"
            assert (await place.stand.ask("GET", path, anna.key)).status_code == 404
    made = await place.stand.ask("POST", "/v1/tokenry/folders", place.stand.ours.keys["owner"], json={"name": "hers"})
    await anna.ask("POST", "", 404, folder_id=made.json()["id"])
    await anna.ask("POST", f"/{place.chat}", 404, folder_id=made.json()["id"])


async def test_an_assistant_that_is_not_theirs(place: Place) -> None:
    anna, owner = Person(place.stand), place.stand.ours.keys["owner"]
    path = "/v1/tokenry/assistants"
    made = [
        (await place.stand.ask("POST", path, owner, json={"name": name, "shared": shared})).json()["id"]
        for name, shared in (("hers", False), ("ours", True))
    ]
    for assistant in (made[0], "asst_nosuch"):
        await anna.ask("POST", "", 404, assistant_id=assistant)
        await anna.ask("POST", f"/{place.chat}", 404, assistant_id=assistant)
    for assistant in (made[1], "translation"):
        chat = await anna.ask("POST", "", assistant_id=assistant)
        assert chat["assistant_id"] == assistant
        assert (await anna.ask("POST", f"/{chat['id']}", assistant_id=None))["assistant_id"] is None
