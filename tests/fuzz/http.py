"""Broken HTTP at a live server: conversations made from a grammar, damaged at random, some by several clients at once.

    just fuzz http --minutes 10

Every answer must be well formed, none may be a 5xx but a documented 503, none may take longer than a client waits, and
the server must go on: it answers a harmless question after each batch, its log holds no fault, its memory stays within
bounds, and when all is over its books are sound. Knows nothing of the program but its command line and its socket.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.harness import Key, Server, configured, scripted
from tests.hostile.raw import BadAnswerError, Line, request

HASTY = Path(__file__).parents[1] / "hostile" / "hasty.py"  # patience of half a second
BATCH = 24  # conversations at a time
ANSWERS_MAX = 64  # of one conversation
SETTLED_S = 60.0  # warm-up before memory is looked at
GROWTH_MAX = 64 * 2**20  # bytes of resident memory after that
PATHS = (
    *("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/models", "/v1/models/script", "/healthz"),
    *("/readyz", "/metrics", "/openapi.json", "/docs", "/", "/v1/tokenry/receipts/req_x", "/nowhere", "*"),
    *("http://x/v1/models"),
)
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "STEAL"]
MEMBERS = (
    *("model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "stop"),
    *("tools", "seed", "tool_choice", "response_format", "logit_bias", "user", "prompt", "input", "best_of"),
    *("logprobs", "temperature", "encoding_format", "dimensions", "modalities", "prediction", "top_logprobs"),
    *("service_tier", "x"),
)
LINES = (
    *("content-length: 5", "content-length: 0", "content-length: 99999999", "transfer-encoding: chunked"),
    *("connection: close", "transfer-encoding: identity", "connection: keep-alive", "expect: 100-continue"),
    *("upgrade: h2c", "connection: upgrade", "content-type: text/plain", "content-encoding: gzip"),
    *("accept-encoding: gzip", "host: b", "te: trailers", "x: \x00", "idempotency-key: same"),
    *("openai-project: none", "x-forwarded-for: 1.2.3.4", "authorization: Basic eA==", "cookie: a=b"),
    *("content-type: application/json; charset=utf-16", "range: bytes=0-1", "x : y", " folded", "no-colon"),
    ": none",
)
SPLICES = (
    *(b"\r\n", b"\n", b"\r", b"\x00", b"\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b":", b" ", b"\t"),
    *(b"\xff", b"{", b'"', b"-1", b"GET / HTTP/1.1\r\n", b"ffffffffffffffff\r\n", b"HTTP/1.1"),
    *(b"Content-Length: 3\r\n", b"\x16\x03\x01", b",", b";"),
)
_FUNCTION = {"type": "function", "function": {"name": "f"}}
VALUES = json.loads(
    r"""[null, true, 0, -1, 1.5, 1000000000000000000000000000000, 1e300, "", "hi", "\ud83d\ude00", "\u0000", [], {},
    [1], [[1]], {"type": "x"}, [{"role": "user", "content": "hi"}]]"""
)
VALUES += [_FUNCTION, [_FUNCTION], ["a"] * 300, "x" * 5000]


def config() -> str:
    """The server's: every model is scripted, bodies are small, requests end soon."""
    return configured(
        scripted("script", "words=5"),
        scripted("vectors", more='kind = "embedding"'),
        scripted("judge", more='kind = "moderation"'),
        top="[server]\nbody_size_max = 200000\nrequest_timeout_s = 5\n",
    )


def a_body(rng: random.Random) -> bytes:
    """A body: mostly JSON that nearly fits."""
    fits: dict[str, object] = {"model": rng.choice(("script", "vectors", "none"))}
    fits |= rng.choice(({"messages": [{"role": "user", "content": "hi"}]}, {"prompt": "hi"}, {"input": ["hi"]}, {}))
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        fits[rng.choice(MEMBERS)] = rng.choice(VALUES)
    text = json.dumps(fits).encode()
    if rng.random() < 0.2:
        text = damaged(rng, text)
    return text


def a_request(rng: random.Random, key: str) -> bytes:
    """One request, well-formed or nearly."""
    method = rng.choice(METHODS) if rng.random() < 0.3 else rng.choice(("GET", "POST", "POST", "POST"))
    path = rng.choice(PATHS[:3]) if method == "POST" and rng.random() < 0.8 else rng.choice(PATHS)
    lines = [rng.choice(LINES) for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 5)))]
    secret = rng.choice((key, key, key, key, None, "sk-tok-wrong"))
    body = a_body(rng) if method == "POST" or rng.random() < 0.1 else b""
    if body and rng.random() < 0.3:
        return request(method, path, "transfer-encoding: chunked", *lines, key=secret, length=False) + chunks(rng, body)
    return request(method, path, *lines, body=body, key=secret)


def chunks(rng: random.Random, body: bytes) -> bytes:
    """A body in chunks, sometimes with extensions and trailers."""
    out = b""
    while body:
        size = rng.randint(1, len(body))
        out += b"%x%b\r\n%b\r\n" % (size, rng.choice((b"", b"", b";a=b")), body[:size])
        body = body[size:]
    return out + b"0\r\n" + rng.choice((b"", b"", b"x: y\r\n", b"authorization: Bearer x\r\n")) + b"\r\n"


def damaged(rng: random.Random, data: bytes) -> bytes:
    """The bytes with a few of them cut, changed, doubled or put in."""
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randint(0, len(data))
        end = min(len(data), at + rng.choice((0, 0, 1, 2, 8, 40)))
        piece = rng.choice((rng.choice(SPLICES), rng.randbytes(rng.randint(1, 4)), data[at:end] * 2, b""))
        data = data[:at] + piece + data[end:]
    return data


def a_conversation(rng: random.Random, key: str) -> list[bytes]:
    """The pieces that one client sends, one write each."""
    raw = b"".join([a_request(rng, key) for _ in range(rng.choice((1, 1, 2, 3, 8)))])
    if rng.random() < 0.6:
        raw = damaged(rng, raw)
    if rng.random() < 0.1:
        raw = raw[: rng.randint(0, len(raw))]
    cuts = sorted(rng.randint(0, len(raw)) for _ in range(rng.choice((0, 0, 1, 3, 20))))
    return [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


async def converse(url: str, rng: random.Random, key: str) -> None:
    """One client's life; raises what must not be."""
    line = await Line.open(url)
    try:
        for piece in a_conversation(rng, key):
            await line.send(piece)
            await asyncio.sleep(0)
        if rng.random() < 0.2:
            return  # hangs up, whatever comes
        if line.writer.can_write_eof() and not line.closed:
            try:
                line.writer.write_eof()
            except OSError:
                return
        for _ in range(ANSWERS_MAX):
            reply = await line.reply(tolerant=True)
            if reply is None:
                return
            if reply.status >= 500 and reply.status not in {501, 503}:
                raise BadAnswerError(f"{reply.status}: {reply.body[:300]!r}")
    finally:
        await line.leave()


async def batch(server: Server, key: Key, seed: int) -> dict[str, str]:
    """Some clients at once, and the question whether all is well; what failed -> how to see it again."""
    failed: dict[str, str] = {}

    async def one(number: int) -> None:
        try:
            await converse(server.url, random.Random(number), key.text)
        except (BadAnswerError, TimeoutError, ConnectionError) as error:
            failed[f"conversation {number}: {type(error).__name__} {error}"[:300]] = f"just fuzz http --seed {number}"

    await asyncio.gather(*[one(seed + number) for number in range(BATCH)])
    line = await Line.open(server.url)
    await line.send(request("GET", "/readyz"))
    reply = await line.reply()
    await line.leave()
    if reply is None or reply.status != 200:
        failed[f"after batch {seed}: {reply}"] = f"just fuzz http --seed {seed}"
    return failed


def memory(server: Server) -> int:
    """Resident memory of the server, in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def faults(log: str) -> Iterator[tuple[str, str]]:
    """The faults that a log tells of, each kind once."""
    for line in log.splitlines():
        if '"level":"error"' in line:
            said = json.loads(line)
            where = (said.get("at_code") or ["?"])[-1]
            yield f"the log: {said['event']} {said.get('fault', '')} {where}", "the server's log"


def run(seconds: float, seed: int, _spec: Path | None, _paths: str) -> tuple[int, dict[str, str]]:
    """Fuzz for so long, from this seed on; conversations held, and what failed with the command to see it again."""
    with tempfile.TemporaryDirectory(prefix="tokenry-fuzz-") as folder:
        server = Server(Path(folder), config(), prefix=[sys.executable, str(HASTY)]).start()
        try:
            return _run(server, seconds, seed)
        finally:
            server.kill()


def _run(server: Server, seconds: float, seed: int) -> tuple[int, dict[str, str]]:
    key, failed, held = server.key("fuzz"), {}, 0
    began, shown, settled = time.monotonic(), 0.0, 0
    while (now := time.monotonic() - began) < seconds and len(failed) < 20:
        failed |= asyncio.run(batch(server, key, seed + held))
        held += BATCH
        if now - shown > 30:
            shown = now
            print(f"http: {held:,} conversations, {memory(server) / 2**20:.0f} MiB, {len(failed)} failed", flush=True)
        if not settled and now > min(SETTLED_S, seconds / 2):
            settled = memory(server)
    grown = memory(server) - settled if settled else 0
    if grown > GROWTH_MAX:
        failed[f"memory grew by {grown / 2**20:.0f} MiB"] = f"just fuzz http --seed {seed}"
    server.idle()
    assert server.stop() == 0
    said = server.log.read_text(encoding="utf-8")
    failed |= dict(faults(said))
    report = server.check()
    if not report["ok"] or report["open_holds"]:
        failed[f"the books: {report}"[:300]] = ""
    print(f"http: {held:,} conversations; memory {grown / 2**20:+.1f} MiB after the first minute; books {report['ok']}")
    return held, failed
