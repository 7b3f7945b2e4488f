"""Backups of a server that works: requests go on, each backup is proven, and one becomes a server of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.harness import Server, ask, configured, scripted
from tests.e2e.harness.program import answered, run
from tokenry.app import verify

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
BODY = {"model": "script", "messages": [{"role": "user", "content": "go"}], "max_tokens": 20}


async def test_backups_under_load_and_a_restore(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    server = Server(tmp_path / "one", configured(scripted("script", "words=10"))).start()
    over = asyncio.Event()
    try:
        key = server.key("saver", budget_nano=10**9)

        async def load() -> list[int]:
            statuses = []
            while not over.is_set():
                statuses.append((await ask(server.url, CHAT, key.text, BODY)).status)
            return statuses

        clients = [asyncio.ensure_future(load()) for _ in range(4)]
        into = tmp_path / "backups"
        made = []
        for _ in range(2):
            made.append(await asyncio.to_thread(answered, "backup", into, "--keep", "1", "--data", server.data))
            assert verify(Path(made[-1]["backup"])).problems == ()
        over.set()
        statuses = [status for client in await asyncio.gather(*clients) for status in client]
        assert set(statuses) == {200}
        assert 0 < made[0]["rows"] < made[1]["rows"]
        assert made[1]["removed"] == [made[0]["backup"]]
        server.idle()
        settled = server.check()["requests"]
        assert server.stop() == 0
        await _restore(server, made[1]["backup"], key.text, settled)
    finally:
        server.kill()


async def _restore(server: Server, backup: str, key: str, settled: int) -> None:
    told = answered("restore", backup, "--data", server.data, "--force")
    known = answered("ledger", "check", "--data", server.data)["requests"]
    assert told["forgotten_requests"] == settled - known
    assert "before-restore-" in told["aside"]
    server.start()
    answer = await ask(server.url, CHAT, key, BODY)
    assert (answer.status, answer.error()["code"]) == (503, "restore_unconfirmed")
    status, body = server.get("/readyz")
    assert (status, "tokenry restore confirm" in body["checks"]["ledger"]) == (503, True)
    findings = run("doctor", "--data", server.data)
    assert (findings.returncode, "tokenry restore confirm" in findings.stdout) == (1, True)
    answered("restore", "confirm", "--data", server.data)
    assert (await ask(server.url, CHAT, key, BODY)).status == 200
    assert server.get("/readyz")[0] == 200
    assert server.stop() == 0
    report = server.check()
    assert (report["ok"], report["open_holds"]) == (True, 0)
