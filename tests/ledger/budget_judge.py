"""What budgets may have let through, reckoned a second time with plain sums from requests, groups and clocks on walls.

It never asks the ledger which budgets apply, where a window begins, or what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.ledger.oracle import HOLD_TTL_NS, Wrong, window_label
from tokenry.ledger import Budget, Facts
from tokenry.ledger.model import CloseAccount, DefineBudget, Hold, Move, Record, Settle

Window = tuple[str, str]  # a budget's id, and a day, week or month as a person would name it


@dataclass
class Spending:
    """What the rows of a journal say of budgets. A request that cannot cost anything holds on none.

    `peak` is the highest limit that a window had while it was open; `touched` the windows that requests counted in.
    """

    budgets: dict[str, Budget] = field(default_factory=dict)
    spent: dict[Window, int] = field(default_factory=lambda: defaultdict(int))
    held: dict[Window, int] = field(default_factory=lambda: defaultdict(int))
    peak: dict[Window, int] = field(default_factory=dict)
    corrected: int = 0
    _holds: dict[str, tuple[Hold, list[Window]]] = field(default_factory=dict)

    def judge(self, records: Iterable[Record]) -> Spending:
        """Go through all rows in order. Raises Wrong at the first breach."""
        for record in records:
            match record:
                case DefineBudget(budget=budget):
                    self._define(budget)
                case Hold() if record.legs:
                    self._hold(record)
                case Settle():
                    self._settle(record)
                case Move(code="correction", legs=legs):
                    self.corrected += 1
                    if any(leg.debit.startswith("budget:") or leg.credit.startswith("budget:") for leg in legs):
                        raise Wrong("a correction moved what budgets had counted")
                case CloseAccount(account=account) if account.startswith("budget:"):
                    self._close(account)
        return self

    def _define(self, budget: Budget) -> None:
        self.budgets[budget.id] = budget
        for window, limit in self.peak.items():
            if window[0] == budget.id:
                self.peak[window] = max(limit, budget.limit)

    def _hold(self, hold: Hold) -> None:
        at = hold.timeout_at - HOLD_TTL_NS
        windows = [(budget.id, window_label(budget, at)) for budget in self.applying(hold.facts)]
        most = sum(leg.amount for leg in hold.legs if leg.debit.startswith("award:"))
        for window in windows:
            budget = self.budgets[window[0]]
            self.peak[window] = max(self.peak.get(window, 0), budget.limit)
            self.held[window] += most
            self._within(window)
        self._holds[hold.id] = hold, windows

    def _settle(self, settle: Settle) -> None:
        hold, windows = self._holds.pop(settle.id, (None, []))
        if hold is None:
            return
        most = sum(leg.amount for leg in hold.legs if leg.debit.startswith("award:"))
        for window in windows:
            self.held[window] -= most
            self.spent[window] += settle.receipt.charge
            self._within(window)

    def _within(self, window: Window) -> None:
        total = self.spent[window] + self.held[window]
        if self.budgets[window[0]].hard and total > self.peak[window]:
            raise Wrong(f"budget {window}: {total} taken of {self.peak[window]}")

    def _close(self, account: str) -> None:
        """An account of a window is gone only when nothing is held in it any more."""
        for (budget_id, label), held in self.held.items():
            if held and account in (f"budget:{budget_id}:{label}", f"budget:{budget_id}:{label}-01"):
                raise Wrong(f"{account} left the books with {held} held")

    def applying(self, facts: Facts) -> list[Budget]:
        """The open budgets that a request counts against, a member's own of each default among them."""
        places = {("organization", facts.organization_id), ("project", facts.project_id), ("key", facts.key_id)}
        places |= {("group", group) for group in facts.group_ids} | {("user", facts.user_id or "nobody")}
        found = []
        for budget in self.budgets.values():
            if budget.closed or budget.model not in (None, facts.model) or budget.of is not None:
                continue
            if budget.scope == "user" and budget.scope_id == "*":
                if facts.user_id is not None:
                    found.append(self.budgets[f"{budget.id}.{facts.user_id}"])
            elif (budget.scope, budget.scope_id) in places:
                found.append(budget)
        return found
