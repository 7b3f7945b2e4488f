"""What was earned: of past requests what accounts paid, what it cost, and the difference. Pure; read from the journal.

Corrections count on the day they were made. What a call cost that no customer's request shows (`house:` accounts)
belongs to no model and no tenant, and is not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tokenry.ledger.corrections import CORRECTION
from tokenry.ledger.model import Move, Record, Settle, decode
from tokenry.ledger.receipts import Facts, Receipt
from tokenry.storage import Row

MarginBy = Literal["model", "project", "organization"]


@dataclass(slots=True)
class Margin:
    """Of one group. Amounts are nano-USD.

    Args:
        requests: those that used anything. charge: what accounts paid for them when they ended. corrected: what they
            paid afterwards, below zero for what they got back. cost: of those whose cost is known.
        unknown, unknown_charge: how many requests no cost is known of, and what was paid for these.
        tokens, covered: what awards of tokens paid, and the price that they paid for; no part of the margin.
    """

    requests: int = 0
    charge: int = 0
    corrected: int = 0
    cost: int = 0
    unknown: int = 0
    unknown_charge: int = 0
    tokens: int = 0
    covered: int = 0

    @property
    def margin(self) -> int:
        """What is left of charges whose cost is known, corrections counted in."""
        return self.charge - self.unknown_charge + self.corrected - self.cost

    @property
    def share(self) -> int | None:
        """The margin in hundredths of a percent of those charges, rounded half up; None when nothing was charged."""
        charged = self.charge - self.unknown_charge + self.corrected
        return None if charged <= 0 else (self.margin * 20_000 + charged) // (2 * charged)

    def add(self, receipt: Receipt) -> None:
        """Count one request in."""
        usage = receipt.usage
        if not (usage.total_tokens or usage.audio_seconds or usage.images or receipt.counted):
            return
        self.requests += 1
        self.charge += receipt.charge
        self.tokens += receipt.charge_tokens
        self.covered += receipt.covered
        self.cost += receipt.cost or 0
        if receipt.cost is None:
            self.unknown += 1
            self.unknown_charge += receipt.charge

    def correct(self, move: Move) -> None:
        """Count a correction in, as far as accounts paid or got it."""
        for leg in move.legs:
            if leg.debit.startswith("award:"):
                self.corrected += leg.amount
            elif leg.credit.startswith("award:"):
                self.corrected -= leg.amount


def margins(rows: Iterable[Row], by: MarginBy, organization_id: str | None = None) -> dict[str, Margin]:
    """The margin of each group, largest first.

    Args:
        rows: of the journal, of the time that is meant.
        organization_id: the only organization that is meant; None = all.
    """
    found: dict[str, Margin] = {}
    for row in rows:
        if row.kind not in ("settle", "move"):
            continue
        record = decode(row.kind, row.body)
        facts = _facts(record)
        if facts is None or organization_id not in {None, facts.organization_id}:
            continue
        margin = found.setdefault(_group(facts, by), Margin())
        if isinstance(record, Settle):
            margin.add(record.receipt)
        elif isinstance(record, Move):
            margin.correct(record)
    used = [(name, margin) for name, margin in found.items() if margin.requests or margin.corrected]
    return dict(sorted(used, key=lambda item: (-item[1].margin, item[0])))


def total(of: Iterable[Margin]) -> Margin:
    """The sum of several."""
    whole = Margin()
    for one in of:
        for name in Margin.__slots__:
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    return whole


def _facts(record: Record) -> Facts | None:
    """Of a request or of a correction; None for what is neither."""
    if isinstance(record, Settle):
        return record.receipt.facts
    return record.facts if isinstance(record, Move) and record.code == CORRECTION else None


def _group(facts: Facts, by: MarginBy) -> str:
    if by == "model":
        return facts.model
    return facts.project_id if by == "project" else facts.organization_id
