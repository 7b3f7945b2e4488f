"""The wrk program as a load generator: a client so cheap that it hardly limits what it measures."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Any

from bench.processes import cost, tree

SUMMARY = (
    'done = function(s, l, r) print("SUMMARY", s.requests, s.duration / 1e6, l:percentile(50) / 1e3, '
    "l:percentile(90) / 1e3, l:percentile(99) / 1e3, s.errors.status, "
    "s.errors.read + s.errors.connect + s.errors.timeout) end\n"
)


@dataclass(frozen=True)
class Shot:
    """The request that every connection sends again and again."""

    url: str
    headers: dict[str, str]
    body: str
    connections: int


def run(shot: Shot, duration_s: float, warmup_s: float, pid: int | None) -> dict[str, Any]:
    """Drive `shot` for so long and give loadgen's figures; CPU and memory of `pid`'s process tree when given."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_lua(shot))
        script.flush()
        command = ["wrk", "-t1", f"-c{shot.connections}", "-s", script.name, shot.url]
        if warmup_s:
            subprocess.run([*command, f"-d{max(1, round(warmup_s))}s"], capture_output=True, check=True)
        pids = tree(pid)
        before = cost(pids)
        done = subprocess.run([*command, f"-d{round(duration_s)}s"], capture_output=True, check=True, text=True)
        after = cost(pids)
    found = re.search(r"SUMMARY\s+(.*)", done.stdout)
    if not found:
        raise SystemExit(f"wrk said something else: {done.stdout}")
    requests, seconds, p50, p90, p99, bad, broken = (float(word) for word in found.group(1).split())
    ok = int(requests - bad)
    report: dict[str, Any] = {"seconds": round(seconds, 2), "ok": ok, "per_s": round(ok / seconds, 1)}
    report |= {"p50_ms": round(p50, 2), "p90_ms": round(p90, 2), "p99_ms": round(p99, 2), "client": "wrk"}
    if pid:
        report |= {"cpu_us_per_request": round((after.cpu_s - before.cpu_s) / max(1, ok) * 1e6, 1)}
        report |= {"rss_before_mb": round(before.rss_mb), "rss_mb": round(after.rss_mb)}
    return report | {"errors": {k: int(v) for k, v in (("status", bad), ("broken", broken)) if v}}


def installed() -> bool:
    """Whether wrk is on the path."""
    return shutil.which("wrk") is not None


def _lua(shot: Shot) -> str:
    lines = ['wrk.method = "POST"', f"wrk.body = [==[{shot.body}]==]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in shot.headers.items()]
    return "\n".join(lines) + "\n" + SUMMARY
