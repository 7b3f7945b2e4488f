"""What was promised to somebody, kept apart from the ledger, and held against what a disk says afterwards.

It reads the journal's rows with plain sums and never calls what it judges.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tokenry.ledger import Budget, Receipt
from tokenry.ledger.model import DefineAward, DefineBudget, Hold, Mark, Move, Record, Settle, decode
from tokenry.storage import Row

HOLD_TTL_NS = 3600 * 10**9


def window_label(budget: Budget, at_ns: int) -> str:
    """The day, week or month by the clocks on the wall, as a person would name it."""
    if budget.window == "total":
        return "total"
    zone = UTC if budget.timezone == "UTC" else ZoneInfo(budget.timezone)
    local = datetime.fromtimestamp(at_ns // 10**9, UTC).astimezone(zone)
    if budget.window == "month":
        return f"{local:%Y-%m}"
    if budget.window == "week":
        local -= timedelta(days=local.weekday())
    return f"{local:%Y-%m-%d}"


class Wrong(AssertionError):
    """The ledger broke a promise."""


@dataclass
class Oracle:
    """Fill it as promises are made; call `judge` with all rows of the journal whenever the disk is read."""

    holds: set[str] = field(default_factory=set)  # told: durable
    receipts: dict[str, Receipt] = field(default_factory=dict)  # told: durable
    refused: set[str] = field(default_factory=set)  # told: never happened; and the disk is known to agree
    doubtful: set[str] = field(default_factory=set)  # told so, but the disk has not come back since
    granted: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # award -> told: durable
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # award -> asked for
    spent: dict[tuple[str, str], int] = field(default_factory=dict)  # (budget, window) -> charged

    def latch_opened(self) -> None:
        """The disk writes again: what was refused is gone for good."""
        self.refused |= self.doubtful
        self.doubtful.clear()

    def judge(self, rows: list[Row], *, ended: bool = False) -> dict[str, Receipt]:
        """Hold the rows against the promises; the receipts in them.

        Args:
            ended: every hold must have come to an end (after a recovery).
        """
        records = [decode(row.kind, row.body) for row in rows]
        holds = {r.id: r for r in records if isinstance(r, Hold)}
        settles: dict[str, Settle] = {}
        for record in records:
            if isinstance(record, Settle):
                _demand(record.id not in settles, f"{record.id} is charged twice")
                _demand(record.id in holds, f"{record.id} is charged without a hold")
                settles[record.id] = record
        for request_id, receipt in self.receipts.items():
            found = settles.get(request_id)
            _demand(found is not None and found.receipt == receipt, f"the receipt of {request_id} is lost or another")
        for request_id in self.holds:
            _demand(request_id in holds, f"the hold of {request_id} is lost")
        for request_id in self.refused:
            _demand(request_id not in holds, f"{request_id} was refused and is in the journal")
        if ended:
            _demand(holds.keys() == settles.keys(), f"never ended: {holds.keys() - settles.keys()}")
        self._judge_crashes(records, holds, settles)
        self._judge_money(records, holds, settles)
        self.spent = _judge_budgets(records, settles)
        return {request_id: settle.receipt for request_id, settle in settles.items()}

    def _judge_crashes(self, records: list[Record], holds: dict[str, Hold], settles: dict[str, Settle]) -> None:
        """Who crashed is charged to the last checkpoint, and never above the hold."""
        marks = {record.id: record for record in records if isinstance(record, Mark)}
        for request_id, settle in settles.items():
            receipt = settle.receipt
            if receipt.outcome != "crash":
                continue
            mark = marks.get(request_id)
            legs = [leg for leg in holds[request_id].legs if leg.debit.startswith("award:")]
            in_tokens = any(leg.credit.startswith("served:") for leg in legs)  # these hold what any usage can draw
            held = 2**63 if in_tokens else sum(leg.amount for leg in legs)
            _demand(receipt.usage.total_tokens == (mark.usage.total_tokens if mark else 0), f"{request_id}: usage")
            _demand(receipt.estimated, f"{request_id}: a crash is an estimate")
            if mark is None or mark.charge <= held:
                _demand(receipt.counted == (mark.charge if mark else 0), f"{request_id}: charged off its checkpoint")

    def _judge_money(self, records: list[Record], holds: dict[str, Hold], settles: dict[str, Settle]) -> None:
        """No award pays out more than was issued to it; every grant that was promised is there."""
        issued: dict[str, int] = defaultdict(int)
        out: dict[str, int] = defaultdict(int)
        for record in records:
            if isinstance(record, DefineAward):
                issued[record.award.id] += record.amount
            elif isinstance(record, Move):
                for leg in record.legs:
                    out[leg.debit] += leg.amount
        paid = {False: 0, True: 0}  # in tokens?
        for settle in settles.values():
            posted = [(leg, n) for leg, n in zip(holds[settle.id].legs, settle.posts, strict=True)]
            for leg, amount in posted + [(leg, leg.amount) for leg in settle.extra]:
                out[leg.debit] += amount
                paid[leg.credit.startswith("served:")] += amount if leg.debit.startswith("award:") else 0
        for name in issued.keys() | self.granted.keys():
            _demand(self.granted[name] <= issued[name] <= self.asked[name], f"issued to {name}: {issued[name]}")
            _demand(out[f"award:{name}"] <= issued[name], f"award {name} overspent: {out[f'award:{name}']}")
        receipts = [settle.receipt for settle in settles.values()]
        charged = {False: sum(r.charge for r in receipts), True: sum(r.charge_tokens for r in receipts)}
        _demand(paid == charged, f"receipts say {charged}, awards paid {paid}")


def _judge_budgets(records: list[Record], settles: dict[str, Settle]) -> dict[tuple[str, str], int]:
    """What each window of each budget was charged; never more than its highest limit since the window opened.

    Which budgets a request counts against is read off the requests and the budgets, not off what was held.
    """
    budgets: dict[str, Budget] = {}
    peak: dict[tuple[str, str], int] = {}
    spent: dict[tuple[str, str], int] = defaultdict(int)
    for record in records:
        if isinstance(record, DefineBudget):
            budget = budgets[record.budget.id] = record.budget
            peak |= {window: max(limit, budget.limit) for window, limit in peak.items() if window[0] == budget.id}
        elif isinstance(record, Hold) and record.facts.price_version is not None:
            for budget in budgets.values():
                if _covers(budget, record):
                    window = budget.id, window_label(budget, record.timeout_at - HOLD_TTL_NS)
                    peak[window] = max(peak.get(window, 0), budget.limit)
                    if record.id in settles:
                        spent[window] += settles[record.id].receipt.counted
    for window, amount in spent.items():
        if budgets[window[0]].hard:
            _demand(amount <= peak[window], f"budget {window}: {amount} of {peak[window]}")
    return spent


def _covers(budget: Budget, hold: Hold) -> bool:
    facts = hold.facts
    scopes = {"organization": facts.organization_id, "project": facts.project_id, "key": facts.key_id}
    return not budget.closed and scopes.get(budget.scope) == budget.scope_id and budget.model in (None, facts.model)


def _demand(fine: bool, what: str) -> None:
    if not fine:
        raise Wrong(what)
