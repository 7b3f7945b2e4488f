"""A stand whose configuration names three sets: a whole one, one that is being built, one that cannot be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tests.sets.made import build, whole


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """The folder that the sets lie in."""
    folder = tmp_path / "sets"
    whole(folder / "tides")
    build(folder / "begun")
    (folder / "begun" / "manifest.json").unlink()
    build(folder / "spoilt", tokens="many")
    return folder


@pytest.fixture
async def stand(tmp_path: Path, sets: Path) -> AsyncIterator[Stand]:
    data = tmp_path / "data"
    data.mkdir()
    async with standing(data, f'{CONFIGURATION}\n[corpus]\nsets = ["{sets}/*"]\n') as stand:
        yield stand
