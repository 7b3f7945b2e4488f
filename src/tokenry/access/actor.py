"""Who administers, and what they may do where: the one question that every administrative route asks.

Pure: an actor is put together from the tables in memory (people.py) and answers from sets. It holds no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tokenry.access.roles import Permission, Permissions
from tokenry.base.errors import NotFound, TokenryError

ActorKind = Literal["session", "admin_key", "api_key", "local"]


class PermissionDenied(TokenryError):
    """The actor sees the thing, but their role does not permit this."""

    status = 403
    type = "invalid_request_error"
    code = "insufficient_permissions"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts in one organization.

    Args:
        kind: how they came in: a browser's session, an admin key, a project's key, or the machine's own command line.
        id: of the session's user, of the key, or `local`.
        organization_id: where they act; nothing of any other organization exists for them.
        user_id: the person behind it; None for a service account's or a project's own key, and for `local`.
        everywhere: permissions in the organization and all its projects.
        within: further permissions by project id.
        session_id: of the session, for kind `session`.
    """

    kind: ActorKind
    id: str
    organization_id: str
    user_id: str | None
    everywhere: Permissions
    within: Mapping[str, Permissions] = field(default_factory=dict)
    session_id: str | None = None

    def may(self, permission: Permission, project_id: str | None = None) -> bool:
        """Whether this is permitted, in the whole organization or in one project of it."""
        if permission in self.everywhere:
            return True
        return project_id is not None and permission in self.within.get(project_id, ())

    def sees(self, project_id: str) -> bool:
        """Whether a project of the organization exists for them."""
        return self.may("projects.read", project_id)

    def require(self, permission: Permission, project_id: str | None = None) -> None:
        """Raise unless `may`: NotFound for a project that they do not see, else PermissionDenied."""
        if self.may(permission, project_id):
            return
        if project_id is not None and not self.sees(project_id):
            raise NotFound(f"There is no project {project_id[:100]!r}.", param="project_id")
        raise PermissionDenied(
            f"this needs the permission {permission}, which your role does not have; ask an owner of the organization"
        )

    @property
    def projects(self) -> frozenset[str] | None:
        """The projects that exist for them; None = all of the organization."""
        return None if "projects.read" in self.everywhere else frozenset(self.within)
