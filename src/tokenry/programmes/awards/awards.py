"""An award as people agreed on it, in app.db; and what the ledger's award of the same id says therefore.

The units are in the ledger alone. Calls block for one read: from the event loop, use a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry import storage
from tokenry.base.errors import NotFound
from tokenry.ledger import Award
from tokenry.programmes.awards.award_terms import UNITS, AwardTerms
from tokenry.programmes.awards.schedule import Period
from tokenry.programmes.lifecycle import AwardState
from tokenry.programmes.terms import UnitName
from tokenry.storage import Transaction

table = storage.tables.awards


@dataclass(frozen=True, slots=True)
class ProgrammeAward:
    """One award. Times are nanoseconds since the epoch; `amount` is of all tranches, in whole units.

    Args:
        awardee_id: a user; None = the owners of its project.
        renews: the award that went before.
    """

    id: str
    organization_id: str
    programme_id: str
    project_id: str
    application_id: str | None
    renews: str | None
    awardee_id: str | None
    name: str
    unit: UnitName
    pool_id: str
    state: AwardState
    amount: int
    terms: AwardTerms
    begins_at: int
    ends_at: int
    created_at: int
    changed_at: int
    closed_at: int | None = None

    @property
    def period(self) -> Period:
        return Period(self.begins_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which awards; None = whichever."""

    organization_id: str | None = None
    programme_id: str | None = None
    project_id: str | None = None
    state: AwardState | None = None


def find_award(connection: Transaction, organization_id: str | None, award_id: str) -> ProgrammeAward:
    """One award of an organization, or of any. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == award_id)).one_or_none()
    if row is None or organization_id not in {None, row.organization_id}:
        raise NotFound(f"There is no award {award_id[:100]!r}.", param="award_id")
    return award_of(row)


def list_awards(connection: Transaction, wanted: Wanted) -> list[ProgrammeAward]:
    """Awards, oldest first."""
    query = table.select().order_by(table.c.created_at, table.c.id)
    for name in Wanted.__slots__:
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(table.c[name] == value)
    return [award_of(row) for row in connection.execute(query)]


def award_of(row: Any) -> ProgrammeAward:
    """An award from a row of its table."""
    values = row._asdict()
    return ProgrammeAward(**{**values, "terms": msgspec.convert(values["terms"], AwardTerms)})


def row_of(award: ProgrammeAward) -> dict[str, Any]:
    """An award as a row of its table."""
    values = {name: getattr(award, name) for name in ProgrammeAward.__slots__}
    return {**values, "terms": msgspec.to_builtins(award.terms)}


def ledger_award(award: ProgrammeAward) -> Award:
    """What the ledger enforces of it. While it is closing nothing new draws on it."""
    rule = award.terms.restrictions
    return Award(
        id=award.id,
        name=award.name,
        organization_id=award.organization_id,
        project_id=award.project_id,
        category="award",
        state="active" if award.state in {"granting", "active"} else "suspended",
        created_at=award.created_at,
        effective_at=award.begins_at,
        expires_at=award.ends_at,
        priority=award.terms.priority,
        models=rule.models,
        endpoints=rule.endpoints,
        unit=UNITS[award.unit],
        weights=award.terms.ledger_weights() if award.unit == "tokens" else None,
        programme_id=award.programme_id,
        pool=award.pool_id,
        tiers=rule.tiers,
        purposes=rule.purposes,
        requests_per_minute=rule.requests_per_minute,
        tokens_per_minute=rule.tokens_per_minute,
        on_exhaustion=rule.on_exhaustion,
        downgrade_to=rule.downgrade_to,
    )
