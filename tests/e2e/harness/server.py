"""A running `tokenry serve` on a data folder of its own, and what one does with it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from tests.e2e.harness.nursery import Child
from tests.e2e.harness.program import PROGRAM, answered, environment, nursery_of

T = TypeVar("T")
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 40.0
NANO = 1_000_000_000


@dataclass(frozen=True)
class Key:
    """A key and its text."""

    id: str
    text: str


class Server:
    """One server. `start` again after an end goes on with the same folder.

    Args:
        folder: an empty folder; the data, the configuration and the log lie in it.
        config: the text of tokenry.toml; None to start without a file.
        prefix: words before the program's (`unshare -n …`).
    """

    def __init__(self, folder: Path, config: str | None, prefix: Sequence[str] = ()) -> None:
        self.data = folder / "data"
        self.file = folder / "tokenry.toml"
        self.log = folder / "server.log"
        self.url = ""
        self.process: subprocess.Popen[str] | Child | None = None
        self._prefix = prefix
        if config is not None:
            self.file.write_text(config, encoding="utf-8")

    def start(self, port: int | None = 0, *, fds: tuple[int, ...] = (), **variables: str) -> Server:
        """Start and wait for the ready line.

        Args:
            port: None leaves it to the configuration where it listens.
            fds: file descriptors that it inherits.
            variables: more of the environment.
        """
        words = [*self._prefix, PROGRAM, "serve", "--data", str(self.data)]
        words += [] if port is None else ["--port", str(port)]
        if self.file.exists():
            words += ["--config", str(self.file)]
        here = None if self._prefix or fds or variables else nursery_of()
        with self.log.open("a") as log:
            if here is not None:
                said, says = os.pipe()
                self.process = here.start(words, environment(), says, log.fileno(), said)
                os.close(says)
            else:
                self.process = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                    env=environment() | variables, pass_fds=fds,
                )  # fmt: skip
        assert self.process.stdout is not None
        first = _first_line(self.process.stdout)
        if not first.startswith("ready "):
            self.kill()
            raise AssertionError(f"no ready line but {first!r}\n{self.log.read_text()}")
        self.url = first.split()[1]
        return self

    def signal(self, number: int) -> None:
        """Send a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End it without mercy; nothing if it has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self.process is not None
        code = self.process.wait(STOP_TIMEOUT_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    # --- verbs -----------------------------------------------------------------------------------------------------

    def verb(self, verb: str, **args: Any) -> Any:
        """Ask the running server through its admin socket: as the command line does, without the start of a Python."""
        with socket.socket(socket.AF_UNIX) as line, _folder(self.data / "run") as folder:
            line.settimeout(30)
            line.connect(f"/proc/self/fd/{folder}/admin.sock")  # a socket's path has at most 107 bytes
            line.sendall(json.dumps({"verb": verb, "args": args}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        assert "ok" in answer, answer
        return answer["ok"]

    def key(self, name: str, *, budget_nano: int | None = None, **more: Any) -> Key:
        """A new key; `budget_nano` is a hard limit in nano-USD; `more` as `tokenry key create` takes it."""
        if budget_nano is not None:
            more["budget"] = f"{budget_nano // NANO}.{budget_nano % NANO:09d}"
        made = self.verb("key create", name=name, **more)
        return Key(made["id"], made["key"])

    def check(self) -> dict[str, Any]:
        """`tokenry ledger check`; it fails when the books are not sound."""
        report: dict[str, Any] = answered("ledger", "check", "--data", self.data)
        return report

    def spent_nano(self, key: Key) -> int:
        """What a key's budget has spent, in nano-USD."""
        (budget,) = self.verb("key show", key=key.id)["budgets"]
        assert budget["held_usd"] == "0.00", budget
        whole, _, rest = budget["spent_usd"].partition(".")
        return int(whole) * NANO + int(rest.ljust(9, "0"))

    # --- HTTP ------------------------------------------------------------------------------------------------------

    def get(self, path: str, key: Key | None = None) -> tuple[int, Any]:
        """Status and JSON of a GET."""
        headers = {"authorization": f"Bearer {key.text}"} if key else {}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def receipt(self, request_id: str, key: Key) -> dict[str, Any]:
        """A request's receipt, waited for: a request that was hung up on settles a moment later."""
        status, body = until(lambda: self.get(f"/v1/tokenry/receipts/{request_id}", key), lambda got: got[0] != 404)
        assert status == 200, body
        return dict(body)

    def idle(self) -> None:
        """Wait until no request runs any more."""
        until(lambda: self.gauge("tokenry_requests_in_flight") + self.gauge("tokenry_holds_open"), lambda n: n == 0)

    def gauge(self, name: str) -> float:
        """A metric without labels."""
        with urllib.request.urlopen(self.url + "/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[int]:
    """A folder, open."""
    folder = os.open(path, os.O_RDONLY)
    try:
        yield folder
    finally:
        os.close(folder)


def until(look: Callable[[], T], good: Callable[[T], bool], timeout_s: float = 20.0) -> T:
    """What `look` gives once it is `good`; the last look's result when the time is over."""
    deadline = time.monotonic() + timeout_s
    while not good(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


def _first_line(stream: IO[str]) -> str:
    """The first line of a process's output; empty when it ends or stays silent for too long."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    try:
        return lines.get(timeout=READY_TIMEOUT_S).strip()
    except queue.Empty:
        return ""
