"""Vercel's AI SDK, unmodified, in each of its ways: text whole and streamed, loops with tools, objects, embeddings.

Text and embeddings on real models; the scripted engine calls tools and fills schemas.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, EMBEDDING, SCRIPTED, House

SCRIPT = Path(__file__).with_name("ai_sdk.mjs")
RUN_TIMEOUT_S = 120
WAYS = ["compatible", "chat", "responses"]  # packages and methods, as docs/guides/clients.md shows them


@pytest.fixture(scope="module", params=WAYS)
def told(request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the client was told, by name, each with the receipt of its request."""
    node, url = clients.node("javascript"), f"{house.server.url}/v1"
    done = subprocess.run(
        [node / "node", str(SCRIPT), url, house.key.text, request.param, CHAT, EMBEDDING, SCRIPTED],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False, cwd=node.folder,
        env=clients.environment(tmp_path_factory.mktemp("home")),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    for line in lines.values():
        if "usage" in line:
            line["receipt"] = house.booked(
                line["id"], line["usage"]["raw"] if "raw" in line["usage"] else line["usage"]
            )
        elif "tokens" in line:
            told = {"prompt_tokens": line["tokens"], "total_tokens": line["tokens"]}
            line["receipt"] = house.booked(line["id"], told)
    return lines


def test_what_it_makes_of_usage(told: dict[str, Any]) -> None:
    lines = [line for line in told.values() if "usage" in line]
    assert len(lines) == 11
    for line in lines:
        usage, counted = line["usage"], line["receipt"]["usage"]
        assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"] == counted["total_tokens"]
        assert usage["inputTokenDetails"]["cacheReadTokens"] == counted["input_tokens_details"]["cached_tokens"]


@pytest.mark.parametrize("model", [SCRIPTED, CHAT])
def test_text_whole_and_streamed(told: dict[str, Any], model: str) -> None:
    whole, streamed = told[f"{model} whole"], told[f"{model} stream"]
    for line in (whole, streamed):
        assert line["text"]
        assert line["finishReason"] in ("stop", "length")
        assert line["usage"]["outputTokens"] <= 16
    assert streamed["pieces"] > 2
    assert [whole["receipt"]["stream"], streamed["receipt"]["stream"]] == [False, True]
    if model == SCRIPTED:
        assert whole["text"] == streamed["text"] == "scripted: Say hello."


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_loop_with_a_tool(told: dict[str, Any], how: str) -> None:
    called, answered = told[f"tool {how} 1"], told[f"tool {how} 2"]
    assert called["calls"] == [{"toolName": "weather", "input": {"city": "Paris"}}]
    assert called["results"] == [{"toolName": "weather", "output": "rain in Paris"}]
    assert called["finishReason"] == "tool-calls"
    assert answered["text"] == "the tool said: rain in Paris"
    assert f"tool {how} 3" not in told


def test_objects(told: dict[str, Any]) -> None:
    for how in ("whole", "stream"):
        assert told[f"object {how}"]["output"] == {"name": "text", "age": 1}
    assert told["generateObject"]["output"] == {"sure": True}


def test_embeddings(told: dict[str, Any]) -> None:
    (alone,), (first, second) = told["embed"]["vectors"], told["embed many"]["vectors"]
    assert len(alone) == len(second) == 256
    assert max(abs(a - b) for a, b in zip(alone, first, strict=True)) < 1e-6
    assert first != second


def test_an_error_says_what_is_wrong(told: dict[str, Any]) -> None:
    error = told["unknown model"]
    assert (error["error"], error["status"]) == ("AI_APICallError", 404)
    assert "nonesuch" in error["message"]
