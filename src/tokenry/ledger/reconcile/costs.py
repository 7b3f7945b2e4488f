"""Why a provider's bill may differ from the cost in the ledger, tried in turn. Integers and fractions, never floats.

The ledger's cost of a request is what its tokens cost under the costs configured when it was asked, each line rounded
to the nano-dollar; a bill is rounded as its provider likes, by day or by item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from msgspec.structs import replace

from tokenry.base.clock import isoformat
from tokenry.base.units import nano_to_usd
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.rates import Rates, amount
from tokenry.ledger.receipts import Usage
from tokenry.ledger.reconcile.counts import ROOMS, room_words
from tokenry.ledger.reconcile.report import Line
from tokenry.ledger.reconcile.statement import COUNTS, Tally

# What providers ask for cached input, as parts of what input costs.
CACHED_PARTS: Final = tuple(Fraction(part) for part in ("0", "1/10", "1/4", "1/2", "3/4", "1"))
DAYS_THAT_SHOW_A_PRICE = 2  # a bill that is too high by one factor on so many days has another price


@dataclass(frozen=True, slots=True)
class Bill:
    """One line's cost in question. `version`: the one whose costs the ledger's amount comes from, where it is one."""

    line: Line
    used: dict[str, Tally]  # per model as we call it: the file's tokens where it tells them, else ours
    tolerance: int
    version: PriceVersion | None

    def under(self, version: PriceVersion) -> int | None:
        """What was used would cost under a version; None when that has no cost for it."""
        return rated(self.used, version)

    def agrees(self, amount: int) -> bool:
        """Whether the file's cost is this amount, but for rounding."""
        return abs(self.line.file.tally.cost - self._set_aside - amount) <= self.tolerance

    @property
    def billed(self) -> int:
        """The file's cost of what is in question."""
        return self.line.file.tally.cost - self._set_aside

    @property
    def _set_aside(self) -> int:
        return sum(reason.part.cost for reason in self.line.reasons if reason.why in {"other_key", "midnight"})


def explain(lines: Sequence[Line], versions: Sequence[PriceVersion]) -> None:
    """Say of every cost why it differs, where that can be said. Counts must have been explained before."""
    bills = [_bill(line, versions) for line in lines if line.left.cost]
    for bill in bills:
        _rounding(bill) or _no_cost(bill) or _follows(bill) or _other_version(bill, versions) or _cached(bill)
        if bill.line.left.cost:
            _room(bill)
    _factors([bill for bill in bills if bill.line.left.cost])


def rated(used: dict[str, Tally], version: PriceVersion) -> int | None:
    """Nano-USD of tokens, per model as we call it, at a version's costs; None when one of them has none."""
    total = 0
    for name, tally in used.items():
        rates = version.costs.get(name)
        if rates is None:
            return None
        total += _cost(tally, rates)
    return total


def _cost(tally: Tally, rates: Rates) -> int:
    """What these tokens cost in the default tier at the smallest size: sums tell nothing of the requests' sizes.

    Where that is not what they cost, no version is found to be the ledger's own, and nothing is said that rests on one.
    """
    smallest = rates if rates.more is None else replace(rates, more=replace(rates.more, above=()))
    usage = Usage(
        max(0, tally.input_tokens), max(0, tally.output_tokens), max(0, tally.cached_tokens),
        cache_write_tokens=max(0, tally.cache_write_tokens),
    )  # fmt: skip
    return amount(usage, smallest)


def _bill(line: Line, versions: Sequence[PriceVersion]) -> Bill:
    tolerance = line.file.amounts * line.file_rounding + line.ours.lines // 2 + 3
    ours = line.ours.by_name
    known = next((one for one in versions if _near(rated(ours, one), line.ours.tally.cost, line.ours.lines)), None)
    return Bill(line, _used(line), tolerance, known)


def _near(amount: int | None, other: int, lines: int) -> bool:
    return amount is not None and abs(amount - other) <= lines // 2 + 3


def _used(line: Line) -> dict[str, Tally]:
    """Tokens by our name: the file's own where they can only be of one model."""
    ours = line.ours.by_name
    if len(ours) != 1 or not {"input_tokens", "output_tokens"} <= line.known:
        return ours
    (name,) = ours
    tally = line.file.tally.copy()
    for reason in line.reasons:
        if reason.why in {"other_key", "midnight"}:
            tally.add(reason.part, -1)
    if "cached_tokens" not in line.known:
        tally.cached_tokens = ours[name].cached_tokens
    if not tally.cache_write_tokens:
        tally.cache_write_tokens = ours[name].cache_write_tokens
    return {name: tally}


# --- the causes ------------------------------------------------------------------------------------------------------


def _all(line: Line, why: str, words: str) -> bool:
    line.explain(why, words, Tally(cost=line.left.cost))
    return True


def _rounding(bill: Bill) -> bool:
    line = bill.line
    if abs(line.left.cost) > bill.tolerance:
        return False
    count = f"{line.file.amounts:,} rounded amount{'s' if line.file.amounts > 1 else ''}"
    return _all(line, "rounding", f"{count} in the file, {line.ours.lines:,} rounded lines in the ledger")


def _no_cost(bill: Bill) -> bool:
    line = bill.line
    if not line.ours.unknown_cost:
        return False
    names = ", ".join(sorted(line.ours.by_name))
    words = f"no cost is known here for {line.ours.unknown_cost:,} requests; give [[model]] {names} a `cost`"
    return _all(line, "no_cost", words)


def _follows(bill: Bill) -> bool:
    """The tokens differ, and the file's cost is what its own tokens cost."""
    if bill.used is bill.line.ours.by_name or bill.version is None:
        return False
    amount = bill.under(bill.version)
    if amount is None or not bill.agrees(amount):
        return False
    return _all(bill.line, "tokens", "follows from the tokens: the file's own cost exactly this")


def _other_version(bill: Bill, versions: Sequence[PriceVersion]) -> bool:
    for version in versions:
        amount = bill.under(version)
        if amount is not None and amount and version is not bill.version and bill.agrees(amount):
            words = f"billed at the costs of {version.id}, in force here from {isoformat(version.effective_from)}"
            return _all(bill.line, "price_version", words)
    return False


def _cached(bill: Bill) -> bool:
    """Cached input was billed at another part of the price of input."""
    if bill.version is None or len(bill.used) != 1:
        return False
    ((name, tally),) = bill.used.items()
    rates = bill.version.costs[name]
    for part in CACHED_PARTS:
        rate = int(rates.input * part)
        other = replace(rates, cached_input=rate)
        if tally.cached_tokens > 0 and bill.agrees(_cost(tally, other)):
            words = f"cached input was billed at ${nano_to_usd(rate)} per million; `cost` of [[model]] {name} differs"
            return _all(bill.line, "cached_rate", words)
    return False


def _room(bill: Bill) -> None:
    """A file without tokens: what uncertain requests leave room for, at our costs."""
    line, version = bill.line, bill.version
    if version is None or len(line.ours.by_name) != 1 or any(name in line.known for name in COUNTS):
        return
    rates = version.costs[next(iter(line.ours.by_name))]
    left = line.left.cost
    parts: list[tuple[str, int]] = []
    for why in ROOMS:
        room = line.ours.rooms.get(why)
        if room is not None and left:
            part = min(max(left, -_cost(Tally().minus(room.low), rates)), _cost(room.high, rates))
            left -= part
            parts.append((why, part))
    if left == 0:
        for why, part in parts:
            line.explain(why, room_words(why, line.ours.rooms[why]), Tally(cost=part))


def _factors(bills: Sequence[Bill]) -> None:
    """The same factor on several days is another price than ours."""
    by_model: dict[str, list[tuple[Bill, int]]] = {}
    for bill in bills:
        base = None if bill.version is None else bill.under(bill.version)
        if base and bill.billed > 0 and not bill.line.counts_left():
            by_model.setdefault(bill.line.model, []).append((bill, base))
    for found in by_model.values():
        first, base = found[0]
        if len(found) < DAYS_THAT_SHOW_A_PRICE or not all(_alike(one, first, base) for one in found):
            continue
        factor = _decimal(Fraction(first.billed, base))
        words = f"billed {factor} times our cost on each of {len(found)} days: the price differs from `cost`"
        for bill, _ in found:
            _all(bill.line, "price", words)


def _alike(one: tuple[Bill, int], first: Bill, base: int) -> bool:
    bill, amount = one
    off = abs(bill.billed * base - first.billed * amount)
    return off <= bill.tolerance * base + first.tolerance * amount


def _decimal(number: Fraction) -> str:
    """A factor with at most six decimals."""
    return f"{(Decimal(number.numerator) / Decimal(number.denominator)):.6f}".rstrip("0").rstrip(".")
