"""One stand a test, and people to play a programme with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import standing
from tests.api.programmes.players import Players


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Players]:
    async with standing(tmp_path) as stand:
        yield Players(stand)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """As everywhere, but one event loop a file: what its tests share lives on it."""
    return "asyncio"


@pytest.fixture(scope="module")
async def calm_call(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Players, dict[str, Any]]]:
    """A call that is open, for requests that are refused."""
    async with standing(tmp_path_factory.mktemp("calm")) as stand:
        play = Players(stand)
        yield play, await play.call(await play.programme())


@pytest.fixture(scope="module")
async def submitted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Players, dict[str, Any]]]:
    """An application that waits, for decisions that are refused."""
    async with standing(tmp_path_factory.mktemp("waiting")) as stand:
        play = Players(stand)
        call = await play.call(await play.programme())
        yield play, await play.submitted(call, play.person("member"))


@pytest.fixture(scope="module")
async def reviewing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Players, str, str]]:
    """A review that could be scored: its path, and its reviewer's key."""
    async with standing(tmp_path_factory.mktemp("reviewing")) as stand:
        play = Players(stand)
        reviewer = play.person("reviewer")
        asked = await play.submitted(await play.call(await play.programme()), play.person("member"))
        path = f"/me/reviews/{(await play.assigned(asked, reviewer))['id']}"
        await play.post(f"{path}/declare", reviewer.key, conflict=False)
        yield play, path, reviewer.key
