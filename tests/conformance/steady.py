"""The conformance tests with a critic as the upstream: is each request that we forward valid by OpenAI's own document?

    just conformance steady ../openapi.transformed.yml
    just conformance steady ../openapi.transformed.yml -k openai

Needs OpenAI's OpenAPI document, which is no part of this repository, in the version made for clients' tests. Each
request that Tokenry forwards is shown to `steady`, a mock of OpenAI's API that judges requests by that document, and
then answered by the scripted engine, so that the tests hold as they do without. What the critic said is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.conformance import clients
from tests.conformance.house import PROVIDER
from tokenry.engines.scripted import ScriptedServer

BRACKETS = [f"--validator-{what}-{kind}-format=brackets" for what in ("query", "form") for kind in ("array", "object")]
HERE = "127.0.0.1"
START_TIMEOUT_S = 60.0
_HOP = {"connection", "transfer-encoding", "content-length", "host", "authorization"}


class Forwarder(ThreadingHTTPServer):
    """Shows each request to the critic and then lets the scripted engine answer it."""

    daemon_threads = True

    def __init__(self, critic_port: int, answerer: ScriptedServer) -> None:
        super().__init__((HERE, 0), _Handler)
        self.critic_port = critic_port
        self.answerer = answerer
        self.shown: Counter[str] = Counter()
        self.complaints: list[str] = []

    def show(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Ask the critic; its complaints are kept with what they are about."""
        critic = http.client.HTTPConnection(HERE, self.critic_port, timeout=30)
        try:
            critic.request(method, path, body, {**headers, "Authorization": "Bearer sk-critic"})
            answer = critic.getresponse()
            answer.read()
        finally:
            critic.close()
        self.shown[f"{method} {urlsplit(path).path}"] += 1
        for place in range(1, 1 + int(answer.headers.get("x-steady-error-count") or 0)):
            what = [answer.headers.get(f"x-steady-error-{place}-{part}") for part in ("code", "path", "message")]
            self.complaints.append(f"{method} {path}: {' '.join(map(str, what))}\n    {body[:2000]!r}")


class _Handler(BaseHTTPRequestHandler):
    server: Forwarder

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *args: object) -> None:
        """Nothing: the tests' own output is what counts."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        if not self.path.startswith("/v1/messages"):  # Anthropic's API stands in another document
            self.server.show(self.command, self.path.removeprefix("/v1"), headers, body)
        engine = self.server.answerer
        upstream = http.client.HTTPConnection(HERE, urlsplit(engine.base_url).port, timeout=60)
        try:
            upstream.request(self.command, self.path, body, {**headers, "Authorization": f"Bearer {engine.key}"})
            answer = upstream.getresponse()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("connection", "close")  # so its end is the body's, whatever the body's length
            self.end_headers()
            while piece := answer.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # either side hung up: so do we
        finally:
            upstream.close()


@contextmanager
def critic(document: Path, folder: Path) -> Iterator[int]:
    """A running `steady`; its port."""
    node = clients.node("steady")
    program = [node / "node", str(node.folder / "node_modules/@stdy/cli/steady.js")]
    with (folder / "steady.log").open("w") as log, ThreadingHTTPServer((HERE, 0), BaseHTTPRequestHandler) as free:
        port = free.server_port
        free.server_close()
        words = [*program, "--host", HERE, "-p", str(port), "--quiet", *BRACKETS, str(document.resolve())]
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clients.environment(folder)
        )
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(int(START_TIMEOUT_S / 0.25)):
        probe = http.client.HTTPConnection(HERE, port, timeout=5)
        try:
            probe.request("GET", "/models", headers={"Authorization": "Bearer sk-critic"})
            if probe.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            probe.close()
        if process.poll() is not None:
            break
        pause.wait(0.25)
    raise SystemExit("steady does not answer; is this an OpenAPI document?")


@contextmanager
def answering() -> Iterator[ScriptedServer]:
    """The scripted engine as a server, in a thread."""
    loop, server = asyncio.new_event_loop(), ScriptedServer()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def run(words: list[str]) -> int:
    """Run the tests so; 1 when one fails or the critic complains."""
    parser = argparse.ArgumentParser(prog="just conformance steady", description=__doc__.splitlines()[0])
    parser.add_argument("document", type=Path, help="OpenAI's OpenAPI document")
    asked, more = parser.parse_known_args(words)
    with (
        tempfile.TemporaryDirectory(prefix="tokenry-steady-") as folder,
        critic(asked.document, Path(folder)) as port,
        answering() as engine,
    ):
        forwarder = Forwarder(port, engine)
        threading.Thread(target=forwarder.serve_forever, daemon=True).start()
        provider = f'base_url = "http://{HERE}:{forwarder.server_port}/v1"\nmax_concurrency = 64\n'
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/conformance", "-q", "-p", "no:randomly", *more],
            cwd=Path(__file__).parents[2],
            env={**os.environ, PROVIDER: provider}, check=False,
        )  # fmt: skip
        forwarder.shutdown()
    for complaint in forwarder.complaints:
        print(complaint)
    for what, times in sorted(forwarder.shown.items()):
        print(f"{times:6} {what}")
    print(f"steady: {sum(forwarder.shown.values())} requests forwarded, {len(forwarder.complaints)} complaints")
    return 1 if done.returncode or forwarder.complaints or not forwarder.shown else 0
