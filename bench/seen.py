"""What a soak has seen: windows of ten minutes, the process over time, and the report of both."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.mixed import Tally
from bench.series import Sample, percentile, slope
from bench.table import markdown

WARM_UP_SHARE = 1 / 6  # of the run; memory may settle in it
TEN_MINUTES_S = 600.0
HEADINGS = (
    "minutes", "requests", "answer p50 / p99 ms", "control p50 / p99 ms", "stream p50 / p99 ms", "RSS MB", "heap MB",
    "children MB", "fds", "threads", "CPU %", "load", "backup MB, rows, books", "asked for", "not asked for",
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The figures of one window; latencies in milliseconds, memory in MB at its end."""

    minutes: float
    requests: int
    latency_ms: dict[str, tuple[float | None, float | None]]
    sample: Sample
    cpu_percent: float
    backup: dict[str, Any]
    asked_for: int
    not_asked_for: int

    @classmethod
    def of(cls, seen: Seen, tally: Tally, backup: dict[str, Any]) -> Window:
        """The window that ends now; the tally's latencies begin anew."""
        last = seen.samples[-1]
        before = seen.windows[-1] if seen.windows else None
        since_s, spent_s = (before.sample.at_s, before.sample.cpu_s) if before else (0.0, seen.samples[0].cpu_s)
        spans = {
            name: tuple(_ms(percentile(values, share)) for share in (0.5, 0.99))
            for name, values in tally.latencies_s.items()
        }
        window = cls(
            minutes=round(last.at_s / 60, 1),
            requests=tally.counts.total() - sum(w.requests for w in seen.windows),
            latency_ms=spans,  # type: ignore[arg-type] # two of them each
            sample=last,
            cpu_percent=100 * (last.cpu_s - spent_s) / max(1.0, last.at_s - since_s),
            backup=backup,
            asked_for=tally.asked_for.total() - sum(w.asked_for for w in seen.windows),
            not_asked_for=tally.not_asked_for.total() - sum(w.not_asked_for for w in seen.windows),
        )
        tally.latencies_s.clear()
        return window

    def row(self) -> str:
        """One line for people who watch."""
        return "| " + " | ".join(cells(asdict(self))) + " |"


@dataclass
class Seen:
    """Everything so far."""

    begun: float = field(default_factory=time.monotonic)
    samples: list[Sample] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def report(self, tally: Tally, done: Counter[str]) -> dict[str, Any]:
        """All of it as JSON data."""
        last_s = self.samples[-1].at_s if self.samples else 0.0
        settled = [sample for sample in self.samples if sample.at_s >= last_s * WARM_UP_SHARE]
        times = [sample.at_s / TEN_MINUTES_S for sample in settled]
        return {
            "minutes": round(last_s / 60, 1),
            "requests": dict(tally.counts),
            "troubles": dict(done),
            "windows": [asdict(window) for window in self.windows],
            "slope_per_10_min": {
                "after_minutes": round(last_s * WARM_UP_SHARE / 60, 1),
                "rss_mb": slope(times, [sample.rss_mb for sample in settled]),
                "heap_mb": slope(times, [sample.anon_mb for sample in settled]),
                "fds": slope(times, [float(sample.fds) for sample in settled]),
                "threads": slope(times, [float(sample.threads) for sample in settled]),
            },
            "asked_for": dict(tally.asked_for),
            "not_asked_for": dict(tally.not_asked_for),
            "not_asked_for_samples": tally.samples,
            "faults": self.faults,
            "samples": [asdict(sample) for sample in self.samples],
        }

    @staticmethod
    def table(report: dict[str, Any]) -> str:
        """The report for people."""
        lines = [markdown(HEADINGS, [cells(window) for window in report["windows"]]), ""]
        slopes = report["slope_per_10_min"]
        lines.append(f"{sum(report['requests'].values()):,} requests in {report['minutes']} minutes; done: "
                     + ", ".join(f"{name} {count}" for name, count in report["troubles"].items()))  # fmt: skip
        names = ("rss_mb", "heap_mb", "fds", "threads")
        shown = ", ".join(f"{name} {slopes[name]:+.3f}" for name in names if slopes[name] is not None)
        lines.append(f"slope per 10 minutes, after the first {slopes['after_minutes']}: {shown}")
        lines.append(f"errors asked for: {report['asked_for'] or 'none'}")
        lines.append(f"errors not asked for: {report['not_asked_for'] or 'none'}")
        lines += [f"  {sample}" for sample in report["not_asked_for_samples"]]
        lines.append(f"faults: {len(report['faults'])}")
        lines += [f"  {fault}" for fault in report["faults"]]
        lines.append(f"the server's exit code {report.get('exit_code')}; its books: {report.get('final_check')}")
        return "\n".join(lines)


def cells(window: dict[str, Any]) -> list[str]:
    """One window as the cells of a row."""

    def span(kind: str) -> str:
        found = window["latency_ms"].get(kind)
        return f"{found[0]} / {found[1]}" if found else "n/a"

    sample, backup = window["sample"], window["backup"]
    return [
        str(window["minutes"]), str(window["requests"]), span("answer"), span("control"), span("stream"),
        f"{sample['rss_mb']:.1f}", f"{sample['anon_mb']:.1f}", f"{sample['children_mb']:.0f}", str(sample["fds"]),
        str(sample["threads"]), f"{window['cpu_percent']:.1f}", f"{sample['load']:.1f}",
        f"{backup.get('size_mb')}, {backup.get('rows')}, {'sound' if backup.get('ok') else 'NOT SOUND'}",
        str(window["asked_for"]), str(window["not_asked_for"]),
    ]  # fmt: skip


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)
