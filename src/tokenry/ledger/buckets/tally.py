"""What a row of the journal adds to which sums. Pure: rows in, sums out; adding in any portions gives the same.

A request counts where and when it was settled, a correction where its request was and when it was written. What an
award gained and lost is counted by the day, so that a statement can say what it began and ended a month with; beside
it, what the requests that it paid cost the house, and how many they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tokenry.base.clock import NS_PER_S
from tokenry.ledger.buckets.latency import ANSWERED, FIRST_TOKEN, WHOLE, step_of
from tokenry.ledger.buckets.shares import cost_shares, divided
from tokenry.ledger.corrections import CORRECTION
from tokenry.ledger.house_accounts import HOUSE_BEARS
from tokenry.ledger.model import DefineAward, Leg, Move, Record, Settle
from tokenry.ledger.receipts import Facts, Receipt
from tokenry.storage import MEASURES, Place, Row, UsageSums

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
KINDS = frozenset({"settle", "move", "award"})  # what is looked at
CHARGE, ISSUED = "charge", "issued"  # codes of flows that no transfer's own code says
FAILED = frozenset({"engine_failed", "crash", "unavailable"})  # how requests ended that the house did not serve
COST, REQUESTS = "cost:", "requests:"  # before an award's account: of the requests that it paid
_AWARD, _CRASH = "award:", (":crash",)
_AT = {name: place for place, name in enumerate(MEASURES)}
_ZEROS = (0,) * len(MEASURES)


def place_of(facts: Facts) -> Place:
    """Where a request counts."""
    return (
        facts.organization_id, facts.project_id, facts.user_id or "", facts.key_id, facts.model, facts.endpoint,
        facts.tier or "",
    )  # fmt: skip


def add(sums: UsageSums, row: Row, record: Record, width: int, moved: Callable[[str], bool]) -> None:
    """Count a row in, in buckets of this width (seconds); days also by line, and what awards gained and lost.

    Args:
        moved: whether transfers with this key were made before these sums: then the books took them for done, too.
    """
    at = row.at // NS_PER_S
    if isinstance(record, Settle):
        _settle(sums, record, at, width)
    elif isinstance(record, Move):
        if _acted(sums, record.key, moved):
            return
        if record.code == CORRECTION and record.facts is not None:
            _correct(sums, record, record.facts, at, width)
        _flow(sums, record.legs, record.code, at)
    elif isinstance(record, DefineAward) and record.amount and not _acted(sums, record.key, moved):
        _flow_in(sums, at, record.award.account, ISSUED, record.amount)


def _acted(sums: UsageSums, key: str | None, moved: Callable[[str], bool]) -> bool:
    """Whether this act was done before; from now on it was."""
    if key is None:
        return False
    if key in sums.moved or moved(key):
        return True
    sums.moved.add(key)
    return False


def widen(sums: UsageSums, width: int, wider: int) -> None:
    """Sum buckets of one width up to those of a wider one that they lie in."""
    for (found, start, place), measures in list(sums.cells.items()):
        if found == width:
            _count(sums, (wider, first_of(start, wider), place), measures)
    for (found, start, place, *on), requests in list(sums.latencies.items()):
        if found == width:
            _time(sums, (wider, first_of(start, wider), place, on[0], on[1]), requests)


def first_of(at: int, width: int) -> int:
    """The first second of the bucket that an instant (seconds since the epoch) lies in."""
    return at - at % width


def _settle(sums: UsageSums, record: Settle, at: int, width: int) -> None:
    receipt = record.receipt
    facts, usage = receipt.facts, receipt.usage
    place = place_of(facts)
    borne = sum(leg.amount for leg in record.extra if leg.debit.endswith(_CRASH))
    measures = (
        1, usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.output_tokens,
        usage.reasoning_tokens, usage.audio_seconds, usage.images, receipt.charge, receipt.writeoff, borne,
        receipt.cost or 0, int(receipt.cost is None and usage.total_tokens > 0), int(receipt.estimated),
        receipt.charge_tokens, receipt.covered, receipt.writeoff_tokens,
        int(receipt.outcome in FAILED), int(receipt.outcome == "refused"), int(receipt.outcome == "client_gone"),
    )  # fmt: skip
    _count(sums, (width, first_of(at, width), place), measures)
    _times(sums, receipt, first_of(at, HOUR_S), place)
    day, version = first_of(at, DAY_S), facts.price_version or ""
    lines = receipt.lines
    if receipt.charge_tokens or receipt.covered:  # tokens of a class may weigh nothing
        lines, by_tokens = divided(receipt)
        for line, drawn in by_tokens:
            _add(sums.token_lines, (day, place, line.meter, version, line.rate), (line.quantity, line.amount, drawn))
    for line in lines:
        _add(sums.lines, (day, place, line.meter, version, line.rate), (line.quantity, line.amount))
    for held in receipt.accounts:
        if held.posted and held.account.startswith(_AWARD):
            _flow_in(sums, at, held.account, CHARGE, -held.posted)
    _flow(sums, record.extra, CHARGE, at)
    for account, cost in cost_shares(record):
        _flow_in(sums, at, REQUESTS + account, CHARGE, 1)
        if cost:
            _flow_in(sums, at, COST + account, CHARGE, cost)


def _times(sums: UsageSums, receipt: Receipt, hour: int, place: Place) -> None:
    """How long it took, by the hour: minutes of it are not kept. Of the whole organization it is counted once more, by
    the model alone, so that a look at everything need not add up everybody."""
    everywhere = (place[0], "", "", "", receipt.facts.model, "", "")
    for where in (place, everywhere):
        if receipt.ttft_ms is not None:
            _time(sums, (HOUR_S, hour, where, FIRST_TOKEN, step_of(receipt.ttft_ms)), 1)
        if receipt.outcome in ANSWERED:
            _time(sums, (HOUR_S, hour, where, WHOLE, step_of(receipt.duration_ms)), 1)


def _time(sums: UsageSums, key: tuple[int, int, Place, int, int], requests: int) -> None:
    sums.latencies[key] = sums.latencies.get(key, 0) + requests


def _correct(sums: UsageSums, record: Move, facts: Facts, at: int, width: int) -> None:
    """What the customer and the house pay more, or get back."""
    place = place_of(facts)
    charge = written_off = 0
    for leg in record.legs:
        for account, amount in ((leg.debit, leg.amount), (leg.credit, -leg.amount)):
            charge += amount if account.startswith(_AWARD) else 0
            written_off += amount if account in HOUSE_BEARS else 0
    measures = list(_ZEROS)
    measures[_AT["charge"]], measures[_AT["writeoff"]] = charge, written_off
    _count(sums, (width, first_of(at, width), place), measures)
    key = (first_of(at, DAY_S), place, CORRECTION, record.price_version or "", 0)
    sums.lines.setdefault(key, [0, 0])[1] += charge + written_off


def _add(
    lines: dict[tuple[int, Place, str, str, int], list[int]], key: tuple[int, Place, str, str, int], more: Sequence[int]
) -> None:
    found = lines.setdefault(key, [0] * len(more))
    for n, amount in enumerate(more):
        found[n] += amount


def _count(sums: UsageSums, key: tuple[int, int, Place], measures: Sequence[int]) -> None:
    cell = sums.cells.get(key)
    if cell is None:
        sums.cells[key] = list(measures)
    else:
        for n, amount in enumerate(measures):
            if amount:
                cell[n] += amount


def _flow(sums: UsageSums, legs: Iterable[Leg], code: str, at: int) -> None:
    for leg in legs:
        for account, amount in ((leg.debit, -leg.amount), (leg.credit, leg.amount)):
            if account.startswith(_AWARD):
                _flow_in(sums, at, account, code, amount)


def _flow_in(sums: UsageSums, at: int, account: str, code: str, amount: int) -> None:
    key = (first_of(at, DAY_S), account, code)
    sums.flows[key] = sums.flows.get(key, 0) + amount
