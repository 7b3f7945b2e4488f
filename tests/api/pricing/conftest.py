"""One stand a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing

PRICED = CONFIGURATION.replace(
    "price = { input = 1, output = 2 }\nmax_output_tokens = 64",
    "price = { input = 1, output = 2, tiers = { batch = { input = 0.5 } } }\n"
    "cost = { input = 0.25, output = 0.5 }\nmax_output_tokens = 64\n"
    'announced = [{ effective_from = "2099-01-01", price = { input = 2, output = 4 } }]',
)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    assert PRICED != CONFIGURATION
    async with standing(tmp_path, PRICED) as stand:
        yield stand
