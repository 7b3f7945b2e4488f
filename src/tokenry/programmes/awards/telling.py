"""Who is told of what becomes of an award: its awardee, or the owners of its project; and everybody in charge reads it.

Each occasion is told once, however often it is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tokenry.access import Roster
from tokenry.notify import News
from tokenry.programmes.awards.awards import ProgrammeAward
from tokenry.programmes.office import Office
from tokenry.storage import Transaction


@dataclass(frozen=True, slots=True)
class Happening:
    """What there is to tell of an award. `kind`: one of notify's TYPES; `name` tells it from all others of its kind."""

    kind: str
    name: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def occasion(self) -> str:
        """By which it is told once."""
        return f"{self.kind}:{self.name}"


def addressees(roster: Roster, award: ProgrammeAward) -> tuple[str, ...]:
    """The e-mail addresses of the awardee and of the project's owners, who are members and not disabled."""
    found: list[str] = []
    for (organization_id, user_id), member in roster.members.items():
        if organization_id != award.organization_id or member.user.disabled_at is not None:
            continue
        if member.user.email is not None and (user_id == award.awardee_id or _owns(roster, user_id, award)):
            found.append(member.user.email)
    return tuple(sorted(found))


def tell_award(office: Office, connection: Transaction, award: ProgrammeAward, what: Happening) -> bool:
    """Keep news, within a transaction whose owner calls `notices.on_waiting` afterwards; whether it is new."""
    about = {"award_id": award.id, "award_name": award.name, "programme_id": award.programme_id, "unit": award.unit}
    news = News(
        award.organization_id, what.kind, what.occasion, about | what.data, project_id=award.project_id
    )  # fmt: skip
    return office.notices.tell_within(connection, news, addressees(office.people.roster, award))


def _owns(roster: Roster, user_id: str, award: ProgrammeAward) -> bool:
    return roster.project_roles(user_id, award.organization_id).get(award.project_id) == "owner"
