"""How long content may be kept: `/v1/organization/data_retention`, and the same of a project.

What is said here permits, it does not keep: whatever would keep content asks first.
"""

from __future__ import annotations

from typing import Literal, cast

import msgspec

from tokenry.access import DEFAULT_RETENTION, Retention, set_organization_retention, set_project_retention
from tokenry.api.guarded import Call, Guarded, Taken

ProjectRetention = Retention | Literal["organization_default", "none"]
DEFAULT = "organization_default"


class RetentionShape(msgspec.Struct, kw_only=True):
    """What the organization says."""

    type: Retention
    object: Literal["organization.data_retention"] = "organization.data_retention"


class ProjectRetentionShape(msgspec.Struct, kw_only=True):
    """What a project says."""

    type: ProjectRetention
    object: Literal["project.data_retention"] = "project.data_retention"


class UpdateRetention(Taken, kw_only=True, frozen=True):
    """Another rule."""

    retention_type: Retention


class UpdateProjectRetention(Taken, kw_only=True, frozen=True):
    """Another rule; `organization_default` takes the project's own away."""

    retention_type: ProjectRetention


def retrieve(call: Call) -> RetentionShape:
    """Retrieve the organization's data retention. Until somebody says more, the answer to a request with an
    Idempotency-Key is kept for a day, and nothing else."""
    said = call.rooms.people.roster.organizations[call.organization_id].retention
    return RetentionShape(type=cast(Retention, said or DEFAULT_RETENTION))


def update(call: Call) -> RetentionShape:
    """Change the organization's data retention."""
    ask: UpdateRetention = call.body
    organization = call.rooms.people.roster.organizations[call.organization_id]
    set_organization_retention(call.rooms.desk, call.actor, organization, ask.retention_type)
    return RetentionShape(type=ask.retention_type)


def retrieve_project(call: Call) -> ProjectRetentionShape:
    """Retrieve a project's data retention."""
    said = call.rooms.people.roster.projects[call.path["project_id"]].retention
    return ProjectRetentionShape(type=cast(ProjectRetention, said or DEFAULT))


def update_project(call: Call) -> ProjectRetentionShape:
    """Change a project's data retention."""
    ask: UpdateProjectRetention = call.body
    project = call.rooms.people.roster.projects[call.path["project_id"]]
    said = None if ask.retention_type == DEFAULT else ask.retention_type
    set_project_retention(call.rooms.desk, call.actor, project, said)
    return ProjectRetentionShape(type=ask.retention_type)


_ALL, _ONE = "/v1/organization/data_retention", "/v1/organization/projects/{project_id}/data_retention"
_EXAMPLE = {"retention_type": "zero_data_retention"}
ROUTES = (
    Guarded("GET", _ALL, "organization.read", retrieve),
    Guarded("POST", _ALL, "organization.write", update, takes=UpdateRetention, example=_EXAMPLE, changes=True),
    Guarded("GET", _ONE, "projects.read", retrieve_project),
    Guarded(
        "POST", _ONE, "projects.write", update_project, takes=UpdateProjectRetention, example=_EXAMPLE, changes=True
    ),
)
