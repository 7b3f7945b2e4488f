"""The compliance suite of Open Responses, at a Tokenry of its own, with the scripted engine and with the starter.

    just conformance open-responses ../openresponses

Needs a checkout of the suite, which is no part of this repository and is in no registry. Its cases are held in our own
tests, too, which see what it does not: sums, gaps, ids, deltas that differ from the text, and the books.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.conformance import clients
from tests.conformance.house import CHAT, SCRIPTED
from tests.e2e.harness import Key, Server, configured, scripted

CALLER = "script-caller"  # calls the suite's tool; the scripted engine calls none that it is not told to
CALLING = "tool-calling"
RUN_TIMEOUT_S = 300
Results = dict[str, dict[str, Any]]


class Suite:
    """The suite in a folder of its own, beside the packages it imports."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        installed = clients.node("open-responses")
        modules = installed.folder / "node_modules"
        self._bun = modules / ".bin/bun"
        self._folder = folder / "suite"
        for part in ("bin", "src/lib", "src/generated"):
            shutil.copytree(checkout / part, self._folder / part)
        (self._folder / "node_modules").symlink_to(modules)
        self._env = clients.environment(folder)

    def run(self, server: Server, key: Key, model: str, *only: str) -> Results:
        """Results by case."""
        words = ["--base-url", f"{server.url}/v1", "--api-key", key.text, "-m", model, "--json"]
        done = subprocess.run(
            [self._bun, "bin/compliance-test.ts", *words, *(["--filter", ",".join(only)] if only else [])],
            cwd=self._folder, env=self._env, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if not done.stdout.startswith("{"):
            raise SystemExit(done.stdout + done.stderr)
        return {result["id"]: result for result in json.loads(done.stdout)["results"]}


def run(words: list[str]) -> int:
    """Run the suite on both engines; 1 when a case fails with the scripted one."""
    parser = argparse.ArgumentParser(prog="just conformance open-responses", description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path, help="a checkout of the suite")
    asked = parser.parse_args(words)
    sees = "image_tokens = 1000"  # without it, a key with a hard budget sends no images
    models = [scripted(SCRIPTED, more=sees), scripted(CALLER, "tool=get_weather", more=sees)]
    config = configured(*models, top="[starter]\nenabled = true\nthreads = 1\n")
    with tempfile.TemporaryDirectory(prefix="tokenry-open-responses-") as name:
        folder = Path(name)
        suite, server = Suite(asked.checkout, folder), Server(folder, config).start()
        try:
            key = server.key("suite", budget_nano=10**10)
            results = suite.run(server, key, SCRIPTED) | suite.run(server, key, CALLER, CALLING)
            real = suite.run(server, key, CHAT)
            server.idle()
            assert server.stop() == 0
            assert server.check()["ok"]
        finally:
            server.kill()
    failed = _print(results, "the scripted engine")
    _print(real, CHAT)
    return 1 if failed else 0


def _print(results: Results, engine: str) -> int:
    """Show the results; how many failed."""
    for id_, result in results.items():
        print(f"{result['status']:8} {id_}")
        for error in result.get("errors") or ():
            print(f"             {error}")
    passed = sum(result["status"] == "passed" for result in results.values())
    print(f"open-responses with {engine}: {passed} of {len(results)} pass\n", flush=True)
    return len(results) - passed
