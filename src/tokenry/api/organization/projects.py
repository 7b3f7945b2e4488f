"""Projects: `/v1/organization/projects`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Project, archive_project, create_project, rename_project
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.base.clock import NS_PER_S


class ProjectShape(msgspec.Struct, kw_only=True):
    """A project, as OpenAI shows one. Times are seconds since the epoch."""

    id: str
    name: str
    created_at: int
    archived_at: int | None
    status: Literal["active", "archived"]
    object: Literal["organization.project"] = "organization.project"
    external_key_id: None = None


class ListProjects(Paged, kw_only=True, frozen=True):
    """Which page, and whether archived projects are in it."""

    include_archived: bool = False


class CreateProject(Taken, kw_only=True, frozen=True):
    """A new project."""

    name: str


class UpdateProject(Taken, kw_only=True, frozen=True):
    """Another name."""

    name: str


def listing(call: Call) -> Page[ProjectShape]:
    """List projects. Those that the caller may see, oldest first."""
    ask: ListProjects = call.query
    seen = [
        project
        for project in call.rooms.people.roster.projects.values()
        if project.organization_id == call.organization_id
        and call.actor.sees(project.id)
        and (ask.include_archived or project.archived_at is None)
    ]
    ordered = sorted(seen, key=lambda project: (project.created_at, project.id))
    return listed(ordered, ask, lambda project: project.id, shape)


def create(call: Call) -> ProjectShape:
    """Create a project. It can spend once an award is made to it."""
    ask: CreateProject = call.body
    return shape(create_project(call.rooms.desk, call.actor, ask.name))


def retrieve(call: Call) -> ProjectShape:
    """Retrieve a project."""
    return shape(call.rooms.people.roster.projects[call.path["project_id"]])


def update(call: Call) -> ProjectShape:
    """Rename a project."""
    ask: UpdateProject = call.body
    return shape(rename_project(call.rooms.desk, call.actor, call.path["project_id"], ask.name))


def archive(call: Call) -> ProjectShape:
    """Archive a project. Its keys open nothing from then on, for good."""
    return shape(archive_project(call.rooms.desk, call.actor, call.path["project_id"]))


def shape(project: Project) -> ProjectShape:
    """A project as it is shown."""
    archived = project.archived_at
    return ProjectShape(
        id=project.id,
        name=project.name,
        created_at=project.created_at // NS_PER_S,
        archived_at=None if archived is None else archived // NS_PER_S,
        status="active" if archived is None else "archived",
    )


_ALL, _ONE = "/v1/organization/projects", "/v1/organization/projects/{project_id}"
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=ListProjects),
    Guarded(
        "POST", _ALL, "projects.write", create, takes=CreateProject, example={"name": "protein-folding"}, changes=True
    ),
    Guarded("GET", _ONE, "projects.read", retrieve),
    Guarded("POST", _ONE, "projects.write", update, takes=UpdateProject, example={"name": "folding"}, changes=True),
    Guarded("POST", f"{_ONE}/archive", "projects.write", archive, changes=True),
)
