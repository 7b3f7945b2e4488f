"""Drives an installed `tokenry` like its first user would: version, start, key, one answer, the pages, sound books.

Uses the standard library and the scripted engine only. `smoke.py PROGRAM…`, from any folder; the program may be several
words, as in `uvx --from WHEEL tokenry`.
"""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
CHECK = ("ledger", "check")
CONFIG = """
[server]
port = {port}

[[provider]]
name = "script"
dialect = "scripted"

[[model]]
name = "demo"
price = {{ input = 1, output = 2 }}
deployments = [{{ provider = "script", model = "scripted" }}]
"""


def run(*command: str) -> str:
    """A command's output; its own words and the end when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    print(f"$ {' '.join(command[1:])}\n{done.stdout.strip()}", flush=True)
    return done.stdout


def fetch(url: str, key: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One JSON answer; an error answer's words and the end."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    data = json.dumps(body).encode() if body else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return dict(json.loads(answer.read() or b"{}"))
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{url}: {error.code} {error.read().decode()}") from None


def wait_until_healthy(server: subprocess.Popen[bytes], url: str) -> None:
    """Return once /healthz answers."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"tokenry serve does not answer on {url} (exit status {server.poll()})")


def one_answer(base: str, program: list[str], data: str) -> None:
    """Make a key and ask for one chat completion with it."""
    made = json.loads(run(*program, "key", "create", "--data", data, "--name", "smoke", "--json"))
    body = {"model": "demo", "messages": [{"role": "user", "content": "Say something."}], "max_tokens": 16}
    answer = fetch(f"{base}/v1/chat/completions", made["key"], body)
    usage, text = answer["usage"], answer["choices"][0]["message"]["content"]
    assert text, answer
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0, usage
    print(f"an answer of {usage['completion_tokens']} tokens: {text!r}")


def the_pages(base: str, log: Path) -> None:
    """Sign in by the link of the first start, be led to the workspace, and fetch a script of it, compressed."""
    link = re.search(r"https?://\S+/sign-in/link/[\w-]+", log.read_text(encoding="utf-8"))
    assert link is not None, "the first start shows no link to sign in by"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    browser.addheaders = [("accept", "text/html"), ("origin", base)]
    form = {"name": "Smoke", "email": "smoke@example.org", "password": "a horse of correct battery"}
    with browser.open(link[0], urllib.parse.urlencode(form).encode(), timeout=60) as answer:
        page = answer.read().decode()
        assert urllib.parse.urlsplit(answer.url).path == "/", answer.url
        assert answer.headers["content-type"].startswith("text/html"), answer.headers
        assert "default-src 'self'" in answer.headers["content-security-policy"], answer.headers
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script is not None, page
    asked = urllib.request.Request(base + script[1], headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        small = answer.read()
        assert "immutable" in answer.headers["cache-control"], answer.headers
    if answer.headers["content-encoding"] == "gzip":  # the smallest of them come as they are
        small = gzip.decompress(small)
    print(f"signing in leads to the workspace; {script[1]} has {len(small)} bytes")


def main() -> None:
    """The whole walk."""
    program = sys.argv[1:]
    version = run(*program, "--version")
    assert any(part[0].isdigit() for part in version.split()), version
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        config, data = Path(folder, "tokenry.toml"), str(Path(folder, "data"))
        config.write_text(CONFIG.format(port=port), encoding="utf-8")
        base = f"http://127.0.0.1:{port}"
        log = Path(folder, "server.log")
        with log.open("wb") as written:
            server = subprocess.Popen(
                [*program, "serve", "--data", data, "--config", str(config)], stdin=subprocess.DEVNULL, stderr=written
            )
        try:
            wait_until_healthy(server, f"{base}/healthz")
            one_answer(base, program, data)
            the_pages(base, log)
            server.send_signal(signal.SIGTERM)
            status = server.wait(STOP_TIMEOUT_S)
        finally:
            server.kill()
            print(log.read_text(encoding="utf-8"), flush=True)
        assert status == 0, f"SIGTERM: exit status {status}"
        run(*program, *CHECK, "--data", data)
    print("the built wheel works")


if __name__ == "__main__":
    main()
