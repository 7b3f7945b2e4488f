"""One server for all conformance tests; at their end its books must hold what clients were told and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from openai import OpenAI

from tests.conformance.house import House, config
from tests.e2e.harness import Server
from tests.engines.models import whisper
from tokenry.engines import ArtifactStore


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server, a key, the tally."""
    server = Server(tmp_path_factory.mktemp("conformance"), config()).start()
    house = House(server, server.key("conformance", budget_nano=10**10))
    yield house
    assert server.stop() == 0, server.log.read_text()
    report = server.check()
    assert report["ok"], report
    assert (report["input_tokens"], report["output_tokens"]) == (house.input_tokens, house.output_tokens)
    assert Decimal(report["charged_usd"]) * 10**9 == house.charge


@pytest.fixture
def client(house: House) -> Iterator[OpenAI]:
    """OpenAI's own client as anybody would make it."""
    with OpenAI(base_url=f"{house.server.url}/v1", api_key=house.key.text) as client:
        yield client


@pytest.fixture(scope="session")
def ears() -> ArtifactStore:
    """The starter of speech to text, pulled once into the user's own cache."""
    return whisper()
