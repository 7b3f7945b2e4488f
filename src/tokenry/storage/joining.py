"""What is to be written together with whatever comes: a row that stands in app.db only if the act beside it does.

Whoever does the act opens its transaction as ever and knows nothing of this. Holds for the current task, and for the
threads it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from sqlalchemy import Connection


class Joined(Protocol):
    """Something that joins the transactions of an act."""

    def join(self, transaction: Connection) -> None:
        """A transaction has begun: write what is to stand or fall with it."""
        ...

    def committed(self) -> None:
        """The transaction stands."""
        ...


joined: ContextVar[Joined | None] = ContextVar("joined", default=None)


@contextmanager
def joining(one: Joined) -> Iterator[None]:
    """Have it join every transaction on app.db within the block."""
    token = joined.set(one)
    try:
        yield
    finally:
        joined.reset(token)
