"""Prometheus metrics. This file is the documented list: every metric the server exposes is declared here.

https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tokenry.base.events import Events
from tokenry.engines import Engine
from tokenry.gateway import Gateway, RequestEnded
from tokenry.ledger import Ledger, Receipt
from tokenry.storage import COMMIT_BOUNDS_S, Journal, Stats

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class _Children:
    """The series of one endpoint and model, looked up once."""

    input_tokens: Counter
    cached_tokens: Counter
    output_tokens: Counter
    charge: Counter
    duration: Histogram
    ttft: Histogram

    def count(self, receipt: Receipt) -> None:
        """Count one settled request."""
        self.input_tokens.inc(receipt.usage.input_tokens)
        self.cached_tokens.inc(receipt.usage.cached_tokens)
        self.output_tokens.inc(receipt.usage.output_tokens)
        self.charge.inc(receipt.charge)
        self.duration.observe(receipt.duration_ms / 1000)
        if receipt.ttft_ms is not None:
            self.ttft.observe(receipt.ttft_ms / 1000)


class Metrics:
    """Counts what the gateway tells, and reads the rest from the rooms when it is asked."""

    def __init__(self, events: Events) -> None:
        self.registry = CollectorRegistry()
        labels = ("endpoint", "model")
        self._requests = Counter(
            "tokenry_requests", "Requests by how they ended.", (*labels, "outcome"), registry=self.registry
        )
        self._tokens = Counter("tokenry_tokens", "Tokens by kind.", ("model", "kind"), registry=self.registry)
        self._charge = Counter("tokenry_charge_nanousd", "Nano-USD charged.", ("model",), registry=self.registry)
        self._duration = Histogram(
            "tokenry_request_duration_seconds", "From admission to settlement.", labels,
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._ttft = Histogram(
            "tokenry_time_to_first_token_seconds", "From admission to the first token.", labels,
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._children: dict[tuple[str, str], _Children] = {}
        events.on(RequestEnded, self._ended)

    def observe(self, rooms: Rooms) -> None:
        """Expose the state of these rooms from now on."""
        self.registry.register(rooms)

    def render(self) -> bytes:
        """The text that a scrape gets."""
        return generate_latest(self.registry)

    def _ended(self, event: RequestEnded) -> None:
        receipt, error = event.receipt, event.error
        # Only names that resolved become labels: a client must not fill the registry with its own words.
        model = receipt.facts.model if receipt is not None else "-"
        outcome = receipt.outcome if receipt is not None else (error.code or error.type) if error else "replayed"
        self._requests.labels(event.endpoint, model, outcome).inc()
        if receipt is not None:
            children = self._children.get((event.endpoint, model)) or self._new_children(event.endpoint, model)
            children.count(receipt)

    def _new_children(self, endpoint: str, model: str) -> _Children:
        children = _Children(
            input_tokens=self._tokens.labels(model, "input"),
            cached_tokens=self._tokens.labels(model, "cached"),
            output_tokens=self._tokens.labels(model, "output"),
            charge=self._charge.labels(model),
            duration=self._duration.labels(endpoint, model),
            ttft=self._ttft.labels(endpoint, model),
        )
        self._children[endpoint, model] = children
        return children


class Rooms(Collector):
    """Reads gauges and counters from ledger, journal, gateway and engines at each scrape."""

    def __init__(self, ledger: Ledger, journal: Journal, gateway: Gateway) -> None:
        self._ledger = ledger
        self._journal = journal
        self._gateway = gateway

    def collect(self) -> Iterable[Metric]:
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


def _commits(stats: Stats) -> Metric:
    """How long the disk takes: also how long an engine may work on a request whose hold is not durable yet."""
    seen, buckets = 0, []
    for bound, count in zip((*COMMIT_BOUNDS_S, "+Inf"), stats.commit_buckets, strict=True):
        seen += count
        buckets.append((str(bound), seen))
    family = HistogramMetricFamily("tokenry_journal_commit_seconds", "Length of a commit, nearly all of it fsync.")
    family.add_metric((), buckets, sum_value=None)
    return family


def _of_engines(engines: Mapping[str, Engine]) -> Iterable[Metric]:
    up = GaugeMetricFamily("tokenry_engine_up", "1 while the engine is ready.", labels=("engine",))
    starts = CounterMetricFamily("tokenry_engine_starts", "Starts of the engine.", labels=("engine",))
    for name, engine in engines.items():
        up.add_metric((name,), int(engine.state == "ready"))
        starts.add_metric((name,), engine.starts)
    yield up
    yield starts
