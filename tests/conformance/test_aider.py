"""aider, unmodified, edits a file: streamed with `diff` blocks, and whole with the `whole` format.

The scripted engine says the edit that the prompt spells out; the starter cannot write code.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance import clients
from tests.conformance.house import SCRIPTED, House

BEFORE = 'def greet():\n    return "hello"\n'
AFTER = BEFORE.replace("hello", "goodbye")
DIFF = f"""
greet.py
```python
<<<<<<< SEARCH
{BEFORE}=======
{AFTER}>>>>>>> REPLACE
```
"""
WHOLE = f"""
greet.py
```
{AFTER}```
"""
# Prices as the scripted model has them: it then asks nobody on the network what the model is and costs.
METADATA = {
    f"openai/{SCRIPTED}": {
        "litellm_provider": "openai",
        "mode": "chat",
        "max_input_tokens": 32_000,
        "max_output_tokens": 4096,
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 2e-6,
    }
}
QUIET = (
    "--yes-always", "--no-git", "--no-check-update", "--analytics-disable", "--no-show-model-warnings",
    "--no-show-release-notes", "--no-detect-urls", "--no-pretty", "--map-tokens", "0",
)  # fmt: skip
RUN_TIMEOUT_S = 120
_COST = re.compile(r"Tokens: ([\d.]+k?) sent, (\d+) received. Cost: \$([\d.]+) message")


@dataclass(frozen=True)
class Way:
    """How aider asks for an edit, and the answer that makes it."""

    format: str
    answer: str
    stream: bool


@pytest.mark.parametrize(
    "way", [Way("diff", DIFF, stream=True), Way("whole", WHOLE, stream=False)], ids=lambda way: way.format
)
def test_an_edit(house: House, tmp_path: Path, way: Way) -> None:
    aider = clients.python("aider")
    key = house.server.key(f"aider-{way.format}", budget_nano=10**9)
    work = tmp_path / "work"
    work.mkdir()
    (work / "greet.py").write_text(BEFORE)
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA))
    done = subprocess.run(
        [aider / "aider", *QUIET, "--model", f"openai/{SCRIPTED}", "--edit-format", way.format,
         "--stream" if way.stream else "--no-stream", "--model-metadata-file", str(tmp_path / "metadata.json"),
         "--message", f"Let it say goodbye. [[text={way.answer}]]", "greet.py"],
        cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
        env=clients.environment(
            tmp_path, OPENAI_API_BASE=f"{house.server.url}/v1", OPENAI_API_KEY=key.text,
            LITELLM_LOCAL_MODEL_COST_MAP="True",
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (work / "greet.py").read_text() == AFTER
    (receipt,) = house.asked_by(key)
    assert receipt["stream"] is way.stream
    told = _COST.search(done.stdout)
    assert told is not None, done.stdout
    if not way.stream:  # of a stream it counts with a tokenizer of its own
        assert [int(number) for number in told.groups()[:2]] == [
            receipt["usage"]["input_tokens"], receipt["usage"]["output_tokens"],
        ]  # fmt: skip
        # It shows five digits: more of them would be ours to explain.
        assert abs(float(told[3]) * 10**9 - receipt["charge_nanousd"]) < 10_000
