"""A run while it goes on: a bar where somebody looks, a line a phase where nobody does. Knows no rule and no stage."""

from __future__ import annotations

import os
import sys
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING

from tokenry.base.clock import NS_PER_S, Clock, SystemClock
from tokenry.cli.progress import Progress as Bar

if TYPE_CHECKING:
    from tokenry.corpus import Progress

_RATE_OVER = 30  # seconds: what was done before, perhaps by a run that was broken off, says nothing about now
_OUT_WIDTH = 60  # characters


class Live:
    """Use as a context manager; what it says goes to stderr."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._bar = Bar("looking at the inputs")
        self._began_ns = self._clock.monotonic_ns()
        self._phase = ""
        self._seen: deque[tuple[int, int]] = deque()  # when, and bytes until then

    def __enter__(self) -> Live:
        self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._bar.__exit__(kind, value, tb)

    def tell(self, progress: Progress) -> None:
        """Show how far the run is."""
        words = described(progress, self._rate(progress))
        out = taken_out(progress)
        self._bar.tell(f"{words}\n{out}" if out else words, progress.done, max(progress.total, 1))
        if not sys.stderr.isatty() and progress.phase != self._phase:
            seconds = (self._clock.monotonic_ns() - self._began_ns) / NS_PER_S
            sys.stderr.write(f"{seconds:7.1f} s  {words}\n")
        self._phase = progress.phase

    def _rate(self, progress: Progress) -> float:
        """Bytes a second of late; 0 in phases that read none."""
        now = self._clock.monotonic_ns()
        if progress.phase != "documents" or progress.phase != self._phase:
            self._seen.clear()
        self._seen.append((now, progress.bytes))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _RATE_OVER * NS_PER_S:
            self._seen.popleft()
        since, before = self._seen[0]
        return (progress.bytes - before) * NS_PER_S / max(now - since, 1)


def described(progress: Progress, rate: float) -> str:
    """One line: the phase, documents, tokens, and megabytes a second.

    Args:
        progress: so far.
        rate: bytes a second.
    """
    words = [progress.phase]
    if progress.documents:
        words += [f"{progress.documents:,} read", f"{progress.kept:,} kept"]
    if progress.tokens:
        words.append(f"{progress.tokens:,} tokens")
    if rate:
        words.append(f"{rate / 1e6:.1f} MB/s")
    return ", ".join(words)


def taken_out(progress: Progress) -> str:
    """The funnel in short: the stages that took out the most, as many as a line holds."""
    words = "out:"
    for stage, documents in sorted(progress.dropped.items(), key=lambda one: (-one[1], one[0])):
        more = f"{words}{',' if words != 'out:' else ''} {stage} {documents:,}"
        if len(more) > _OUT_WIDTH:
            return f"{words} …"
        words = more
    return words if progress.dropped else ""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
