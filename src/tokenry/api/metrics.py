"""Prometheus metrics. This file is the documented list: every metric the server exposes is declared here.

Counting costs a request two microseconds: plain integers are added to, and made into metric families when a scrape
asks. https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tokenry.base.events import Events
from tokenry.engines import Engine
from tokenry.gateway import Gateway, RequestEnded
from tokenry.ledger import Ledger, Receipt
from tokenry.storage import COMMIT_BOUNDS_S, Journal, Stats

_BOUNDS_MS = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000)


@dataclass(slots=True)
class _Times:
    """Milliseconds, counted by bucket."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS_MS) + 1))
    sum_ms: int = 0

    def add(self, ms: int) -> None:
        self.buckets[bisect_left(_BOUNDS_MS, ms)] += 1
        self.sum_ms += ms


@dataclass(slots=True)
class _Served:
    """What one endpoint and model came to."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    charge: int = 0
    duration: _Times = field(default_factory=_Times)
    ttft: _Times = field(default_factory=_Times)

    def add(self, receipt: Receipt) -> None:
        usage = receipt.usage
        self.input_tokens += usage.input_tokens
        self.cached_tokens += usage.cached_tokens
        self.output_tokens += usage.output_tokens
        self.charge += receipt.charge
        self.duration.add(receipt.duration_ms)
        if receipt.ttft_ms is not None:
            self.ttft.add(receipt.ttft_ms)


class Metrics(Collector):
    """Counts the requests that the gateway tells of."""

    def __init__(self, events: Events) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._requests: Counter[tuple[str, str, str]] = Counter()  # endpoint, model, outcome
        self._served: dict[tuple[str, str], _Served] = {}  # endpoint, model
        events.on(RequestEnded, self._ended)

    def observe(self, rooms: Rooms) -> None:
        """Expose the state of these rooms from now on."""
        self._registry.register(rooms)

    def render(self) -> bytes:
        """The text that a scrape gets."""
        return generate_latest(self._registry)

    def _ended(self, event: RequestEnded) -> None:
        receipt = event.receipt
        if receipt is None:
            # Only names that resolved become labels: a client must not fill the registry with its own words.
            outcome = event.refused or ("replayed" if event.replayed else "fault")
            self._requests[event.endpoint, "-", outcome] += 1
            return
        model = receipt.facts.model
        self._requests[event.endpoint, model, receipt.outcome] += 1
        served = self._served.get((event.endpoint, model))
        if served is None:
            served = self._served[event.endpoint, model] = _Served()
        served.add(receipt)

    def collect(self) -> Iterable[Metric]:
        """Every family of this file that counts requests."""
        requests = CounterMetricFamily(
            "tokenry_requests", "Requests by how they ended.", labels=("endpoint", "model", "outcome")
        )
        for ended, count in self._requests.items():
            requests.add_metric(ended, count)
        yield requests
        by_kind = ("endpoint", "model", "kind")
        tokens = CounterMetricFamily("tokenry_tokens", "Tokens by kind.", labels=by_kind)
        charge = CounterMetricFamily("tokenry_charge_nanousd", "Nano-USD charged.", labels=by_kind[:2])
        duration = _histogram("tokenry_request_duration_seconds", "From admission to settlement.")
        ttft = _histogram("tokenry_time_to_first_token_seconds", "From admission to the first token.")
        for labels, served in self._served.items():
            for kind in ("input", "cached", "output"):
                tokens.add_metric((*labels, kind), getattr(served, f"{kind}_tokens"))
            charge.add_metric(labels, served.charge)
            duration.add_metric(labels, *_buckets(served.duration))
            ttft.add_metric(labels, *_buckets(served.ttft))
        yield from (tokens, charge, duration, ttft)


class Rooms(Collector):
    """Reads gauges and counters from ledger, journal, gateway and engines at each scrape."""

    def __init__(self, ledger: Ledger, journal: Journal, gateway: Gateway) -> None:
        self._ledger = ledger
        self._journal = journal
        self._gateway = gateway

    def collect(self) -> Iterable[Metric]:
        """Every family of this file that is read from the rooms."""
        yield GaugeMetricFamily("tokenry_requests_in_flight", "Requests running.", self._gateway.in_flight)
        yield from self._of_ledger()
        yield from self._of_journal()
        yield from _of_engines(self._gateway.setup.engines)

    def _of_ledger(self) -> Iterable[Metric]:
        stats = self._ledger.stats
        yield GaugeMetricFamily("tokenry_holds_open", "Holds that have not ended.", len(self._ledger.books.holds))
        for name, words, value in (
            ("tokenry_holds", "Holds made.", stats.holds),
            ("tokenry_hold_waits", "Requests that waited for others' holds.", stats.waits),
            ("tokenry_quota_refusals", "Requests refused for want of funds.", stats.refusals),
            ("tokenry_holds_undone", "Holds taken back because the disk refused them.", stats.undone),
            ("tokenry_holds_recovered", "Holds a crash left open, settled at start.", stats.recovered),
            ("tokenry_writeoff_nanousd", "Nano-USD written off.", stats.writeoff_nanousd),
        ):
            yield CounterMetricFamily(name, words, value=value)

    def _of_journal(self) -> Iterable[Metric]:
        stats = self._journal.stats
        yield CounterMetricFamily("tokenry_journal_commits", "Transactions made durable.", value=stats.commits)
        yield CounterMetricFamily("tokenry_journal_entries", "Records made durable.", value=stats.entries)
        yield _commits(stats)
        latched = int(self._journal.latched is not None)
        yield GaugeMetricFamily("tokenry_journal_latched", "1 while the ledger cannot be written.", latched)


def _buckets(times: _Times) -> tuple[list[tuple[str, float]], float]:
    """Buckets and sum in seconds, as Prometheus wants them."""
    return _cumulative([bound / 1000 for bound in _BOUNDS_MS], times.buckets), times.sum_ms / 1000


def _histogram(name: str, words: str) -> HistogramMetricFamily:
    return HistogramMetricFamily(name, words, labels=("endpoint", "model"))


def _cumulative(bounds: Iterable[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    """Prometheus's buckets: each counts everything up to its bound."""
    seen, buckets = 0, []
    for bound, count in zip((*bounds, "+Inf"), counts, strict=True):
        seen += count
        buckets.append((str(bound), float(seen)))
    return buckets


def _commits(stats: Stats) -> Metric:
    """How long the disk takes: also how long an engine may work on a request whose hold is not durable yet."""
    family = HistogramMetricFamily("tokenry_journal_commit_seconds", "Length of a commit, nearly all of it fsync.")
    family.add_metric((), _cumulative(COMMIT_BOUNDS_S, stats.commit_buckets), sum_value=None)
    return family


def _of_engines(engines: Mapping[str, Engine]) -> Iterable[Metric]:
    up = GaugeMetricFamily("tokenry_engine_up", "1 while the engine is ready.", labels=("engine",))
    starts = CounterMetricFamily("tokenry_engine_starts", "Starts of the engine.", labels=("engine",))
    for name, engine in engines.items():
        up.add_metric((name,), int(engine.state == "ready"))
        starts.add_metric((name,), engine.starts)
    yield up
    yield starts
