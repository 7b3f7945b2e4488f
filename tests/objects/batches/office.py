"""Batches with everything behind them but a gateway: app.db, blobs, a runner; and a till that charges, as the journal.

Its process can be killed at any step. What a killed one leaves is what the next one finds.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenry.access import KeyLimits, Principal
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, TokenryError, Unavailable
from tokenry.config import Config
from tokenry.objects import Files, Ground, NewFile
from tokenry.objects.batches import Batch, Batches, Errand, Heard, NewBatch, Reply, Runner, Wires
from tokenry.storage import Answer, AppDb, Blobs, tables

CHAT = "/v1/chat/completions"
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}
OWNER = Principal(
    key_id="key_1", key_name="k", project_id="proj_1", organization_id="org_1", user_id=None, expires_at=None,
    limits=KeyLimits(), budget_ids=(),
)  # fmt: skip


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Perils:
    """Counts the steps, and kills at one of them; from then on at every one, since nobody is there any more."""

    at: int | None = None
    seen: list[str] = field(default_factory=list)
    dead: bool = False

    def step(self, name: str) -> None:
        self.seen.append(name)
        if self.dead or len(self.seen) == self.at:
            self.dead = True
            raise Killed(name)


@dataclass
class Till:
    """What outlives a kill beside the folder: who was charged, and the answers that are kept."""

    charged: Counter[str] = field(default_factory=Counter)  # by scope and key
    requests: dict[str, str] = field(default_factory=dict)  # by the ids of requests that were charged: scope and key
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)  # by prompt
    open: asyncio.Event = field(default_factory=asyncio.Event)  # while it is not, nobody is answered
    at_once: int = 0
    at_once_max: int = 0

    def __post_init__(self) -> None:
        self.open.set()

    async def ask(self, errand: Errand, step: Callable[[str], None]) -> Reply:
        """As the gateway does: an answer that is kept is given again; else it is charged and kept in one step."""
        place = (errand.unattended.scope, errand.key)
        kept = self.answers.get(place)
        if kept is not None:
            return Reply(Heard(errand.request_id, kept.status, kept.body))
        prompt = json.loads(errand.body)["prompt"]
        self.asked[prompt] += 1
        self.at_once += 1
        self.at_once_max = max(self.at_once_max, self.at_once)
        try:
            step("ask")
            await asyncio.sleep(0)
            await self.open.wait()
            error = self._error(prompt)
            if error is not None:
                return Reply(Heard(errand.request_id, error.status, json.dumps(error.envelope()).encode()), error)
            step("charge")
            body = json.dumps({"echo": prompt, "usage": USAGE}).encode()
            self.charged[":".join(place)] += 1
            self.requests[errand.request_id] = ":".join(place)
            self.answers[place] = Answer(
                *place, b"", 200, "application/json", body, errand.unattended.expires_at, errand.request_id
            )
            step("tell")
            return Reply(Heard(errand.request_id, 200, body))
        finally:
            self.at_once -= 1

    def _error(self, prompt: str) -> TokenryError | None:
        if prompt.startswith("bad"):
            return InvalidRequest("a bad prompt", param="prompt")
        if prompt.startswith("busy") and self.asked[prompt] < 3:
            return Unavailable("come back", headers={"retry-after": "1"})
        return None


class Office:
    """One process on a folder."""

    def __init__(self, folder: Path, till: Till, clock: ManualClock, perils: Perils, config: Config) -> None:
        self.clock = clock
        self.till = till
        self.perils = perils
        self.holder: Callable[[str], Principal] = lambda _key: OWNER
        self.told: list[Batch] = []
        db = AppDb.open(folder / "app.db")
        self.ground = Ground(db, Blobs(folder, clock, perils.step), clock, lambda: config)
        self.files = Files(self.ground)
        self.batches = Batches(self.ground, self.files)
        self.batches.sweep()
        self.runner = Runner(self.batches, self._wires())
        self._task = asyncio.create_task(self.runner.run())

    def _wires(self) -> Wires:
        def kept(scope: str, key: str) -> Answer | None:
            found = self.till.answers.get((scope, key))
            return found if found is not None and found.expires_at > self.clock.now_ns() else None

        def require_model(_principal: Principal, _path: str, model: str) -> None:
            if model != "m":
                raise InvalidRequest(f"no model {model}", param="model")

        async def forget(scope: str) -> None:
            for place in [place for place in self.till.answers if place[0] == scope]:
                del self.till.answers[place]

        return Wires(
            ask=lambda errand: self.till.ask(errand, self.perils.step),
            holder=self._held, require_model=require_model, kept=kept, forget=forget,
            tell=lambda _, batch: self.told.append(batch),
            wait=self._wait, step=self.perils.step,
        )  # fmt: skip

    def _held(self, key: str) -> Principal:
        return self.holder(key)

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        """Time passes when everybody waits."""
        for _ in range(10):
            if event.is_set():
                return
            await asyncio.sleep(0.0005)
        if seconds < 60:
            self.clock.advance(s=seconds)

    def leave(self, content: bytes, purpose: str = "batch") -> str:
        """A file."""
        draft = self.ground.blobs.draft()
        draft.write(content)
        return self.files.create(OWNER, draft, NewFile("in.jsonl", purpose)).id

    def begin(self, content: bytes, **more: Any) -> Batch:
        """A batch over a fresh file."""
        return self.batches.create(OWNER, NewBatch(self.leave(content), CHAT, "24h", **more))

    async def until(self, batch: Batch, good: Callable[[Batch], bool]) -> Batch:
        """Wait, as long as we live."""
        for _ in range(4000):
            found = self.batches.get("proj_1", batch.id)
            if good(found) or self.perils.dead:
                return found
            await asyncio.sleep(0.001)
        raise AssertionError(f"nothing comes of {found}")

    async def over(self, batch: Batch) -> Batch:
        """It is over and let go of, or we are."""
        return await self.until(batch, lambda one: not one.unfinished and one.id not in self.runner._tasks)

    def rows(self, file_id: str | None) -> list[dict[str, Any]]:
        """What stands in a file."""
        if file_id is None:
            return []
        content = b"".join(self.ground.blobs.read(self.files.get("proj_1", file_id).sha256))
        return [json.loads(row) for row in content.splitlines()]

    async def close(self) -> None:
        """The end, whichever it was."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.runner.close()
        self.ground.db.close()


def found(folder: Path) -> None:
    """An app.db with a project in it."""
    db = AppDb.open(folder / "app.db")
    with db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_1", "name": "o", "created_at": 1})
        row = {"id": "proj_1", "organization_id": "org_1", "name": "p", "created_at": 1}
        connection.execute(tables.projects.insert(), row)
    db.close()


@asynccontextmanager
async def at_work(
    folder: Path,
    till: Till | None = None,
    perils: Perils | None = None,
    *,
    config: Config | None = None,
    clock: ManualClock | None = None,
) -> AsyncIterator[Office]:
    """A process, until the block ends."""
    if not (folder / "app.db").exists():
        found(folder)
    asyncio.get_running_loop().set_exception_handler(_heard)
    office = Office(folder, till or Till(), clock or ManualClock(), perils or Perils(), config or Config())
    try:
        yield office
    finally:
        await office.close()


def _heard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Nobody is there to hear of a kill."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)
        raise AssertionError(context)


def line(number: int, prompt: str | None = None, **more: Any) -> dict[str, Any]:
    """One line of an input file."""
    body = {"model": "m", "prompt": prompt or f"p{number}"}
    return {"custom_id": f"row-{number}", "method": "POST", "url": CHAT, "body": body, **more}


def jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    """Lines as a file."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)
