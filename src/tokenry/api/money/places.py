"""Where a budget belongs, what it is called, and who is in charge of it. From memory alone."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.access import Group, Keys, Organization, Project, Roster, User
from tokenry.api.rooms import Rooms
from tokenry.base.errors import NotFound
from tokenry.ledger import DEFAULT, OVERRIDE, Budget


@dataclass(frozen=True, slots=True)
class Place:
    """The organization that a budget belongs to, and its project if it is one's."""

    organization_id: str
    project_id: str | None = None


def place_of(roster: Roster, keys: Keys, budget: Budget) -> Place | None:
    """Where a budget belongs; None when what it limits is not known any more."""
    if budget.scope == "organization":
        return Place(budget.scope_id) if budget.scope_id in roster.organizations else None
    if budget.scope in {"project", "key"}:
        project_id = budget.scope_id if budget.scope == "project" else _project_of_key(keys, budget.scope_id)
        project = roster.projects.get(project_id or "")
        return None if project is None else Place(project.organization_id, project.id)
    if budget.organization_id is not None:
        return Place(budget.organization_id)
    if budget.scope == "group":
        group = roster.groups.get(budget.scope_id)
        return None if group is None else Place(group.organization_id)
    # A user's budget from before budgets said whose they are: that of the organization they came to first.
    return next((Place(one) for one in roster.organizations_of(budget.scope_id)), None)


def budget_in(rooms: Rooms, budget_id: str, organization_id: str, project_id: str | None = None) -> Budget:
    """A budget of an organization, or only of one project of it.

    Raises:
        NotFound: there is none, or it is another's.
    """
    budget = rooms.ledger.books.budgets.get(budget_id)
    place = None if budget is None else place_of(rooms.people.roster, rooms.keys, budget)
    if (
        budget is None
        or budget.purpose != "limit"
        or place is None
        or place.organization_id != organization_id
        or project_id not in {None, place.project_id}
    ):
        raise NotFound(f"There is no budget {budget_id[:100]!r}.", param="budget_id")
    return budget


def name_of(roster: Roster, keys: Keys, budget: Budget) -> str | None:
    """What the thing that a budget limits is called; None = nothing any more, or every user."""
    ref = budget.scope_id
    if budget.scope == "key":
        return _key_name(keys, ref)
    match budget.scope:
        case "organization":
            found: Organization | Project | Group | User | None = roster.organizations.get(ref)
        case "project":
            found = roster.projects.get(ref)
        case "group":
            found = roster.groups.get(ref)
        case _:
            found = roster.users.get(ref)
    return None if found is None else found.name


def source_of(roster: Roster, budget: Budget) -> str:
    """Where the limit of a budget comes from: `default`, `group NAME`, `override`, or `budget`, its own word."""
    if budget.is_default:
        return DEFAULT
    if budget.of is None:
        return "budget"
    if budget.scope == "group":
        return _group(roster, budget.scope_id)
    return DEFAULT if budget.source is None else source_words(roster, budget.source)


def source_words(roster: Roster, source: str) -> str:
    """A source in words."""
    return source if source in {DEFAULT, OVERRIDE} else _group(roster, source)


def in_charge(roster: Roster, place: Place) -> tuple[str, ...]:
    """The e-mail addresses of those who may change a budget there: owners and admins, and a project's owners."""
    found = []
    for (organization_id, user_id), member in roster.members.items():
        if organization_id != place.organization_id or member.user.disabled_at is not None:
            continue
        owns = place.project_id is not None and _owns(roster, user_id, place)
        if member.user.email is not None and (member.role in {"owner", "admin"} or owns):
            found.append(member.user.email)
    return tuple(sorted(found))


def _owns(roster: Roster, user_id: str, place: Place) -> bool:
    return roster.project_roles(user_id, place.organization_id).get(place.project_id or "") == "owner"


def _group(roster: Roster, group_id: str) -> str:
    group = roster.groups.get(group_id)
    return f"group {group_id if group is None else group.name}"


def _project_of_key(keys: Keys, key_id: str) -> str | None:
    try:
        return keys.get(key_id).project_id
    except NotFound:
        return None


def _key_name(keys: Keys, key_id: str) -> str | None:
    try:
        return keys.get(key_id).name
    except NotFound:
        return None
