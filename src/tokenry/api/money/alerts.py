"""Spend alerts in app.db: at which amount of a month's spending whom to tell. The counting is the ledger's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, Roster
from tokenry.api.money.intents import Decision, carry_out
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.ledger import Budget, Ledger
from tokenry.storage import AppDb, Transaction

table = storage.tables.spend_alerts
ALERTS_MAX: Final = 100  # of the organization itself, or of one project


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `threshold` is nano-USD in one month; `project_id` None = the whole organization's spending."""

    id: str
    organization_id: str
    project_id: str | None
    threshold: int
    recipients: tuple[str, ...]
    subject_prefix: str | None


class Alerts:
    """The alerts of one app.db, and the budgets that count for them. `list` and `get` block for one read."""

    def __init__(self, desk: Desk, ledger: Ledger) -> None:
        self._desk = desk
        self._ledger = ledger

    def list(self, organization_id: str, project_id: str | None) -> list[Alert]:
        """Those of the organization itself, or of one project, oldest first."""
        here = table.c.project_id.is_(None) if project_id is None else table.c.project_id == project_id
        query = table.select().where(table.c.organization_id == organization_id, here, table.c.deleted_at.is_(None))
        with self._desk.db.read() as connection:
            rows = connection.execute(query.order_by(table.c.created_at, table.c.id)).all()
        return [_alert(row) for row in rows]

    def get(self, alert_id: str, organization_id: str, project_id: str | None) -> Alert:
        """One of them. Raises NotFound."""
        alert = next((one for one in self.list(organization_id, project_id) if one.id == alert_id), None)
        if alert is None:
            raise NotFound(f"There is no spend alert {alert_id[:100]!r}.", param="alert_id")
        return alert

    async def put(self, by: Actor, kind: str, alert: Alert, budget: Budget, write: Callable[[Act], None]) -> None:
        """Have an alert and its budget as they shall be. Raises as `carry_out`."""
        details = {"threshold_nanousd": alert.threshold, "recipients": len(alert.recipients)}
        await carry_out(
            self._desk, self._ledger, Decision(by, kind, budget, alert.id, alert.project_id, details, write)
        )

    def add(self, connection: Transaction, alert: Alert) -> None:
        """Write a new row. Raises InvalidRequest when there are ALERTS_MAX already."""
        here = self.list(alert.organization_id, alert.project_id)
        if len(here) >= ALERTS_MAX:
            raise InvalidRequest(f"there are at most {ALERTS_MAX} spend alerts in one place; delete one first")
        place = {"id": alert.id, "organization_id": alert.organization_id, "project_id": alert.project_id}
        row = {**place, **_terms(alert), "created_at": self._desk.clock.now_ns()}
        connection.execute(table.insert(), row)

    def change(self, connection: Transaction, alert: Alert) -> None:
        """Write other terms of it."""
        connection.execute(table.update().where(table.c.id == alert.id), _terms(alert))

    def remove(self, connection: Transaction, alert: Alert) -> None:
        """It is deleted now."""
        connection.execute(table.update().where(table.c.id == alert.id), {"deleted_at": self._desk.clock.now_ns()})


async def agree(db: AppDb, ledger: Ledger, roster: Roster) -> int:
    """At the start: have the ledger count for every alert there is, and for none that was deleted; how many differed.

    They do when a backup's copy of the ledger is older than its copy of app.db.

    Raises:
        LedgerUnavailable: the ledger cannot be written.
    """
    with db.read() as connection:
        rows = connection.execute(table.select()).all()
    changed = 0
    for row in rows:
        known, deleted = ledger.books.budgets.get(row.id), row.deleted_at is not None
        if known is None and deleted:
            continue
        budget = msgspec.structs.replace(known or _budget(row, roster), limit=row.threshold, closed=deleted)
        if budget != known:
            await ledger.set_budget(budget)
            changed += 1
    return changed


def _budget(row: Any, roster: Roster) -> Budget:
    organization = roster.organizations.get(row.organization_id)
    return Budget(
        id=row.id,
        scope="organization" if row.project_id is None else "project",
        scope_id=row.project_id or row.organization_id,
        window="month",
        limit=row.threshold,
        hard=False,
        created_at=row.created_at,
        timezone=(organization.timezone if organization else None) or "UTC",
        organization_id=row.organization_id,
        thresholds=(100,),
        purpose="alert",
    )


def recipients_of(db: AppDb, alert_id: str) -> tuple[tuple[str, ...], str | None]:
    """Whom an alert tells, and what stands before the subject; nobody when it was deleted. Blocks for one read."""
    with db.read() as connection:
        row = connection.execute(table.select().where(table.c.id == alert_id)).one_or_none()
    if row is None or row.deleted_at is not None:
        return (), None
    return tuple(row.recipients), row.subject_prefix


def _terms(alert: Alert) -> dict[str, Any]:
    return {
        "threshold": alert.threshold,
        "recipients": list(alert.recipients),
        "subject_prefix": alert.subject_prefix,
    }


def _alert(row: Any) -> Alert:
    return Alert(row.id, row.organization_id, row.project_id, row.threshold, tuple(row.recipients), row.subject_prefix)
