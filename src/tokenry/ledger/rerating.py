"""Past requests put right: each is charged anew by another version of the prices, by transfers that correct the old.

Feed it rows of the journal, twice: all from the first request on to `learn` which were corrected before, then those of
the time that is meant to `take`. Killed half way and begun anew it goes on where it was: what is right already is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from tokenry.ledger.corrections import CORRECTION, outstanding
from tokenry.ledger.house_accounts import HOUSE_BEARS
from tokenry.ledger.ledger import Ledger
from tokenry.ledger.model import Move, Settle, decode
from tokenry.ledger.prices import PriceVersion
from tokenry.storage import Row


@dataclass(slots=True)
class Rerated:
    """What changes for one project. Amounts are nano-USD.

    Args:
        requests: those that had another price than they should have. more, back: what they should cost beyond what they
            did, and less. charged, returned: what awards really paid of that or got; house: what the house bore of it,
            below zero where it got back. All three are zero while nothing is written.
    """

    requests: int = 0
    more: int = 0
    back: int = 0
    charged: int = 0
    returned: int = 0
    house: int = 0

    @property
    def net(self) -> int:
        """How much more the requests should cost, in all."""
        return self.more - self.back

    def add(self, other: Rerated) -> None:
        """Count another in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(slots=True)
class Rerating:
    """Under way.

    Args:
        version: the prices that requests should have been charged by. Models that it does not price are left alone.
        model: the only one that is meant; None = all.
        confirmed: whether corrections are written, or only reckoned.
    """

    ledger: Ledger
    version: PriceVersion
    model: str | None = None
    confirmed: bool = False
    looked: int = 0  # requests
    unpriced: int = 0  # requests of models that the version does not price, or that had no price at all
    projects: dict[tuple[str, str], Rerated] = field(default_factory=dict)  # by organization and project
    _before: dict[str, list[Move]] = field(default_factory=dict)

    def learn(self, rows: Iterable[Row]) -> None:
        """Note the corrections among rows of the journal."""
        for row in rows:
            if row.kind == "move":
                record = decode(row.kind, row.body)
                assert isinstance(record, Move)
                if record.code == CORRECTION:
                    self._before.setdefault(record.id, []).append(record)

    def take(self, row: Row) -> None:
        """Put one request right; a row that is none changes nothing."""
        if row.kind != "settle":
            return
        settled = decode(row.kind, row.body)
        assert isinstance(settled, Settle)
        facts = settled.receipt.facts
        if self.model not in {None, facts.model}:
            return
        self.looked += 1
        if facts.price_version is None or facts.model not in self.version.prices:
            self.unpriced += 1
            return
        before = self._before.get(settled.id, [])
        due = outstanding(self.ledger.books, settled, before, self.version)
        if due == 0:
            return
        made = Rerated(1, max(due, 0), max(-due, 0))
        if self.confirmed:
            _count(made, self.ledger.correct(settled, before, self.version))
        self.projects.setdefault((facts.organization_id, facts.project_id), Rerated()).add(made)

    def total(self) -> Rerated:
        """The sum of all projects."""
        whole = Rerated()
        for one in self.projects.values():
            whole.add(one)
        return whole


def _count(made: Rerated, move: Move | None) -> None:
    for leg in () if move is None else move.legs:
        if leg.debit in HOUSE_BEARS:
            made.house += leg.amount
        elif leg.credit in HOUSE_BEARS:
            made.house -= leg.amount
        elif leg.debit.startswith("award:"):
            made.charged += leg.amount
        else:
            made.returned += leg.amount
