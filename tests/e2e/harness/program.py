"""The program under test: the `tokenry` beside this Python, or the one that TOKENRY_PROGRAM names (a built wheel's)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = os.environ.get("TOKENRY_PROGRAM") or str(Path(sys.executable).with_name("tokenry"))
TIMEOUT_S = 60.0


def environment() -> dict[str, str]:
    """The environment for the program: ours, plain words, and byte code kept, since tests start it often."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_COLOR": "1"}


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        stdin=subprocess.DEVNULL, env=environment(),
    )  # fmt: skip


def answered(*words: str | Path) -> Any:
    """The JSON that a verb prints. Its own words when it fails."""
    done = run(*words, "--json")
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)
