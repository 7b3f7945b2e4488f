"""Runs a program on a machine that is not well: its clock and its name server do what a file says.

    python unwell.py STATE.json PROGRAM ARGUMENTS…

STATE.json is looked at again and again: `clock_s` is added to the wall clock, `names` says what a look-up gives: an
address, or null for a name server that does not answer. Names that it does not list are looked up as ever.
"""

from __future__ import annotations

import json
import runpy
import socket
import sys
import time
from pathlib import Path
from typing import Any

STATE = Path(sys.argv[1] if len(sys.argv) > 1 else "")  # of the program; tests that import this ask for nothing
_time_ns, _getaddrinfo = time.time_ns, socket.getaddrinfo


def said() -> dict[str, Any]:
    """What the file says now."""
    return dict(json.loads(STATE.read_text()))


def time_ns() -> int:
    """The wall clock, off by what the file says."""
    return _time_ns() + int(said().get("clock_s", 0) * 1_000_000_000)


def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> list[Any]:
    """A look-up by the file's name server."""
    names = said().get("names", {})
    name = host.decode() if isinstance(host, bytes) else host
    if name not in names:
        return list(_getaddrinfo(host, port, *args, **more))
    while (address := said()["names"][name]) is None:
        time.sleep(0.02)
    if not address:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return list(_getaddrinfo(address, port, *args, **more))


if __name__ == "__main__":
    time.time_ns, socket.getaddrinfo = time_ns, getaddrinfo  # type: ignore[assignment] # the whole point
    time.time = lambda: time_ns() / 1_000_000_000
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
