"""The mock upstream as a process, and its own account of what it sent: what the ledger is compared with."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROMPT_TOKENS = 25  # of every request, as the mock counts
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Sent:
    """What the upstream sent for one request."""

    id: str
    prompt: int
    output: int
    done: bool


class Mock:
    """One mock upstream with its log."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "upstream.jsonl"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.upstream", "--port", "0", "--log", str(self._log)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def sent(self) -> list[Sent]:
        """Everything so far."""
        if not self._log.exists():
            return []
        rows = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [Sent(row["id"], row["prompt"], row["sent"], row["done"]) for row in rows]

    def stats(self) -> dict[str, Any]:
        """Its counters."""
        with urllib.request.urlopen(self.url.removesuffix("/v1") + "/stats", timeout=10) as answer:
            return dict(json.loads(answer.read()))

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
