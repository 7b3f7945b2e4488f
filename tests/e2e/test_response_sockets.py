"""The Responses API on a WebSocket, from outside: turns, what is remembered between them, floods, silence, the end."""

from __future__ import annotations

import contextlib
import json
import signal
import socket as sockets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.e2e.harness import Key, Server, configured, scripted
from tests.e2e.harness.server import until


def config(_mock_url: str) -> str:
    return configured(
        scripted("script", "text=hello%20there"),
        scripted("slow", "words=60&delay_ms=30"),
        scripted("broken", "words=9&break_after=4"),
    )


@pytest.fixture(scope="module")
def key(server: Server) -> Key:
    return server.key("sockets", budget_nano=10**9)


@pytest.fixture
def line(server: Server, key: Key) -> Iterator[ClientConnection]:
    with opened(server, key.text) as connection:
        yield connection


def opened(server: Server, key: str, path: str = "/v1/responses") -> ClientConnection:
    """A connection, with this key in its head."""
    headers = {"Authorization": f"Bearer {key}", "OpenAI-Beta": "responses_websockets=2026-02-06"}
    return connect(
        server.url.replace("http", "ws") + path, additional_headers=headers, compression=None, max_size=2**24
    )


def ask(line: ClientConnection, **members: Any) -> list[dict[str, Any]]:
    """One turn: all of its events."""
    line.send(json.dumps({"type": "response.create", **members}))
    return heard(line)


def heard(line: ClientConnection) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] not in (
        "response.completed",
        "response.failed",
        "response.incomplete",
        "error",
    ):
        events.append(json.loads(line.recv(timeout=20)))
    return events


def ended(line: ClientConnection) -> ConnectionClosed:
    """Listen until it is over; how it ended."""
    try:
        while True:
            line.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed


def said(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")


def test_turns_on_one_connection_are_charged_one_by_one(server: Server, key: Key, line: ClientConnection) -> None:
    before = server.spent_nano(key)
    for _ in range(2):
        events = ask(line, model="script", input="go", store=False)
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        made = events[-1]["response"]
        assert (events[-1]["type"], said(events)) == ("response.completed", "hello there")
        usage = made["usage"]
        server.idle()
        assert server.spent_nano(key) - before == usage["input_tokens"] * 1000 + usage["output_tokens"] * 2000
        before = server.spent_nano(key)


def test_what_was_not_stored_can_be_gone_on_from_here_and_nowhere_else(
    server: Server, key: Key, line: ClientConnection
) -> None:
    first = ask(line, model="script", input="remember me", store=False)[-1]["response"]
    second = ask(line, model="script", input="and?", store=False, previous_response_id=first["id"])[-1]["response"]
    assert second["previous_response_id"] == first["id"]
    assert second["usage"]["input_tokens"] > first["usage"]["input_tokens"] + 3
    with opened(server, key.text) as other:
        (error,) = ask(other, model="script", input="and?", previous_response_id=second["id"])
        assert (error["type"], error["error"]["code"]) == ("error", "previous_response_not_found")
    again = ask(line, model="script", input="?", store=False, previous_response_id=second["id"])[-1]
    assert again["type"] == "response.completed"
    (gone,) = ask(line, model="script", input="?", store=False, previous_response_id=first["id"])
    assert gone["error"]["code"] == "previous_response_not_found"  # only the newest is remembered


def test_a_warm_up_costs_nothing_and_can_be_gone_on_from(server: Server, key: Key, line: ClientConnection) -> None:
    before = server.spent_nano(key)
    events = ask(line, model="script", input="a long preface", store=False, generate=False)
    made = events[-1]["response"]
    assert (made["status"], made["output"], made["usage"]["total_tokens"]) == ("completed", [], 0)
    server.idle()
    assert server.spent_nano(key) == before
    after = ask(line, model="script", input="go", store=False, previous_response_id=made["id"])[-1]["response"]
    plain = ask(line, model="script", input="go", store=False)[-1]["response"]
    assert after["usage"]["input_tokens"] > plain["usage"]["input_tokens"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected `object`"),
        ('{"type": "session.update"}', "response.create"),
        ('{"model": "script"}', "response.create"),
        ('{"type": "response.create", "model": "script"}', "input"),
        ('{"type": "response.create", "model": "nobody", "input": "x"}', "does not exist"),
        ('{"type": "response.create", "model": "nobody", "input": "x", "generate": false}', "does not exist"),
        ('{"type": "response.create", "model": "script", "input": "x", "background": true}', "background"),
        ('{"type": "response.create", "model": "script", "input": 7}', "input"),
    ],
)
def test_bad_messages_are_told_and_the_connection_goes_on(line: ClientConnection, message: str, words: str) -> None:
    line.send(message)
    (event,) = heard(line)
    assert (event["type"], event["status"] // 100) == ("error", 4)
    assert words in event["error"]["message"]
    assert ask(line, model="script", input="go", store=False)[-1]["type"] == "response.completed"


def test_a_wrong_key_is_told_in_the_turn(server: Server) -> None:
    with opened(server, "sk-nobody") as line:
        (event,) = ask(line, model="script", input="go")
        assert (event["status"], event["error"]["code"]) == (401, "invalid_api_key")


def test_a_budget_that_is_used_up_is_told_in_the_turn(server: Server) -> None:
    poor = server.key("poor-socket", budget_nano=1)
    with opened(server, poor.text) as line:
        (event,) = ask(line, model="script", input="go")
        assert (event["status"], event["error"]["code"]) == (429, "insufficient_quota")
        assert event["headers"]["x-should-retry"] == "false"
    assert server.spent_nano(poor) == 0


def test_an_engine_that_breaks_is_told_and_the_connection_goes_on(line: ClientConnection) -> None:
    events = ask(line, model="broken", input="go", store=False)
    assert events[-1]["type"] == "response.failed"
    assert "the peer closed the connection" in events[-1]["response"]["error"]["message"]
    assert ask(line, model="script", input="go", store=False)[-1]["type"] == "response.completed"


def test_a_client_that_hangs_up_in_mid_turn_pays_for_what_came(server: Server, key: Key) -> None:
    before = server.spent_nano(key)
    with opened(server, key.text) as line:
        line.send(json.dumps({"type": "response.create", "model": "slow", "input": "go", "store": False}))
        while json.loads(line.recv(timeout=20))["type"] != "response.output_text.delta":
            pass
    server.idle()
    spent = until(lambda: server.spent_nano(key) - before, bool)
    assert 0 < spent < 60 * 2000


def test_a_flood_is_cut_off(line: ClientConnection) -> None:
    for _ in range(20):
        line.send(json.dumps({"type": "response.create", "model": "slow", "input": "go", "store": False}))
    closed = ended(line)
    assert closed.rcvd is not None
    assert (closed.rcvd.code, "wait already" in closed.rcvd.reason) == (1008, True)


def test_a_message_beyond_the_limit_is_cut_off(line: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        line.send("x" * (40 * 2**20))
    closed = ended(line)
    assert closed.rcvd is None or closed.rcvd.code == 1009


def test_bytes_and_nonsense_end_it(server: Server, key: Key) -> None:
    with opened(server, key.text) as line:
        line.send(b"\x00\x01")
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=20)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1003
    with opened(server, key.text) as line:
        line.socket.sendall(b"\xff\xff\xff\xff not a frame")
        with pytest.raises(ConnectionClosed):
            line.recv(timeout=20)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/", "/v1/responses/x"])
def test_there_is_no_socket_elsewhere(server: Server, key: Key, path: str) -> None:
    with pytest.raises(InvalidStatus):
        opened(server, key.text, path)


def test_an_upgrade_with_a_wrong_head_is_refused(server: Server, key: Key) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    asks = b" /v1/responses HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    for method, more in (
        (b"GET", b""),
        (b"GET", b"Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n"),
        (b"POST", b"Content-Length: 0\r\n"),
    ):
        head = method + asks + more + b"\r\n"
        with sockets.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(head)
            assert raw.recv(100).startswith(b"HTTP/1.1 4"), head


def test_who_shows_no_key_can_send_little(server: Server, key: Key) -> None:
    """What is not whole yet lies in memory, and nobody has said whose it is."""
    with opened(server, "sk-tok-nobody") as stranger:
        stranger.send("x" * 60_000)
        (error,) = heard(stranger)
        assert error["status"] == 401
        stranger.send("x" * 70_000)
        closed = ended(stranger).rcvd
        assert closed is not None
        assert closed.code == 1009
    with opened(server, key.text) as known:
        (error,) = ask(known, model="nobody", input="x" * 70_000)
        assert error["status"] == 404


def test_warm_ups_count_as_requests(server: Server) -> None:
    few = server.key("few", limits={"requests_per_minute": 2})
    with opened(server, few.text) as line:
        for _ in range(2):
            assert ask(line, model="script", input="x", generate=False)[-1]["type"] == "response.completed"
        (error,) = ask(line, model="script", input="x", generate=False)
        assert (error["status"], error["error"]["code"]) == (429, "rate_limit_exceeded")


@pytest.mark.parametrize(
    ("path", "more"), [("/v1/responses/input_tokens", {}), ("/v1/responses", {"background": True})]
)
def test_what_is_answered_at_once_has_its_rate_too(server: Server, path: str, more: dict[str, Any]) -> None:
    few = server.key("few", limits={"requests_per_minute": 1})
    body = json.dumps({"model": "script", "input": "x", **more})
    headers = {"authorization": f"Bearer {few.text}", "content-type": "application/json"}

    def asked() -> int:
        request = urllib.request.Request(server.url + path, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    assert asked() == 200
    server.idle()
    assert asked() == 429


def test_a_stop_lets_a_turn_end_and_says_goodbye(start: Callable[..., Server]) -> None:
    server = start(config(""))
    key = server.key("goodbye", budget_nano=10**9)
    with opened(server, key.text) as idle, opened(server, key.text) as busy:
        busy.send(json.dumps({"type": "response.create", "model": "slow", "input": "go", "store": False}))
        while json.loads(busy.recv(timeout=20))["type"] != "response.output_text.delta":
            pass
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            idle.recv(timeout=20)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
        assert heard(busy)[-1]["type"] == "response.completed"
        with pytest.raises(ConnectionClosed) as ended:
            busy.recv(timeout=20)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1001
    assert server.ended() == 0
    assert time.monotonic() - began < 30
