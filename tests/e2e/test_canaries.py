"""Nothing that a client sends, an engine answers or a secret says ever stands in a log, at any level, on any way out.

Every place that can carry words has a word of its own, a canary. They are sent down every route and every error path
that an engine or a client can provoke, with the log at `debug` and a line per request; then all that was written is
searched. The data folder is searched, too: only an answer that was stored for its Idempotency-Key may lie there.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import signal
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.harness import Server
from tests.e2e.harness.server import until

CANARIES: dict[str, str] = {}
CHAT, OLD, VECTORS = "/v1/chat/completions", "/v1/completions", "/v1/embeddings"
FAULTS = (
    "echo400", "echo404", "echo429", "echo500", "text500", "nojson", "nousage", "cut", "garbage", "badhttp", "hang",
    "errorevent", "endless", "fine",
)  # fmt: skip  # what the engine below does with a model of this name


def canary(place: str) -> str:
    """The word that only this place carries."""
    return CANARIES.setdefault(place, f"canaryq{len(CANARIES):03d}x{place.replace('-', '')}")


class Parrot(BaseHTTPRequestHandler):
    """An engine that fails in every way and says what it was asked while it does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._whole(500, canary("engine-get"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = json.loads(body)
        how = asked["model"]
        words = f"{canary('engine-answer')} {body} {self.headers['authorization']}"
        if how.startswith("echo"):
            error = {"message": words, "type": words, "code": words, "param": words}
            self._whole(int(how[4:]), json.dumps({"error": error}))
        elif how in ("text500", "nojson"):
            self._whole(500 if how == "text500" else 200, words, "text/plain")
        elif how == "badhttp":
            self.wfile.write(f"HTTP/1.1 {words}\r\n\r\n".encode())
            self.close_connection = True
        elif how == "hang":
            self.close_connection = True
        elif asked.get("stream"):
            self._stream(how, words)
        else:
            message = {"role": "assistant", "content": words}
            usage = {} if how == "nousage" else {"usage": {"prompt_tokens": 1, "completion_tokens": 1}}
            self._whole(200, json.dumps({"model": how, "choices": [{"index": 0, "message": message}], **usage}))

    def _stream(self, how: str, words: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        piece = json.dumps({"model": how, "choices": [{"index": 0, "delta": {"content": words}}]})
        self.wfile.write(f"data: {piece}\n\n".encode())
        if how == "garbage":
            self.wfile.write(f"data: {words}\n\n".encode())
        elif how == "errorevent":
            self.wfile.write(f"data: {json.dumps({'error': {'message': words}})}\n\n".encode())
        elif how == "endless":
            with contextlib.suppress(OSError):
                for _ in range(300):
                    self.wfile.write(f"data: {piece}\n\n".encode())
        elif how != "cut":
            end = json.dumps({"model": how, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self.wfile.write(f"data: {end}\n\ndata: [DONE]\n\n".encode())

    def _whole(self, status: int, body: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("x-engine", canary("engine-header"))
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    """The parrot's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
        thread.join()


def config(url: str) -> str:
    """All faults as models of their own, and one that falls from fault to fault (a 400 would be the client's own)."""
    models = [
        f'[[model]]\nname = "{how}"\nprice = {{ input = 1, output = 1 }}\nmax_output_tokens = 50\n'
        f'deployments = [{{ provider = "parrot", model = "{how}" }}]\n'
        for how in FAULTS
    ]
    chain = ", ".join(
        f'{{ provider = "parrot", model = "{how}", priority = {n + 1} }}' for n, how in enumerate(FAULTS[1:])
    )
    return (
        f'[log]\nlevel = "debug"\nrequests = "all"\n[server]\nbody_size_max = 300000\n'
        f'[[provider]]\nname = "parrot"\nbase_url = "{url}"\napi_key_env = "PARROT_KEY"\n'
        f'headers = {{ x-team = "{canary("configured-header")}" }}\n{"".join(models)}'
        f'[[model]]\nname = "chain"\nprice = {{ input = 1, output = 1 }}\ndeployments = [{chain}]\n'
        f'[[model]]\nname = "vectors"\nkind = "embedding"\nprice = {{ input = 1 }}\n'
        f'deployments = [{{ provider = "parrot", model = "fine" }}]\n'
    )


class Caller:
    """Sends requests whose every part carries a canary."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self.key = key

    def headers(self, **more: str) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self.key}", "content-type": "application/json", "cookie": canary("cookie"),
            "x-mine": canary("header"), "user-agent": canary("agent"), "referer": f"http://{canary('referer')}/",
            **more,
        }  # fmt: skip

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        try:
            connection.request(method, path, body, self.headers(**headers))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (http.client.HTTPException, OSError):
            return 0
        finally:
            connection.close()

    def raw(self, data: bytes) -> None:
        """Bytes as they are, then hang up."""
        with socket.create_connection(self.address, timeout=5) as line, contextlib.suppress(OSError):
            line.sendall(data)
            line.settimeout(0.5)
            line.recv(4096)


def body(model: str, **more: Any) -> bytes:
    """A chat request with a word in each part that can hold one."""
    picture = base64.b64encode(canary("file").encode()).decode()
    canary_call = {"id": canary("call-id"), "type": "function", "function": {
        "name": canary("call-name"), "arguments": json.dumps({"x": canary("tool-argument")}),
    }}  # fmt: skip
    schema = {"type": "object", "properties": {canary("schema"): {"type": "string"}}}
    tool = {"type": "function", "function": {"name": canary("tool"), "parameters": schema}}
    messages = [
        {"role": "system", "content": canary("system")},
        {"role": "user", "content": [
            {"type": "text", "text": canary("prompt")},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
        ]},
        {"role": "assistant", "content": None, "tool_calls": [canary_call]},
        {"role": "tool", "tool_call_id": canary("call-id"), "content": canary("tool-result")},
    ]  # fmt: skip
    return json.dumps({
        "model": model, "messages": messages, "tools": [tool], "user": canary("user"), "max_tokens": 40,
        "metadata": {canary("metadata"): canary("metadata")}, **more,
    }).encode()  # fmt: skip


def every_way(caller: Caller) -> None:
    """Each route and each error path."""
    for how in (*FAULTS, "chain"):
        plain = {"messages": [{"role": "user", "content": canary("prompt")}]}
        caller.ask("POST", CHAT, body(how, **plain))
        caller.ask("POST", CHAT, body(how, **plain, stream=True))
    caller.ask("POST", CHAT, body("fine"))  # an image without a price
    caller.ask("POST", OLD, json.dumps({"model": "fine", "prompt": canary("old-prompt")}).encode())
    caller.ask("POST", VECTORS, json.dumps({"model": "vectors", "input": canary("embedded")}).encode())
    caller.ask("POST", CHAT, body("fine", **{canary("field"): canary("value")}))
    caller.ask("POST", CHAT, body(canary("model")))
    caller.ask("POST", CHAT, body("fine", temperature=canary("temperature"), n=canary("n")))
    caller.ask("POST", CHAT, body("fine")[:-20])
    caller.ask("POST", CHAT, canary("no-json").encode())
    caller.ask("POST", CHAT, body("fine") + b"x" * 400_000)
    for name in ("authorization", "openai-organization", "openai-project"):
        caller.ask("POST", CHAT, body("fine"), **{name: f"Bearer {canary('bad-' + name)}"})
    stored = json.dumps({"model": "fine", "messages": [{"role": "user", "content": canary("stored")}]}).encode()
    for content in (stored, stored, body("fine", seed=1)):
        caller.ask("POST", CHAT, content, **{"idempotency-key": canary("idempotency")})
    for path in (f"/v1/models/{canary('path')}", f"/v1/tokenry/receipts/{canary('path')}", f"/{canary('path')}",
                 f"/v1/models?{canary('query')}=1", "/metrics", "/docs", "/openapi.json", "/readyz"):  # fmt: skip
        caller.ask("GET", path)
        caller.ask("DELETE", path, body("fine"))
    head = f"POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {caller.key}\r\n"
    mine = canary("raw-head")
    for more in (f"{mine}\r\n\r\n", f"x: {mine}\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{mine}",
                 f"x: {mine * 9000}\r\n\r\n", f"transfer-encoding: {mine}\r\n\r\n",
                 f"transfer-encoding: chunked\r\n\r\n{mine}\r\n", f"content-length: 900\r\n\r\n{mine}",
                 f"authorization: Bearer {mine}\r\ncontent-length: 2\r\n\r\n{{}}"):  # fmt: skip
        caller.raw((head + more).encode())
    caller.raw(f"{mine} /{mine} HTTP/9.9\r\n\r\n".encode())


def test_no_log_says_what_was_asked_answered_or_secret(engine: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("canaries")
    server = Server(folder, config(engine), prefix=["env", f"PARROT_KEY={canary('provider-key')}"]).start()
    try:
        key = server.key("watched", budget_nano=10**10)
        every_way(Caller(server.url, key.text))
        server.idle()
        server.signal(signal.SIGHUP)
        until(server.log.read_text, lambda log: "configuration in force" in log)
        metrics = http.client.HTTPConnection(*Caller(server.url, "").address)
        metrics.request("GET", "/metrics")
        scraped = metrics.getresponse().read()
        metrics.close()
    finally:
        code = server.stop()
    log = server.log.read_bytes()
    assert code == 0
    lines = [json.loads(line) for line in log.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) > len(FAULTS), "the ways were not gone"
    assert {"completed", "refused", "engine_failed"} <= {line["outcome"] for line in requests}
    assert not [line for line in lines if line["event"] == "request failed"], "a fault of ours"
    secrets = {**CANARIES, "key": key.text, "key's secret": key.text[-24:]}
    assert len(secrets) > 35
    for place, word in secrets.items():
        assert word.encode() not in log, f"{place} stands in the log"
        assert word.encode() not in scraped, f"{place} stands in the metrics"
    kept = {"stored", "idempotency", "engine-answer", "provider-key"}  # an answer that was asked to be kept
    for path in sorted((folder / "data").rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        for place, word in secrets.items():
            assert place in kept or word.encode() not in data, f"{place} lies in {path.name}"
