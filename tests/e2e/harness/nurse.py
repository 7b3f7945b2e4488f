"""`python nurse.py FD`: a process that has imported the program, and a child of it for each command line it is told.

The child is what `tokenry WORDS` would be once it had imported as much: its own environment,
folder, files and exit code. The other end of the line is nursery.py.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

ORDER_SIZE_MAX = 200_000
ROOMS = (
    "alembic.command",
    "alembic.config",
    "tokenry.app",
    "tokenry.cli.ledger",
    "tokenry.cli.root",
    "tokenry.cli.serve",
)


def tend(line: socket.socket) -> dict[str, Any] | None:
    """Has a child for each order and tells of its end. Returns the order in the child, None once the line is closed."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(line, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.data is not None:
                    waiting.unregister(key.fd)
                    buried(key.fd, *key.data)
                    continue
                said, files, *_ = socket.recv_fds(line, ORDER_SIZE_MAX, 4)
                if not said:
                    return None
                *standard, told = files
                pid = os.fork()
                if pid == 0:
                    for number, file in enumerate(standard):
                        os.dup2(file, number)
                    order: dict[str, Any] = json.loads(said)
                    return order
                for file in standard:
                    os.close(file)
                os.write(told, b"%d\n" % pid)
                waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, told))


def buried(watch: int, pid: int, told: int) -> None:
    """A child has ended: say how."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(watch)
    with suppress(BrokenPipeError):  # nobody asks any more
        os.write(told, b"%d\n" % code)
    os.close(told)


def main() -> None:
    """Until the line is closed."""
    del sys.path[0]  # the harness's folder: the program does not see it
    for room in ROOMS:
        import_module(room)
    assert len(os.listdir("/proc/self/task")) == 1, "an import began a thread, which no child would have"
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=int(sys.argv[1]))
    order = tend(line)
    if order is None:
        return
    line.detach()
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = order["words"]
    from tokenry.cli import main as program

    program()


if __name__ == "__main__":
    main()
