"""What a gateway costs per request: Tokenry beside no gateway, nginx, and any peer you name, on the same work.

Starts a mock upstream and every gateway on this machine, then runs the modes in interleaved rounds (each round measures
everything once), and prints medians as a table with the disk's fsync p50 on top. Tokenry's figures include a durable
hold and settle for every request; nobody else's do. Run nothing else meanwhile.

    sat     closed loop of JSON answers over 64 and over 256 connections
    rate    50 and 500 requests/s, latency counted from the scheduled time
    stream  closed loop of event streams (50 events) over 64 connections
    alias   sat and stream again, asking Tokenry for the same model by another name, which it rewrites in every answer
    hold    500 slow streams at once, watching memory

    just bench gateway
    just bench gateway --rounds 5 --seconds 8 --modes sat alias
    just bench gateway --profile --modes sat
    just bench gateway --peer 'vllm-router=vllm-router --port {port} --worker-urls {upstream_root}'
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import peers, profile, table, targets, wrk
from bench.disk import fsync_p50_ms
from bench.shots import SHOTS, Gun, fire, shots
from bench.targets import Target


def rounds(gateways: list[Target], args: argparse.Namespace) -> dict[str, table.Runs]:
    """Every shot on every gateway, once a round, so that a slow minute of the machine falls on all of them."""
    gun = Gun(args.seconds, args.wrk)
    results: dict[str, table.Runs] = {gateway.name: {} for gateway in gateways}
    for _ in range(args.rounds):
        for shot in shots(args.modes):
            for gateway in gateways:
                if not shot.aliased or gateway.alias:
                    results[gateway.name].setdefault(shot.name, []).append(fire(gun, shot, gateway))
    return results


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
    return gateways + [stack.enter_context(peers.peer(folder, mock, spec)) for spec in args.peer]


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="of each run")
    parser.add_argument("--modes", nargs="+", choices=list(SHOTS), default=list(SHOTS))
    parser.add_argument("--gateways", nargs="*", choices=("nginx", "tokenry"), default=["nginx", "tokenry"])
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND", help="one more gateway")
    parser.add_argument("--folder", type=Path, help="where data folders are made: the disk to measure")
    parser.add_argument("--wrk", action=argparse.BooleanOptionalAction, default=wrk.installed(), help="client of sat")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.add_argument(
        "--profile", action="store_true", help="instead of the table: where Tokenry's CPU time goes, once per mode"
    )
    return parser


def main() -> None:
    """Start, measure, print, stop."""
    args = arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="tokenry-bench-", dir=args.folder) as name, ExitStack() as stack:
        folder = Path(name)
        fsync_ms = fsync_p50_ms(folder)
        if args.profile:
            args.gateways = ["tokenry"]
            _, ours, *_ = start(stack, folder, args)
            print(f"fsync p50 {fsync_ms:.2f} ms; {os.cpu_count()} CPUs")
            profile.show(ours, shots(args.modes), Gun(args.seconds, args.wrk), folder)
            return
        gateways = start(stack, folder, args)
        loads = [os.getloadavg()[0]]
        results = rounds(gateways, args)
        loads.append(os.getloadavg()[0])
    about: dict[str, Any] = {"fsync_p50_ms": fsync_ms, "cpus": os.cpu_count(), "load_before_and_after": loads}
    about |= {"rounds": args.rounds, "seconds": args.seconds, "client": "wrk" if args.wrk else "bench.loadgen"}
    if args.json:
        print(json.dumps(about | {"gateways": [asdict(gateway) for gateway in gateways], "runs": results}))
        return
    print(
        f"fsync p50 {fsync_ms:.2f} ms; {os.cpu_count()} CPUs, load {loads[0]:.1f} before and {loads[1]:.1f} after; "
        f"{args.rounds} rounds of {args.seconds:g} s; medians; client of req/s: {about['client']}\n\n"
        f"{table.gateways(results, gateways)}"
    )
    if words := table.aliased(results.get("tokenry", {})):
        print(f"\n{words}")


if __name__ == "__main__":
    main()
