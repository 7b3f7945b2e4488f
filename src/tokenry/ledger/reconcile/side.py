"""Our side of the comparison: what receipts say was used at a provider, per day and model as the provider calls it.

Beside the sums it keeps what may make a provider count otherwise: requests that ran over midnight, those whose tokens
nobody told us exactly (with the most that they can have been, as bounded at admission), and tries in vain.
Memory grows with days and models, never with requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final

from tokenry.base.clock import NS_PER_MS, NS_PER_S, to_datetime
from tokenry.ledger.model import Move, Settle, decode
from tokenry.ledger.receipts import Receipt, Usage
from tokenry.ledger.reconcile.statement import Tally
from tokenry.ledger.selection import provider_of
from tokenry.storage import Row

STRADDLERS_MAX = 8  # requests over one midnight that are tried one by one; of more, all or none
SLOT_S = 1800  # zones differ by half hours
SLOTS_MAX = 100_000  # beyond, no zone is guessed
_WHY_INEXACT: Final = {"client_gone": "hung_up", "cut": "cut", "crash": "crash"}


@dataclass(slots=True)
class Room:
    """How much otherwise a provider may count some requests: from `low` (below zero) to `high`."""

    requests: int = 0
    low: Tally = field(default_factory=Tally)
    high: Tally = field(default_factory=Tally)

    def widen(self, low: Tally, high: Tally) -> None:
        """One more request."""
        self.requests += 1
        self.low.add(low)
        self.high.add(high)


@dataclass(slots=True)
class OurCell:
    """One day and model. `by_name`: the same per model as we call it, which is what costs are known by."""

    tally: Tally = field(default_factory=Tally)
    by_name: dict[str, Tally] = field(default_factory=dict)
    lines: int = 0  # of cost, each rounded once
    unknown_cost: int = 0  # requests with tokens that no cost is known for
    rooms: dict[str, Room] = field(default_factory=dict)
    over_midnight: list[Tally] = field(default_factory=list)  # began the day before; the last is the sum of the rest

    def room(self, why: str) -> Room:
        """The room of one cause."""
        return self.rooms.setdefault(why, Room())

    def add(self, other: OurCell) -> None:
        """Count another model of the same day in."""
        self.tally.add(other.tally)
        self.lines += other.lines
        self.unknown_cost += other.unknown_cost
        self.over_midnight += other.over_midnight
        for name, tally in other.by_name.items():
            self.by_name.setdefault(name, Tally()).add(tally)
        for why, room in other.rooms.items():
            mine = self.room(why)
            mine.requests += room.requests
            mine.low.add(room.low)
            mine.high.add(room.high)


@dataclass(slots=True)
class OurSide:
    """Fold rows of the journal into it, then `finish`.

    Args:
        providers: whose work is meant, as `[[provider]]` names them; None = everybody's.
        zone: whose days are meant.
    """

    providers: frozenset[str] | None
    zone: tzinfo
    cells: dict[tuple[date, str], OurCell] = field(default_factory=dict)
    slots: dict[tuple[int, str], Tally] = field(default_factory=dict)  # half hours since the epoch, and model
    borne: dict[str, int] = field(default_factory=dict)  # nano-USD of cost no receipt shows, by provider
    met: set[str] = field(default_factory=set)  # providers that answered anything
    _crashed: dict[tuple[date, str], Room] = field(default_factory=dict)  # by our name: nobody knows who was asked
    _served: dict[str, set[str]] = field(default_factory=dict)  # our name -> models as providers call them

    def add(self, row: Row) -> None:
        """Fold one row in; rows of other kinds than `settle` and `move` change nothing."""
        if row.kind == "settle":
            record = decode(row.kind, row.body)
            assert isinstance(record, Settle)
            self._receipt(record.receipt)
        elif row.kind == "move":
            moved = decode(row.kind, row.body)
            assert isinstance(moved, Move)
            for leg in moved.legs:
                if leg.credit.startswith("provider:"):
                    name = leg.credit.removeprefix("provider:")
                    self.borne[name] = self.borne.get(name, 0) + leg.amount

    def finish(self) -> None:
        """Give what crashed to every model that may have been asked."""
        for (day, name), room in self._crashed.items():
            for model in self._served.get(name, ()):
                cell = self.cells.setdefault((day, model), OurCell())
                mine = cell.room("crash")
                mine.requests += room.requests
                mine.high.add(room.high)
        self._crashed.clear()

    def day_of(self, at_ns: int) -> date:
        """The day of an instant."""
        return to_datetime(at_ns).astimezone(self.zone).date()

    def shifted(self, offset_s: int) -> dict[tuple[date, str], Tally]:
        """The same sums as if days began `offset_s` seconds earlier than in UTC; {} when there are too many to know."""
        found: dict[tuple[date, str], Tally] = {}
        for (slot, model), tally in self.slots.items():
            day = to_datetime((slot * SLOT_S + offset_s) * NS_PER_S).date()
            found.setdefault((day, model), Tally()).add(tally)
        return found

    # --- one receipt -------------------------------------------------------------------------------------------------

    def _receipt(self, one: Receipt) -> None:
        day = self.day_of(one.at)
        if one.deployment is None:
            if one.outcome == "crash":
                self._crashed.setdefault((day, one.facts.model), Room()).widen(Tally(), _most(one))
        else:
            self.met.add(provider_of(one.deployment))
            if self._meant(one.deployment):
                self._answered(one, day, _model_of(one.deployment))
        self._in_vain(one, day)

    def _meant(self, deployment: str) -> bool:
        return self.providers is None or provider_of(deployment) in self.providers

    def _answered(self, one: Receipt, day: date, model: str) -> None:
        self._served.setdefault(one.facts.model, set()).add(model)
        cell = self.cells.setdefault((day, model), OurCell())
        usage = one.usage
        if usage.total_tokens == 0:
            if provider_of(one.deployment or "") in one.seen_by:
                cell.room("nothing_came").widen(Tally(), _most(one))
            return
        tally = _tally(one)
        cell.tally.add(tally)
        cell.by_name.setdefault(one.facts.model, Tally()).add(tally)
        cell.lines += _lines(usage)
        cell.unknown_cost += one.cost is None
        if usage.source != "engine" or one.estimated:
            cell.room(_WHY_INEXACT.get(one.outcome, "estimate")).widen(Tally().minus(tally), _more(one))
        began = self.day_of(one.at - one.duration_ms * NS_PER_MS)
        if began != day:
            _straddle(cell.over_midnight, tally)
        self._slot(one.at, model, tally)

    def _in_vain(self, one: Receipt, day: date) -> None:
        """Tries that brought nothing may have cost the provider work all the same, and us money."""
        tries = one.attempts[:-1] if one.attempts and one.attempts[-1].deployment == one.deployment else one.attempts
        for attempt in tries:
            seen = provider_of(attempt.deployment) in one.seen_by
            if (
                seen
                and attempt.ended != "ok"
                and not attempt.ended.startswith("http_4")
                and self._meant(attempt.deployment)
            ):
                cell = self.cells.setdefault((day, _model_of(attempt.deployment)), OurCell())
                cell.room("retry").widen(Tally(), _most(one))

    def _slot(self, at_ns: int, model: str, tally: Tally) -> None:
        if len(self.slots) <= SLOTS_MAX:
            self.slots.setdefault((at_ns // (SLOT_S * NS_PER_S), model), Tally()).add(tally)


def _tally(one: Receipt) -> Tally:
    usage = one.usage
    written = usage.cache_write_tokens
    return Tally(1, usage.input_tokens, usage.cached_tokens, usage.output_tokens, one.cost or 0, written)


def _most(one: Receipt) -> Tally:
    """The most that a request can have been, as it was bounded when it was let in."""
    facts = one.facts
    return Tally(1, facts.input_bound, facts.input_bound, facts.output_bound)


def _more(one: Receipt) -> Tally:
    """How much more an estimated request can have been: twice the input that was guessed, and never above the bound."""
    usage, facts = one.usage, one.facts
    more_in = max(0, min(facts.input_bound - usage.input_tokens, usage.input_tokens))
    return Tally(0, more_in, usage.input_tokens + more_in, max(0, facts.output_bound - usage.output_tokens))


def _lines(usage: Usage) -> int:
    fresh = usage.input_tokens - min(usage.cached_tokens, usage.input_tokens)
    split = (usage.cache_write_tokens > 0) + (usage.reasoning_tokens > 0)
    return (fresh > 0) + (usage.cached_tokens > 0) + (usage.output_tokens > 0) + split


def _straddle(over: list[Tally], tally: Tally) -> None:
    if len(over) < STRADDLERS_MAX:
        over.append(tally.copy())
    else:
        over[-1].add(tally)


def _model_of(deployment: str) -> str:
    return deployment.partition("/")[2]


def half_hours() -> list[int]:
    """Every offset from UTC that a zone can have, in seconds: whole hours first, nearest first."""
    steps = [step for step in range(-24, 29) if step]
    return [step * SLOT_S for step in sorted(steps, key=lambda step: (step % 2, abs(step)))]


def midnight(day: date, zone: tzinfo) -> int:
    """When a day begins, nanoseconds since the epoch."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * NS_PER_S
