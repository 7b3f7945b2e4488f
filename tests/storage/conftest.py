"""Here new databases are made by the product's own steps: they are what is tested."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import schema_once


@pytest.fixture(autouse=True)
def nothing_is_copied() -> Iterator[None]:
    """Every app.db is migrated."""
    before = schema_once.put(None)
    yield
    schema_once.put(before)
