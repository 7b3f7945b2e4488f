"""What a provider says we used: sums per day, model and key, whatever the format they came in. Knows no formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from tokenry.base.errors import TokenryError
from tokenry.base.units import NANO_PER_USD, round_half_up

ALL_MODELS: Final = "(all models)"  # of an export that is not divided by model
COUNTS: Final = ("requests", "input_tokens", "cached_tokens", "output_tokens")
CELLS_MAX = 200_000
QUANTITY_MAX = 2**63 - 1


class StatementRefused(TokenryError):
    """The export cannot be taken; the message says where and why."""

    status = 400
    type = "invalid_request_error"
    code = "export_refused"


@dataclass(slots=True)
class Tally:
    """Requests, tokens and nano-USD. `cached_tokens` and `cache_write_tokens` are parts of `input_tokens`.

    Cache writes are no count that is compared, for few exports tell them; they are there for what they cost.
    """

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0
    cache_write_tokens: int = 0

    def add(self, other: Tally, sign: int = 1) -> Tally:
        """Count another in, or with sign -1 out."""
        self.requests += sign * other.requests
        self.input_tokens += sign * other.input_tokens
        self.cached_tokens += sign * other.cached_tokens
        self.output_tokens += sign * other.output_tokens
        self.cost += sign * other.cost
        self.cache_write_tokens += sign * other.cache_write_tokens
        return self

    def minus(self, other: Tally) -> Tally:
        """The difference, as a new one."""
        return self.copy().add(other, -1)

    def copy(self) -> Tally:
        """Another that says the same."""
        return Tally().add(self)

    def count(self, name: str) -> int:
        """One of COUNTS, or `cost`."""
        value: int = getattr(self, name)
        return value

    def distance(self, known: frozenset[str]) -> int:
        """How far the counts that are known lie from zero."""
        return sum(abs(self.count(name)) for name in COUNTS if name in known)


@dataclass(frozen=True, slots=True)
class Item:
    """One row of an export: what is None was not said. `cost` is in dollars; the key as the provider names it."""

    day: date
    model: str | None
    key: str | None = None
    requests: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None
    cache_write_tokens: int | None = None


@dataclass(slots=True)
class Cell:
    """The sums of one day, model and key. `amounts`: how many costs were added up, each of them rounded by others."""

    tally: Tally = field(default_factory=Tally)
    known: set[str] = field(default_factory=set)
    amounts: int = 0
    usd: Decimal = Decimal(0)


@dataclass(slots=True)
class Statement:
    """An export, added up. `decimals`: the most that any of its amounts was written with."""

    format: str
    cells: dict[tuple[date, str, str | None], Cell] = field(default_factory=dict)
    decimals: int = 0
    items: int = 0
    left_out: dict[str, int] = field(default_factory=dict)  # why rows say nothing about the provider, and how many do
    more_pages: bool = False

    def add(self, item: Item) -> None:
        """Count a row in. Raises StatementRefused when there are too many days, models and keys to hold."""
        place = (item.day, item.model or ALL_MODELS, item.key)
        cell = self.cells.get(place)
        if cell is None:
            if len(self.cells) >= CELLS_MAX:
                raise StatementRefused(f"more than {CELLS_MAX:,} days, models and keys; take a shorter time")
            cell = self.cells[place] = Cell()
        self.items += 1
        for name in COUNTS:
            value = getattr(item, name)
            if value is not None:
                setattr(cell.tally, name, cell.tally.count(name) + value)
                cell.known.add(name)
        if item.cache_write_tokens is not None:
            cell.tally.cache_write_tokens += item.cache_write_tokens
        if item.cost is not None:
            cell.usd += item.cost
            cell.tally.cost = round_half_up(cell.usd * NANO_PER_USD)
            cell.amounts += 1
            cell.known.add("cost")
            exponent = item.cost.normalize().as_tuple().exponent
            self.decimals = max(self.decimals, -exponent if isinstance(exponent, int) else 0)

    def merge(self, other: Statement) -> None:
        """Count in what another file of the same export says."""
        for place, theirs in other.cells.items():
            cell = self.cells.setdefault(place, Cell())
            cell.usd += theirs.usd
            cell.tally.add(theirs.tally)
            cell.tally.cost = round_half_up(cell.usd * NANO_PER_USD)
            cell.known |= theirs.known
            cell.amounts += theirs.amounts
        self.decimals = max(self.decimals, other.decimals)
        self.items += other.items
        self.more_pages = other.more_pages
        for why, count in other.left_out.items():
            self.left_out[why] = self.left_out.get(why, 0) + count

    def skip(self, why: str) -> None:
        """Note a row that is not about the provider's own work."""
        self.left_out[why] = self.left_out.get(why, 0) + 1

    @property
    def days(self) -> list[date]:
        """The days it speaks of, ascending."""
        return sorted({day for day, _, _ in self.cells})

    @property
    def keys(self) -> list[str]:
        """The provider's keys it names."""
        return sorted({key for _, _, key in self.cells if key is not None})

    @property
    def rounding(self) -> int:
        """Nano-USD that one of its amounts may be off by: half of its last decimal."""
        return max(1, NANO_PER_USD // (2 * 10**self.decimals)) if self.decimals <= 9 else 1
