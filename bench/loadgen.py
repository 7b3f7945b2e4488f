"""A load generator for OpenAI-compatible endpoints: raw `asyncio.Protocol`, keep-alive connections, one process.

It knows how to send one request many times and to time the answers. It does not start or stop what it measures.

    sat     closed loop: each of -c connections sends again as soon as it has a full answer → req/s, latency
    rate    open loop at -r requests/s, latency counted from the scheduled time → p50, p90, p99
    stream  closed loop of event streams; one counts only if it ended with [DONE] → streams/s, events/s, time to first
    hold    opens -n (slow) streams at once and watches the memory of --pid's process tree → peak, complete streams

With --pid, CPU time and memory of that process tree are reported: CPU per request is the figure that other work on the
machine disturbs least, so compare that first. Output: one JSON line.

With --wrk, sat is driven by the wrk program, a cheaper client, so that the client limits less.

    python -m bench.loadgen sat    --url http://127.0.0.1:9100/v1/chat/completions -c 64 -d 8
    python -m bench.loadgen rate   --url … -r 50 -d 20 --key sk-x --pid 123
    python -m bench.loadgen hold   --url … --model mock-d200-n50 -n 500 --pid 123
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import urlsplit

import httptools
import uvloop

from bench import wrk
from bench.processes import Cost, cost, tree

OPEN_AT_ONCE = 50  # connections opened in one go, so that no accept queue overflows


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request on it."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.in_flight = self.done = False
        self.request_id = self.tail = b""
        self.sent_at = self.first_at = 0.0
        self.events = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.parser = httptools.HttpResponseParser(self)
        self.load.connected(self)

    def send(self, scheduled_at: float | None = None) -> None:
        """Send the request; its latency counts from `scheduled_at` (seconds of the performance counter), else now."""
        self.sent_at = scheduled_at or time.perf_counter()
        self.first_at, self.events, self.done, self.tail, self.in_flight = 0.0, 0, False, b"", True
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.load.errors["parse"] += 1
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-request-id":
            self.request_id = value

    def on_body(self, piece: bytes) -> None:
        if not self.load.streaming:
            return
        if not self.first_at:
            self.first_at = time.perf_counter()
        piece = self.tail + piece
        self.events += piece.count(b"data:")
        self.done = self.done or b"[DONE]" in piece
        # A marker may be cut by a read: keep its beginning, and never one that was counted.
        self.tail = b"" if piece.endswith(b"\n") or b"data:" in piece[-5:] else piece[-5:]

    def on_message_complete(self) -> None:
        status, keep = self.parser.get_status_code(), self.parser.should_keep_alive()
        self.in_flight = False
        self.parser = httptools.HttpResponseParser(self)
        self.load.finished(self, status, time.perf_counter() - self.sent_at)
        if not keep:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.lost(self)


class Load:
    """One run: its request, its connections, what came back."""

    def __init__(self, args: argparse.Namespace, log: TextIO | None) -> None:
        self.args, self.log = args, log
        self.loop = asyncio.get_running_loop()
        self.streaming = args.mode in ("stream", "hold")
        self.request = _request(args, self.streaming)
        self.latencies_s: list[float] = []
        self.firsts_s: list[float] = []
        self.errors: Counter[str] = Counter()
        self.ok = self.events = self.incomplete = self.held = 0
        self.recording = self.stopping = False
        self.connections: set[Connection] = set()
        self.idle: list[Connection] = []
        self.overdue: list[float] = []
        self.all_ended = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Open one more connection."""
        url = urlsplit(self.args.url)
        await self.loop.create_connection(lambda: Connection(self), url.hostname, url.port or 80)

    def connected(self, connection: Connection) -> None:
        """A connection stands; put it to work."""
        self.connections.add(connection)
        self._employ(connection)

    def finished(self, connection: Connection, status: int, latency_s: float) -> None:
        """An answer is whole."""
        complete = 200 <= status < 300 and (connection.done or not self.streaming)
        if self.log:
            line = {"id": connection.request_id.decode("latin1"), "status": status, "complete": complete}
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()  # what was answered must stand here even if this process is killed next
        if self.recording:
            if complete:
                self.ok += 1
                self.latencies_s.append(latency_s)
                self.events += connection.events
                if connection.first_at:
                    self.firsts_s.append(connection.first_at - connection.sent_at)
            elif 200 <= status < 300:
                self.incomplete += 1
            else:
                self.errors[str(status)] += 1
        if self.args.mode == "hold":
            self._one_less()
        elif self.stopping:
            connection.transport.close()
        else:
            self._employ(connection)

    def lost(self, connection: Connection) -> None:
        """A connection is gone, by whomever's wish."""
        self.connections.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)
        if connection.in_flight:
            if self.recording:
                self.errors["dropped"] += 1
            if self.args.mode == "hold":
                self._one_less()
        if not self.stopping and self.args.mode in ("sat", "stream"):
            self._connect_soon()

    async def run(self) -> dict[str, Any]:
        """Run the mode to its end and report."""
        pids = tree(self.args.pid)
        before = cost(pids)
        if self.args.mode == "hold":
            return await self._hold(pids, before)
        begun = await (self._rate(pids) if self.args.mode == "rate" else self._closed_loop(pids))
        self.recording, self.stopping = False, True
        after = cost(pids)
        for connection in list(self.connections):
            connection.transport.abort()
        spent = Cost(after.cpu_s - begun.cpu_s, after.rss_mb)
        return self._report(float(self.args.duration), spent, before)

    async def _closed_loop(self, pids: list[int]) -> Cost:
        await self._connect_many(self.args.connections)
        await asyncio.sleep(self.args.warmup)
        self.recording, begun = True, cost(pids)
        await asyncio.sleep(self.args.duration)
        return begun

    async def _rate(self, pids: list[int]) -> Cost:
        await self._connect_many(8)
        due = time.perf_counter() + 0.05
        start = due + max(1.0, self.args.warmup)
        end = start + self.args.duration
        begun = cost(pids)
        while due < end:
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if not self.recording and due >= start:
                self.recording, begun = True, cost(pids)
            if self.idle:
                self.idle.pop().send(due)
            else:
                self.overdue.append(due)
                self._connect_soon()
            due += 1 / self.args.rate
        await asyncio.sleep(0.5)
        return begun

    async def _hold(self, pids: list[int], before: Cost) -> dict[str, Any]:
        self.recording, self.held, peak = True, self.args.streams, before.rss_mb
        begun_s, begun = time.perf_counter(), cost(pids)
        await self._connect_many(self.args.streams)
        while not self.all_ended.is_set() and time.perf_counter() - begun_s < self.args.timeout:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.all_ended.wait(), 0.25)
            peak = max(peak, cost(pids).rss_mb)
        self.stopping = True
        spent = Cost(cost(pids).cpu_s - begun.cpu_s, peak)
        return self._report(time.perf_counter() - begun_s, spent, before)

    async def _connect_many(self, n: int) -> None:
        for i in range(0, n, OPEN_AT_ONCE):
            group = [self.connect() for _ in range(min(OPEN_AT_ONCE, n - i))]
            for result in await asyncio.gather(*group, return_exceptions=True):
                if isinstance(result, BaseException):
                    self.errors["connect"] += 1
                    self._one_less()

    def _connect_soon(self) -> None:
        task = self.loop.create_task(self._connect_again())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _connect_again(self) -> None:
        while not self.stopping:
            try:
                await self.connect()
            except OSError:
                self.errors["connect"] += self.recording
                await asyncio.sleep(0.1)
            else:
                return

    def _employ(self, connection: Connection) -> None:
        if self.args.mode != "rate":
            connection.send()
        elif self.overdue:
            connection.send(self.overdue.pop(0))
        else:
            self.idle.append(connection)

    def _one_less(self) -> None:
        self.held -= 1
        if self.held <= 0:
            self.all_ended.set()

    def _report(self, seconds: float, spent: Cost, before: Cost) -> dict[str, Any]:
        args = self.args
        size = {"hold": args.streams, "rate": args.rate}.get(args.mode, args.connections)
        report = {"label": args.label, "mode": args.mode, "model": args.model, "size": size}
        report |= {"seconds": round(seconds, 2), "ok": self.ok, "per_s": round(self.ok / seconds, 1)}
        report |= {f"p{p}_ms": quantile_ms(self.latencies_s, p / 100) for p in (50, 90, 99)}
        if self.streaming:
            report |= {"events": self.events, "events_per_s": round(self.events / seconds)}
            report |= {"incomplete": self.incomplete}
            report |= {f"ttft_p{p}_ms": quantile_ms(self.firsts_s, p / 100) for p in (50, 99)}
        if args.pid:
            report |= {"cpu_us_per_request": round(spent.cpu_s / max(1, self.ok) * 1e6, 1)}
            report |= {"rss_before_mb": round(before.rss_mb), "rss_mb": round(spent.rss_mb)}
        return report | {"errors": dict(self.errors)}


def quantile_ms(values_s: list[float], q: float) -> float | None:
    """The q-quantile (0 to 1) in milliseconds; None of nothing."""
    if not values_s:
        return None
    return round(sorted(values_s)[min(len(values_s) - 1, int(len(values_s) * q))] * 1000, 2)


def _body(args: argparse.Namespace, streaming: bool) -> str:
    if args.body:
        return str(args.body)
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "word " * args.prompt_words},
    ]
    body: dict[str, Any] = {"model": args.model, "messages": messages, "max_tokens": 256, "temperature": 0.2}
    if streaming:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return json.dumps(body)


def _headers(args: argparse.Namespace) -> dict[str, str]:
    extra = (line.split(":", 1) for line in args.header)
    ours = {"content-type": "application/json", "accept": "*/*", "authorization": f"Bearer {args.key}"}
    return ours | {name.strip().lower(): value.strip() for name, value in extra}


def _request(args: argparse.Namespace, streaming: bool) -> bytes:
    payload = _body(args, streaming).encode()
    url = urlsplit(args.url)
    headers = {"host": url.netloc, **_headers(args), "content-length": str(len(payload))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {url.path or '/'} HTTP/1.1\r\n{head}\r\n".encode() + payload


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["sat", "rate", "stream", "hold"])
    parser.add_argument("--url", default="http://127.0.0.1:9100/v1/chat/completions")
    parser.add_argument("--model", default="mock")
    parser.add_argument("--key", default="sk-none")
    parser.add_argument("--header", action="append", default=[], help="one more `name: value` line")
    parser.add_argument("--body", help="this JSON body instead of ours")
    parser.add_argument("--prompt-words", type=int, default=20)
    parser.add_argument("-c", "--connections", type=int, default=64, help="sat, stream")
    parser.add_argument("-r", "--rate", type=float, default=50, help="rate: requests/s")
    parser.add_argument("-n", "--streams", type=int, default=500, help="hold")
    parser.add_argument("-d", "--duration", type=float, default=8, help="seconds measured")
    parser.add_argument("-w", "--warmup", type=float, default=2, help="seconds before that")
    parser.add_argument("--timeout", type=float, default=120, help="hold: give up after so many seconds")
    parser.add_argument("--log", type=Path, help="append one JSON line an answer: its x-request-id, status, complete")
    parser.add_argument("--pid", type=int, help="report CPU and memory of this process tree")
    parser.add_argument("--wrk", action="store_true", help="sat: let the wrk program send")
    parser.add_argument("--label", default="")
    return parser


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Run what `arguments()` parsed and give the report."""
    if args.wrk:
        if args.mode != "sat":
            raise SystemExit("--wrk knows only the mode sat")
        shot = wrk.Shot(args.url, _headers(args), _body(args, False), args.connections)
        report = {"label": args.label, "mode": args.mode, "model": args.model, "size": args.connections}
        return report | await asyncio.to_thread(wrk.run, shot, args.duration, args.warmup, args.pid)
    if not args.log:
        return await Load(args, None).run()
    with args.log.open("a", encoding="utf-8") as log:
        return await Load(args, log).run()


def main() -> None:
    """Measure once and print one JSON line."""
    args = arguments().parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65535, hard), hard))
    print(json.dumps(uvloop.run(measure(args))), flush=True)


if __name__ == "__main__":
    main()
