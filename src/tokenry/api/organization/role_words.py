"""Roles as OpenAI's API speaks of them: our own by name and by id, and what it calls `reader`.

OpenAI's organizations know owners and readers, ours know more: a role is told by our name wherever a plain string
stands, and `reader` is taken for `member`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import OF_ORGANIZATION, OF_PROJECT, OrganizationRole, ProjectRole
from tokenry.base.errors import InvalidRequest, NotFound

_READER = "reader"
_ORGANIZATION, _PROJECT = "role_organization_", "role_project_"

WORDS: dict[str, str] = {
    f"{_ORGANIZATION}owner": "Everything, owners and admin keys among it.",
    f"{_ORGANIZATION}admin": "Everything but making owners and admin keys.",
    f"{_ORGANIZATION}officer": "Awards and programmes; reads members, groups, limits, usage and statements.",
    f"{_ORGANIZATION}reviewer": "Reviews applications to programmes.",
    f"{_ORGANIZATION}auditor": "Reads everything, changes nothing.",
    f"{_ORGANIZATION}member": "Sees the organization, and the projects they have a role in.",
    f"{_PROJECT}owner": "Runs the project: its members, keys and limits.",
    f"{_PROJECT}member": "Works in the project with keys of their own.",
}


class RoleShape(msgspec.Struct, kw_only=True):
    """A role, as OpenAI shows one."""

    id: str
    name: str
    description: str
    permissions: list[str]
    resource_type: Literal["api.organization", "api.project"]
    predefined_role: Literal[True] = True
    object: Literal["role"] = "role"


def organization_role(word: str, *, param: str = "role") -> OrganizationRole:
    """A role in the organization by its name or id. Raises InvalidRequest."""
    name = word.removeprefix(_ORGANIZATION)
    name = "member" if name == _READER else name
    if name not in OF_ORGANIZATION:
        raise InvalidRequest(f"A role in the organization is one of {', '.join(OF_ORGANIZATION)}.", param=param)
    return name


def project_role(word: str, *, param: str = "role") -> ProjectRole:
    """A role in a project by its name or id. Raises InvalidRequest."""
    name = word.removeprefix(_PROJECT)
    if name not in OF_PROJECT:
        raise InvalidRequest(f"A role in a project is one of {', '.join(OF_PROJECT)}.", param=param)
    return name


def organization_roles() -> list[RoleShape]:
    """Every role in an organization."""
    return [of_organization(role) for role in OF_ORGANIZATION]


def project_roles() -> list[RoleShape]:
    """Every role in a project."""
    return [of_project(role) for role in OF_PROJECT]


def of_organization(role: OrganizationRole) -> RoleShape:
    """One role in an organization."""
    role_id = _ORGANIZATION + role
    return RoleShape(
        id=role_id, name=role, description=WORDS[role_id], permissions=sorted(OF_ORGANIZATION[role]),
        resource_type="api.organization",
    )  # fmt: skip


def of_project(role: ProjectRole) -> RoleShape:
    """One role in a project."""
    role_id = _PROJECT + role
    return RoleShape(
        id=role_id, name=role, description=WORDS[role_id], permissions=sorted(OF_PROJECT[role]),
        resource_type="api.project",
    )  # fmt: skip


def found(roles: list[RoleShape], role_id: str) -> RoleShape:
    """The one with this id. Raises NotFound."""
    for role in roles:
        if role.id == role_id:
            return role
    raise NotFound(f"There is no role {role_id[:100]!r}.", param="role_id")
