"""How a dashboard looks as JSON: integers alone, money in nano-USD, stretches of time as columns for charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.dashboard.asked import GroupBy
from tokenry.ledger.buckets import Latency, PictureLine, Sums
from tokenry.storage import MEASURES

_AT = {name: place for place, name in enumerate(MEASURES)}


class LatencyShape(msgspec.Struct, kw_only=True):
    """What half of the requests stayed below and what 95 of 100 did, in milliseconds, to within a sixteenth."""

    p50_ms: int | None
    p95_ms: int | None
    requests: Annotated[int, Meta(description="How many were measured.")]


class FiguresShape(msgspec.Struct, kw_only=True):
    """Sums over requests that were settled in some time. Corrections count on the day that they were made.

    `failed`: the engine or the house did; `refused`: an engine would not answer; `client_gone`: the client hung up.
    What was refused before anything was held (a bad key, a rate, no funds left) is no request here.
    """

    requests: int
    failed: int
    refused: int
    client_gone: int
    estimated: Annotated[int, Meta(description="Requests whose amounts rest on an estimate.")]
    input_tokens: int
    cached_tokens: Annotated[int, Meta(description="Of the input, what was read from a cache.")]
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: Annotated[int, Meta(description="Of the output.")]
    audio_seconds: int
    images: int
    charge_nanousd: Annotated[int, Meta(description="What awards of dollars paid.")]
    covered_nanousd: Annotated[int, Meta(description="What awards of tokens paid for, at the price it had.")]
    award_tokens: Annotated[int, Meta(description="Tokens drawn from awards of tokens.")]
    writeoff_nanousd: Annotated[int, Meta(description="What the house bore of the price.")]
    writeoff_tokens: int
    cost_nanousd: Annotated[
        int | None, Meta(description="What providers asked of the house; null for who may not know.")
    ]
    cost_unknown: Annotated[int, Meta(description="Requests that no cost is known of.")]
    first_token: Annotated[LatencyShape, Meta(description="Time to the first token of streams.")]
    whole: Annotated[LatencyShape, Meta(description="Time to the end, of requests that were answered.")]


class SeriesShape(msgspec.Struct, kw_only=True):
    """The same by stretch of time: one number for each of `starts`."""

    requests: list[int]
    failed: list[int]
    refused: list[int]
    input_tokens: list[int]
    cached_tokens: list[int]
    output_tokens: list[int]
    charge_nanousd: list[int]
    covered_nanousd: list[int]
    award_tokens: list[int]


class AllSeriesShape(SeriesShape, kw_only=True):
    """With how long requests took; null where none was measured."""

    first_token_p50_ms: list[int | None]
    first_token_p95_ms: list[int | None]
    whole_p50_ms: list[int | None]
    whole_p95_ms: list[int | None]


class UsageGroupShape(msgspec.Struct, kw_only=True):
    """One model, project, member, key, endpoint or tier. `name`: what people call it; null when nobody is called so.

    `within`: the project that a key is of, since keys of several may bear one name.
    """

    id: str
    name: str | None
    within: str | None
    figures: FiguresShape
    series: SeriesShape


class UsageRestShape(msgspec.Struct, kw_only=True):
    """All groups that do not stand alone, together."""

    groups: int
    figures: FiguresShape
    series: SeriesShape


class DashboardShape(msgspec.Struct, kw_only=True):
    """A picture of some time. Times are seconds since the epoch; `starts` are those of its stretches, in order.

    `total` is the sum of all groups and of all stretches, and equals the ledger. `before`: of as much time just before.
    """

    start_time: int
    end_time: int
    time_zone: str
    step: Literal["hour", "day"]
    starts: list[int]
    whose: Annotated[
        Literal["organization", "projects", "own"],
        Meta(description="Whose use you may see in all: everybody's, that of some projects and your own, your own."),
    ]
    group_by: GroupBy | None
    total: FiguresShape
    before: FiguresShape
    series: AllSeriesShape
    groups: list[UsageGroupShape]
    rest: UsageRestShape | None
    object: Literal["tokenry.dashboard"] = "tokenry.dashboard"


def figures(sums: Sums, *, costs: bool) -> FiguresShape:
    """Sums as they are shown. `costs`: whether what providers ask may be told."""
    of = dict(zip(MEASURES, sums.measures, strict=True))
    return FiguresShape(
        requests=of["requests"], failed=of["failed"], refused=of["refused"], client_gone=of["client_gone"],
        estimated=of["estimated"], input_tokens=of["input_tokens"], cached_tokens=of["cached_tokens"],
        cache_write_tokens=of["cache_write_tokens"], output_tokens=of["output_tokens"],
        reasoning_tokens=of["reasoning_tokens"], audio_seconds=of["audio_seconds"], images=of["images"],
        charge_nanousd=of["charge"], covered_nanousd=of["covered"], award_tokens=of["award_tokens"],
        writeoff_nanousd=of["writeoff"], writeoff_tokens=of["writeoff_tokens"],
        cost_nanousd=of["cost"] if costs else None, cost_unknown=of["cost_unknown"],
        first_token=_latency(sums.first_token), whole=_latency(sums.whole),
    )  # fmt: skip


def series(line: PictureLine) -> SeriesShape:
    """A line by stretch."""
    return SeriesShape(**_columns(line))


def all_series(line: PictureLine) -> AllSeriesShape:
    """A line by stretch, with how long requests took."""

    def told(read: Callable[[Sums], int | None]) -> list[int | None]:
        return [read(sums) for sums in line.slots]

    return AllSeriesShape(
        **_columns(line),
        first_token_p50_ms=told(lambda sums: sums.first_token.p50_ms),
        first_token_p95_ms=told(lambda sums: sums.first_token.p95_ms),
        whole_p50_ms=told(lambda sums: sums.whole.p50_ms),
        whole_p95_ms=told(lambda sums: sums.whole.p95_ms),
    )


_COLUMNS = {
    "requests": "requests", "failed": "failed", "refused": "refused", "input_tokens": "input_tokens",
    "cached_tokens": "cached_tokens", "output_tokens": "output_tokens", "charge_nanousd": "charge",
    "covered_nanousd": "covered", "award_tokens": "award_tokens",
}  # fmt: skip


def _columns(line: PictureLine) -> dict[str, list[int]]:
    return {name: [sums.measures[_AT[measure]] for sums in line.slots] for name, measure in _COLUMNS.items()}


def _latency(found: Latency) -> LatencyShape:
    return LatencyShape(p50_ms=found.p50_ms, p95_ms=found.p95_ms, requests=found.requests)
