"""Who waits for whom when files are read."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tokenry.config import Config
from tokenry.reading import Refused
from tokenry.workspace.files import Intake

pytestmark = pytest.mark.anyio


class SlowReader:
    """Reads as long as a test wants, two at a time."""

    def __init__(self) -> None:
        self.at_work: Counter[str] = Counter()
        self.release = asyncio.Event()
        self._turns = asyncio.Semaphore(2)

    async def read(self, path: Path, name: str, limits: object) -> Refused:
        async with self._turns:
            self.at_work[name] += 1
            if name == "ada":
                await self.release.wait()
            self.at_work[name] -= 1
            return Refused(code="empty", words="nothing")


def file(number: int, user_id: str) -> Any:
    return SimpleNamespace(id=f"wfile_{number}", user_id=user_id, state="reading", sha256="0" * 64, name=user_id)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_nobodys_many_slow_files_hold_up_anybody_elses() -> None:
    reader, failed = SlowReader(), list[str]()
    ground = SimpleNamespace(config=Config, blobs=SimpleNamespace(path=Path))
    left = {one.id: one for one in (*(file(number, "ada") for number in range(3)), file(9, "bob"))}
    files: Any = SimpleNamespace(ground=ground, any=left.get)
    index: Any = SimpleNamespace(fail=lambda file_id, _words: failed.append(file_id))
    wanted: Any = reader
    nobody: Any = None
    intake = Intake(files, index, wanted, nobody, nobody)
    for one in left.values():
        intake.begin(one)
    assert await intake.settled(["wfile_9"], 5)
    assert (failed, reader.at_work["ada"]) == (["wfile_9"], 1)
    reader.release.set()
    assert await intake.settled([f"wfile_{number}" for number in range(3)], 5)
    await intake.close()
    assert failed == ["wfile_9", "wfile_0", "wfile_1", "wfile_2"]
