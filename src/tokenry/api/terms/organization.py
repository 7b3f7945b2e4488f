"""The organization itself: `/v1/tokenry/organization`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tokenry.access import Organization, OrganizationTerms, set_organization_terms
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.clock import NS_PER_S

Text = Annotated[str, Meta(max_length=200)]


class OrganizationShape(msgspec.Struct, kw_only=True):
    """An organization. `timezone`: where its days and months begin, when nothing else is said."""

    id: str
    name: str
    timezone: str
    created_at: int
    object: Literal["tokenry.organization"] = "tokenry.organization"


class SetOrganization(Taken, kw_only=True, frozen=True):
    """What is to be otherwise. A time zone is an IANA name, null = UTC."""

    name: Text | UnsetType = UNSET
    timezone: Text | UnsetType | None = UNSET


def retrieve(call: Call) -> OrganizationShape:
    """Retrieve the organization. Its name stands on statements, invites and certificates."""
    return _shape(call.rooms.people.roster.organizations[call.organization_id])


def update(call: Call) -> OrganizationShape:
    """Rename the organization, or set its time zone. What exists keeps the name or the zone it was made with."""
    ask: SetOrganization = call.body
    return _shape(set_organization_terms(call.rooms.desk, call.actor, OrganizationTerms(ask.name, ask.timezone)))


def _shape(one: Organization) -> OrganizationShape:
    return OrganizationShape(
        id=one.id, name=one.name, timezone=one.timezone or "UTC", created_at=one.created_at // NS_PER_S
    )


_ONE = "/v1/tokenry/organization"
ROUTES = (
    Guarded("GET", _ONE, "organization.read", retrieve),
    Guarded(
        "POST", _ONE, "organization.write", update, takes=SetOrganization, changes=True,
        example={"name": "Institute of Example Studies", "timezone": "Europe/Berlin"},
    ),
)  # fmt: skip
