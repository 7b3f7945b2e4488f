"""OpenAI's JavaScript client, unmodified, on a real model and the scripted engine: it was told what receipts say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, EMBEDDING, RESPONSE_FORMAT, SCRIPTED, TOOLS, House

SCRIPT = Path(__file__).with_name("openai_node.mjs")
RUN_TIMEOUT_S = 180


@pytest.fixture(scope="module")
def told(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the client was told, by name."""
    node = clients.node("javascript")
    poor = house.server.key("poor-node", budget_nano=1)
    shapes = json.dumps({"tools": TOOLS, "response_format": RESPONSE_FORMAT})
    done = subprocess.run(
        [node / "node", str(SCRIPT), f"{house.server.url}/v1", house.key.text, CHAT, EMBEDDING, SCRIPTED, shapes],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False, cwd=node.folder,
        env=clients.environment(tmp_path_factory.mktemp("home"), POOR_KEY=poor.text),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    for line in lines.values():
        if "usage" in line:
            house.booked(line["id"], line["usage"])
    return lines


def test_models(told: dict[str, Any]) -> None:
    assert {CHAT, EMBEDDING, SCRIPTED} <= set(told["models"]["ids"])


@pytest.mark.parametrize("model", [SCRIPTED, CHAT])
def test_answers(told: dict[str, Any], model: str) -> None:
    assert told[f"{model} chat"]["choices"][0]["message"]["content"]
    (streamed,) = told[f"{model} stream"]["choices"]
    assert streamed["content"]
    assert streamed["finish_reason"] in ("stop", "length")
    assert told[f"{model} completion"]["text"]


def test_tools_schemas_and_choices(told: dict[str, Any]) -> None:
    call = told["required"]["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]).keys() == {"city", "days"}
    answer = json.loads(told["schema"]["choices"][0]["message"]["content"])
    assert answer["colour"] in ("red", "green")
    choices = told["choices"]["choices"]
    assert [choice["index"] for choice in choices] == [0, 1]
    assert len(choices[1]["logprobs"]["content"][0]["top_logprobs"]) == 2


def test_embeddings_come_decoded_either_way(told: dict[str, Any]) -> None:
    default, numbers = told["default"]["vectors"], told["float"]["vectors"]
    assert len(default[0]) == len(numbers[0]) == 256
    assert max(abs(a - b) for a, b in zip(default[1], numbers[1], strict=True)) < 1e-6


@pytest.mark.parametrize(
    ("name", "error", "code", "asked"),
    [
        ("authentication", "AuthenticationError", "invalid_api_key", 1),
        ("unknown model", "NotFoundError", "model_not_found", 1),
        ("bad request", "BadRequestError", "invalid_value", 1),
        ("no funds", "RateLimitError", "insufficient_quota", 1),
        ("engine failed", "InternalServerError", "engine_error", 2),
    ],
)
def test_errors(told: dict[str, Any], name: str, error: str, code: str, asked: int) -> None:
    line = told[name]
    assert (line["class"], line["code"], line["asked"]) == (error, code, asked)
