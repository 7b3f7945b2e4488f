"""What follows the books while a house serves: it keeps up, says once what is wrong, goes on, and ends when told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tokenry.app import bookkeeping
from tokenry.app.bookkeeping import Bookkeeping, usage_db
from tokenry.base.errors import Unavailable
from tokenry.storage import StorageError, UsageSums

pytestmark = pytest.mark.anyio


class Counting:
    """Stands for the sums, for the statements and for the news."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.stopped = False
        self.waiting = 0

    def catch_up(self, _pace: object) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer

    def issue_due(self) -> list[Any]:
        raise StorageError("2026-10 does not add up")

    def on_waiting(self) -> None:
        self.waiting += 1

    def stop(self) -> None:
        self.stopped = True


class Said:
    """Stands for the log."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        monkeypatch.setattr(bookkeeping, "log", self)

    def error(self, words: str, *, why: str) -> None:
        self.lines.append(f"{words}: {why}")

    def info(self, words: str) -> None:
        self.lines.append(words)


async def test_what_is_wrong_is_said_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "FOLLOW_EVERY_S", 0.0)
    said = Said(monkeypatch)
    full, busy = StorageError("the disk is full"), Unavailable("too much")
    room: Any = Counting(full, full, full, None, busy, None)
    task = asyncio.create_task(Bookkeeping(room, room, room).run())
    while room.answers:  # noqa: ASYNC110 - the rounds are in threads
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert room.stopped
    assert said.lines == [
        "usage cannot be counted: the disk is full", "usage is counted again",
        "usage cannot be counted: too much", "usage is counted again",
    ]  # fmt: skip


async def test_statements_that_cannot_be_issued_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said(monkeypatch)
    room: Any = Counting()
    await Bookkeeping(room, room, room).issue()
    assert (said.lines, room.waiting) == (["statements could not be issued: 2026-10 does not add up"], 0)


def test_a_disk_that_refuses_keeps_no_house_from_opening(tmp_path: Path) -> None:
    db = usage_db(tmp_path)  # a folder is no database
    db.add(UsageSums(), db.state)
    assert str(db.path) == ":memory:"
    db.close()
