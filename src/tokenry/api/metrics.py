"""Prometheus metrics of requests. While they run, plain integers are added up; they become text when a scrape asks.

For each endpoint, model and outcome there is one list of integers, found by one look-up at a request's end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from tokenry.api import families
from tokenry.api.exposition import Buckets, Family, Labels, Page
from tokenry.base.errors import TokenryError
from tokenry.base.events import Events
from tokenry.gateway import RequestEnded
from tokenry.ledger import Attempt, Receipt

BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000)
BETWEEN_BOUNDS_US = (
    1000, 2500, 5000, 7500, 10_000, 15_000, 20_000, 30_000,
    50_000, 75_000, 100_000, 150_000, 250_000, 500_000, 1_000_000,
)  # fmt: skip  # one bound a line would bury the rest
_US_PER_S = 1_000_000

# A row's places. Each histogram has one more place than bounds, and its sum before them.
_COUNT, _INPUT, _CACHED, _OUTPUT, _REASONING, _CHARGE, _COST, _RETRIED, _ESTIMATED = range(9)
_AWARD_TOKENS, _COVERED = range(9, 11)
_DURATION_SUM = 11
_DURATION = _DURATION_SUM + 1
_TTFT_SUM = _DURATION + len(BOUNDS_MS) + 1
_TTFT = _TTFT_SUM + 1
_BETWEEN_SUM = _TTFT + len(BOUNDS_MS) + 1
_BETWEEN = _BETWEEN_SUM + 1
_LENGTH = _BETWEEN + len(BETWEEN_BOUNDS_US) + 1

_TOKENS = {"input": _INPUT, "cached": _CACHED, "output": _OUTPUT, "reasoning": _REASONING}
_SUMS = {
    families.CHARGE: _CHARGE,
    families.AWARD_TOKENS: _AWARD_TOKENS,
    families.COVERED: _COVERED,
    families.COST: _COST,
    families.RETRIED: _RETRIED,
    families.ESTIMATED: _ESTIMATED,
}
Row = list[int]


class Observed(Protocol):
    """State that is looked at only when a scrape asks."""

    def expose(self, page: Page) -> None:
        """Write its families."""
        ...


class Metrics:
    """Counts the requests that the gateway tells of.

    Args:
        events: where ends of requests are told.
        name_of: the configured name for a model's name or alias, None for one that is not served: a client's own words
            never become labels.
    """

    def __init__(self, events: Events, name_of: Callable[[str], str | None] = lambda _: None) -> None:
        self._name_of = name_of
        self._rows: dict[tuple[str, str, str], Row] = {}  # by endpoint, model, outcome
        self._refused: Counter[Labels] = Counter()  # likewise, of requests for which nothing was held
        self._tries_failed: Counter[Labels] = Counter()  # by deployment and how it ended
        self._rate_refusals = 0
        self._observed: list[Observed] = []
        events.on(RequestEnded, self.ended)

    def observe(self, rooms: Observed) -> None:
        """Expose the state of these rooms from now on."""
        self._observed.append(rooms)

    def ended(self, event: RequestEnded) -> None:
        """Count one request."""
        receipt = event.receipt
        if receipt is None:
            self._count_refused(event)
            return
        facts, usage, duration_ms = receipt.facts, receipt.usage, receipt.duration_ms
        row = self._rows.get((facts.endpoint, facts.model, receipt.outcome))
        if row is None:
            row = self._rows[facts.endpoint, facts.model, receipt.outcome] = [0] * _LENGTH
        row[_COUNT] += 1
        row[_INPUT] += usage.input_tokens
        row[_OUTPUT] += usage.output_tokens
        row[_CHARGE] += receipt.charge
        row[_DURATION_SUM] += duration_ms
        row[_DURATION + bisect_left(BOUNDS_MS, duration_ms)] += 1
        if usage.cached_tokens or usage.reasoning_tokens or receipt.cost or receipt.estimated:
            _add_rare(row, receipt)
        if receipt.charge_tokens or receipt.covered:
            row[_AWARD_TOKENS] += receipt.charge_tokens
            row[_COVERED] += receipt.covered
        if facts.stream and receipt.ttft_ms is not None:
            _add_stream(row, receipt, receipt.ttft_ms)
        attempts = receipt.attempts
        if len(attempts) != 1 or attempts[0].ended != "ok":
            row[_RETRIED] += len(attempts) > 1
            self._count_failed(attempts)

    def turned_away(self, endpoint: str, request_id: str, error: TokenryError) -> None:
        """Count a request that was refused before it was anybody's."""
        self._refused[endpoint, "-", type(error).code or type(error).type] += 1

    def _count_refused(self, event: RequestEnded) -> None:
        outcome = event.refused or ("replayed" if event.replayed else "fault")
        self._refused[event.endpoint, self._name_of(event.model) or "-", outcome] += 1
        self._rate_refusals += outcome == "rate_limit_exceeded"

    def _count_failed(self, attempts: tuple[Attempt, ...]) -> None:
        for attempt in attempts:
            if attempt.ended != "ok":
                self._tries_failed[attempt.deployment, _kind_of(attempt.ended)] += 1

    def render(self) -> bytes:
        """The text that a scrape gets."""
        page = Page()
        page.add(families.REQUESTS, self._outcomes())
        page.one(families.RATE_REFUSALS, self._rate_refusals)
        served = self._served()
        for family, place in _SUMS.items():
            page.add(family, [(labels, row[place]) for labels, row in served.items()])
        page.add(families.TOKENS, [
            ((*labels, kind), row[place]) for labels, row in served.items() for kind, place in _TOKENS.items()
        ])  # fmt: skip  # one call on one line of thought
        self._histograms(page, served)
        page.add(families.TRIES_FAILED, self._tries_failed.items())
        for rooms in self._observed:
            rooms.expose(page)
        return page.text()

    def _outcomes(self) -> Iterator[tuple[Labels, int]]:
        counted = Counter({labels: row[_COUNT] for labels, row in self._rows.items()})
        yield from (counted + self._refused).items()

    def _served(self) -> dict[Labels, Row]:
        """Rows by endpoint and model, outcomes added up."""
        served: dict[Labels, Row] = {}
        for (endpoint, model, _), row in self._rows.items():
            before = served.get((endpoint, model))
            served[endpoint, model] = row if before is None else [a + b for a, b in zip(before, row, strict=True)]
        return served

    def _histograms(self, page: Page, served: dict[Labels, Row]) -> None:
        def add(family: Family, sum_at: int, bounds: tuple[int, ...], per_s: int) -> None:
            seconds = [bound / per_s for bound in bounds]
            counts = slice(sum_at + 1, sum_at + 2 + len(bounds))
            rows = [(labels, Buckets(seconds, row[counts], row[sum_at] / per_s)) for labels, row in served.items()]
            page.add(family, [(labels, buckets) for labels, buckets in rows if any(buckets.counts)])

        add(families.DURATION, _DURATION_SUM, BOUNDS_MS, 1000)
        add(families.TTFT, _TTFT_SUM, BOUNDS_MS, 1000)
        add(families.BETWEEN, _BETWEEN_SUM, BETWEEN_BOUNDS_US, _US_PER_S)


def _add_rare(row: Row, receipt: Receipt) -> None:
    row[_CACHED] += receipt.usage.cached_tokens
    row[_REASONING] += receipt.usage.reasoning_tokens
    row[_COST] += receipt.cost or 0
    row[_ESTIMATED] += receipt.estimated


def _add_stream(row: Row, receipt: Receipt, ttft_ms: int) -> None:
    row[_TTFT_SUM] += ttft_ms
    row[_TTFT + bisect_left(BOUNDS_MS, ttft_ms)] += 1
    steps = receipt.usage.output_tokens - 1
    if steps > 0:
        between_us = (receipt.duration_ms - ttft_ms) * 1000 // steps
        row[_BETWEEN_SUM] += between_us
        row[_BETWEEN + bisect_left(BETWEEN_BOUNDS_US, between_us)] += 1


def _kind_of(ended: str) -> str:
    """How a try ended, with the engine's many statuses as a few: 429 alone, the others by their hundred."""
    if ended.startswith("http_") and ended != "http_429":
        return ended[: len("http_4")] + "xx"
    return ended
