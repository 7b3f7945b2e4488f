"""How a budget stands now: its limit and its source, what is spent, held and left, and when it begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tokenry.access import Actor, KeyRecord
from tokenry.api.money.places import place_of
from tokenry.api.rooms import Rooms
from tokenry.ledger import Budget, Ledger, own_budget, period


@dataclass(frozen=True, slots=True)
class Stand:
    """Amounts are nano-USD. `resets_at`: nanoseconds since the epoch; None = never."""

    limit: int
    spent: int
    held: int
    resets_at: int | None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.spent - self.held)


def stand_of(ledger: Ledger, budget: Budget, now_ns: int) -> Stand:
    """How the present window of a budget stands. One that nothing has touched yet has all of its limit left."""
    window = period(budget, now_ns)
    resets_at = None if budget.window == "total" else window.end
    account = ledger.books.accounts.get(window.account)
    if account is None:
        return Stand(budget.limit, 0, 0, resets_at)
    return Stand(budget.limit, ledger.alerts.spent(window.account), account.debits_pending, resets_at)


def budgets_of(rooms: Rooms, organization_id: str, project_id: str | None = None) -> list[Budget]:
    """The budgets of an organization, or of one project of it, oldest first; not what belongs to a default."""
    roster, keys = rooms.people.roster, rooms.keys
    found = []
    for budget in list(rooms.ledger.books.budgets.values()):
        if budget.of is not None or budget.purpose != "limit":
            continue
        place = place_of(roster, keys, budget)
        if place is not None and place.organization_id == organization_id and project_id in {None, place.project_id}:
            found.append(budget)
    return sorted(found, key=lambda budget: (budget.created_at, budget.id))


def own_budget_of(rooms: Rooms, default: Budget, user_id: str) -> Budget:
    """What a user has of a default, as their groups are now."""
    assert default.organization_id is not None
    groups = rooms.people.roster.groups_of(user_id, default.organization_id)
    return own_budget(rooms.ledger.books.budgets, default, user_id, [group.id for group in groups])


def budgets_over(rooms: Rooms, actor: Actor) -> list[Budget]:
    """The open budgets that what somebody asks for counts against: of their groups and projects, their own, their
    keys'. A project's key has those of its project and its own."""
    touched = _touched(rooms, actor)
    found = []
    for budget in budgets_of(rooms, actor.organization_id):
        if budget.closed:
            continue
        if budget.is_default:
            if actor.user_id is not None:
                found.append(own_budget_of(rooms, budget, actor.user_id))
        elif (budget.scope, budget.scope_id) in touched:
            found.append(budget)
    return found


def _touched(rooms: Rooms, actor: Actor) -> set[tuple[str, str]]:
    found = {("project", project_id) for project_id in actor.within}
    if actor.kind == "api_key":
        found.add(("key", actor.id))
    if actor.user_id is not None:
        groups = rooms.people.roster.groups_of(actor.user_id, actor.organization_id)
        found |= {("group", group.id) for group in groups} | {("user", actor.user_id)}
        found |= {("key", key.id) for key in _keys_of(rooms, actor)}
    return found


def _keys_of(rooms: Rooms, actor: Actor) -> Iterator[KeyRecord]:
    projects = rooms.people.roster.projects
    for key in rooms.keys.list():
        if key.user_id == actor.user_id and projects[key.project_id].organization_id == actor.organization_id:
            yield key
