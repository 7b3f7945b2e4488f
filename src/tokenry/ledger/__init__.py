"""Money and tokens that add up: accounts, transfers, holds, awards, budgets, prices, receipts."""

from tokenry.ledger.alerts import Crossing, Watch
from tokenry.ledger.allotments import Allotment, Overage
from tokenry.ledger.allowances import DEFAULT, OVERRIDE, Effective, effective, group_value, own_budget, own_id, settled
from tokenry.ledger.awards import Award, Category, OnExhaustion
from tokenry.ledger.breaches import Breach, Report
from tokenry.ledger.browsing import Browser, Meant
from tokenry.ledger.buckets import Buckets
from tokenry.ledger.budgets import EVERYBODY, THRESHOLDS, Budget, Scope, Window, period
from tokenry.ledger.check import check
from tokenry.ledger.closing import add_shares, closed_days, with_closed
from tokenry.ledger.house_accounts import LOW_PRIORITY
from tokenry.ledger.ledger import Ledger, receipt_of
from tokenry.ledger.margins import Margin, MarginBy, margins
from tokenry.ledger.margins import total as margin_total
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import Account, DefinePrices, Hold, decode
from tokenry.ledger.past import REST_S, Page, PageBounds, Rows, Span, between, newest, prices_of, seq_before
from tokenry.ledger.pools import AwardBalance, Pool, PoolBalance, pool_account
from tokenry.ledger.pricelist import PriceList, read_prices
from tokenry.ledger.prices import PriceRefused, PriceVersion, UnpricedModel, amount, bound, per_million
from tokenry.ledger.proving import Proven, prove_file
from tokenry.ledger.public import PublicPrice, PublicPrices, public_prices
from tokenry.ledger.quoting import QuoteRefused, rates_of_price
from tokenry.ledger.rates import Rates, Sku, skus
from tokenry.ledger.receipts import Attempt, CountSource, Facts, Held, Line, Outcome, Receipt, Tier, Usage
from tokenry.ledger.refusals import DiskNearlyFull, InsufficientQuota, LedgerUnavailable, RestoreUnconfirmed
from tokenry.ledger.replay import Basis, Hardware, Replay, Replayed, ReplayRefused
from tokenry.ledger.rerating import Rerated, Rerating
from tokenry.ledger.reservation import HOLD_TTL_NS, Ending, LedgerStats, Reservation
from tokenry.ledger.retention import Policy, Retention
from tokenry.ledger.selection import Selection, provider_of, statuses
from tokenry.ledger.units import Unit, Weights, drawn
from tokenry.ledger.usage import TOKENS as HOUSE_TOKENS
from tokenry.ledger.usage import GroupBy, HouseShare, UsageRow, by

__all__ = [
    "HOUSE_TOKENS",
    "LOW_PRIORITY",
    "Account",
    "Allotment",
    "Attempt",
    "Overage",
    "Award",
    "AwardBalance",
    "Basis",
    "Breach",
    "Browser",
    "Buckets",
    "Budget",
    "Category",
    "CountSource",
    "Crossing",
    "DEFAULT",
    "DefinePrices",
    "DiskNearlyFull",
    "EVERYBODY",
    "Effective",
    "Ending",
    "Facts",
    "GroupBy",
    "HOLD_TTL_NS",
    "Hardware",
    "Held",
    "Hold",
    "HouseShare",
    "InsufficientQuota",
    "Ledger",
    "LedgerStats",
    "LedgerUnavailable",
    "Line",
    "Margin",
    "MarginBy",
    "Meant",
    "Milestone",
    "OVERRIDE",
    "OnExhaustion",
    "Outcome",
    "Page",
    "PageBounds",
    "Policy",
    "Pool",
    "PoolBalance",
    "PriceList",
    "PriceRefused",
    "PriceVersion",
    "PublicPrice",
    "PublicPrices",
    "QuoteRefused",
    "public_prices",
    "rates_of_price",
    "Proven",
    "REST_S",
    "Rates",
    "Receipt",
    "Replay",
    "ReplayRefused",
    "Replayed",
    "Report",
    "Rerated",
    "Rerating",
    "Reservation",
    "RestoreUnconfirmed",
    "Retention",
    "Rows",
    "Scope",
    "Selection",
    "Sku",
    "skus",
    "Span",
    "THRESHOLDS",
    "Tier",
    "Unit",
    "UnpricedModel",
    "Usage",
    "UsageRow",
    "Watch",
    "Weights",
    "Window",
    "add_shares",
    "amount",
    "between",
    "bound",
    "by",
    "closed_days",
    "decode",
    "drawn",
    "effective",
    "check",
    "group_value",
    "margin_total",
    "margins",
    "newest",
    "own_budget",
    "own_id",
    "per_million",
    "pool_account",
    "period",
    "prove_file",
    "prices_of",
    "provider_of",
    "read_prices",
    "receipt_of",
    "settled",
    "seq_before",
    "statuses",
    "with_closed",
]
