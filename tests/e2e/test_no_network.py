"""With loopback alone: what is in the cache is served, nothing else is asked for, nothing hangs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Server

PREFIX = ("unshare", "--net", "--map-root-user", "--", "sh", "-c", 'ip link set lo up && exec "$0" "$@"')
INSIDE = ("nsenter", "--net", "--user", "--preserve-credentials", "--target")
ASK = """
import json, sys, urllib.request
body = {"model": "starter", "max_tokens": 4, "messages": [{"role": "user", "content": "Hello"}]}
headers = {"authorization": "Bearer " + sys.argv[2], "content-type": "application/json"}
asked = urllib.request.Request(sys.argv[1] + "/v1/chat/completions", json.dumps(body).encode(), headers)
print(urllib.request.urlopen(asked, timeout=60).read().decode())
"""


@pytest.fixture
def cut_off(tmp_path: Path) -> Iterator[Server]:
    """A server without a configuration, so with the starter, in a network of its own that has no way out."""
    probe = subprocess.run([*PREFIX, "ip", "-brief", "link"], capture_output=True, text=True, check=False)
    if probe.returncode or "lo" not in probe.stdout:
        pytest.skip("this system gives us no network name space of our own")
    server = Server(tmp_path, None, PREFIX).start()
    yield server
    server.kill()


def test_the_first_answer(cut_off: Server) -> None:
    log = cut_off.log.read_text()
    if "could not be fetched" in log:
        pytest.skip("the starter's models are not in the cache")
    key = cut_off.key("alone")
    assert cut_off.process is not None
    done = subprocess.run(
        [*INSIDE, str(cut_off.process.pid), sys.executable, "-c", ASK, cut_off.url, key.text],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    usage = json.loads(done.stdout)["usage"]
    assert cut_off.stop() == 0
    report = cut_off.check()
    assert (report["ok"], report["output_tokens"]) == (True, usage["completion_tokens"])
