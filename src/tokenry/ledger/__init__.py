"""Money and tokens that add up: accounts, transfers, holds, awards, budgets, prices, receipts."""

from tokenry.ledger.awards import Award, Category
from tokenry.ledger.budgets import Budget, Window, period
from tokenry.ledger.check import Breach, Report, check
from tokenry.ledger.ledger import Ledger, receipt_of
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import Account, Hold, Unit, decode
from tokenry.ledger.prices import PriceRefused, PriceVersion, Rates, UnpricedModel, amount, bound
from tokenry.ledger.receipts import Attempt, CountSource, Facts, Held, Line, Outcome, Receipt, Usage
from tokenry.ledger.refusals import InsufficientQuota, LedgerUnavailable
from tokenry.ledger.requests import Ending, LedgerStats, Reservation
from tokenry.ledger.usage import GroupBy, UsageRow, by

__all__ = [
    "Account",
    "Attempt",
    "Award",
    "Breach",
    "Budget",
    "Category",
    "CountSource",
    "Ending",
    "Facts",
    "GroupBy",
    "Held",
    "Hold",
    "InsufficientQuota",
    "Ledger",
    "LedgerStats",
    "LedgerUnavailable",
    "Line",
    "Milestone",
    "Outcome",
    "PriceRefused",
    "PriceVersion",
    "Rates",
    "Receipt",
    "Report",
    "Reservation",
    "Unit",
    "UnpricedModel",
    "Usage",
    "UsageRow",
    "Window",
    "amount",
    "bound",
    "by",
    "decode",
    "check",
    "period",
    "receipt_of",
]
