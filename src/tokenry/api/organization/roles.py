"""Roles there are, and who has which: `/v1/organization/roles`, `/v1/projects/{project_id}/roles`.

Somebody has one role in a place, so to assign one is to exchange it. Roles of one's own making are not built.
"""

from __future__ import annotations

import msgspec

from tokenry.api.guarded import Call, Guarded, Page, Taken, listed
from tokenry.api.organization.lists import Deleted, Ordered, in_order
from tokenry.api.organization.role_words import RoleShape, found, organization_roles, project_roles
from tokenry.api.unbuilt import NotBuilt


class WriteRole(Taken, kw_only=True, frozen=True):
    """A role of one's own making."""

    role_name: str | None = None
    permissions: tuple[str, ...] | None = None
    description: str | None = None


def _refusal() -> NotBuilt:
    names = ", ".join(role.name for role in organization_roles())
    return NotBuilt(f"Custom roles are not built: assign one of those there are ({names}; in a project owner, member)")


def listing(call: Call) -> Page[RoleShape]:
    """List the organization's roles. The strongest first."""
    ask: Ordered = call.query
    return listed(in_order(organization_roles(), ask), ask, lambda role: role.id, msgspec.structs.replace)


def retrieve(call: Call) -> RoleShape:
    """Retrieve a role of the organization."""
    return found(organization_roles(), call.path["role_id"])


def create(_call: Call) -> RoleShape:
    """Create a role. Not built: answers 501."""
    raise _refusal()


def update(call: Call) -> RoleShape:
    """Change a role. Not built: answers 501."""
    retrieve(call)
    raise _refusal()


def delete(call: Call) -> Deleted:
    """Delete a role. Not built: answers 501."""
    retrieve(call)
    raise _refusal()


def project_listing(call: Call) -> Page[RoleShape]:
    """List a project's roles. The strongest first."""
    ask: Ordered = call.query
    return listed(in_order(project_roles(), ask), ask, lambda role: role.id, msgspec.structs.replace)


def project_retrieve(call: Call) -> RoleShape:
    """Retrieve a role of a project."""
    return found(project_roles(), call.path["role_id"])


def project_create(_call: Call) -> RoleShape:
    """Create a role in a project. Not built: answers 501."""
    raise _refusal()


def project_update(call: Call) -> RoleShape:
    """Change a role in a project. Not built: answers 501."""
    project_retrieve(call)
    raise _refusal()


def project_delete(call: Call) -> Deleted:
    """Delete a role in a project. Not built: answers 501."""
    project_retrieve(call)
    raise _refusal()


_ALL, _ONE = "/v1/organization/roles", "/v1/organization/roles/{role_id}"
_WITHIN, _ONE_WITHIN = "/v1/projects/{project_id}/roles", "/v1/projects/{project_id}/roles/{role_id}"
_EXAMPLE = {"role_name": "Support", "permissions": ["usage.read"]}
ROUTES = (
    Guarded("GET", _ALL, "organization.read", listing, asks=Ordered),
    Guarded("POST", _ALL, "owners.write", create, takes=WriteRole, example=_EXAMPLE),
    Guarded("GET", _ONE, "organization.read", retrieve),
    Guarded("POST", _ONE, "owners.write", update, takes=WriteRole, example=_EXAMPLE),
    Guarded("DELETE", _ONE, "owners.write", delete),
    Guarded("GET", _WITHIN, "projects.read", project_listing, asks=Ordered),
    Guarded("POST", _WITHIN, "owners.write", project_create, takes=WriteRole, example=_EXAMPLE),
    Guarded("GET", _ONE_WITHIN, "projects.read", project_retrieve),
    Guarded("POST", _ONE_WITHIN, "owners.write", project_update, takes=WriteRole, example=_EXAMPLE),
    Guarded("DELETE", _ONE_WITHIN, "owners.write", project_delete),
)
