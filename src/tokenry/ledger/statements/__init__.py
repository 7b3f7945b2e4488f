"""Monthly statements: put together from transfers, issued once, chained by digest, and reproducible for good."""

from tokenry.ledger.statements.build import Place
from tokenry.ledger.statements.months import checked_month, is_month, month_span
from tokenry.ledger.statements.statement import AwardMonth, Statement, StatementLine, TokenLine, TokensMonth, WrittenOff
from tokenry.ledger.statements.statements import Around, Fault, Issued, Statements

__all__ = [
    "Around",
    "AwardMonth",
    "Fault",
    "Issued",
    "Place",
    "Statement",
    "StatementLine",
    "Statements",
    "TokenLine",
    "TokensMonth",
    "WrittenOff",
    "checked_month",
    "is_month",
    "month_span",
]
