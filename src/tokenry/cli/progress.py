"""A bar on stderr for work that takes long, and nothing where nobody looks."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from tokenry.cli import show

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Progress:
    """Use as a context manager."""

    def __init__(self, what: str) -> None:
        """Args:
        what: said until something more exact is told.
        """
        self._what = what
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        screen = show.console(stderr=True)
        if screen.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=screen, transient=True)
            self._task = self._bar.add_task(self._what, total=None)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self, what: str, done: int, total: int) -> None:
        """What is being done, and how much of how much."""
        if self._bar is not None:
            self._bar.update(self._task, description=what, completed=done, total=total)
