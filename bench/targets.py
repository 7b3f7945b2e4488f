"""What `bench.gateway` compares: it starts each gateway in front of the mock upstream, waits until it answers, ends it.

Tokenry is driven like anyone would drive it: a configuration file, `tokenry serve`, a key by `tokenry key create`.
"""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
HOLD_MODEL = "mock-d200-n50"
MODELS = ("mock", HOLD_MODEL)
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream mock {{ server 127.0.0.1:{upstream}; keepalive 512; }}
  server {{
    listen 127.0.0.1:{port}; keepalive_requests 100000000;
    location / {{
      proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }}
  }}
}}
"""
TOKENRY = """
[server]
port = {port}

[starter]
award_usd = 1000000

[[provider]]
name = "mock"
base_url = "http://127.0.0.1:{upstream}/v1"
max_concurrency = 4096
"""
TOKENRY_MODEL = """
[[model]]
name = "{name}"
price = {{ input = 0.01, output = 0.01 }}
deployments = [{{ provider = "mock", model = "{name}" }}]
"""


@dataclass(frozen=True)
class Target:
    """One gateway that answers: where, with which key, and which process to weigh."""

    name: str
    base_url: str
    key: str
    pid: int

    @property
    def chat_url(self) -> str:
        """Where chat completions are asked for."""
        return f"{self.base_url}/chat/completions"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], log: Path, ready_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers anything at all on `ready_url`; ended by SIGTERM at the end of the block.

    Raises:
        SystemExit: it ended early or did not answer in time; the message shows the end of what it printed.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        _wait(process, log, ready_url)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def upstream(folder: Path) -> Iterator[Target]:
    """The mock upstream itself, which is also the comparison without any gateway."""
    port = free_port()
    command = [sys.executable, "-m", "bench.upstream", "--port", str(port)]
    with running(command, folder / "upstream.log", f"http://127.0.0.1:{port}/health") as process:
        yield Target("direct to the mock", f"http://127.0.0.1:{port}/v1", "sk-none", process.pid)


@contextmanager
def nginx(folder: Path, mock: Target) -> Iterator[Target]:
    """nginx's proxy_pass with one worker: the cost of a hop that meters nothing."""
    port, home = free_port(), folder / "nginx"
    home.mkdir()
    config = home / "nginx.conf"
    config.write_text(NGINX.format(folder=home, port=port, upstream=_port(mock)))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-p", str(home), "-e", str(home / "error.log"), "-c", str(config)]
    with running(command, home / "out.log", f"http://127.0.0.1:{port}/health") as process:
        yield Target("nginx proxy_pass", f"http://127.0.0.1:{port}/v1", "sk-none", process.pid)


@contextmanager
def tokenry(folder: Path, mock: Target) -> Iterator[Target]:
    """Tokenry with a new data folder below `folder`, the mock's models at a price, and a key of its own."""
    port, data, config = free_port(), folder / "data", folder / "tokenry.toml"
    text = TOKENRY.format(port=port, upstream=_port(mock)) + "".join(TOKENRY_MODEL.format(name=name) for name in MODELS)
    config.write_text(text)
    program = [sys.executable, "-m", "tokenry"]
    command = [*program, "serve", "--data", str(data), "--config", str(config)]
    with running(command, folder / "tokenry.log", f"http://127.0.0.1:{port}/healthz") as process:
        create = [*program, "key", "create", "--data", str(data), "--name", "bench", "--json"]
        made = json.loads(subprocess.run(create, check=True, capture_output=True).stdout)
        yield Target("tokenry", f"http://127.0.0.1:{port}/v1", made["key"], process.pid)


@contextmanager
def peer(folder: Path, mock: Target, spec: str) -> Iterator[Target]:
    """Another gateway by `NAME=COMMAND`, where `{port}` and `{upstream}` (the mock's base URL) are filled in."""
    name, _, line = spec.partition("=")
    port = free_port()
    command = shlex.split(line.replace("{port}", str(port)).replace("{upstream}", mock.base_url))
    with running(command, folder / f"{name}.log", f"http://127.0.0.1:{port}/") as process:
        yield Target(name, f"http://127.0.0.1:{port}/v1", "sk-none", process.pid)


def _port(target: Target) -> int:
    return int(target.base_url.rsplit(":", 1)[1].split("/")[0])


def _wait(process: subprocess.Popen[bytes], log: Path, url: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise SystemExit(f"{log.stem} does not answer on {url}:\n{tail}")
