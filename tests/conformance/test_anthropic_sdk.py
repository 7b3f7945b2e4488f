"""Anthropic's Python client, unmodified: from an engine that speaks chat, from one that speaks Messages, from the
starter's real model. What it was told is what the receipts say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, NATIVE, SCRIPTED, House

SCRIPT = Path(__file__).with_name("anthropic_client.py")
RUN_TIMEOUT_S = 120
# The starter's engine counts the text of a prompt without its template's special tokens, or with more around it.
COUNT_SLACK = 64


@pytest.fixture(scope="module", params=[SCRIPTED, NATIVE])
def told(house: House, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the client was told, by name; answers with their receipts."""
    model: str = request.param
    key = house.server.key(f"anthropic-{model}", budget_nano=10**10)
    poor = house.server.key(f"anthropic-poor-{model}", budget_nano=1)
    done = subprocess.run(
        [clients.python("anthropic") / "python", str(SCRIPT), model, CHAT],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
        env=clients.environment(
            tmp_path_factory.mktemp("home"), ANTHROPIC_BASE_URL=house.server.url, ANTHROPIC_API_KEY=key.text,
            POOR_KEY=poor.text,
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    for line in lines.values():
        if "usage" in line:
            line["receipt"] = house.booked(line["id"], line["usage"], key)
    return {"asked": model, **lines}


def text(line: dict[str, Any]) -> str:
    return "".join(block["text"] for block in line["content"] if block["type"] == "text")


def test_every_answer_has_its_receipt(told: dict[str, Any]) -> None:
    answers = [line for line in told.values() if isinstance(line, dict) and "receipt" in line]
    assert len(answers) == (15 if told["asked"] == NATIVE else 14)
    assert {line["receipt"]["endpoint"] for line in answers} == {"messages"}
    assert {line["model"] for line in answers} == {told["asked"], CHAT}


def test_a_message_whole_and_streamed(told: dict[str, Any]) -> None:
    assert text(told["create"]) == text(told["stream"]) == "scripted: Say hello."
    assert told["create"]["reason"] == told["stream"]["reason"] == "end_turn"
    assert (told["create"]["receipt"]["stream"], told["stream"]["receipt"]["stream"]) == (False, True)
    assert told["stream"]["text"] == text(told["stream"])
    assert told["stream"]["events"] > 5
    assert all(told[name]["message"].startswith("msg_") for name in ("create", "stream"))


def test_a_limit_ends_it(told: dict[str, Any]) -> None:
    assert told["limit"]["reason"] == "max_tokens"
    assert told["limit"]["usage"]["output_tokens"] == 3


def test_what_a_cache_gave_and_took_is_counted_beside_the_input(told: dict[str, Any]) -> None:
    usage = told["cached"]["usage"]
    assert (usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]) == (2, 3)
    assert told["cached"]["receipt"]["usage"]["input_tokens"] == usage["input_tokens"] + 5


def test_thoughts_come_first_to_those_who_ask(told: dict[str, Any]) -> None:
    thought, said = told["thinking"]["content"]
    assert (thought["type"], thought["thinking"], said["text"]) == ("thinking", "let me see", "so")
    assert bool(thought["signature"]) is (told["asked"] == NATIVE)
    assert told["thinking"]["usage"]["output_tokens_details"]["thinking_tokens"] == 3


def test_a_picture_is_taken(told: dict[str, Any]) -> None:
    assert text(told["picture"]) == "scripted: What is it?"


def test_tools(told: dict[str, Any]) -> None:
    (call,) = told["forced"]["content"]
    assert (call["type"], call["name"], told["forced"]["reason"]) == ("tool_use", "weather", "tool_use")
    assert call["input"].keys() == {"city"}
    calls = told["calls"]["content"]
    assert [one["input"] for one in calls] == [{"city": "Rome"}] * 2
    assert len({one["id"] for one in calls}) == 2
    assert all(one["id"].startswith("toolu_") for one in [*calls, call])


def test_a_loop_with_a_tool(told: dict[str, Any]) -> None:
    assert told["tool loop 0"]["reason"] == "tool_use"
    assert text(told["tool loop 1"]) == "the tool said: rain in Paris"
    assert told["tool loop 1"]["reason"] == "end_turn"


def test_a_structured_answer(told: dict[str, Any]) -> None:
    assert told["schema"]["person"] == {"name": "text", "age": 1}


def test_a_real_model_answers(told: dict[str, Any]) -> None:
    for name in ("real", "real stream"):
        assert text(told[name])
        assert 0 < told[name]["usage"]["output_tokens"] <= 8


def test_a_prompt_is_counted_before_it_is_sent(told: dict[str, Any]) -> None:
    counted = told["counted"]["usage"]["input_tokens"]
    if told["asked"] == NATIVE:
        assert told["counted"]["tokens"] == counted, "an engine that speaks the API counts exactly"
    assert told["counted"]["tokens"] > 0
    assert abs(told["real count"]["tokens"] - told["real"]["usage"]["input_tokens"]) <= COUNT_SLACK


def test_models(told: dict[str, Any]) -> None:
    assert {CHAT, SCRIPTED, NATIVE} <= set(told["models"]["ids"])
    assert told["models"]["types"] == ["model"]
    assert told["one model"] == {
        "name": "one model", "id": told["asked"], "type": "model", "display_name": told["asked"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "error", "asked"),
    [
        ("key", "AuthenticationError", "authentication_error", 1),
        ("model", "NotFoundError", "not_found_error", 1),
        ("field", "BadRequestError", "invalid_request_error", 1),
        ("search", "BadRequestError", "invalid_request_error", 1),
        ("engine", "InternalServerError", "api_error", 2),
        ("busy", "RateLimitError", "rate_limit_error", 2),
        ("funds", "RateLimitError", "billing_error", 1),
        ("count", "NotFoundError", "not_found_error", 1),
        ("no model", "NotFoundError", "not_found_error", 1),
    ],
)
def test_errors(told: dict[str, Any], name: str, kind: str, error: str, asked: int) -> None:
    line = told[name]
    assert (line["kind"], line["error"]["type"], line["asked"]) == (kind, error, asked)
    assert line["error"]["message"]
    assert line["id"] == line["body_id"]
    assert line["id"].startswith("req_")


def test_an_unknown_block_is_told_by_its_place(told: dict[str, Any]) -> None:
    if told["asked"] == NATIVE:
        assert text(told["block"]), "what an engine knows that speaks the API is not ours to say"
    else:
        assert told["block"]["error"]["message"].startswith("messages[0].content[0]")
