"""kill -9 while people are served and usage is counted: afterwards receipts, ledger, usage and costs agree."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx2
import pytest

from tests.e2e.harness import Key, Server, Talk, configured, model
from tests.e2e.harness.server import until
from tests.e2e.harness.watched import watched
from tokenry.access import local_actor
from tokenry.app.fleet import Fleet
from tokenry.app.house import opened, read_config
from tokenry.app.serving import Serving
from tokenry.ledger import check, receipt_of

pytestmark = pytest.mark.anyio
SEED = 20261122
CLIENTS = 24
FALLS_BACK = "script/scripted?error=503 script/scripted?words=7"


def body(name: str, number: int, chance: random.Random) -> dict[str, Any]:
    words = "go " * chance.randint(1, 30)
    return {"model": name, "messages": [{"role": "user", "content": words}], "stream": True, "user": str(number)}


async def crowd(server: Server, key: Key, chance: random.Random, first: int) -> list[Talk]:
    """Clients of several models; some hang up in mid-stream, the others stay as long as there is a server."""
    talks = []
    for number in range(first, first + CLIENTS):
        talk = await Talk.open(server.url)
        if chance.random() < 0.3:
            after = chance.randint(1, 10)
            talk.on_piece = lambda talk, after=after: talk.hang_up() if talk.answer.tokens() >= after else None
        name = chance.choice(("mock-l200", "mock-d10-n50", "mock-d0", "falls-back"))
        talk.request("/v1/chat/completions", key.text, body(name, number, chance))
        talks.append(talk)
    return talks


def counted(server: Server) -> int:
    """How many rows of the journal the sums include."""
    with closing(sqlite3.connect(f"file:{server.data / 'usage.db'}?mode=ro", uri=True)) as file:
        return int(file.execute("SELECT seq FROM state").fetchone()[0])


async def test_all_books_agree_after_a_kill(start: Callable[..., Server]) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    async with watched() as upstream:
        models = [*map(model, ("mock-l200", "mock-d10-n50", "mock-d0")), model("falls-back", to=FALLS_BACK)]
        server = await asyncio.to_thread(start, configured(*models, mocks={"mock": upstream.url}))
        key = server.key("crowd", budget_nano=10**9)
        talks = await crowd(server, key, chance, 0)
        await asyncio.to_thread(until, lambda: counted(server), bool)
        talks += await crowd(server, key, chance, CLIENTS)
        arriving = [asyncio.create_task(upstream.met(str(number))) for number in range(CLIENTS, 2 * CLIENTS)]
        await asyncio.wait(arriving, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.to_thread(server.kill)
        for task in arriving:
            task.cancel()
        await asyncio.gather(*[talk.closed for talk in talks])
        await asyncio.to_thread(server.start)
        for talk in await crowd(server, key, chance, 2 * CLIENTS):
            await talk.whole()
        await asyncio.to_thread(server.idle)
        assert await asyncio.to_thread(server.stop) == 0
    await agree(server)


async def agree(server: Server) -> None:
    """What lies in the folder, by every way to read it."""
    config, path = read_config(server.data, server.file)
    async with opened(server.data, config, path) as house:
        receipts = [receipt_of(row) for row in house.journal.read() if row.kind == "settle"]
        report = check(house.journal.read())
        assert report.ok, report.breaches
        assert {"crash", "client_gone", "completed"} <= {receipt.outcome for receipt in receipts}
        serving = Serving(house, Fleet(house.artifacts))
        key = house.admin_keys.create(local_actor(house.first.organization.id), house.first.user.id, "books")[1]
        headers = {"authorization": f"Bearer {key}"}
        transport = httpx2.ASGITransport(app=serving.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://tokenry.test", headers=headers) as client:
            start_time = receipts[0].at // 10**9 - 3600
            usage = await client.get(
                f"/v1/organization/usage/completions?start_time={start_time}&bucket_width=1m&limit=1440"
            )
            costs = await client.get(f"/v1/organization/costs?start_time={start_time}")
        await serving.observing.close()
        used = [result for bucket in usage.json()["data"] for result in bucket["results"]]
        paid = [result["amount"]["nano_usd"] for bucket in costs.json()["data"] for result in bucket["results"]]
        followed = house.buckets.db.rows()
        house.buckets.rebuild()
        assert house.buckets.db.rows() == followed
    expected = (
        len(receipts),
        sum(r.usage.input_tokens for r in receipts),
        sum(r.usage.output_tokens for r in receipts),
    )
    assert (
        tuple(sum(r[name] for r in used) for name in ("num_model_requests", "input_tokens", "output_tokens"))
        == expected
    )
    assert (report.requests, report.input_tokens, report.output_tokens) == expected
    assert sum(paid) == report.charged == sum(receipt.charge for receipt in receipts) > 0
