"""A statement with the names of today: what it says holds opaque ids alone, and people read names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET

from tokenry.api.rooms import Rooms
from tokenry.ledger.statements import Statement, month_span


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, and what its ids are called. `start` and `end` are seconds since the epoch."""

    id: str
    statement: Statement
    organization: str
    projects: Mapping[str, str]
    awards: Mapping[str, str]
    start: int
    end: int

    @classmethod
    def of(cls, rooms: Rooms, statement_id: str, statement: Statement) -> Told:
        """With the names that people, projects and awards have now; the id where there is none."""
        roster, awards = rooms.people.roster, rooms.ledger.books.awards
        organization = roster.organizations.get(statement.organization_id)
        named = {line.project_id for line in statement.lines} | {one.project_id for one in statement.written_offs}
        given = list(statement.awards)
        if statement.tokens is not UNSET:
            given += statement.tokens.awards
            named |= {line.project_id for line in statement.tokens.lines}
        named |= {one.project_id for one in given}
        if statement.project_id is not None:
            named.add(statement.project_id)
        start, end = month_span(statement.month)
        return cls(
            statement_id,
            statement,
            statement.organization_id if organization is None else organization.name,
            {one: roster.projects[one].name if one in roster.projects else one for one in named},
            {
                one.award_id: f"{awards[one.award_id].name} ({awards[one.award_id].category})"
                for one in given
                if one.award_id in awards
            },
            start,
            end,
        )
