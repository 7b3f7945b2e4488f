"""Who is told when spending reaches a share of a budget, or the amount of a spend alert: from the ledger to the news.

The ledger finds it, off the requests' way; the news keeps it once an occasion. Between the two stands only this round,
which a crash may cut anywhere: the next start finds the same again, and its occasion is known or not.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tokenry.access import Keys, People
from tokenry.api.money import Place, in_charge, name_of, place_of, recipients_of, source_of
from tokenry.base.clock import isoformat
from tokenry.base.logs import get_logger
from tokenry.ledger import Crossing, Ledger
from tokenry.notify import News, Notices

LOOK_EVERY_S = 1.0
AT_ONCE = 100  # crossings told in one thread's turn

log = get_logger("tokenry")


class Alerting:
    """Tells what the ledger found. `run` until it is cancelled."""

    def __init__(self, ledger: Ledger, people: People, keys: Keys, notices: Notices) -> None:
        self._ledger = ledger
        self._people = people
        self._keys = keys
        self._notices = notices
        self._failing = False

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """One round; how much was new to everybody. What could not be kept is told again by the next one."""
        if self._ledger.journal.latched is not None:
            return 0  # what was settled last may be taken back
        found, fresh = self._ledger.alerts.look(), 0
        for start in range(0, len(found), AT_ONCE):
            batch = found[start : start + AT_ONCE]
            try:
                fresh += await asyncio.to_thread(self._tell, batch)
            except Exception as error:  # edge: task supervisor; app.db cannot be written now, and the next round may
                if not self._failing:
                    log.error("news of budgets cannot be kept", why=str(error))
                self._failing = True
                return fresh
            for crossing in batch:
                self._ledger.alerts.told(crossing)
        self._failing = False
        return fresh

    def _tell(self, crossings: list[Crossing]) -> int:
        return sum([self._tell_one(crossing) for crossing in crossings])

    def _tell_one(self, crossing: Crossing) -> bool:
        budget, roster = crossing.budget, self._people.roster
        place = place_of(roster, self._keys, budget)
        if place is None:
            return False  # what it limited is gone
        if budget.purpose == "alert":
            addresses, prefix = recipients_of(self._notices.db, budget.id)
            news = self._news("spend_alert.reached", crossing, place)
            return bool(addresses) and self._notices.tell(news, addresses, subject_prefix=prefix)
        news = self._news("budget.threshold_reached", crossing, place)
        user = roster.users.get(budget.scope_id) if budget.scope == "user" else None
        if user is None:
            return self._notices.tell(news, in_charge(roster, place))
        return self._notices.tell(news, () if user.email is None else (user.email,))

    def _news(self, kind: str, crossing: Crossing, place: Place) -> News:
        budget, roster = crossing.budget, self._people.roster
        data: dict[str, Any] = {
            "window": crossing.window,
            "interval": budget.window,
            "spent_nanousd": crossing.spent,
            "resets_at": None if crossing.resets_at is None else isoformat(crossing.resets_at),
        }
        if budget.purpose == "alert":
            data |= {"spend_alert_id": budget.id, "threshold_nanousd": crossing.limit}
        else:
            # A person is named by their id alone: webhooks carry this out of the house.
            name = None if budget.scope == "user" else name_of(roster, self._keys, budget)
            data |= {
                "budget_id": budget.id,
                "scope": budget.scope,
                "scope_id": budget.scope_id,
                "scope_name": name,
                "model": budget.model,
                "hard": budget.hard,
                "percent": crossing.threshold,
                "limit_nanousd": crossing.limit,
                "source": source_of(roster, budget),
            }
        return News(
            organization_id=place.organization_id,
            type=kind,
            occasion=crossing.occasion,
            data=data,
            project_id=place.project_id,
            user_id=budget.scope_id if budget.scope == "user" else None,
        )
