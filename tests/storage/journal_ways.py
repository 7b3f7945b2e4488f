"""Short ways to fill a journal in tests. Knows only the room's public names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tokenry.storage import Answer, Entry, Journal


class Told:
    """Collects what `done` was told, by ref, in order."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, Exception | None]] = []

    def __call__(self, ref: str, error: Exception | None) -> None:
        self.outcomes.append((ref, error))

    @property
    def durable(self) -> list[str]:
        """Refs acknowledged, in order."""
        return [ref for ref, error in self.outcomes if error is None]

    @property
    def given_up(self) -> list[str]:
        """Refs given up, in order."""
        return [ref for ref, error in self.outcomes if error is not None]


def hold(ref: str, told: Told | None = None, *, answer: Answer | None = None, kind: str = "hold") -> Entry:
    """An entry that is given up when its batch fails."""
    return Entry(kind, ref, 5, f"body of {ref}".encode(), answer=answer, done=_done(ref, told))


def settle(ref: str, told: Told | None = None, *, depends_on: str | None = None, answer: Answer | None = None) -> Entry:
    """An entry that is kept until it is written."""
    return Entry("settle", ref, 6, b"settled", True, depends_on, answer, _done(ref, told))


def answer(key: str = "k", *, body: bytes = b"{}", expires_at: int = 2**62) -> Answer:
    """A kept answer of one scope."""
    return Answer("key_1 /v1/chat/completions", key, b"fingerprint", 200, "application/json", body, expires_at)


async def write(journal: Journal, *entries: Entry) -> None:
    """Append and wait until all is durable or given up."""
    for entry in entries:
        journal.append(entry)
    await journal.flush()


async def latch_closed(journal: Journal) -> Exception:
    """Wait until the latch has closed."""
    closed: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def listen(error: Exception | None) -> None:
        if error is not None and not closed.done():
            closed.set_result(error)

    journal.on_latch(listen)
    latched = journal.latched
    return latched if latched is not None else await asyncio.wait_for(closed, 10)


def refs(journal: Journal) -> list[str]:
    """Every ref in the journal, oldest first."""
    return [row.ref for row in journal.read()]


def _done(ref: str, told: Told | None) -> Callable[[Exception | None], None] | None:
    return None if told is None else lambda error: told(ref, error)
