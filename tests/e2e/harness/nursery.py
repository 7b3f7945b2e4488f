"""Programs that start at once: children of one process a worker that has imported all they need (nurse.py).

Some hundred servers and verbs are started by the tests, and importing is nearly all that most of them do. A start that
says more than words (a prefix, file descriptors, variables) is the program's own, as is every one outside of pytest.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_NURSE = Path(__file__).with_name("nurse.py")


class Child:
    """A program that runs, asked as a `subprocess.Popen` is.

    Attributes:
        pid: of its process.
        stdout: what it says, when that was to be read.
    """

    def __init__(self, told: int, stdout: IO[str] | None) -> None:
        self._told = told
        self._code: int | None = None
        self._lock = threading.Lock()
        self.stdout = stdout
        self.pid = self._read()

    def _read(self) -> int:
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self._told, 1)
            assert piece, "the process that has the programs ended"
            line += piece
        return int(line)

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has. Raises subprocess.TimeoutExpired."""
        code = self._end(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("tokenry", timeout or 0)
        return code

    def _end(self, timeout: float | None) -> int | None:
        with self._lock:
            if self._code is None and select.select([self._told], [], [], timeout)[0]:
                self._code = self._read()
                os.close(self._told)
            return self._code

    def send_signal(self, number: int) -> None:
        """Send a signal, while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without mercy."""
        self.send_signal(9)


class Nursery:
    """The process that has the programs; begun at the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._nurse: subprocess.Popen[bytes] | None = None

    def start(self, words: Sequence[str], environment: Mapping[str, str], out: int, err: int, said: int = -1) -> Child:
        """Start a program.

        Args:
            words: its command line.
            out, err: where its standard output and error go; input is empty.
            said: the other end of `out`, when that is a pipe.
        """
        order = {"words": list(words), "environment": dict(environment), "folder": os.getcwd()}
        told, tells = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            socket.send_fds(self._begun(), [json.dumps(order).encode()], [nothing, out, err, tells])
        finally:
            os.close(nothing)
            os.close(tells)
        return Child(told, None if said < 0 else os.fdopen(said, encoding="utf-8"))

    def _begun(self) -> socket.socket:
        with self._lock:
            if self._line is None:
                self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    number = theirs.fileno()
                    command = [sys.executable, str(_NURSE), str(number)]
                    self._nurse = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[number])
            return self._line

    def close(self) -> None:
        """No more of them; who runs goes on."""
        if self._line is not None and self._nurse is not None:
            self._line.close()
            assert self._nurse.wait(10) == 0


_in_force: list[Nursery | None] = [None]


def put(nursery: Nursery | None) -> None:
    """Have programs started there from now on; None = each by itself."""
    _in_force[0] = nursery if hasattr(os, "pidfd_open") else None


def in_force() -> Nursery | None:
    """Where programs are started; None = each by itself."""
    return _in_force[0]
