"""The child's side of a supervised engine: take the configuration, announce the port, die with the parent.

Between parent and child there are three pipes. stdin: one line of JSON with configuration and key (never argv, where
anyone on the machine could read it), then silence; its end means that the parent is gone, however it went. stdout: one
line `{"port": …}`. stderr: words for people. Knows nothing of what the child serves.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import NoReturn, TypeVar

import msgspec

C = TypeVar("C")

_saved_stdout: list[int] = []


def take_configuration(kind: type[C]) -> C:
    """Read the one line of configuration, then watch stdin in a thread and exit at its end.

    stdout is put aside for the announcement and replaced by stderr, so that no library can speak in its place.
    """
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 65536)
        if not piece:
            os._exit(1)  # the parent died before it had told us what to do
        line += piece
    configuration = msgspec.json.decode(line, type=kind)
    _saved_stdout.append(os.dup(1))
    os.dup2(2, 1)
    threading.Thread(target=_exit_with_parent, name="parent", daemon=True).start()
    return configuration


def give_up(why: object) -> NoReturn:
    """End with words for people instead of a traceback."""
    sys.stderr.write(f"{why}\n")
    sys.exit(1)


def announce(port: int) -> None:
    """Tell the parent where this child listens."""
    os.write(_saved_stdout.pop(), msgspec.json.encode({"port": port}) + b"\n")


def _exit_with_parent() -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock, held by this thread, would abort an orderly exit
        pass
    os._exit(0)  # no tidying: a native thread in the middle of its work would hold us up
