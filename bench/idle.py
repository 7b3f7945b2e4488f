"""Streams that hardly move, many at once, on one process: what each costs while it waits, and while its reader is slow.

    streams   opens so many streams whose engine falls silent after the first event, holds them, lets go of all at once
    readers   so many clients that read 4 KiB twice a second from an engine that sends megabytes as fast as it can

Memory is that of the gateway's process, which holds two sockets for each stream: `ulimit -Hn` must allow that, else
fewer streams are opened, and the table says so. Every twentieth slow reader goes on at full speed in the end, and must
get its stream whole.

    just bench idle
    just bench idle --streams 2000 --readers 200 --seconds 10 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from bench.series import Sample, look
from bench.table import markdown
from bench.targets import Target, free_port, port_of, served, upstream

OPEN_AT_ONCE = 50
SPARE_FILES = 200  # of the gateway's: databases, pipes, the admin socket
SILENT_MODEL = "mock-s2-n50"  # the role, one token, silence
FAST_MODEL = "mock-n20000"  # about 4 MB a stream, in one write
READ_BYTES, READ_EVERY_S = 4096, 0.5
WHOLE_EVERY = 20
CONFIG = """
[server]
port = {port}
request_timeout_s = 3600
[starter]
award_usd = 1000000
[limits]
concurrent_requests = 100000
[[provider]]
name = "mock"
base_url = "http://127.0.0.1:{upstream}/v1"
max_concurrency = 100000
idle_timeout_s = 3600
"""
MODEL = """
[[model]]
name = "{name}"
max_output_tokens = 20000
price = {{ input = 0.01, output = 0.01 }}
deployments = [{{ provider = "mock", model = "{name}" }}]
"""


@dataclass(frozen=True)
class Result:
    """One mode's figures; memory in MB."""

    mode: str
    asked: int
    streams: int
    before_mb: float
    peak_mb: float
    after_mb: float
    kb_per_stream: float
    open_s: float
    cpu_percent_held: float
    close_s: float
    whole: str
    failed: int


class Watch:
    """Looks at the gateway all the time and keeps the peak."""

    def __init__(self, pid: int) -> None:
        self.pid, self.begun = pid, time.monotonic()
        self.before = self.peak = self.now()
        self._task = asyncio.create_task(self._run())

    def now(self) -> Sample:
        """The process at this moment."""
        return look(self.pid, self.begun)

    def end(self) -> None:
        """Look no longer."""
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            self.peak = max(self.peak, self.now(), key=lambda sample: sample.rss_mb)


async def opened(target: Target, model: str, count: int, small: bool) -> list[socket.socket]:
    """So many streams, each with the head of its answer on the way; `small`: with little room in the kernel."""
    body = {"model": model, "messages": [{"role": "user", "content": "Go on."}], "max_tokens": 20000, "stream": True}
    payload = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {target.key}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(payload)}\r\n\r\n"
    loop, address = asyncio.get_running_loop(), ("127.0.0.1", port_of(target))

    async def one() -> socket.socket:
        line = socket.socket()
        line.setblocking(False)
        if small:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BYTES)
        await loop.sock_connect(line, address)
        await loop.sock_sendall(line, head.encode() + payload)
        begun = await loop.sock_recv(line, READ_BYTES)
        if not begun.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"a stream was refused: {begun[:600].decode(errors='replace')}")
        return line

    lines = []
    for n in range(0, count, OPEN_AT_ONCE):
        lines += await asyncio.gather(*[one() for _ in range(min(OPEN_AT_ONCE, count - n))])
    return lines


async def streams(target: Target, args: argparse.Namespace) -> Result:
    """Streams that are silent."""
    possible = (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - SPARE_FILES) // 2
    count = min(args.streams, possible)
    watch = Watch(target.pid)
    begun = time.monotonic()
    lines = await opened(target, SILENT_MODEL, count, False)
    open_s, held = time.monotonic() - begun, watch.now()
    await asyncio.sleep(args.seconds)
    last = watch.now()
    still = int(_gauge(target, "tokenry_requests_in_flight"))
    begun = time.monotonic()
    for line in lines:
        line.close()
    await _until_idle(target)
    close_s = time.monotonic() - begun
    watch.end()
    return Result(
        mode="silent streams", asked=args.streams, streams=count, before_mb=watch.before.rss_mb,
        peak_mb=watch.peak.rss_mb, after_mb=watch.now().rss_mb,
        kb_per_stream=(last.rss_mb - watch.before.rss_mb) * 1024 / count, open_s=open_s,
        cpu_percent_held=100 * (last.cpu_s - held.cpu_s) / args.seconds, close_s=close_s, whole="none meant to be",
        failed=count - still,
    )  # fmt: skip


async def readers(target: Target, args: argparse.Namespace) -> Result:
    """Clients that read slowly what comes fast."""
    watch = Watch(target.pid)
    begun = time.monotonic()
    lines = await opened(target, FAST_MODEL, args.readers, True)
    open_s, held = time.monotonic() - begun, watch.now()
    until = time.monotonic() + args.seconds
    ran = await asyncio.gather(*[_slowly(line, until) for line in lines])
    last, patient = watch.now(), lines[::WHOLE_EVERY]
    begun = time.monotonic()
    for n, line in enumerate(lines):
        if n % WHOLE_EVERY:
            line.close()
    whole = await asyncio.gather(*[_rest(line) for line in patient])
    for line in patient:
        line.close()
    await _until_idle(target)
    watch.end()
    return Result(
        mode="slow readers", asked=args.readers, streams=args.readers, before_mb=watch.before.rss_mb,
        peak_mb=watch.peak.rss_mb, after_mb=watch.now().rss_mb,
        kb_per_stream=(watch.peak.rss_mb - watch.before.rss_mb) * 1024 / args.readers, open_s=open_s,
        cpu_percent_held=100 * (last.cpu_s - held.cpu_s) / args.seconds, close_s=time.monotonic() - begun,
        whole=f"{sum(whole)} of {len(patient)}", failed=ran.count(False),
    )  # fmt: skip


async def _slowly(line: socket.socket, until: float) -> bool:
    """Read little, seldom; whether the stream still ran when the time was over."""
    while time.monotonic() < until:
        await asyncio.sleep(READ_EVERY_S)
        if not await asyncio.get_running_loop().sock_recv(line, READ_BYTES):
            return False
    return True


async def _rest(line: socket.socket) -> bool:
    """Read on as fast as can be; whether the stream came to its proper end."""
    tail = b""
    while not tail.endswith(b"0\r\n\r\n") and (piece := await asyncio.get_running_loop().sock_recv(line, 1 << 20)):
        tail = (tail + piece)[-200:]
    return b"data: [DONE]" in tail


async def _until_idle(target: Target) -> None:
    async with asyncio.timeout(120):
        while await asyncio.to_thread(_gauge, target, "tokenry_requests_in_flight"):  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)


def _gauge(target: Target, name: str) -> float:
    url = f"http://127.0.0.1:{port_of(target)}/metrics"
    with urllib.request.urlopen(url, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))


def table(results: list[Result]) -> str:
    """The results as Markdown."""
    heads = (
        "what", "at once", "RSS MB before → peak → after", "KB each", "opened in s", "CPU % while held",
        "all ended in s", "whole", "ended too soon",
    )  # fmt: skip
    rows = [
        [
            r.mode, f"{r.streams:,}" + (f" of {r.asked:,}" if r.streams < r.asked else ""),
            f"{r.before_mb:.0f} → {r.peak_mb:.0f} → {r.after_mb:.0f}", f"{r.kb_per_stream:.1f}", f"{r.open_s:.1f}",
            f"{r.cpu_percent_held:.1f}", f"{r.close_s:.1f}", r.whole, str(r.failed),
        ]
        for r in results
    ]  # fmt: skip
    return markdown(heads, rows)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=10_000, help="silent ones; 0 leaves them out")
    parser.add_argument("--readers", type=int, default=1_000, help="slow ones; 0 leaves them out")
    parser.add_argument("--seconds", type=float, default=20, help="for which they are held")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


def main() -> int:
    """Measure and print; 0 when no stream ended that should not have."""
    args = arguments().parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard), hard))
    results: list[Result] = []
    for mode, count in ((streams, args.streams), (readers, args.readers)):
        if not count:
            continue
        with tempfile.TemporaryDirectory(prefix="tokenry-bench-") as name, upstream(Path(name)) as mock:
            port = free_port()
            config = CONFIG.format(port=port, upstream=port_of(mock))
            config += "".join(MODEL.format(name=model) for model in (SILENT_MODEL, FAST_MODEL))
            with served(Path(name), config, port) as target:
                results.append(uvloop.run(mode(target, args)))
        print(json.dumps(asdict(results[-1])), file=sys.stderr, flush=True)
    about: dict[str, Any] = {"open_files_limit": hard, "cpus": os.cpu_count(), "load": os.getloadavg()[0]}
    if args.json:
        print(json.dumps(about | {"results": [asdict(result) for result in results]}))
    else:
        print(f"{about['cpus']} CPUs, load {about['load']:.1f}; at most {hard:,} open files a process\n")
        print(table(results))
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
