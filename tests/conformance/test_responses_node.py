"""OpenAI's JavaScript client on /v1/responses, unmodified: it was told what the receipts say.

Text and streams on the real model, too; the scripted engine calls tools and fills schemas.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, SCRIPTED, House

SCRIPT = Path(__file__).with_name("responses_node.mjs")
RUN_TIMEOUT_S = 120


@pytest.fixture(scope="module")
def told(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the client was told, by name."""
    node = clients.node("javascript")
    done = subprocess.run(
        [node / "node", str(SCRIPT), f"{house.server.url}/v1", house.key.text, CHAT, SCRIPTED],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False, cwd=node.folder,
        env=clients.environment(tmp_path_factory.mktemp("home")),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    for line in lines.values():
        if "usage" in line:
            house.booked(line["id"], line["usage"])
    return lines


@pytest.mark.parametrize("model", [SCRIPTED, CHAT])
def test_a_stream_says_what_the_response_says(told: dict[str, Any], model: str) -> None:
    whole, stream = told[f"{model} whole"], told[f"{model} stream"]
    (part,) = stream["answer"]["output"][0]["content"]
    assert whole["text"] == stream["text"] == part["text"] != ""
    assert stream["numbers"] == list(range(len(stream["numbers"])))
    assert stream["last"] in ("response.completed", "response.incomplete")
    assert stream["answer"].keys() >= whole["answer"].keys() - {"output_text"}


def test_a_parsed_answer(told: dict[str, Any]) -> None:
    assert told["parse"]["parsed"] == {"name": "text", "age": 1}


def test_a_loop_with_a_tool_that_goes_on_from_what_is_kept(told: dict[str, Any]) -> None:
    (call,) = told["call"]["answer"]["output"]
    assert (call["type"], json.loads(call["arguments"])) == ("function_call", {"city": "Paris"})
    assert told["result"]["text"] == told["kept"]["text"] == "the tool said: rain"
    assert "function_call_output" in told["kept"]["items"]


def test_errors_are_the_clients_own(told: dict[str, Any]) -> None:
    assert (told["deleted"]["class"], told["deleted"]["status"]) == ("NotFoundError", 404)
    assert (told["unknown model"]["class"], told["unknown model"]["code"]) == ("NotFoundError", "model_not_found")
