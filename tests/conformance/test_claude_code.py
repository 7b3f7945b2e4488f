"""Claude Code, unmodified, on the scripted engine: it answers, writes a file through a tool, meets an empty budget.

Once with an engine that speaks chat and once with one that speaks Messages itself. Its own report of tokens is what
the receipts say.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import clients
from tests.conformance.house import NATIVE, SCRIPTED, House
from tests.e2e.harness import Key

RUN_TIMEOUT_S = 120
BILLION = 10**9


@dataclass
class Claude:
    """The program in a folder of its own."""

    program: Path
    home: Path
    url: str

    def __call__(self, key: Key, model: str, prompt: str, *words: str) -> dict[str, Any]:
        """What it reports of one prompt."""
        quiet = dict.fromkeys(
            (
                "DISABLE_TELEMETRY", "DISABLE_AUTOUPDATER", "DISABLE_ERROR_REPORTING",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
            ),
            "1",
        )  # fmt: skip
        env = clients.environment(self.home, ANTHROPIC_BASE_URL=self.url, ANTHROPIC_AUTH_TOKEN=key.text, **quiet)
        work = self.home / "work"
        work.mkdir(exist_ok=True)
        done = subprocess.run(
            [self.program, "-p", prompt, "--model", model, "--output-format", "json", *words],
            cwd=work, env=env, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.stdout, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report


@pytest.fixture(scope="module")
def claude(house: House, tmp_path_factory: pytest.TempPathFactory) -> Claude:
    """The client, installed once for all tests."""
    found = sorted(clients.node("claude").folder.glob("node_modules/@anthropic-ai/claude-code-*/claude"))
    if not found:
        pytest.skip("there is no Claude Code for this system")
    return Claude(found[0], tmp_path_factory.mktemp("claude"), house.server.url)


def agree(report: dict[str, Any], receipts: list[dict[str, Any]], model: str) -> None:
    """Hold the tokens that it reports of a session to the receipts of all that it asked."""
    told = report["modelUsage"][model]
    counted = [receipt["usage"] for receipt in receipts]
    cached = sum(one["input_tokens_details"]["cached_tokens"] for one in counted)
    written = sum(one["input_tokens_details"]["cache_write_tokens"] for one in counted)
    assert told["inputTokens"] == sum(one["input_tokens"] for one in counted) - cached - written
    assert (told["cacheReadInputTokens"], told["cacheCreationInputTokens"]) == (cached, written)
    assert told["outputTokens"] == sum(one["output_tokens"] for one in counted)
    assert {(one["endpoint"], one["model"]) for one in receipts} == {("messages", model)}


@pytest.mark.parametrize("model", [SCRIPTED, NATIVE])
def test_it_writes_a_file_through_a_tool(house: House, claude: Claude, model: str) -> None:
    key = house.server.key(f"claude-{model}", budget_nano=BILLION)
    file = claude.home / "work" / f"{model}.txt"
    call = json.dumps({"file_path": str(file), "content": "written by a tool\n"})
    prompt = f"[[cached=3;cache_write=5]] [[tool=Write;args={call}]] Write it."
    report = claude(key, model, prompt, "--allowedTools", "Write")
    assert file.read_text() == "written by a tool\n"
    assert report["subtype"] == "success"
    assert not report["is_error"]
    assert report["result"].startswith("the tool said: ")
    receipts = house.asked_by(key)
    assert len(receipts) >= 2
    agree(report, receipts, model)


def test_it_answers_with_thoughts_on_the_way(house: House, claude: Claude) -> None:
    key = house.server.key("claude-says", budget_nano=BILLION)
    report = claude(key, SCRIPTED, "[[reasoning=let me see]] [[text=Good day.]]")
    assert report["result"] == "Good day."
    agree(report, house.asked_by(key), SCRIPTED)


def test_an_empty_budget_is_told_to_its_user_at_once(house: House, claude: Claude) -> None:
    poor = house.server.key("claude-poor", budget_nano=1)
    report = claude(poor, SCRIPTED, "Say hello.")
    assert report["is_error"]
    assert report["api_error_status"] == 429
    assert "budget" in report["result"]
    assert "ask for more" in report["result"]
    assert report["num_turns"] == 1
