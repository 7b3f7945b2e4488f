"""A server as it stands in a rack: TLS, a Unix socket, a service manager, an end that nobody notices too late."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.base.certificates import FIRST, SECOND, Pair
from tests.e2e.harness import Server, Talk, ask, configured, run, scripted
from tests.e2e.harness.server import until

pytestmark = pytest.mark.anyio

CHAT = "/v1/chat/completions"
MODELS = (
    scripted("slow", "words=40&delay_ms=30"),
    scripted("stalled", "words=40&stall_after=10"),
    scripted("late", "words=5&latency_ms=60000"),
    scripted("quick", "words=3"),
)


def body(model: str, *, stream: bool = True) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "go"}], "stream": stream}


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    """The folder of the certificate in use."""
    folder = tmp_path / "tls"
    folder.mkdir()
    FIRST.write(folder)
    return folder


def https(server: Server, pair: Pair, newest: ssl.TLSVersion | None = None) -> http.client.HTTPSConnection:
    """A connection of a client that trusts this certificate alone."""
    context = ssl.create_default_context(cadata=pair.certificate)
    if newest is not None:
        context.maximum_version = newest
    connection = http.client.HTTPSConnection("localhost", urlsplit(server.url).port, context=context, timeout=20)
    connection.connect()
    return connection


def healthy(connection: http.client.HTTPSConnection) -> bool:
    connection.request("GET", "/healthz")
    return connection.getresponse().read() == b"ok\n"


def test_a_certificate_is_exchanged_under_a_running_server(start: Callable[..., Server], tls: Path) -> None:
    where = f'[server]\ntls_cert_file = "{tls / "cert.pem"}"\ntls_key_file = "{tls / "key.pem"}"\n'
    server = start(configured(*MODELS, top=where))
    assert server.url.startswith("https://")
    with closing(https(server, FIRST)) as kept:
        assert healthy(kept)
        SECOND.write(tls)
        assert "in force" in server.verb("reload")["message"]
        with closing(https(server, SECOND)) as fresh:
            assert (healthy(fresh), healthy(kept)) == (True, True)

    (tls / "key.pem").write_text(FIRST.key)
    done = run("reload", "--data", server.data)
    assert done.returncode == 1
    assert "does not belong to the certificate" in done.stderr
    server.signal(signal.SIGHUP)
    log = until(server.log.read_text, lambda log: "the old one stays in force" in log)
    assert "does not belong to the certificate" in log
    with closing(https(server, SECOND, ssl.TLSVersion.TLSv1_2)) as still:
        assert healthy(still)
        assert still.sock.version() == "TLSv1.2"
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=20) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert not plain.recv(1000).startswith(b"HTTP/")
    assert server.stop() == 0


# --- proxies -------------------------------------------------------------------------------------------------------


def test_whom_a_proxy_speaks_for(start: Callable[..., Server]) -> None:
    """On either way to the handlers; and nobody's word counts who was not named."""
    log_failed = '[log]\nformat = "json"\nrequests = "failed"\n'
    server = start(configured(*MODELS, top=log_failed))
    headers = {"x-forwarded-for": "6.6.6.6, 198.51.100.7", "authorization": "Bearer sk-tok-no"}

    def turned_away(times: int) -> list[str]:
        port = urlsplit(server.url).port
        for chunked in (False, True):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
                line.request("POST", CHAT, iter([b"{}"]) if chunked else b"{}", headers, encode_chunked=chunked)
                assert line.getresponse().status == 401
        lines = until(server.log.read_text, lambda log: log.count("turned away") >= times).splitlines()
        return [json.loads(line)["client"] for line in lines if "turned away" in line]

    assert turned_away(2) == ["127.0.0.1"] * 2
    named = '[server]\ntrusted_proxies = ["127.0.0.0/8"]\n'
    server.file.write_text(configured(*MODELS, top=log_failed + named), encoding="utf-8")
    server.verb("reload")
    assert turned_away(4)[2:] == ["198.51.100.7"] * 2
    assert server.stop() == 0


# --- the end -------------------------------------------------------------------------------------------------------


async def begun(server: Server, key: str, model: str) -> Talk:
    talk = await Talk.open(server.url)
    here = asyncio.Event()
    talk.on_piece = lambda talk: here.set() if talk.answer.tokens() >= 1 else None
    talk.request(CHAT, key, body(model))
    async with asyncio.timeout(30):
        await here.wait()
    return talk


async def test_readiness_goes_first_then_the_door_then_what_runs(start: Callable[..., Server]) -> None:
    server = start(configured(*MODELS, top="[server]\ndrain_delay_s = 1\n"))
    key = server.key("patient")
    server.signal(signal.SIGTERM)
    status, ready = await asyncio.to_thread(until, lambda: server.get("/readyz"), lambda got: got[0] == 503)
    assert (status, ready["checks"]["serving"]) == (503, "draining")
    answer = await ask(server.url, CHAT, key.text, body("quick", stream=False))
    assert answer.status == 200  # nobody is turned away before balancers have noticed
    stream = await begun(server, key.text, "slow")
    await asyncio.to_thread(until, lambda: refused(server), bool)
    answer = await stream.whole()
    assert (answer.done, answer.tokens()) == (True, 40)
    assert await asyncio.to_thread(server.ended) == 0
    assert (await asyncio.to_thread(server.check))["open_holds"] == 0


def refused(server: Server) -> bool:
    where = urlsplit(server.url)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


async def test_what_is_cut_is_told_so(start: Callable[..., Server]) -> None:
    server = start(configured(*MODELS, top="[server]\ndrain_timeout_s = 0\n"))
    key = server.key("endless").text
    stream = await begun(server, key, "stalled")
    plain = await Talk.open(server.url)
    plain.request(CHAT, key, body("late", stream=False))
    await asyncio.to_thread(until, lambda: server.gauge("tokenry_requests_in_flight"), lambda n: n == 2)
    server.signal(signal.SIGTERM)
    cut, told = await stream.whole(), await plain.whole()
    assert not cut.done
    *_, last = [line for line in bytes(cut.body).split(b"\n\n") if line]
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "server_stopping"
    assert (told.status, told.json()["error"]["code"]) == (503, "server_stopping")
    assert told.headers["retry-after"] == "1"
    assert await asyncio.to_thread(server.ended) == 0
    assert (await asyncio.to_thread(server.check))["open_holds"] == 0


# --- sockets of other kinds ----------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Server]:
    """A server on a Unix socket."""
    (tmp_path / "own").mkdir()
    config = configured(*MODELS, top=f'[server]\nunix_socket = "{tmp_path / "http.sock"}"\n')
    server = Server(tmp_path / "own", config).start(port=None)
    yield server
    server.kill()


def through(path: Path) -> bytes:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(path))
        line.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        with line.makefile("rb") as answer:
            return answer.read()


def test_a_unix_socket(here: Server, tmp_path: Path) -> None:
    path = tmp_path / "http.sock"
    assert here.url == f"unix:{path}"
    assert path.stat().st_mode & 0o777 == 0o660
    assert through(path).endswith(b"ok\n")
    second = run("serve", "--data", tmp_path / "other", "--config", here.file)
    assert second.returncode == 1
    assert f"something else is at {path}" in second.stderr
    here.kill()
    assert path.exists()
    here.start(port=None)
    assert through(path).startswith(b"HTTP/1.1 200 ")
    assert here.stop() == 0
    assert not path.exists()


TAKE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_service_manager(start: Callable[..., Server], tmp_path: Path) -> None:
    config = configured(*MODELS)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        socket.create_server(("127.0.0.1", 0)) as given,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        (tmp_path / "own").mkdir()
        # As systemd does it: descriptor 3, and LISTEN_PID names the process that is started.
        take = (sys.executable, "-c", TAKE, str(given.fileno()))
        server = Server(tmp_path / "own", config, take)
        try:
            server.start(None, fds=(given.fileno(),), NOTIFY_SOCKET=str(tmp_path / "notify"), LISTEN_FDS="1")
            assert urlsplit(server.url).port == given.getsockname()[1]
            assert server.get("/readyz")[0] == 200
            assert "READY=1" in manager.recv(1000).decode().split("\n")
            server.signal(signal.SIGHUP)
            assert manager.recv(1000).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
            assert "READY=1" in manager.recv(1000).decode().split("\n")
            server.signal(signal.SIGTERM)
            words = manager.recv(1000).decode().split("\n")
            assert words[0] == "STOPPING=1"
            assert "EXTEND_TIMEOUT_USEC=50000000" in words
            assert server.ended() == 0
        finally:
            server.kill()
        # Who comes between two lives waits in the socket, and is served by the next one.
        with socket.create_connection(given.getsockname(), timeout=5):
            pass
