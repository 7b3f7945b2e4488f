"""A house in which several people asked several models, so that there is something to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tokenry.base.ids import new_id
from tokenry.ledger import Award, Receipt, receipt_of

COSTLY = CONFIGURATION.replace(
    "price = { input = 1, output = 2 }\n", "price = { input = 1, output = 2 }\ncost = { input = 0.5, output = 1 }\n"
)
ASKED = (("project_member", "chatty", 5), ("project_owner", "chatty", 3), (None, "other", 2))


@dataclass
class Busy:
    """The stand, the key each asked with, and what is in the journal."""

    stand: Stand
    keys: dict[str | None, str]

    async def look(self, path: str, role: str = "owner", status: int = 200, **query: Any) -> Any:
        """What somebody of ours is shown."""
        answer = await self.stand.ask("GET", path, self.stand.ours.keys[role], params=query)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.text

    def receipts(self) -> list[Receipt]:
        return [receipt_of(row) for row in self.stand.house.journal.read() if row.kind == "settle"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop a file, on which the stand lives."""
    return "asyncio"


@pytest.fixture(scope="module")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    async with standing(tmp_path_factory.mktemp("busy"), COSTLY) as stand:
        ledger, now = stand.house.ledger, stand.house.clock.now_ns()
        for place in (stand.ours, stand.theirs):
            for project in place.projects:
                award = Award(new_id("awd"), "start", place.id, project.id, "award", "active", now, now)
                await ledger.grant(award, 10**11)
        busy = Busy(stand, {})
        for n, (role, model, times) in enumerate(ASKED):
            project = stand.ours.projects[0 if n < 2 else 1]
            named = {"name": "=1+1"} if role is None else {"name": role, "user_id": stand.ours.users[role]}
            busy.keys[role] = stand.project_key(project, **named)
            for _ in range(times):
                await asked(stand, busy.keys[role], model)
        await asked(stand, stand.project_key(stand.theirs.projects[0]), "chatty")
        yield busy


async def asked(stand: Stand, key: str, model: str) -> None:
    """One short chat."""
    body = {"model": model, "max_tokens": 8, "messages": [{"role": "user", "content": "hello"}]}
    answer = await stand.ask("POST", "/v1/chat/completions", key, json=body)
    assert answer.status_code == 200, answer.text
