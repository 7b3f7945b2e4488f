"""An office a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.programmes.offices import Bureau, bureau


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened
