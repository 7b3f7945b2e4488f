"""Whom news of calls, applications and reviews concerns. From memory; knows no programme."""

from __future__ import annotations

from collections.abc import Iterable

from tokenry.access import OF_ORGANIZATION, Permission, Roster


def members(roster: Roster, organization_id: str, permission: Permission | None = None) -> tuple[str, ...]:
    """The ids of an organization's members who can come in; only those whose role permits something, if said."""
    return tuple(
        user_id
        for (place, user_id), member in roster.members.items()
        if place == organization_id
        and member.user.disabled_at is None
        and (permission is None or permission in OF_ORGANIZATION[member.role])
    )


def officers(roster: Roster, organization_id: str) -> tuple[str, ...]:
    """For whom an application waits: the programme officers, or owners and admins where there is none."""
    able = members(roster, organization_id, "programmes.write")
    named = tuple(one for one in able if roster.members[organization_id, one].role == "officer")
    return named or able


def addresses(roster: Roster, user_ids: Iterable[str]) -> tuple[str, ...]:
    """The e-mail addresses of those of them who have one and can come in."""
    users = (roster.users.get(one) for one in user_ids)
    return tuple(sorted(user.email for user in users if user and user.email and user.disabled_at is None))
