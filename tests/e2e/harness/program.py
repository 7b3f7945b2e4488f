"""The program under test: the `tokenry` beside this Python, or the one that TOKENRY_PROGRAM names (a built wheel's)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.e2e.harness import nursery

PROGRAM = os.environ.get("TOKENRY_PROGRAM") or str(Path(sys.executable).with_name("tokenry"))
TIMEOUT_S = 60.0


def environment() -> dict[str, str]:
    """The environment for the program: ours, plain words, and byte code kept, since tests start it often."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_COLOR": "1"}


def nursery_of() -> nursery.Nursery | None:
    """Where the program is started at once; None where it is another's, or nobody opened one."""
    return None if "TOKENRY_PROGRAM" in os.environ else nursery.in_force()


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    command = [PROGRAM, *map(str, words)]
    if (here := nursery_of()) is not None:
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            code = here.start(command, environment(), out.fileno(), err.fileno()).wait(TIMEOUT_S)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, code, out.read(), err.read())
    return subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        stdin=subprocess.DEVNULL, env=environment(),
    )  # fmt: skip


def answered(*words: str | Path) -> Any:
    """The JSON that a verb prints. Its own words when it fails."""
    done = run(*words, "--json")
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)
