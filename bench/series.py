"""What a process is like over time: memory, open files, threads; and the slope of such a series. Linux only."""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import cost, tree


@dataclass(frozen=True)
class Sample:
    """One look. `anon_mb` is the memory that no file stands behind: the heap, where leaks lie."""

    at_s: float
    rss_mb: float
    anon_mb: float
    children_mb: float
    fds: int
    threads: int
    cpu_s: float
    load: float


def look(pid: int, begun: float) -> Sample:
    """The process now; `begun` in seconds of the monotonic clock.

    Raises:
        OSError: it is gone.
    """
    status = Path(f"/proc/{pid}/status").read_text()

    def field(name: str) -> int:
        found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
        return int(found[1]) if found else 0

    whole = cost(tree(pid))
    rss_mb = field("VmRSS") / 1024
    return Sample(
        at_s=time.monotonic() - begun,
        rss_mb=rss_mb,
        anon_mb=field("RssAnon") / 1024,
        children_mb=whole.rss_mb - rss_mb,
        fds=len(os.listdir(f"/proc/{pid}/fd")),
        threads=field("Threads"),
        cpu_s=cost([pid]).cpu_s,
        load=os.getloadavg()[0],
    )


def slope(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """The least-squares slope of ys over xs; None for fewer than three points."""
    if len(xs) < 3:
        return None
    return statistics.linear_regression(xs, ys).slope


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share lies; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None
