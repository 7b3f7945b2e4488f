"""The verbs beside a running server: `tokenry serve` as its own process, asked through the admin socket."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tokenry.cli import client

CONFIG = """
[server]
port = 0

[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "echo"
price = { input = 1.00, output = 4.00 }
deployments = [{ provider = "script", model = "scripted" }]
"""
MAIN = [sys.executable, "-c", "from tokenry.cli import main; main()"]


@pytest.fixture
def server(data: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    file = tmp_path / "tokenry.toml"
    file.write_text(CONFIG)
    process = subprocess.Popen(
        [*MAIN, "serve", "--data", str(data), "--config", str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert select.select([process.stdout], [], [], 60)[0], "the server did not say that it is ready"
        assert process.stdout.readline().startswith("ready http://127.0.0.1:")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_verbs_reach_the_server_that_owns_the_folder(
    tokenry: Tokenry, data: Path, server: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the folder was opened beside the server")

    monkeypatch.setattr(client, "_alone", refuse)
    assert tokenry("key", "create", "--name", "alice", "--budget", "1").code == 0
    assert [key["name"] for key in tokenry("key", "list", "--json").json["keys"]] == ["alice"]
    status = tokenry("status", "--json").json
    assert (status["serving"], status["pid"]) == (True, server.pid)
    assert [engine["state"] for engine in tokenry("models", "list", "--json").json["engines"]] == ["ready"]
    assert "in force" in tokenry("reload").out
    check = tokenry("ledger", "check", "--json")
    assert (check.code, check.json["server"]) == (0, "up")
    assert tokenry("doctor").code == 0
    assert tokenry("uninstall", "--yes").code == 1
    assert (data / "ledger.db").exists()


def test_a_second_server_is_refused_in_one_line(server: subprocess.Popen[str], data: Path) -> None:
    assert server.poll() is None
    second = subprocess.run(
        [*MAIN, "serve", "--port", "0", "--data", str(data)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("error: ")
    assert second.stderr.count("\n") == 1
    assert str(server.pid) in second.stderr


def test_sigterm_ends_it_with_0_and_a_tail_with_it(tokenry: Tokenry, data: Path, server: subprocess.Popen[str]) -> None:
    assert tokenry("key", "create", "--name", "alice").code == 0
    tail = subprocess.Popen(
        [*MAIN, "requests", "--tail", "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    timer = threading.Timer(0.04, server.send_signal, [signal.SIGTERM])
    timer.start()
    assert server.wait(30) == 0
    out, err = tail.communicate(timeout=30)
    assert (tail.returncode, out) == (1, "")
    assert err.startswith("error: ")
    assert not (data / "run" / "admin.sock").exists()
    assert tokenry("key", "list", "--json").json["keys"][0]["name"] == "alice"


def test_after_kill_9_the_books_are_sound_and_the_verbs_work(tokenry: Tokenry, server: subprocess.Popen[str]) -> None:
    assert tokenry("key", "create", "--name", "alice", "--budget", "1").code == 0
    server.kill()
    server.wait()
    check = tokenry("ledger", "check", "--json")
    assert (check.code, check.json["server"]) == (0, "down")
    assert tokenry("key", "list", "--json").json["keys"][0]["budgets"][0]["left_usd"] == "1.00"
