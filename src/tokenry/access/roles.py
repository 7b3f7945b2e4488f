"""Roles and what they permit: the whole policy of administration as two tables of sets.

A permission is a noun and what is done to it. A role in an organization reaches all its projects; a role in a project
reaches that project alone. Pure.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

OrganizationRole = Literal["owner", "admin", "officer", "reviewer", "auditor", "member"]
ProjectRole = Literal["owner", "member"]
Permission = Literal[
    "organization.read", "organization.write",
    "projects.read", "projects.write",
    "members.read", "members.write", "owners.write",
    "groups.read", "groups.write",
    "keys.read", "keys.write", "own_keys.write",
    "admin_keys.read", "admin_keys.write",
    "limits.read", "limits.write", "limits.ask",
    "usage.read", "statements.read", "statements.write",
    "prices.read", "prices.write", "costs.read",
    "awards.read", "awards.write", "credits.write",
    "programmes.read", "programmes.write", "reviews.write",
    "webhooks.read", "webhooks.write",
    "audit.read", "health.read", "sets.read",
    "people.write",
]  # fmt: skip
Permissions: TypeAlias = frozenset[Permission]

ORGANIZATION_ROLES: Final[tuple[OrganizationRole, ...]] = get_args(OrganizationRole)
PROJECT_ROLES: Final[tuple[ProjectRole, ...]] = get_args(ProjectRole)

_ALL: Permissions = frozenset(get_args(Permission))
_READS: Permissions = frozenset(p for p in _ALL if p.endswith(".read"))
_MEMBER: Permissions = frozenset({"organization.read"})

# What only the organization that runs the installation may, the first one: money is issued by it, and what providers
# ask of the house is its own business, as is how its machines fare, and what models are trained on there. In any other
# organization no role has these.
OPERATOR_ONLY: Final[Permissions] = frozenset({
    "credits.write", "costs.read", "prices.write", "health.read", "sets.read",
})  # fmt: skip

OF_ORGANIZATION: Final[dict[OrganizationRole, Permissions]] = {
    "owner": _ALL,
    # All but what makes somebody an owner, and the keys that stand for one.
    "admin": _ALL - {"owners.write", "admin_keys.write"},
    "officer": frozenset({
        "organization.read", "projects.read", "members.read", "groups.read", "limits.read", "usage.read",
        "statements.read", "prices.read", "costs.read", "awards.read", "awards.write", "credits.write",
        "programmes.read", "programmes.write",
    }),
    "reviewer": _MEMBER | {"programmes.read", "reviews.write"},
    "auditor": _READS,
    "member": _MEMBER,
}  # fmt: skip

_PROJECT_MEMBER: Permissions = frozenset({"projects.read", "own_keys.write", "limits.ask"})
OF_PROJECT: Final[dict[ProjectRole, Permissions]] = {
    "owner": _PROJECT_MEMBER
    | {
        "projects.write", "members.read", "members.write", "keys.read", "keys.write", "limits.read", "limits.write",
        "usage.read", "statements.read", "awards.read",
    },
    "member": _PROJECT_MEMBER,
}  # fmt: skip


def is_organization_role(word: str) -> bool:
    """Whether this is a role in an organization."""
    return word in OF_ORGANIZATION


def is_project_role(word: str) -> bool:
    """Whether this is a role in a project."""
    return word in OF_PROJECT
