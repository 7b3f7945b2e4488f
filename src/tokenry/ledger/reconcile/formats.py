"""What the rows of each provider's export mean. Knows no files and no ledger.

Sources of the fields' names and meanings:
- openai: https://platform.openai.com/docs/api-reference/usage (usage and costs; the console's CSV has the same names)
- anthropic: https://platform.claude.com/docs/en/api/admin/cost_report and .../usage_report, and its console's CSV
- litellm: the table LiteLLM_SpendLogs, as its `/spend/logs` gives it
- csv: our own; docs/operate/reconcile.md lists its columns
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tokenry.ledger.reconcile.rows import Raw, Values
from tokenry.ledger.reconcile.statement import QUANTITY_MAX, Item, Statement, StatementRefused

FORMATS: Final = ("openai", "anthropic", "litellm", "csv")
TEXT_LENGTH_MAX = 256  # of a model's or key's name
AMOUNT_USD_MAX = 10**9
CENTS = Decimal(100)
_ANTHROPIC_INPUT = (
    "uncached_input_tokens",
    "usage_input_tokens_no_cache",
    "usage_input_tokens_cache_write",
    "usage_input_tokens_cache_write_5m",
    "usage_input_tokens_cache_write_1h",
)
_ANTHROPIC_WRITTEN = (*_ANTHROPIC_INPUT[2:], "ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens")
_ANTHROPIC_CACHED = ("cache_read_input_tokens", "usage_input_tokens_cache_read")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an export is read. `zone`: the one whose days it means. `format`: one of FORMATS; None = find out."""

    zone: tzinfo = UTC
    format: str | None = None


def statement(rows: Iterable[Raw], reading: Reading) -> Statement:
    """Everything the rows say, added up.

    Raises:
        StatementRefused: a row means nothing in this format, or the format cannot be told; with the line.
    """
    made: Statement | None = None
    for row in rows:
        if "has_more" in row.values and len(row.values) == 1:
            if made is not None:
                made.more_pages = True
            continue
        if made is None:
            made = Statement(reading.format or _recognised(row))
        reader = _Reader(row, reading.zone)
        try:
            item = _READERS[made.format](reader)
        except (ValueError, InvalidOperation) as error:
            raise StatementRefused(f"line {row.line}: {error}") from None
        if isinstance(item, str):
            made.skip(item)
        elif item is not None:
            made.add(item)
    if made is None or not (made.items or made.left_out):
        raise StatementRefused("the file has no rows to compare; ask the provider for a time in which it was used")
    return made


def _recognised(row: Raw) -> str:
    names = set(row.values)
    if names & {"starttime", "startTime"} and names & {"spend", "prompt_tokens"}:
        return "litellm"
    if names & {"uncached_input_tokens", "usage_input_tokens_no_cache", "usage_date_utc", "starting_at"}:
        return "anthropic"
    if names & {"start_time", "start_time_iso"} and names & {"object", "end_time", "end_time_iso", "amount_value"}:
        return "openai"
    if names & {"date", "day"}:
        return "csv"
    some = ", ".join(name if name.isprintable() else ascii(name) for name in sorted(names)[:8])[:200]
    raise StatementRefused(
        f"line {row.line}: no export that is known has the fields {some}; name it with --format "
        f"({', '.join(FORMATS)}), or bring it into the columns of docs/operate/reconcile.md"
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One row and the questions that formats ask of it. All raise ValueError."""

    row: Raw
    zone: tzinfo

    def first(self, *names: str) -> Any:
        """The first of these fields that says something."""
        for name in names:
            value = self.row.values.get(name)
            if value is not None and value != "":
                return value
        return None

    def text(self, *names: str) -> str | None:
        value = self.first(*names)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX or not value.isprintable():
            raise ValueError(f"{names[0]} is no name of at most {TEXT_LENGTH_MAX} characters")
        return value

    def quantity(self, *names: str) -> int | None:
        """A number of tokens or requests."""
        value = self.first(*names)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.replace(",", "").isdigit() and len(value) <= 25:
            value = int(value.replace(",", ""))
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= QUANTITY_MAX:
            raise ValueError(f"{names[0]} is {_short(value)}; expected a whole number from 0 up")
        return value

    def sum(self, *names: str) -> int | None:
        """The sum of those fields that are there; None when none is."""
        values = [self.quantity(name) for name in names]
        there = [value for value in values if value is not None]
        return sum(there) if there else None

    def amount(self, *names: str) -> Decimal | None:
        """An amount of money; a credit is below zero."""
        value = self.first(*names)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise ValueError(f"{names[0]} is {_short(value)}; expected an amount")
        if isinstance(value, str) and len(value) > 60:
            raise ValueError(f"{names[0]} is {_short(value)}; expected an amount")
        try:
            amount = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            raise ValueError(f"{names[0]} is {_short(value)}; expected an amount like 1.50") from None
        if not amount.is_finite() or abs(amount) > AMOUNT_USD_MAX or len(amount.as_tuple().digits) > 28:
            raise ValueError(f"{names[0]} is {_short(value)}; that is no bill")
        return amount

    def dollars(self, currency: str, *names: str) -> Decimal | None:
        """An amount that the field `currency` says is in dollars."""
        unit = self.first(currency)
        if unit is not None and str(unit).lower() != "usd":
            raise ValueError(f"the currency is {_short(unit)}; only USD can be compared")
        return self.amount(*names)

    def day(self, *names: str) -> date:
        """The day of a time: seconds since the epoch, RFC 3339, or a plain date, which is taken as it stands."""
        value = self.first(*names)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**33:
            return datetime.fromtimestamp(value, self.zone).date()
        if isinstance(value, str) and len(value) <= 40:
            try:
                return _day_of(value, self.zone)
            except ValueError:
                pass  # told below, as any other thing that is no day
        raise ValueError(f"{names[0]} is {_short(value)}; expected a day like 2026-11-01, or a time")


def _day_of(text: str, zone: tzinfo) -> date:
    if len(text) == len("2026-11-01"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(zone).date()


def _short(value: object) -> str:
    return "missing" if value is None else repr(value)[:60]


# --- providers -------------------------------------------------------------------------------------------------------


def _openai(row: _Reader) -> Item | str | None:
    """A result of the usage or costs API within its bucket, or a line of the console's CSV."""
    values = row.row.values
    if "object" in values and len(values.keys() - {"object", "start_time", "end_time"}) == 0:
        return None  # a bucket in which nothing was used
    day = row.day("start_time", "start_time_iso", "date")
    amount = values.get("amount")
    if isinstance(amount, dict):
        row = _Reader(Raw(row.row.line, {**values, "amount_value": amount.get("value")} | _currency(amount)), row.zone)
    cost = row.dollars("amount_currency", "amount_value", "cost_usd")
    item = row.text("line_item")
    return Item(
        day,
        row.text("model") or (None if item is None else item.partition(", ")[0]),
        row.text("api_key_id", "api_key"),
        row.quantity("num_model_requests"),
        row.quantity("input_tokens"),
        row.quantity("input_cached_tokens"),
        row.quantity("output_tokens"),
        cost,
    )


def _currency(amount: Values) -> Values:
    return {"amount_currency": amount.get("currency")}


def _anthropic(row: _Reader) -> Item | str | None:
    """A result of the usage or cost report within its bucket, or a line of the console's CSV.

    Its input tokens leave out what was read from or written to a cache; ours hold all of them.
    """
    values = row.row.values
    if not values.keys() - {"starting_at", "ending_at"}:
        return None
    day = row.day("starting_at", "usage_date_utc")
    written = values.get("cache_creation")
    if isinstance(written, dict):
        row = _Reader(Raw(row.row.line, {**values, **written}), row.zone)
    cached = row.sum(*_ANTHROPIC_CACHED)
    fresh = row.sum(*_ANTHROPIC_INPUT, "ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens")
    cents = row.dollars("currency", "amount")
    return Item(
        day,
        row.text("model", "model_version"),
        row.text("api_key_id", "api_key"),
        None,
        None if fresh is None and cached is None else (fresh or 0) + (cached or 0),
        cached,
        row.quantity("output_tokens", "usage_output_tokens"),
        row.amount("cost_usd") if cents is None else cents / CENTS,
        row.sum(*_ANTHROPIC_WRITTEN),
    )


def _litellm(row: _Reader) -> Item | str | None:
    """One call in a spend log; those that its own cache answered or that failed never became a provider's work."""
    if str(row.first("cache_hit")).lower() == "true":
        return "answered by the log's own cache"
    if str(row.first("status")).lower() == "failure":
        return "failed calls"
    model = row.text("model")
    provider = row.text("custom_llm_provider")
    if model is not None and provider is not None:
        model = model.removeprefix(f"{provider}/")
    return Item(
        row.day("startTime", "starttime"),
        model,
        row.text("api_key"),
        1,
        row.quantity("prompt_tokens"),
        _detail(row.first("metadata"), "cached_tokens"),
        row.quantity("completion_tokens"),
        row.amount("spend"),
        _detail(row.first("metadata"), "cache_creation_tokens"),
    )


def _detail(metadata: object, name: str) -> int | None:
    """A part of the input that a spend log's metadata tells, wherever it does."""
    if not isinstance(metadata, dict):
        return None
    usage = metadata.get("usage_object")
    details = usage.get("prompt_tokens_details") if isinstance(usage, dict) else None
    value = details.get(name) if isinstance(details, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= QUANTITY_MAX else None


def _plain(row: _Reader) -> Item | str | None:
    """A line of our own columns."""
    item = Item(
        row.day("date", "day"),
        row.text("model"),
        row.text("key"),
        row.quantity("requests"),
        row.quantity("input_tokens"),
        row.quantity("cached_tokens"),
        row.quantity("output_tokens"),
        row.amount("cost_usd"),
        row.quantity("cache_write_tokens"),
    )
    numbers = (item.requests, item.input_tokens, item.cached_tokens, item.output_tokens, item.cost)
    if all(number is None for number in numbers):
        raise ValueError(
            "says nothing to compare; give it requests, input_tokens, cached_tokens, output_tokens or cost_usd"
        )
    return item


_READERS: Final[dict[str, Callable[[_Reader], Item | str | None]]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "litellm": _litellm,
    "csv": _plain,
}
