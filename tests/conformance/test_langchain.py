"""LangChain (`langchain-openai`), unmodified: chat, streams, tools, structured answers and embeddings.

Chat, streams and embeddings on real models; the scripted engine calls tools and fills schemas.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, EMBEDDING, SCRIPTED, House

SCRIPT = Path(__file__).with_name("langchain_client.py")
RUN_TIMEOUT_S = 120
both = pytest.mark.parametrize("model", [SCRIPTED, CHAT])


@pytest.fixture(scope="module")
def told(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the client was told, by name, each with the receipt of its request."""
    langchain = clients.python("langchain")
    key = house.server.key("langchain", budget_nano=10**9)
    done = subprocess.run(
        [langchain / "python", str(SCRIPT), CHAT, EMBEDDING, SCRIPTED],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
        env=clients.environment(
            tmp_path_factory.mktemp("home"), OPENAI_BASE_URL=f"{house.server.url}/v1", OPENAI_API_KEY=key.text
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    receipts = house.asked_by(key)
    return {line["name"]: {**line, "receipt": one} for line, one in zip(lines, receipts, strict=True)}


def test_what_it_was_told_is_what_the_receipts_say(told: dict[str, Any]) -> None:
    usages = [(line["usage"], line["receipt"]["usage"]) for line in told.values() if line.get("usage")]
    assert len(usages) == 7
    for usage, counted in usages:
        assert [usage[name] for name in ("input_tokens", "output_tokens", "total_tokens")] == [
            counted[name] for name in ("input_tokens", "output_tokens", "total_tokens")
        ]
        assert usage["input_token_details"]["cache_read"] == counted["input_tokens_details"]["cached_tokens"]
        assert usage["output_token_details"]["reasoning"] == counted["output_tokens_details"]["reasoning_tokens"]


@both
def test_chat_and_streams(told: dict[str, Any], model: str) -> None:
    names = [f"{model} chat", f"{model} stream", f"{model} stream with usage"]
    assert all(told[name]["text"] for name in names)
    assert all(0 < told[name]["receipt"]["usage"]["output_tokens"] <= 8 for name in names)
    assert [told[name]["receipt"]["stream"] for name in names] == [False, True, True]
    assert told[f"{model} stream"]["usage"] is None, "it did not ask for usage, so none comes"
    assert told[f"{model} stream"]["pieces"] > 2


def test_a_loop_with_a_tool(told: dict[str, Any]) -> None:
    assert told["tool call"]["calls"] == [{"name": "weather", "args": {"city": "Paris"}}]
    assert told["tool result"]["text"] == "the tool said: rain in Paris"


def test_a_structured_answer(told: dict[str, Any]) -> None:
    assert told["schema"]["person"] == {"name": "text", "age": 1}


def test_embeddings_of_real_texts(told: dict[str, Any]) -> None:
    documents, (query,) = told["documents"]["vectors"], told["query"]["vectors"]
    assert [len(vector) for vector in documents] == [256, 256]
    assert query == documents[0]
    assert told["query"]["receipt"]["usage"]["input_tokens"] < told["documents"]["receipt"]["usage"]["input_tokens"]
