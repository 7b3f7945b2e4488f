"""One stand a test, and one for all tests of a file that change nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.organization.stand import Stand, standing


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as stand:
        yield stand


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """As everywhere, but one event loop a file: the stand that its tests share lives on it."""
    return "asyncio"


@pytest.fixture(scope="module")
async def calm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    """A stand for requests that are refused, or only look."""
    async with standing(tmp_path_factory.mktemp("calm")) as stand:
        yield stand
