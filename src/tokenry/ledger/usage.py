"""Usage read from receipts: sums by key, model, project or day. Derived, never used to enforce anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from tokenry.base.clock import to_datetime
from tokenry.ledger.house_accounts import TOKENS_CRASH, TOKENS_LOW_PRIORITY, TOKENS_OVERRUN
from tokenry.ledger.model import Move, Settle, decode
from tokenry.ledger.receipts import Receipt
from tokenry.storage import Row

WRITEOFF, HOUSE = "writeoff:", "house:"  # how the house's own accounts begin
TOKENS = frozenset({TOKENS_OVERRUN, TOKENS_LOW_PRIORITY, TOKENS_CRASH})
GroupBy = Literal["key", "model", "project", "user", "day", "endpoint"]


class UsageRow(msgspec.Struct):
    """Sums over the receipts of one group. Amounts are nano-USD; `charge_tokens` and `writeoff_tokens` are tokens.

    `cost` counts only requests whose cost is known; `cost_unknown` and `estimated` are how many requests used tokens
    that no cost is known for, and whose amounts rest on an estimate. `covered` is what awards of tokens paid for.
    """

    group: dict[str, str]
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    charge: int = 0
    writeoff: int = 0
    cost: int = 0
    cost_unknown: int = 0
    estimated: int = 0
    charge_tokens: int = 0
    covered: int = 0
    writeoff_tokens: int = 0

    @classmethod
    def sums(cls) -> tuple[str, ...]:
        """The names of the fields that add up."""
        return cls.__struct_fields__[1:]

    def add(self, receipt: Receipt) -> None:
        """Count one more request in."""
        usage = receipt.usage
        self.requests += 1
        self.input_tokens += usage.input_tokens
        self.cached_tokens += usage.cached_tokens
        self.output_tokens += usage.output_tokens
        self.charge += receipt.charge
        self.writeoff += receipt.writeoff
        self.cost += receipt.cost or 0
        self.cost_unknown += receipt.cost is None and usage.total_tokens > 0
        self.estimated += receipt.estimated
        self.charge_tokens += receipt.charge_tokens
        self.covered += receipt.covered
        self.writeoff_tokens += receipt.writeoff_tokens


@dataclass(slots=True)
class HouseShare:
    """What the house took upon itself by the account that paid: nano-USD, and tokens of models without a price.

    `writeoff:*` accounts bore price that no customer was charged (overruns, what a crash forgot after a checkpoint);
    `house:*` accounts bore what calls cost that no customer's request shows (retries, disk failures, crashes before a
    checkpoint). Both are estimates where the engine told nothing. The accounts of TOKENS bore tokens.
    """

    by_account: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count a `settle` or `move` row of the journal; a correction that pays back counts against it."""
        record = decode(row.kind, row.body)
        legs = record.extra if isinstance(record, Settle) else record.legs if isinstance(record, Move) else ()
        for leg in legs:
            for account, amount in ((leg.debit, leg.amount), (leg.credit, -leg.amount)):
                if account.startswith((WRITEOFF, HOUSE)) or account in TOKENS:
                    self.by_account[account] = self.by_account.get(account, 0) + amount

    @property
    def written_off(self) -> int:
        """The price that nobody was charged."""
        return sum(amount for name, amount in self.by_account.items() if name.startswith(WRITEOFF))

    @property
    def borne(self) -> int:
        """The cost of calls that nobody was charged."""
        return sum(amount for name, amount in self.by_account.items() if name.startswith(HOUSE))


def by(receipts: Iterable[Receipt], group_by: tuple[GroupBy, ...]) -> list[UsageRow]:
    """Sums per combination of `group_by`, largest price first; no grouping gives one row with the total."""
    rows: dict[tuple[str, ...], UsageRow] = {}
    for receipt in receipts:
        values = tuple([_value(receipt, name) for name in group_by])
        row = rows.get(values)
        if row is None:
            row = rows[values] = UsageRow(dict(zip(group_by, values, strict=True)))
        row.add(receipt)
    return sorted(rows.values(), key=lambda row: (-row.charge - row.covered, -row.requests, tuple(row.group.values())))


def _value(receipt: Receipt, name: GroupBy) -> str:
    facts = receipt.facts
    match name:
        case "key":
            return facts.key_id
        case "model":
            return facts.model
        case "project":
            return facts.project_id
        case "user":
            return facts.user_id or "-"
        case "endpoint":
            return facts.endpoint
        case "day":
            return f"{to_datetime(receipt.at):%Y-%m-%d}"
