"""What a comparison finds: lines per day and model, each difference with its reasons or without. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tokenry.ledger.reconcile.side import OurCell
from tokenry.ledger.reconcile.statement import COUNTS, Cell, Tally


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a difference and how much of it: `part` is what the file says more (below zero: less)."""

    why: str
    words: str
    part: Tally


@dataclass(slots=True)
class Line:
    """One day and model of both sides. `left`: the part of the difference that nothing explains yet.

    Args:
        file: the provider's sums. known: which of them it tells at all, of COUNTS and `cost`.
        ours: our cell; an empty one when no request of ours was there.
        file_rounding: nano-USD that one amount of the file may be off by.
        keys: the provider's sums per key of its own, where it names them.
    """

    day: date
    model: str
    file: Cell
    ours: OurCell
    known: frozenset[str]
    file_rounding: int = 1
    keys: dict[str, Cell] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    left: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.left = self.difference

    @property
    def difference(self) -> Tally:
        """The file less the ledger, in what the file tells."""
        return masked(self.file.tally.minus(self.ours.tally), self.known)

    @property
    def explained(self) -> bool:
        """Whether nothing of the difference is left without a reason."""
        return self.left == Tally()

    def counts_left(self) -> bool:
        """Whether requests or tokens are left unexplained."""
        return any(self.left.count(name) for name in COUNTS)

    def explain(self, why: str, words: str, part: Tally) -> None:
        """Take a part of what is left as explained."""
        part = masked(part, self.known)
        if part != Tally():
            self.left.add(part, -1)
            self.reasons.append(Reason(why, words, part))


@dataclass(slots=True)
class Report:
    """The whole comparison. `notes` say what was set aside; `hints` what to try when something is left unexplained."""

    lines: list[Line]
    notes: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every difference is explained."""
        return all(line.explained for line in self.lines)


def masked(tally: Tally, known: frozenset[str]) -> Tally:
    """The tally with zeros for what is not known."""
    kept = [tally.count(name) if name in known else 0 for name in (*COUNTS, "cost")]
    return Tally(*kept)
