"""One house a test, where hashing is cheap, and browsers that visit it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.api.organization.stand import Stand, standing
from tests.api.sign_in.visitor import HOME, Visitor, cheaper


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        cheaper(stand)
        yield stand
        await stand.serving.entrance.close()


@pytest.fixture
async def visit(stand: Stand) -> AsyncIterator[Callable[..., Visitor]]:
    made: list[Visitor] = []

    def visitor(home: str = HOME, address: str = "127.0.0.1") -> Visitor:
        made.append(Visitor(stand, home, address))
        return made[-1]

    yield visitor
    for one in made:
        await one.http.aclose()
