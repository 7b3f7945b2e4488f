"""A house with two organizations and somebody of every role; the first one's projects can spend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import Stand, standing
from tokenry.base.ids import new_id
from tokenry.ledger import Award
from tokenry.storage import tables

USD = 10**9


class Money:
    """What tests of money ask of the stand."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.owner = stand.ours.keys["owner"]
        self.project = stand.ours.projects[0]

    async def ask(self, method: str, path: str, key: str | None = None, status: int = 200, **body: Any) -> Any:
        """One administrative request, by the owner unless another's key is given; its answer."""
        more = {"json": body} if body or method == "POST" else {}
        answer = await self.stand.ask(method, path, key or self.owner, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def spend(self, key: str, tokens: int = 10) -> int:
        """One chat completion; its status."""
        body = {"model": "chatty", "max_tokens": tokens, "messages": [{"role": "user", "content": "hello"}]}
        return (await self.stand.ask("POST", "/v1/chat/completions", key, json=body)).status_code

    def group(self, *users: str, organization: str | None = None) -> str:
        """A fresh group with these members; its id."""
        group = new_id("group")
        with self.stand.house.desk.db.write() as connection:
            row = {"id": group, "organization_id": organization or self.stand.ours.id, "created_at": 1}
            connection.execute(tables.groups.insert(), {**row, "name": f"lab {group[-4:]}"})
            for user in users:
                member = {"group_id": group, "user_id": user, "source": "admin", "created_at": 1}
                connection.execute(tables.group_members.insert(), member)
        self.reread()
        return group

    def reread(self) -> None:
        self.stand.house.people.load()
        self.stand.house.keys.load()

    def name_of_group(self, group: str) -> str:
        return self.stand.house.people.roster.groups[group].name

    def audit(self) -> list[tuple[str, str]]:
        """(type, resource) of the newest acts, newest first."""
        with self.stand.house.desk.db.read() as connection:
            rows = connection.execute(tables.audit.select().order_by(tables.audit.c.seq.desc()).limit(20)).all()
        return [(row.type, row.resource_id) for row in rows]

    def news(self, kind: str) -> list[Any]:
        with self.stand.house.desk.db.read() as connection:
            return list(connection.execute(tables.news.select().where(tables.news.c.type == kind)).all())

    def deliveries(self) -> list[str]:
        """The addresses that mails go to, in order."""
        with self.stand.house.desk.db.read() as connection:
            return sorted(row.target for row in connection.execute(tables.deliveries.select()))


@pytest.fixture
async def money(tmp_path: Path) -> AsyncIterator[Money]:
    async with standing(tmp_path) as stand:
        ledger, now = stand.house.ledger, stand.house.clock.now_ns()
        for project in stand.ours.projects:
            award = Award(new_id("awd"), "start", stand.ours.id, project.id, "award", "active", now, now)
            await ledger.grant(award, 100 * USD)
        yield Money(stand)
