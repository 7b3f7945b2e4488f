"""With loopback alone: what is in the cache is served, nothing else is asked for, nothing hangs, nobody is called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Server, configured, run, scripted

PREFIX = ("unshare", "--net", "--map-root-user", "--", "sh", "-c", 'ip link set lo up && exec "$0" "$@"')
INSIDE = ("nsenter", "--net", "--user", "--preserve-credentials", "--target")
ASK = """
import json, sys, urllib.request
body = {"model": sys.argv[3], "max_tokens": 4, "messages": [{"role": "user", "content": "Hello"}]}
headers = {"authorization": "Bearer " + sys.argv[2], "content-type": "application/json"}
asked = urllib.request.Request(sys.argv[1] + "/v1/chat/completions", json.dumps(body).encode(), headers)
print(urllib.request.urlopen(asked, timeout=60).read().decode())
"""
STARTER = ("smollm2-135m", "wordllama-256")


@pytest.fixture(scope="module", autouse=True)
def name_space() -> None:
    """A network of our own, without which these tests say nothing."""
    probe = subprocess.run([*PREFIX, "ip", "-brief", "link"], capture_output=True, text=True, check=False)
    if probe.returncode or "lo" not in probe.stdout:
        pytest.skip("this system gives us no network name space of our own")


@pytest.fixture
def pulled() -> None:
    """The starter's models in the cache: they come over the network once, before it is cut."""
    for name in STARTER:
        done = run("pull", name)
        if done.returncode:
            pytest.skip(f"{name} is not in the cache and cannot be fetched: {done.stderr}")


@pytest.fixture
def cut_off(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server in a network that has no way out; its configuration is the parameter, None = none, so the starter."""
    server = Server(tmp_path, request.param, PREFIX).start()
    yield server
    server.kill()


def answered(server: Server, model: str) -> int:
    """Ask once from inside; the tokens of the answer."""
    key = server.key("alone")
    assert server.process is not None
    done = subprocess.run(
        [*INSIDE, str(server.process.pid), sys.executable, "-c", ASK, server.url, key.text, model],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["usage"]["completion_tokens"])


def calls(server: Server) -> dict[str, int]:
    """How often anybody in the server's network tried to reach what is not there, or asked any name server."""
    assert server.process is not None
    net = Path(f"/proc/{server.process.pid}/net")
    four = (net / "snmp").read_text().splitlines()
    counts: dict[str, int] = {}
    for names, values in zip(four[::2], four[1::2], strict=True):
        kind = names.partition(":")[0]
        numbers = map(int, values.split()[1:])
        counts |= {f"{kind}.{name}": value for name, value in zip(names.split()[1:], numbers, strict=True)}
    six = dict(line.split() for line in (net / "snmp6").read_text().splitlines()) if (net / "snmp6").exists() else {}
    return {
        "no route": counts["Ip.OutNoRoutes"],
        "datagrams": counts["Udp.OutDatagrams"],
        "no route, IPv6": int(six.get("Ip6OutNoRoutes", 0)),
        "datagrams, IPv6": int(six.get("Udp6OutDatagrams", 0)),
    }


NOBODY = {"no route": 0, "datagrams": 0, "no route, IPv6": 0, "datagrams, IPv6": 0}


@pytest.mark.parametrize("cut_off", [None], indirect=True, ids=["starter"])
def test_the_first_answer_comes_from_the_cache_and_nobody_is_called(pulled: None, cut_off: Server) -> None:
    assert "could not be fetched" not in cut_off.log.read_text()
    tokens = answered(cut_off, "starter")
    assert calls(cut_off) == NOBODY
    assert cut_off.stop() == 0
    report = cut_off.check()
    assert (report["ok"], report["output_tokens"]) == (True, tokens)


FAR = '[[provider]]\nname = "far"\nbase_url = "http://192.0.2.1:9/v1"\n'  # TEST-NET-1 (RFC 5737)


@pytest.mark.parametrize("cut_off", [configured(scripted("script", "words=3"), top=FAR)], indirect=True, ids=["far"])
def test_a_provider_that_is_configured_is_called_and_counted(cut_off: Server) -> None:
    """What proves that the test above can fail: the discovery of this provider's models has no route."""
    assert answered(cut_off, "script") == 3
    assert calls(cut_off)["no route"] > 0
    assert cut_off.stop() == 0
