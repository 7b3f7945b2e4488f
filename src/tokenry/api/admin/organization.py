"""The verbs about the first organization itself: show, set."""

from __future__ import annotations

import asyncio

from msgspec import UNSET, UnsetType

from tokenry.access import Organization, OrganizationTerms, set_organization_terms
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms


class ShowOrganization(Asked, kw_only=True, frozen=True):
    """The first organization."""


class SetOrganization(Asked, kw_only=True, frozen=True):
    """What is to be otherwise; a time zone of null is UTC."""

    name: str | UnsetType = UNSET
    timezone: str | UnsetType | None = UNSET


async def one(rooms: Rooms, _ask: ShowOrganization) -> Json:
    """The organization, and how many belong to it."""
    place = await asyncio.to_thread(by_hand, rooms)
    return _shown(rooms, rooms.people.roster.organizations[place.organization_id])


async def put(rooms: Rooms, ask: SetOrganization) -> Json:
    """Change its name or its time zone."""

    def change() -> Organization:
        terms = OrganizationTerms(ask.name, ask.timezone)
        changed = set_organization_terms(rooms.desk, by_hand(rooms), terms)
        rooms.refresh()
        return changed

    return _shown(rooms, await asyncio.to_thread(change))


def _shown(rooms: Rooms, organization: Organization) -> Json:
    roster = rooms.people.roster
    return {
        "id": organization.id,
        "name": organization.name,
        "timezone": organization.timezone or "UTC",
        "members": sum(1 for place, _ in roster.members if place == organization.id),
        "created_at": when(organization.created_at),
    }
