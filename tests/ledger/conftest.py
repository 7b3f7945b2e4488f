"""What every test of the ledger is owed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.virtual_loop import open_loops


@pytest.fixture(autouse=True)
def nobody_waits_for_ever() -> Iterator[None]:
    """Made-up loops end with their test, and whoever still waits on them is sent home."""
    yield
    for loop in list(open_loops):
        loop.leave()
    open_loops.clear()
