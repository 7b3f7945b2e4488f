"""Responses in the background through a kill, a stop, a repeat: never lost in silence, never charged twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.harness import Key, Server, ask, configured, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

RESPONSES = "/v1/responses"
CONFIG = configured(scripted("slow", "words=40&delay_ms=25"), scripted("stalled", "words=9&stall_after=5"))


async def begin(server: Server, key: Key, model: str, **headers: str) -> tuple[str, str]:
    """A response in the background: its id, and its request's."""
    body = {"model": model, "input": "go", "background": True}
    answer = await ask(server.url, RESPONSES, key.text, body, headers)
    assert answer.status == 200, answer.body
    assert answer.json()["status"] == "queued"
    return answer.json()["id"], answer.request_id


def found(server: Server, key: Key, response_id: str) -> dict[str, Any]:
    status, body = server.get(f"{RESPONSES}/{response_id}", key)
    assert status == 200, body
    return dict(body)


async def test_what_a_kill_leaves_says_that_it_failed(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("one", budget_nano=10**9)
    response_id, _ = await begin(server, key, "stalled")
    until(lambda: server.gauge("tokenry_requests_in_flight"), lambda running: running == 1)
    server.kill()
    server.start()
    made = found(server, key, response_id)
    assert (made["status"], made["error"]["code"]) == ("failed", "server_error")
    assert "ask again" in made["error"]["message"]
    server.idle()
    assert server.stop() == 0
    assert server.check()["ok"]


async def test_a_stop_waits_for_what_runs_in_the_background(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("two", budget_nano=10**9)
    response_id, request_id = await begin(server, key, "slow")
    until(lambda: server.gauge("tokenry_requests_in_flight"), lambda running: running == 1)
    assert server.stop() == 0
    server.start()
    made = found(server, key, response_id)
    assert made["status"] == "completed"
    assert made["usage"]["output_tokens"] == 40
    assert server.receipt(request_id, key)["usage"]["output_tokens"] == 40
    assert server.stop() == 0
    assert server.check()["ok"]


async def test_a_repeat_under_the_same_key_finds_the_same_response(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    key = server.key("three", budget_nano=10**9)
    response_id, request_id = await begin(server, key, "slow", **{"Idempotency-Key": "once"})
    body: dict[str, Any] = {"model": "slow", "input": "go", "background": True}
    headers = {"Idempotency-Key": "once"}
    again = await ask(server.url, RESPONSES, key.text, body, headers)
    assert (again.status, again.json()["id"]) == (200, response_id)
    other = await ask(server.url, RESPONSES, key.text, {**body, "input": "other"}, headers)
    assert (other.status, other.error()["code"]) == (422, "idempotency_mismatch")
    until(lambda: found(server, key, response_id), lambda made: made["status"] == "completed")
    again = await ask(server.url, RESPONSES, key.text, body, headers)
    assert again.json()["status"] == "completed"
    server.idle()
    assert server.spent_nano(key) == server.receipt(request_id, key)["charge_nanousd"]
