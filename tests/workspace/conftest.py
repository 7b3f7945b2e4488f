"""One office a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspace.office import Office, furnished


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = furnished(tmp_path)
    yield made
    made.db.close()
