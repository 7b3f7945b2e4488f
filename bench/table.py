"""The table of `bench.gateway`: medians over rounds, one row a gateway, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from bench.shots import HOLD_STREAMS
from bench.targets import Target

HEADINGS = (
    "gateway",
    "req/s at 64 / 256 connections",
    "CPU µs/req at 64 / 256",
    "added p50 / p99 ms at 50 req/s",
    "added p50 / p99 ms at 500 req/s",
    "streams/s (50 events)",
    "CPU µs/stream",
    f"{HOLD_STREAMS} slow streams: wall s (ideal 10.2), RSS MB",
    "ready s, idle MB",
    "not ok",
)
Runs = dict[str, list[dict[str, Any]]]
"""The reports of one gateway by the shot's name."""


def gateways(results: dict[str, Runs], targets: Sequence[Target]) -> str:
    """All of it; latency of the first row is the one that the others add to."""
    floor = results[targets[0].name]
    rows = [[t.name, *_row(results[t.name], None if t is targets[0] else floor), _start(t)] for t in targets]
    for row, target in zip(rows, targets, strict=True):
        row.append(str(_bad(results[target.name])))
    return markdown(HEADINGS, rows)


def aliased(runs: Runs) -> str:
    """What an aliased model costs beside the same model by its own name; empty when that was not measured."""
    lines = []
    for what, plain, alias in (("request", "sat-64", "alias-sat-64"), ("stream", "stream", "alias-stream")):
        before, after = middle(runs, plain, "cpu_us_per_request"), middle(runs, alias, "cpu_us_per_request")
        if before and after:
            more = (after / before - 1) * 100
            lines.append(f"aliased model: {after:,.1f} µs CPU a {what} beside {before:,.1f}, {more:+.1f} %")
    return "\n".join(lines)


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(headings), ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def middle(runs: Runs, shot: str, figure: str) -> float | None:
    """The median of one figure over the rounds; None when it was not measured."""
    values = [run[figure] for run in runs.get(shot, []) if run.get(figure) is not None]
    return statistics.median(values) if values else None


def figure(value: float | None, digits: int = 0) -> str:
    """A number for a cell."""
    return "n/a" if value is None else f"{value:,.{digits}f}"


def _row(runs: Runs, floor: Runs | None) -> list[str]:
    def pair(shots: tuple[str, str], of: str, digits: int = 0) -> str:
        return " / ".join(figure(middle(runs, shot, of), digits) for shot in shots)

    memory = " → ".join(figure(middle(runs, "hold", of)) for of in ("rss_before_mb", "rss_mb"))
    return [
        pair(("sat-64", "sat-256"), "per_s"),
        pair(("sat-64", "sat-256"), "cpu_us_per_request", 1),
        _added(runs, floor, "rate-50"),
        _added(runs, floor, "rate-500"),
        figure(middle(runs, "stream", "per_s")),
        figure(middle(runs, "stream", "cpu_us_per_request")),
        f"{figure(middle(runs, 'hold', 'seconds'), 1)}, {memory}",
    ]


def _added(runs: Runs, floor: Runs | None, shot: str) -> str:
    def one(of: str) -> str:
        ours, theirs = middle(runs, shot, of), middle(floor, shot, of) if floor else 0.0
        return "n/a" if ours is None or theirs is None else f"{ours - theirs:.2f}"

    shown: Callable[[str], str] = "{} (whole)".format if floor is None else str
    return shown(f"{one('p50_ms')} / {one('p99_ms')}")


def _start(target: Target) -> str:
    return f"{target.ready_s:.1f}, {target.idle_mb:.0f}"


def _bad(runs: Runs) -> int:
    flat = [run for shots in runs.values() for run in shots]
    return sum(sum(run["errors"].values()) + run.get("incomplete", 0) for run in flat)
