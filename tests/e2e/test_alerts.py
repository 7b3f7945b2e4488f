"""A budget's thresholds over kill -9: told once, whether the server died before it looked or after."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.e2e.harness import Server, ask, configured, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

BODY = {"model": "script", "max_tokens": 10, "messages": [{"role": "user", "content": "hello"}]}


def told(server: Server) -> list[str]:
    """The occasions of all news, in order."""
    with closing(sqlite3.connect(f"file:{server.data}/app.db?mode=ro", uri=True)) as file:
        return [occasion for (occasion,) in file.execute("SELECT occasion FROM news ORDER BY created_at, id")]


async def test_each_threshold_is_told_once_whenever_the_server_is_killed(start: Callable[..., Server]) -> None:
    server = start(configured(scripted("script")))
    key = server.key("storm")
    budget = server.verb("budget set", limit="1", scope="key", scope_ref=key.id, window="total", thresholds=[50])["id"]
    answers = await asyncio.gather(*[ask(server.url, "/v1/chat/completions", key.text, BODY) for _ in range(20)])
    assert {answer.status for answer in answers} == {200}
    spent = server.spent_nano(key)
    server.verb("budget set", limit=f"{spent * 3 // 2 / 10**9:.9f}", budget=budget)  # two thirds of it are spent
    server.kill()
    server.start()
    assert until(lambda: told(server), bool) == [f"budget:{budget}:total:50"]
    server.kill()
    server.start()
    server.verb("status")
    server.stop()
    assert told(server) == [f"budget:{budget}:total:50"]
