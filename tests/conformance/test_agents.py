"""OpenAI's Agents SDK, unmodified, over /v1/responses (its default) and over chat: runs, streams, tools, a hand-off.

Runs and streams on the real model, too; the scripted engine calls tools, hands off and fills schemas.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, SCRIPTED, House

SCRIPT = Path(__file__).with_name("agents_client.py")
RUN_TIMEOUT_S = 120
PARTS = {"cached_tokens": "input_tokens_details", "reasoning_tokens": "output_tokens_details"}
Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=["responses", "chat"])
def told(request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every run by name, each with the receipts of its requests."""
    agents = clients.python("agents")
    key = house.server.key(f"agents-{request.param}", budget_nano=10**9)
    done = subprocess.run(
        [agents / "python", str(SCRIPT), request.param, CHAT, SCRIPTED],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
        env=clients.environment(
            tmp_path_factory.mktemp("home"), OPENAI_BASE_URL=f"{house.server.url}/v1", OPENAI_API_KEY=key.text
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    receipts = house.asked_by(key)
    assert sum(line["usage"]["requests"] for line in lines) == len(receipts)
    endpoint = {"responses": "responses", "chat": "chat.completions"}[request.param]
    assert {receipt["endpoint"] for receipt in receipts} == {endpoint}
    for line in lines:
        line["receipts"], receipts = receipts[: line["usage"]["requests"]], receipts[line["usage"]["requests"] :]
    return {line["name"]: line for line in lines}


def test_what_it_counts_is_what_the_receipts_say(told: Told) -> None:
    for line in told.values():
        counted = [receipt["usage"] for receipt in line["receipts"]]
        for name in ("input_tokens", "output_tokens", "total_tokens"):
            assert line["usage"][name] == sum(one[name] for one in counted), (line["name"], name)
        for name, details in PARTS.items():
            assert line["usage"][name] == sum(one[details][name] for one in counted), (line["name"], name)


@pytest.mark.parametrize("model", [SCRIPTED, CHAT])
def test_a_run_and_a_stream(told: Told, model: str) -> None:
    run, stream = told[f"{model} run"], told[f"{model} stream"]
    assert run["said"]
    assert stream["deltas"] == stream["said"] == run["said"]
    assert [run["receipts"][0]["stream"], stream["receipts"][0]["stream"]] == [False, True]


@pytest.mark.parametrize("name", ["tool", "tool stream"])
def test_a_tool(told: Told, name: str) -> None:
    assert told[name]["items"] == ["tool_call_item", "tool_call_output_item", "message_output_item"]
    assert told[name]["said"] == "the tool said: rain in Paris"
    assert len(told[name]["receipts"]) == 2


def test_a_hand_off(told: Told) -> None:
    line = told["hand-off"]
    assert line["agent"] == "Expert"
    assert line["items"][:2] == ["handoff_call_item", "handoff_output_item"]


def test_a_schema(told: Told) -> None:
    assert told["schema"]["said"] == {"name": "text", "age": 1}


def test_a_run_that_goes_on_from_what_is_kept(told: Told) -> None:
    if "gone on" in told:  # chat keeps nothing
        assert told["gone on"]["said"] == "scripted: two"
        assert told["gone on"]["usage"]["input_tokens"] > told["begun"]["usage"]["input_tokens"]
