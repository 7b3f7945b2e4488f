"""What a process and its children cost: CPU seconds and resident memory, read from /proc. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """CPU time (user + system) so far and memory now."""

    cpu_s: float
    rss_mb: float


def tree(pid: int | None) -> list[int]:
    """`pid` and all its descendants; nothing for None."""
    if pid is None:
        return []
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        if fields := _stat(path):
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cost(pids: list[int]) -> Cost:
    """The sum over these processes; those that are gone count nothing."""
    ticks = pages = 0
    for pid in pids:
        if fields := _stat(Path(f"/proc/{pid}/stat")):
            ticks += int(fields[11]) + int(fields[12])
            pages += int(fields[21])
    return Cost(ticks / TICKS_PER_S, pages * PAGE_BYTES / 2**20)


def peak_mb(pid: int) -> float:
    """The most memory that a process has held so far, as the system counts it; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _stat(path: Path) -> list[str]:
    """The fields after the command's name (which may hold blanks): state, ppid, …"""
    try:
        text = path.read_text()
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()
