"""What a gateway costs per request: Tokenry beside no gateway, nginx, and any peer you name, on the same work.

Starts a mock upstream and every gateway on this machine, then runs the modes of `bench.loadgen` in interleaved rounds
(each round measures everything once), and prints medians as a table with the disk's fsync p50 on top. Tokenry's figures
include a durable hold and settle for every request; nobody else's do. Run nothing else meanwhile.

    just bench gateway
    just bench gateway --rounds 5 --seconds 8
    just bench gateway --peer 'vllm-router=vllm-router --port {port} --worker-urls {upstream}'
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import targets, wrk
from bench.disk import fsync_p50_ms
from bench.targets import HOLD_MODEL, Target

MODES = ("sat", "rate", "stream", "hold")
HOLD_STREAMS = 500
RATE_PER_S = 50
HEADINGS = (
    "gateway",
    "req/s, {connections} connections",
    "CPU µs/req",
    f"added p50/p99 ms at {RATE_PER_S} req/s",
    "streams/s (50 events)",
    f"{HOLD_STREAMS} slow streams: wall s (ideal 10.2), RSS MB",
    "not ok",
)
Results = dict[str, dict[str, list[dict[str, Any]]]]


def measure(target: Target, mode: str, args: argparse.Namespace) -> dict[str, Any]:
    """One run of the load generator, in a process of its own."""
    command = [sys.executable, "-m", "bench.loadgen", mode, "--url", target.chat_url, "--key", target.key]
    command += ["--pid", str(target.pid), "--label", target.name, "-d", str(args.seconds)]
    command += ["-c", str(args.connections), "-r", str(RATE_PER_S), "-n", str(HOLD_STREAMS)]
    if mode == "hold":
        command += ["--model", HOLD_MODEL]
    if mode == "sat" and args.wrk:
        command += ["--wrk"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        raise SystemExit(f"the load generator failed on {target.name}, {mode}:\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(report), file=sys.stderr, flush=True)
    return report


def rounds(gateways: list[Target], args: argparse.Namespace) -> Results:
    """Every mode on every gateway, once a round, so that a slow minute of the machine falls on all of them."""
    results: Results = {gateway.name: {mode: [] for mode in args.modes} for gateway in gateways}
    for _ in range(args.rounds):
        for mode in args.modes:
            for gateway in gateways:
                results[gateway.name][mode].append(measure(gateway, mode, args))
    return results


def table(results: Results, connections: int) -> str:
    """Medians over the rounds as a Markdown table; latency of the first row is the one that the others add to."""
    floor = next(iter(results.values()))
    rows = [[heading.format(connections=connections) for heading in HEADINGS], ["---"] * len(HEADINGS)]
    rows += [[name, *_row(by_mode, None if by_mode is floor else floor)] for name, by_mode in results.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(by_mode: dict[str, list[dict[str, Any]]], floor: dict[str, list[dict[str, Any]]] | None) -> list[str]:
    def middle(mode: str, figure: str, of: dict[str, list[dict[str, Any]]] = by_mode) -> float | None:
        values = [run[figure] for run in of.get(mode, []) if run.get(figure) is not None]
        return statistics.median(values) if values else None

    def added(figure: str) -> str:
        ours, theirs = middle("rate", figure), middle("rate", figure, floor) if floor else 0.0
        return "n/a" if ours is None or theirs is None else f"{ours - theirs:.2f}"

    runs = [run for mode in by_mode.values() for run in mode]
    bad = sum(sum(run["errors"].values()) + run.get("incomplete", 0) for run in runs)
    latency = f"{added('p50_ms')} / {added('p99_ms')}" + ("" if floor else " (whole)")
    memory = f"{_figure(middle('hold', 'rss_before_mb'))} → {_figure(middle('hold', 'rss_mb'))}"
    return [
        _figure(middle("sat", "per_s")),
        _figure(middle("sat", "cpu_us_per_request"), 1),
        latency,
        _figure(middle("stream", "per_s")),
        f"{_figure(middle('hold', 'seconds'), 1)}, {memory}",
        str(bad),
    ]


def _figure(value: float | None, digits: int = 0) -> str:
    return "n/a" if value is None else f"{value:,.{digits}f}"


def start(stack: ExitStack, folder: Path, args: argparse.Namespace) -> list[Target]:
    """Start everything asked for; the mock upstream first."""
    mock = stack.enter_context(targets.upstream(folder))
    known: dict[str, Callable[[], Target]] = {
        "nginx": lambda: stack.enter_context(targets.nginx(folder, mock)),
        "tokenry": lambda: stack.enter_context(targets.tokenry(folder, mock)),
    }
    if "nginx" in args.gateways and not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        print("nginx is not installed, so its row is left out", file=sys.stderr)
        args.gateways.remove("nginx")
    gateways = [mock, *(known[name]() for name in args.gateways)]
    return gateways + [stack.enter_context(targets.peer(folder, mock, spec)) for spec in args.peer]


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="of each run")
    parser.add_argument("--connections", type=int, default=64, help="sat, stream")
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES))
    parser.add_argument("--gateways", nargs="*", choices=("nginx", "tokenry"), default=["nginx", "tokenry"])
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND", help="one more gateway")
    parser.add_argument("--folder", type=Path, help="where data folders are made: the disk to measure")
    parser.add_argument("--wrk", action=argparse.BooleanOptionalAction, default=wrk.installed(), help="client of sat")
    return parser


def main() -> None:
    """Start, measure, print, stop."""
    args = arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-", dir=args.folder) as name, ExitStack() as stack:
        folder = Path(name)
        fsync_ms = fsync_p50_ms(folder)
        results = rounds(start(stack, folder, args), args)
        client = "wrk" if args.wrk else "bench.loadgen"
        print(
            f"fsync p50 {fsync_ms:.2f} ms; {os.cpu_count()} CPUs; {args.rounds} rounds of {args.seconds:g} s; ", end=""
        )
        print(f"medians; client of req/s: {client}\n\n{table(results, args.connections)}")


if __name__ == "__main__":
    main()
