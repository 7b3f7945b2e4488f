"""`llm`, the command line client, unmodified: its own log of tokens is what the receipts say.

The real model answers and streams; the scripted engine calls tools and fills schemas.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, SCRIPTED, House
from tests.e2e.harness import Key

SPEAKING = f"{SCRIPTED}-responses"  # the same model; llm is told to speak Responses to it
MODEL = """
- model_id: {id}
  model_name: {name}
  api_base: {url}/v1
  api_key_name: tokenry
  supports_tools: true
  supports_schema: true
  responses: {responses}
"""
RUN_TIMEOUT_S = 60


@dataclass
class Llm:
    """The program with a folder and a key of its own."""

    program: str
    env: dict[str, str]
    key: Key

    def __call__(self, *words: str) -> str:
        """What it prints."""
        done = subprocess.run(
            [self.program, *words], env=self.env, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def llm(house: House, tmp_path_factory: pytest.TempPathFactory) -> Llm:
    """The client, told of two models in its `extra-openai-models.yaml`."""
    installed, home = clients.python("llm"), tmp_path_factory.mktemp("llm")
    names = {SCRIPTED: SCRIPTED, CHAT: CHAT, SPEAKING: SCRIPTED}
    models = [
        MODEL.format(id=id_, name=name, url=house.server.url, responses=str(id_ == SPEAKING).lower())
        for id_, name in names.items()
    ]
    (home / "extra-openai-models.yaml").write_text("".join(models))
    key = house.server.key("llm", budget_nano=10**9)
    (home / "keys.json").write_text(json.dumps({"tokenry": key.text}))
    return Llm(installed / "llm", clients.environment(home, LLM_USER_PATH=str(home)), key)


@pytest.fixture(scope="module")
def asked(house: House, llm: Llm) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What it printed, by what was asked, and the receipts."""
    hello = ("-o", "max_tokens", "8", "Say hello.")
    said = {
        "scripted stream": llm("-m", SCRIPTED, *hello),
        "scripted whole": llm("-m", SCRIPTED, "--no-stream", *hello),
        "real stream": llm("-m", CHAT, *hello),
        "real whole": llm("-m", CHAT, "--no-stream", *hello),
        "goes on": llm("-c", "-o", "max_tokens", "4", "And again."),
        "responses": llm("-m", SPEAKING, "Say hello."),
        "responses tool": llm("-m", SPEAKING, "-T", "llm_version", "[[tool=llm_version]]"),
        "schema": llm("-m", SCRIPTED, "--schema", "name, age int", "who"),
        "tool": llm("-m", SCRIPTED, "-T", "llm_version", "[[tool=llm_version]]"),
    }
    return said, house.asked_by(llm.key)


@pytest.fixture(scope="module")
def said(asked: tuple[dict[str, str], list[dict[str, Any]]]) -> dict[str, str]:
    """What it printed, by what was asked."""
    return asked[0]


@pytest.fixture(scope="module")
def receipts(asked: tuple[dict[str, str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The receipts of all it asked, oldest first."""
    return asked[1]


@pytest.fixture(scope="module")
def logged(llm: Llm, said: dict[str, str]) -> list[dict[str, Any]]:
    """Its own log, oldest first; a loop with a tool is two requests."""
    return list(json.loads(llm("logs", "--json", "--count", "0")))


def test_its_log_is_what_the_receipts_say(receipts: list[dict[str, Any]], logged: list[dict[str, Any]]) -> None:
    assert [(one["model"].removesuffix("-responses"), one["input_tokens"], one["output_tokens"]) for one in logged] == [
        (one["model"], one["usage"]["input_tokens"], one["usage"]["output_tokens"]) for one in receipts
    ]
    endpoints = ["responses" if one["model"] == SPEAKING else "chat.completions" for one in logged]
    assert [one["endpoint"] for one in receipts] == endpoints
    assert endpoints.count("responses") == 3


def test_prompts_streamed_and_whole(said: dict[str, str], logged: list[dict[str, Any]]) -> None:
    assert said["scripted stream"] == said["scripted whole"] == "scripted: Say hello."
    assert said["real stream"]
    assert said["real whole"]
    assert [one["response"].strip() for one in logged[:5]] == list(said.values())[:5]
    assert all(0 < one["output_tokens"] <= 8 for one in logged[:5])


def test_a_conversation_goes_on(logged: list[dict[str, Any]]) -> None:
    first, second = logged[3:5]
    assert second["conversation_id"] == first["conversation_id"]
    assert second["input_tokens"] > first["input_tokens"]


def test_a_schema(said: dict[str, str]) -> None:
    assert json.loads(said["schema"]).keys() == {"name", "age"}


def test_responses(said: dict[str, str]) -> None:
    assert said["responses"] == "scripted: Say hello."
    assert said["responses tool"] == said["tool"]


def test_a_loop_with_a_tool(said: dict[str, str], logged: list[dict[str, Any]]) -> None:
    (listed,) = [line for line in (clients.LISTS / "llm.txt").read_text().splitlines() if line.startswith("llm==")]
    version = listed.removeprefix("llm==")
    assert said["tool"] == f"the tool said: {version}"
    called, answered = logged[-2:]
    assert [call["name"] for call in called["tool_calls"]] == ["llm_version"]
    assert [result["output"] for result in answered["tool_results"]] == [version]
