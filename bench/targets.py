"""What `bench.gateway` compares: it starts each gateway in front of the mock upstream, waits until it answers, ends it.

Tokenry is driven like anyone would drive it: a configuration file, `tokenry serve`, a key by `tokenry key create`.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.processes import cost, tree

READY_TIMEOUT_S = 180
STOP_TIMEOUT_S = 30
MODEL = "mock"
HOLD_MODEL = "mock-d200-n50"
ALIAS = "house-model"
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
aliases = {aliases}
price = {{ input = 0.01, output = 0.01 }}
deployments = [{{ provider = "mock", model = "{name}" }}]
"""


@dataclass(frozen=True)
class Target:
    """One gateway that answers: where, with which key, which process to weigh, what its start took.

    `alias` is another name of `MODEL`, for gateways that were given one; `model` how a model of the mock is called.
    """

    name: str
    base_url: str
    key: str
    pid: int
    ready_s: float
    idle_mb: float = 0.0
    alias: str | None = None
    model: str = "{model}"

    def named(self, model: str) -> str:
        """How one of the mock's models is called here."""
        return self.model.replace("{model}", model)

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
def running(command: list[str], log: Path, ready_url: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A process that answers anything at all on `ready_url`, and the seconds until it did.

    It is ended by SIGTERM at the end of the block.

    Raises:
        SystemExit: it ended early or did not answer in time; the message shows the end of what it printed.
    """
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        _wait(process, log, ready_url)
        yield process, time.monotonic() - begun
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
    with running(command, folder / "upstream.log", f"http://127.0.0.1:{port}/health") as (process, ready_s):
        yield weighed(Target("direct to the mock", f"http://127.0.0.1:{port}/v1", "sk-none", process.pid, ready_s))


@contextmanager
def nginx(folder: Path, mock: Target) -> Iterator[Target]:
    """nginx's proxy_pass with one worker: the cost of a hop that meters nothing."""
    port, home = free_port(), folder / "nginx"
    home.mkdir()
    config = home / "nginx.conf"
    config.write_text(NGINX.format(folder=home, port=port, upstream=port_of(mock)))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-p", str(home), "-e", str(home / "error.log"), "-c", str(config)]
    with running(command, home / "out.log", f"http://127.0.0.1:{port}/health") as (process, ready_s):
        yield weighed(Target("nginx proxy_pass", f"http://127.0.0.1:{port}/v1", "sk-none", process.pid, ready_s))


@contextmanager
def tokenry(folder: Path, mock: Target) -> Iterator[Target]:
    """Tokenry with a new data folder below `folder`, the mock's models at a price, and a key of its own."""
    port = free_port()
    text = TOKENRY.format(port=port, upstream=port_of(mock)) + TOKENRY_MODEL.format(name=MODEL, aliases=f'["{ALIAS}"]')
    with served(folder, text + TOKENRY_MODEL.format(name=HOLD_MODEL, aliases=[]), port) as target:
        yield replace(target, alias=ALIAS)


@contextmanager
def served(folder: Path, config: str, port: int) -> Iterator[Target]:
    """`tokenry serve` with this configuration, which says `port`, and a key."""
    data, file = folder / "data", folder / "tokenry.toml"
    file.write_text(config)
    program = [sys.executable, "-m", "tokenry"]
    command = [*program, "serve", "--data", str(data), "--config", str(file)]
    with running(command, folder / "tokenry.log", f"http://127.0.0.1:{port}/healthz") as (process, ready_s):
        create = [*program, "key", "create", "--data", str(data), "--name", "bench", "--json"]
        made = json.loads(subprocess.run(create, check=True, capture_output=True).stdout)
        yield weighed(Target("tokenry", f"http://127.0.0.1:{port}/v1", made["key"], process.pid, ready_s))


def weighed(target: Target) -> Target:
    """The same with the memory that its processes hold now, before any request of a bench."""
    return replace(target, idle_mb=cost(tree(target.pid)).rss_mb)


def port_of(target: Target) -> int:
    """Where it listens."""
    return int(target.base_url.rsplit(":", 1)[1].split("/")[0])


def _wait(process: subprocess.Popen[bytes], log: Path, url: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise SystemExit(f"{log.stem} does not answer on {url}:\n{tail}")
