"""How long this machine's disk takes to make a write durable: the floor under every ledger's figures."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

WRITES = 200
PAGE = b"\0" * 4096


def fsync_p50_ms(folder: Path) -> float:
    """The median of 200 times (append 4 KiB, fdatasync) on a file in `folder`, in milliseconds."""
    path = folder / "fsync-probe"
    taken_s = []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(WRITES):
            os.write(handle, PAGE)
            begun_s = time.perf_counter()
            os.fdatasync(handle)
            taken_s.append(time.perf_counter() - begun_s)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(taken_s) * 1000
