"""Chats through the real server: a kill in mid-answer, a stop that waits, a paste that is far too large."""

from __future__ import annotations

import json
import socket
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.harness import Server, configured, scripted
from tests.e2e.harness.server import until

CONFIG = configured(scripted("slow", "words=60&delay_ms=30"))


class Owner:
    """The owner of an installation, over HTTP."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.verb("user create", email="ann@example.org", name="Ann", role="owner")
        self.key = server.verb("admin-key create", name="chats", user="ann@example.org")["key"]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        url = f"{self.server.url}/v1/tokenry{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def done(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        status, answer = self.ask(method, path, body)
        assert status == 200, answer
        return answer

    def whole(self, path: str) -> Any:
        """A message, once it has ended."""
        return until(lambda: self.done("GET", path), lambda message: message["state"] != "running")


def test_a_kill_in_mid_answer(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    ann = Owner(server)
    chat = ann.done("POST", "/chats", {"model": "slow"})
    base = f"/chats/{chat['id']}/messages"
    answer = f"{base}/{ann.done('POST', base, {'text': 'go'})['answer']['id']}"
    until(lambda: kept(server, answer.rpartition("/")[2]), bool)
    server.kill()
    server.start()
    broken = ann.done("GET", answer)
    assert (broken["state"], broken["error"]["code"]) == ("broken", "server_restarted")
    assert broken["text"].startswith("one two")
    receipts = ann.done("GET", f"{answer}/receipts")["data"]
    assert [one["charge_nanousd"] for one in receipts] == [broken["charge_nanousd"]]
    assert receipts[0]["outcome"] == "crash"
    ann.done("POST", f"{answer}/continue", {})
    ended = ann.whole(answer)
    assert ended["state"] == "complete"
    assert ended["text"].startswith(broken["text"] + "one two")
    assert len(ended["request_ids"]) == 2
    receipts = ann.done("GET", f"{answer}/receipts")["data"]
    assert sum(one["charge_nanousd"] for one in receipts) == ended["charge_nanousd"]
    assert ann.done("GET", f"/chats/{chat['id']}")["charge_nanousd"] == ended["charge_nanousd"]
    assert server.stop() == 0
    assert server.check()["ok"]


def test_a_paste_an_answer_that_is_watched_and_a_stop_that_waits(start: Callable[..., Server]) -> None:
    server = start(CONFIG)
    ann = Owner(server)
    base = f"/chats/{ann.done('POST', '/chats', {'model': 'slow'})['id']}/messages"
    status, refused = ann.ask("POST", base, {"text": "x" * 50_000_000})
    assert status == 413, "it is answered although it is still being sent"
    assert "attach it as a file" in refused["error"]["message"]
    answer = ann.done("POST", base, {"text": "go"})["answer"]["id"]
    seen = look(ann, f"{base}/{answer}/events")
    assert b'"type":"text"' in seen
    assert b'"type":"message"' not in seen
    assert server.stop() == 0, "it waits for the answer, which goes on when its browser goes away"
    server.start()
    message = ann.done("GET", f"{base}/{answer}")
    assert (message["state"], message["output_tokens"]) == ("complete", 60)
    assert server.stop() == 0
    assert server.check()["ok"]


def look(owner: Owner, path: str) -> bytes:
    """The first events of an answer; then the browser is closed."""
    url = urlsplit(owner.server.url)
    with socket.create_connection((str(url.hostname), url.port or 80), timeout=10) as line:
        line.sendall(f"GET /v1/tokenry{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {owner.key}\r\n\r\n".encode())
        seen = b""
        while seen.count(b"data:") < 3:
            seen += line.recv(65536)
    return seen


def kept(server: Server, message: str) -> str:
    """What the row of an answer has, as a crash would leave it."""
    with closing(sqlite3.connect(f"file:{server.data / 'app.db'}?mode=ro", uri=True)) as file:
        return str(file.execute("SELECT text FROM chat_messages WHERE id = ?", (message,)).fetchone()[0])
