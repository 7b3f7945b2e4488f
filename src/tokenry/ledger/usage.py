"""Usage read from receipts: sums by key, model, project or day. Derived, never used to enforce anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from tokenry.base.clock import to_datetime
from tokenry.ledger.receipts import Receipt

GroupBy = Literal["key", "model", "project", "user", "day", "endpoint"]


class UsageRow(msgspec.Struct):
    """Sums over the receipts of one group. Amounts are nano-USD; `cost` counts only requests whose cost is known."""

    group: dict[str, str]
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    charge: int = 0
    writeoff: int = 0
    cost: int = 0

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


def by(receipts: Iterable[Receipt], group_by: tuple[GroupBy, ...]) -> list[UsageRow]:
    """Sums per combination of `group_by`, largest charge first; no grouping gives one row with the total."""
    rows: dict[tuple[str, ...], UsageRow] = {}
    for receipt in receipts:
        values = tuple([_value(receipt, name) for name in group_by])
        row = rows.get(values)
        if row is None:
            row = rows[values] = UsageRow(dict(zip(group_by, values, strict=True)))
        row.add(receipt)
    return sorted(rows.values(), key=lambda row: (-row.charge, -row.requests, tuple(row.group.values())))


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
