"""A run while it goes on: a bar where somebody looks, a line a phase where nobody does. Knows no rule and no stage."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from tokenry.base.clock import NS_PER_S, SystemClock
from tokenry.cli.progress import Progress as Bar

if TYPE_CHECKING:
    from tokenry.corpus import Progress


class Live:
    """Use as a context manager; what it says goes to stderr."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._bar = Bar("looking at the inputs")
        self._began_ns = self._clock.monotonic_ns()
        self._phase = ""

    def __enter__(self) -> Live:
        self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._bar.__exit__(kind, value, tb)

    def tell(self, progress: Progress) -> None:
        """Show how far the run is."""
        seconds = (self._clock.monotonic_ns() - self._began_ns) / NS_PER_S
        words = described(progress, seconds)
        self._bar.tell(words, progress.done, max(progress.total, 1))
        if not sys.stderr.isatty() and progress.phase != self._phase:
            self._phase = progress.phase
            sys.stderr.write(f"{seconds:7.1f} s  {words}\n")


def described(progress: Progress, seconds: float) -> str:
    """One line: the phase, documents, tokens and megabytes a second since the start."""
    words = [progress.phase, f"{progress.documents:,} read", f"{progress.kept:,} kept"]
    if progress.tokens:
        words.append(f"{progress.tokens:,} tokens")
    if progress.bytes and progress.phase == "documents":
        words.append(f"{progress.bytes / 1e6 / max(seconds, 0.001):.1f} MB/s")
    return ", ".join(words)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
