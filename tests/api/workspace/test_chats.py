"""Chats through the public API: asked, watched, read back, answered again, stopped, gone on, walked, deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.api.organization.stand import Stand, standing
from tokenry.base.ids import new_id
from tokenry.ledger import Award

pytestmark = pytest.mark.anyio
BASE = "/v1/tokenry/chats"


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        await fund(stand)
        yield stand
        await stand.serving.close()


async def fund(stand: Stand, usd: int = 10) -> None:
    """Money for the first project."""
    award = Award(
        id=new_id("awd"), name="for chats", organization_id=stand.ours.id, project_id=stand.ours.projects[0].id,
        category="internal", state="active", created_at=1, effective_at=1,
    )  # fmt: skip
    await stand.house.ledger.grant(award, usd * 10**9)


class Person:
    """Somebody who chats."""

    def __init__(self, stand: Stand, role: str = "project_member") -> None:
        self.stand = stand
        self.key = stand.ours.keys[role]

    async def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        more = {"json": body} if method == "POST" and not path.endswith("/stop") else {}
        answer = await self.stand.ask(method, f"{BASE}{path}", self.key, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def chat(self, **body: Any) -> str:
        return str((await self.ask("POST", "", **body))["id"])

    async def send(self, chat: str, text: str, **body: Any) -> Any:
        return await self.ask("POST", f"/{chat}/messages", text=text, **body)

    async def events(self, chat: str, message: str, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
        path = f"{BASE}/{chat}/messages/{message}/events?after={after}"
        answer = await self.stand.ask("GET", path, self.key)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        return read_events(answer.content)

    async def say(self, chat: str, text: str, **body: Any) -> Any:
        """Send, and wait for the whole answer."""
        sent = await self.send(chat, text, **body)
        told = await self.events(chat, sent["answer"]["id"])
        return told[-1][1]["message"]


def read_events(body: bytes) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for event in body.decode().split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in event.splitlines() if not line.startswith(":"))
        if lines:
            found.append((int(lines["id"]), msgspec.json.decode(lines["data"])))
    return found


async def test_a_chat_from_the_first_word_to_the_last(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat()
    sent = await anna.send(chat, "hello there, house", model="chatty")
    assert sent["message"]["role"] == "user"
    assert sent["answer"]["state"] == "running"
    assert sent["answer"]["parent_id"] == sent["message"]["id"]
    told = await anna.events(chat, sent["answer"]["id"])
    last = told[-1][1]["message"]
    assert told[-1][1]["type"] == "message"
    assert (last["state"], last["text"]) == ("complete", "scripted: hello there, house")
    assert last["charge_nanousd"] > 0
    assert last["seen_by"] == [{"provider": "script", "place": "house", "engine": "scripted"}]
    page = await anna.ask("GET", f"/{chat}/messages")
    assert [one["id"] for one in page["data"]] == [sent["message"]["id"], last["id"]]
    assert page["data"][1] == last
    shown = await anna.ask("GET", f"/{chat}")
    assert shown["charge_nanousd"] == last["charge_nanousd"]
    assert (shown["title"], shown["title_by"]) == ("hello there, house", "machine")
    receipts = (await anna.ask("GET", f"/{chat}/messages/{last['id']}/receipts"))["data"]
    assert [one["charge_nanousd"] for one in receipts] == [last["charge_nanousd"]]
    assert receipts[0]["user_id"] == stand.ours.users["project_member"]


async def test_again_and_edit_make_branches_and_walking_is_remembered(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    first = await anna.say(chat, "one")
    again = await anna.ask("POST", f"/{chat}/messages/{first['parent_id']}/answers")
    assert again["siblings"] == [first["id"], again["id"]]
    await anna.events(chat, again["id"])
    follow = await anna.say(chat, "two")
    edited = await anna.say(chat, "uno", parent_id=None)
    walked = await anna.ask("POST", f"/{chat}/head", message_id=first["parent_id"])
    assert walked["head_id"] == follow["id"]
    page = (await anna.ask("GET", f"/{chat}/messages"))["data"]
    assert [one["text"] for one in page] == ["one", "scripted: one", "two", "scripted: two"]
    assert page[0]["siblings"] == [first["parent_id"], edited["parent_id"]]
    assert page[1]["id"] == again["id"]


async def test_stop_keeps_what_was_said_and_it_can_go_on(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    sent = await anna.send(chat, "[[words=50; delay_ms=5]]")
    run = stand.serving.workspace.runs.run(sent["answer"]["id"])
    assert run is not None
    async with asyncio.timeout(5):
        while not run.said.position:
            await asyncio.sleep(0.005)
    stopped = await anna.ask("POST", f"/{chat}/messages/{sent['answer']['id']}/stop")
    assert stopped["state"] == "stopped"
    assert stopped["text"].startswith("one")
    assert stopped["charge_nanousd"] > 0
    going = await anna.ask("POST", f"/{chat}/messages/{stopped['id']}/continue")
    assert (going["state"], going["id"]) == ("running", stopped["id"])
    told = await anna.events(chat, stopped["id"], after=len(stopped["text"]))
    more = "".join(data["text"] for _, data in told if data["type"] == "text")
    whole = told[-1][1]["message"]
    assert whole["text"] == stopped["text"] + more
    assert len(whole["request_ids"]) == 2
    receipts = (await anna.ask("GET", f"/{chat}/messages/{stopped['id']}/receipts"))["data"]
    assert sum(one["charge_nanousd"] for one in receipts) == whole["charge_nanousd"]
    assert (await anna.ask("GET", f"/{chat}"))["charge_nanousd"] == whole["charge_nanousd"]
