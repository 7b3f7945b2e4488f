"""A provider's usage or cost export beside the ledger: each difference explained, or said to be unexplained."""

from tokenry.ledger.reconcile.compare import Terms, compare, days_span
from tokenry.ledger.reconcile.formats import FORMATS, Reading, statement
from tokenry.ledger.reconcile.report import Line, Reason, Report
from tokenry.ledger.reconcile.rows import rows
from tokenry.ledger.reconcile.side import OurCell, OurSide, midnight
from tokenry.ledger.reconcile.statement import COUNTS, Statement, StatementRefused, Tally

__all__ = [
    "COUNTS",
    "FORMATS",
    "Line",
    "OurCell",
    "OurSide",
    "Reading",
    "Reason",
    "Report",
    "Statement",
    "StatementRefused",
    "Tally",
    "Terms",
    "compare",
    "days_span",
    "midnight",
    "rows",
    "statement",
]
