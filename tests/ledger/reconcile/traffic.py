"""Requests in real books and the exports that a provider would make of them, written down by other code than ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

from tests.ledger.examples import START_NS, USD, award
from tests.ledger.examples import Room as Books
from tokenry.base.clock import NS_PER_MS, to_datetime
from tokenry.ledger import Attempt, Ending, PriceVersion, Rates, Receipt, Usage, between, receipt_of
from tokenry.ledger.past import Span
from tokenry.ledger.reconcile import OurSide, Reading, Report, Statement, Terms, compare, rows, statement

FIRST = date(2025, 12, 31)
LATER = date(2026, 6, 1)
COSTS = {"small": Rates(50_000_000, 200_000_000, 5_000_000), "large": Rates(1_333_333_333, 15_000_000_000)}
PRICES = {"small": Rates(100_000_000, 400_000_000), "large": Rates(3 * 10**9, 15 * 10**9)}
DEPLOYMENTS = {"small": "acme/small-1", "large": "acme/large-1"}


@dataclass
class Call:
    """One request: what it used, and how long it ran until it ended `at_s` seconds after the first day began."""

    at_s: int
    usage: Usage = field(default_factory=lambda: Usage(100, 50, 0, 0, "engine"))
    model: str = "small"
    duration_ms: int = 10
    ending: dict[str, Any] = field(default_factory=dict)
    output_bound: int = 1000


class Traffic:
    """A house whose requests all went to one provider, `acme`."""

    def __init__(self) -> None:
        self.books = Books()
        self.books.run(self.books.ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS)))
        self.books.run(self.books.ledger.grant(award(), 10**15))
        self.ids = 0

    def call(self, *calls: Call) -> None:
        """Let them happen, in the order of their ends."""
        for one in sorted(calls, key=lambda call: call.at_s):
            now_s = (self.books.clock.now_ns() - START_NS) // 10**9
            self.books.loop.advance(max(0, one.at_s - now_s))
            self.ids += 1
            version = self.books.ledger.prices
            assert version is not None
            held = self.books.hold(
                f"r{self.ids}", USD, model=one.model, price_version=version.id, input_bound=100_000,
                output_bound=one.output_bound,
            )  # fmt: skip
            deployment = DEPLOYMENTS[one.model]
            given: dict[str, Any] = {
                "outcome": "completed", "status": 200, "deployment": deployment,
                "attempts": (Attempt(deployment, "ok", 1),), "seen_by": ("acme",), "duration_ms": one.duration_ms,
                "estimated": one.usage.source != "engine",
            }  # fmt: skip
            ending = Ending(one.usage, **(given | one.ending))
            self.books.run_sync(lambda held=held, ending=ending: self.books.ledger.settle(held, ending))

    @property
    def receipts(self) -> list[Receipt]:
        return [receipt_of(row) for row in self.books.disk.rows if row.kind == "settle"]

    def reconcile(self, export: Statement, *, today: date = LATER, zone: Any = UTC, **terms: Any) -> Report:
        """The export beside these books."""
        side = OurSide(frozenset({"acme"}), zone)
        for row in between(self.books.journal, Span(0, 2**63 - 1)):
            side.add(row)
        side.finish()
        versions = self.books.ledger.books.prices
        return compare(export, side, Terms(today=today, versions=versions, **terms))


@dataclass
class Sum:
    """What a provider adds up."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    nano: int = 0


def sums(receipts: Iterable[Receipt], *, begun: bool = False) -> dict[tuple[date, str], Sum]:
    """By the day on which requests ended, or on which they began, and by the provider's name of the model."""
    found: dict[tuple[date, str], Sum] = {}
    for one in receipts:
        at = one.at - (one.duration_ms * NS_PER_MS if begun else 0)
        assert one.deployment is not None
        place = (to_datetime(at).date(), one.deployment.split("/")[1])
        total = found.setdefault(place, Sum())
        total.requests += 1
        total.input_tokens += one.usage.input_tokens
        total.cached_tokens += one.usage.cached_tokens
        total.output_tokens += one.usage.output_tokens
        total.nano += one.cost or 0
    return found


def usd(nano: int) -> str:
    """Dollars with nine decimals."""
    return f"{'-' if nano < 0 else ''}{abs(nano) // 10**9}.{abs(nano) % 10**9:09d}"


def plain_csv(found: dict[tuple[date, str], Sum], *, cost: bool = True) -> str:
    """Our own columns."""
    out = io.StringIO()
    out.write("date,model,requests,input_tokens,cached_tokens,output_tokens" + (",cost_usd" if cost else "") + "\n")
    for (day, model), one in sorted(found.items()):
        cells = [day, model, one.requests, one.input_tokens, one.cached_tokens, one.output_tokens]
        out.write(",".join(map(str, cells + ([usd(one.nano)] if cost else []))) + "\n")
    return out.getvalue()


def openai_usage(found: dict[tuple[date, str], Sum]) -> str:
    """A page of the usage API, a bucket a day."""
    buckets = []
    for day in sorted({day for day, _ in found}):
        results = [
            {
                "object": "organization.usage.completions.result", "input_tokens": one.input_tokens,
                "output_tokens": one.output_tokens, "input_cached_tokens": one.cached_tokens,
                "num_model_requests": one.requests, "model": model, "api_key_id": None, "batch": None,
            }
            for (other, model), one in sorted(found.items()) if other == day
        ]  # fmt: skip
        buckets.append({"object": "bucket", **_bucket(day), "results": results})
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}, indent=1)


def openai_costs(found: dict[tuple[date, str], Sum], *, by_model: bool = True) -> str:
    """A page of the costs API; amounts are JSON numbers."""
    buckets = []
    for day in sorted({day for day, _ in found}):
        mine = {model: one.nano for (other, model), one in found.items() if other == day}
        if not by_model:
            mine = {"": sum(mine.values())}
        results = "".join(
            f'{", " if number else ""}{{"object": "organization.costs.result", "amount": {{"value": {usd(nano)}, '
            f'"currency": "usd"}}, "line_item": {json.dumps(model + ", all tokens" if model else None)}}}'
            for number, (model, nano) in enumerate(sorted(mine.items()))
        )
        buckets.append(f'{{"object": "bucket", {json.dumps(_bucket(day))[1:-1]}, "results": [{results}]}}')
    return f'{{"object": "page", "data": [\n{", ".join(buckets)}\n], "has_more": false}}'


def anthropic_usage(found: dict[tuple[date, str], Sum]) -> str:
    """A page of the messages usage report."""
    buckets = []
    for day in sorted({day for day, _ in found}):
        results = [
            {
                "uncached_input_tokens": one.input_tokens - one.cached_tokens,
                "cache_read_input_tokens": one.cached_tokens,
                "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
                "output_tokens": one.output_tokens, "model": model, "api_key_id": None,
            }
            for (other, model), one in sorted(found.items()) if other == day
        ]  # fmt: skip
        buckets.append(
            {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{day + timedelta(1)}T00:00:00Z", "results": results}
        )
    return json.dumps({"data": buckets, "has_more": False, "next_page": None})


def anthropic_costs(found: dict[tuple[date, str], Sum]) -> str:
    """A page of the cost report: cents, as text."""
    buckets = []
    for day in sorted({day for day, _ in found}):
        results = [
            {"currency": "USD", "amount": usd(one.nano * 100), "model": model, "token_type": None}
            for (other, model), one in sorted(found.items()) if other == day
        ]  # fmt: skip
        buckets.append(
            {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{day + timedelta(1)}T00:00:00Z", "results": results}
        )
    return json.dumps({"data": buckets, "has_more": False})


def litellm_log(receipts: Iterable[Receipt]) -> str:
    """A spend log, one call a line."""
    return "".join(
        f'{{"request_id": "{one.request_id}", "startTime": "{to_datetime(one.at).isoformat()}", '
        f'"model": "acme/{(one.deployment or "").split("/")[1]}", "custom_llm_provider": "acme", '
        f'"prompt_tokens": {one.usage.input_tokens}, "completion_tokens": {one.usage.output_tokens}, '
        f'"spend": {usd(one.cost or 0)}, "cache_hit": "False", "status": "success", "metadata": '
        f'{{"usage_object": {{"prompt_tokens_details": {{"cached_tokens": {one.usage.cached_tokens}}}}}}}}}\n'
        for one in receipts
    )


def read(text: str | bytes, path: Path, *, zone: Any = UTC) -> Statement:
    """The statement of a file with this text."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return statement(rows(path), Reading(zone))


def _bucket(day: date) -> dict[str, int]:
    start = (day - date(1970, 1, 1)).days * 86_400
    return {"start_time": start, "end_time": start + 86_400}
