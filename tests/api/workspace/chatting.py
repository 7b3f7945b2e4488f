"""Somebody who chats through the public API, and what they need for it."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from tests.api.organization.stand import Stand
from tokenry.base.ids import new_id
from tokenry.ledger import Award

BASE = "/v1/tokenry/chats"


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

    async def hears(self, answer: str) -> None:
        """Wait until the model has said something."""
        run = self.stand.serving.workspace.runs.run(answer)
        assert run is not None, "it has ended already"
        async with asyncio.timeout(5):
            async for _ in run.watch(0):
                return

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
