"""A dashboard, and a list of requests, as CSV: amounts exact, nothing that becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from tokenry.api.dashboard.shapes import DashboardShape, SeriesShape
from tokenry.api.spreadsheets import harmless
from tokenry.base.units import nano_to_usd
from tokenry.ledger.buckets import zone

COLUMNS = (
    "start", "start_time", "group", "name", "requests", "failed", "refused", "input_tokens", "cached_tokens",
    "output_tokens", "charge_usd", "covered_usd", "award_tokens",
)  # fmt: skip
REST, ALL = "(others)", "(all)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_csv(given: DashboardShape) -> str:
    """One line a stretch and group; without groups, one line a stretch."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    lines: list[tuple[str, str | None, SeriesShape]] = [(one.id, one.name, one.series) for one in given.groups]
    if given.rest is not None:
        lines.append((REST, None, given.rest.series))
    if given.group_by is None:
        lines = [(ALL, None, given.series)]
    where = zone(given.time_zone)
    for place, start in enumerate(given.starts):
        local = (_EPOCH + timedelta(seconds=start)).astimezone(where).isoformat()
        for ident, name, one in lines:
            cells = (
                local, start, ident, name, one.requests[place], one.failed[place], one.refused[place],
                one.input_tokens[place], one.cached_tokens[place], one.output_tokens[place],
                nano_to_usd(one.charge_nanousd[place]), nano_to_usd(one.covered_nanousd[place]),
                one.award_tokens[place],
            )  # fmt: skip
            writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def requests_csv(lines: Iterable[msgspec.Struct], columns: tuple[str, ...]) -> str:
    """One line a request; columns that end in `_nanousd` are told in dollars."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name.replace("_nanousd", "_usd") for name in columns])
    for line in lines:
        writer.writerow([harmless(_cell(name, getattr(line, name))) for name in columns])
    return out.getvalue()


def _cell(name: str, value: object) -> object:
    if name.endswith("_nanousd") and isinstance(value, int):
        return nano_to_usd(value)
    if name == "at" and isinstance(value, int):
        return (_EPOCH + timedelta(seconds=value)).isoformat()
    return value
