"""One stand a test, and people to play a programme with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.organization.stand import standing
from tests.api.programmes.players import Players


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Players]:
    async with standing(tmp_path) as stand:
        yield Players(stand)
