"""How long content may be kept: what an organization says, and its projects apart from it. Acts, each audited.

The words are OpenAI's. Nothing here keeps or deletes content: whatever would keep some asks `keeps_content` first.
They are: answers to requests with an Idempotency-Key, and whatever `objects` keeps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from tokenry import storage
from tokenry.access.actor import Actor, PermissionDenied
from tokenry.access.audit import Desk
from tokenry.access.directory import Organization, Project
from tokenry.access.members import require_open

tables = storage.tables
NO_RETENTION: Final = "zero_data_retention"
DEFAULT_RETENTION: Final = "modified_abuse_monitoring"  # said by nobody: only what a request itself asks to be kept is
Retention = Literal[
    "zero_data_retention", "modified_abuse_monitoring", "enhanced_zero_data_retention",
    "enhanced_modified_abuse_monitoring",
]  # fmt: skip
_NOTHING: Final = frozenset({NO_RETENTION, "enhanced_zero_data_retention"})


def keeps_content(organization: Organization, project: Project) -> bool:
    """Whether content of a project's requests may be kept at all, for as long as whatever keeps it says."""
    return (project.retention or organization.retention or DEFAULT_RETENTION) not in _NOTHING


def set_organization_retention(desk: Desk, by: Actor, organization: Organization, retention: str) -> Organization:
    """What holds for every project that says nothing of its own."""
    with desk.act(by, "organization.updated", organization.id) as act:
        act.details["retention"] = retention
        mine = tables.organizations.c.id == organization.id
        act.connection.execute(tables.organizations.update().where(mine), {"retention": retention})
    return replace(organization, retention=retention)


def set_project_retention(desk: Desk, by: Actor, project: Project, retention: str | None) -> Project:
    """What holds for one project; None = as the organization says.

    Raises:
        InvalidRequest: the project is archived.
        PermissionDenied: something may be kept by it, and the actor may write this one project alone: content that the
            organization does not keep is not the project's own to keep.
    """
    if retention != NO_RETENTION and not by.may("projects.write"):
        raise PermissionDenied(
            f"within the project only {NO_RETENTION} can be set, which keeps nothing; anything else is for an owner or "
            "admin of the organization to say"
        )
    with desk.act(by, "project.updated", project.id, project.id) as act:
        require_open(act.connection, project.id)
        act.details["retention"] = retention
        mine = tables.projects.c.id == project.id
        act.connection.execute(tables.projects.update().where(mine), {"retention": retention})
    return replace(project, retention=retention)
