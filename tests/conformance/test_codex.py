"""The Codex CLI, unmodified, over server-sent events and over a WebSocket: it answers, writes a file through a tool,
and a loop that never ends is stopped by its key's budget. Its own count of tokens is what the receipts say.

All on the scripted engine, as one that speaks chat and as one that speaks Responses itself. What Codex brings along is
more than the starter's context holds.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import CHAT, NATIVE, SCRIPTED, House
from tests.e2e.harness import Key

RUN_TIMEOUT_S = 120
BILLION = 10**9
CONFIG = """
model = "{model}"
model_provider = "tokenry"
check_for_update_on_startup = false
[model_providers.tokenry]
name = "Tokenry"
base_url = "{url}/v1"
env_key = "TOKENRY_KEY"
wire_api = "responses"
supports_websockets = {sockets}
[analytics]
enabled = false
"""


@dataclass
class Codex:
    """The program, and the house it asks."""

    program: Path
    home: Path
    house: House

    @property
    def work(self) -> Path:
        """The folder that it works in."""
        return self.home / "work"

    def __call__(self, key: Key, model: str, prompt: str, *, sockets: bool) -> list[dict[str, Any]]:
        """What it tells of one prompt, event by event."""
        settings = CONFIG.format(model=model, url=self.house.server.url, sockets=str(sockets).lower())
        own = self.home / "codex"
        own.mkdir(exist_ok=True)
        self.work.mkdir(exist_ok=True)
        (own / "config.toml").write_text(settings)
        done = subprocess.run(
            [self.program, "exec", "--skip-git-repo-check", "--json", "-s", "danger-full-access", prompt],
            cwd=self.work, env=clients.environment(self.home, CODEX_HOME=str(own), TOKENRY_KEY=key.text),
            capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.stdout, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def codex(house: House, tmp_path: Path) -> Codex:
    """The client, installed once for all tests."""
    found = sorted(clients.node("codex").folder.glob("node_modules/@openai/codex-*/vendor/*/bin/codex"))
    if not found:
        pytest.skip("there is no Codex for this system")
    return Codex(found[0], tmp_path, house)


def said(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The items of a kind that it tells of as complete."""
    items = [event["item"] for event in events if event["type"] == "item.completed"]
    return [item for item in items if item["type"] == kind]


def agree(events: list[dict[str, Any]], receipts: list[dict[str, Any]], model: str) -> None:
    """Hold the tokens that it reports to the receipts of all that it asked."""
    told = events[-1]["usage"]
    counted = [receipt["usage"] for receipt in receipts]
    assert told["input_tokens"] == sum(one["input_tokens"] for one in counted) > 1000
    assert told["output_tokens"] == sum(one["output_tokens"] for one in counted) > 0
    assert told["cached_input_tokens"] == sum(one["input_tokens_details"]["cached_tokens"] for one in counted)
    assert {(one["endpoint"], one["model"]) for one in receipts} == {("responses", model)}


WAYS = pytest.mark.parametrize("sockets", [False, True], ids=["events", "socket"])


@WAYS
@pytest.mark.parametrize("model", [SCRIPTED, NATIVE])
def test_it_writes_a_file_through_a_tool(codex: Codex, model: str, sockets: bool) -> None:
    house = codex.house
    key = house.server.key(f"codex-{model}-{sockets}", budget_nano=BILLION)
    turns = house.server.gauge("tokenry_websocket_turns_total")
    call = json.dumps({"cmd": "printf 'by a tool' > made.txt"})
    events = codex(key, model, f"Write it. [[tool=exec_command; args={call}]]", sockets=sockets)
    assert events[-1]["type"] == "turn.completed", events
    assert (codex.work / "made.txt").read_text() == "by a tool"
    (command,) = said(events, "command_execution")
    assert (command["exit_code"], command["status"]) == (0, "completed")
    (message,) = said(events, "agent_message")
    assert message["text"].startswith("the tool said: ")
    receipts = house.asked_by(key)
    assert len(receipts) == 2
    agree(events, receipts, model)
    assert (house.server.gauge("tokenry_websocket_turns_total") - turns >= 2) is sockets


@WAYS
def test_a_model_that_is_too_small_for_it_says_so(codex: Codex, sockets: bool) -> None:
    key = codex.house.server.key(f"codex-starter-{sockets}", budget_nano=BILLION)
    events = codex(key, CHAT, "Say hello.", sockets=sockets)
    assert events[-1]["type"] == "turn.failed"
    assert "context" in events[-1]["error"]["message"]
    assert codex.house.server.spent_nano(key) == 0


@WAYS
def test_a_loop_that_never_ends_is_stopped_by_the_budget(codex: Codex, sockets: bool) -> None:
    house = codex.house
    budget = 80_000_000  # a turn costs some 5 of them, and holds some 50 while it runs
    key = house.server.key(f"codex-loop-{sockets}", budget_nano=budget)
    call = json.dumps({"cmd": "printf x >> turns.txt"})
    events = codex(key, SCRIPTED, f"Go on. [[tool=exec_command; again; args={call}]]", sockets=sockets)
    assert events[-1]["type"] == "turn.failed"
    assert events[-1]["error"]["message"] == "Quota exceeded. Check your plan and billing details."  # its own words
    receipts = house.asked_by(key)
    ran = len((codex.work / "turns.txt").read_text())
    assert len(receipts) == ran >= 3
    spent = house.server.spent_nano(key)
    assert spent == sum(receipt["charge_nanousd"] for receipt in receipts) <= budget
