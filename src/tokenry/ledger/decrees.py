"""What a budget cannot be: the rules that a decree is held to before it gets into the books. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfoNotFoundError

import msgspec

from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.books import Books
from tokenry.ledger.budgets import THRESHOLD_MAX, THRESHOLDS_MAX, Budget, zone


def refuse_nonsense(books: Books, budget: Budget) -> None:
    """Say no to a budget that cannot be.

    Raises:
        InvalidRequest: its limit, time zone, thresholds or default is none.
        Conflict: other terms of an existing budget would change, which would forget what its windows have counted.
    """
    if not 0 <= budget.limit <= AMOUNT_MAX:
        raise InvalidRequest(f"a budget's limit is between 0 and {AMOUNT_MAX} nano-USD", param="limit")
    try:
        zone(budget.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidRequest(f"there is no time zone {budget.timezone!r}", param="timezone") from None
    _refuse_thresholds(budget.thresholds)
    if budget.is_default and budget.organization_id is None:
        raise InvalidRequest("a default for every user belongs to an organization", param="organization_id")
    if budget.of is not None:
        default = books.budgets.get(budget.of)
        if default is None or not default.is_default:
            raise InvalidRequest(f"the budget {budget.of!r} is no default for every user", param="budget")
    _refuse_other_terms(books.budgets.get(budget.id), budget)


def _refuse_thresholds(thresholds: tuple[int, ...] | None) -> None:
    if thresholds is None:
        return
    if len(thresholds) > THRESHOLDS_MAX or not all(1 <= one <= THRESHOLD_MAX for one in thresholds):
        raise InvalidRequest(
            f"thresholds are at most {THRESHOLDS_MAX} whole percentages from 1 to {THRESHOLD_MAX}", param="thresholds"
        )
    if sorted(set(thresholds)) != list(thresholds):
        raise InvalidRequest("thresholds ascend, each once, as in 50, 80, 100", param="thresholds")


def _refuse_other_terms(before: Budget | None, budget: Budget) -> None:
    if before is None:
        return
    same = msgspec.structs.replace(
        budget,
        limit=before.limit,
        closed=before.closed,
        created_at=before.created_at,
        thresholds=before.thresholds,
        source=before.source,
        set_within=before.set_within,
    )
    if same != before:
        raise Conflict(
            f"only the limit and the thresholds of budget {budget.id} can change; "
            "close it and make another with the new terms"
        )
