"""What a plan gives: each month a lot of promotional credit to one project. Pure; who subscribed is others' to know.

A lot is an award of its own with an id made from the subscription and the month, so that it is issued once however
often that is tried. It ends with its month, or with the subscription; what is left then expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from tokenry.base.clock import NS_PER_S, to_datetime
from tokenry.ledger.awards import Award
from tokenry.ledger.budgets import Budget

Overage = Literal["charged", "refused"]
AHEAD_NS = 24 * 3600 * NS_PER_S  # a lot is there before its month begins, so that nobody waits at midnight


@dataclass(frozen=True, slots=True)
class Allotment:
    """A project's part in a plan. Times are nanoseconds since the epoch; months are those of UTC.

    Args:
        included: nano-USD a month.
        overage: beyond that, requests are charged to the project's other awards, or refused.
    """

    subscription_id: str
    organization_id: str
    project_id: str
    plan: str
    included: int
    overage: Overage
    models: tuple[str, ...] | None
    begins_at: int
    ends_at: int | None

    def lots(self, at: int) -> list[Award]:
        """The lots that ought to be in the books at an instant: of this month, and of the next when it is near."""
        months = {_month(at), _month(at + AHEAD_NS)}
        found = [self._lot(start, end, at) for start, end in sorted(months)]
        return [lot for lot in found if lot is not None]

    def _lot(self, start: int, end: int, at: int) -> Award | None:
        begins = max(start, self.begins_at)
        ends = end if self.ends_at is None else min(end, self.ends_at)
        if begins >= ends or ends <= at:
            return None
        month = f"{to_datetime(start):%Y-%m}"
        return Award(
            id=f"awd_{self.subscription_id.removeprefix('sub_')}-{month}",
            name=f"{self.plan} {month}",
            organization_id=self.organization_id,
            project_id=self.project_id,
            category="promotional",
            state="active",
            created_at=at,
            effective_at=begins,
            expires_at=ends,
            models=self.models,
        )

    def budget(self, at: int) -> Budget | None:
        """What refuses the overage: a hard monthly budget on the project; None where it is charged."""
        if self.overage == "charged":
            return None
        return Budget(
            id=f"bud_{self.subscription_id.removeprefix('sub_')}",
            scope="project",
            scope_id=self.project_id,
            window="month",
            limit=self.included,
            hard=True,
            created_at=at,
            closed=self.ends_at is not None and self.ends_at <= at,
            organization_id=self.organization_id,
        )


def _month(at: int) -> tuple[int, int]:
    """The first instant of a month and of the one after it."""
    moment = to_datetime(at)
    year, month = divmod(moment.year * 12 + moment.month, 12)  # of the next one, counted from 0
    first = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    return int(first.timestamp()) * NS_PER_S, int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp()) * NS_PER_S
