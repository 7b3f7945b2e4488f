"""Administrative acts on projects: made, changed, archived. Each is audited in its own transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, Desk, append
from tokenry.access.directory import NAME_LENGTH_MAX, Project, checked_name, project_of
from tokenry.base.clock import Clock
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import Transaction

table = storage.tables.projects
_memberships = storage.tables.memberships
_NAMESAKES_MAX = 1000


def create_project(desk: Desk, by: Actor, name: str) -> Project:
    """A new project in the actor's organization. Raises InvalidRequest for a bad name, Conflict for a taken one."""
    now_ns = desk.clock.now_ns()
    project = Project(new_id("proj", at_ns=now_ns), by.organization_id, checked_name(name), now_ns, None)
    with desk.act(by, "project.created", project.id, project.id) as act:
        _refuse_taken(act.connection, project)
        columns = ("id", "organization_id", "name", "created_at")
        act.connection.execute(table.insert(), {column: getattr(project, column) for column in columns})
    return project


def found_project(connection: Transaction, clock: Clock, by: Actor, name: str, owner_id: str) -> Project:
    """A new project that belongs to somebody, within an act of another kind; noted in the log as its own.

    A taken name gets a number behind it.

    Raises:
        InvalidRequest: a bad name. NotFound: the owner-to-be is no member of the organization.
    """
    now_ns = clock.now_ns()
    place = {"organization_id": by.organization_id, "user_id": owner_id}
    member = _memberships.select().where(
        *[_memberships.c[column] == value for column, value in place.items()], _memberships.c.project_id.is_(None)
    )
    if connection.execute(member).first() is None:
        raise NotFound(f"There is no user {owner_id[:100]!r}.", param="user_id")
    project = Project(
        new_id("proj", at_ns=now_ns), by.organization_id, _free_name(connection, by, checked_name(name)), now_ns, None
    )
    columns = ("id", "organization_id", "name", "created_at")
    connection.execute(table.insert(), {column: getattr(project, column) for column in columns})
    row = {"id": new_id("mbr"), "project_id": project.id, "role": "owner", "created_at": now_ns, **place}
    connection.execute(_memberships.insert(), row)
    details = {"owner_id": owner_id}
    append(connection, clock, by, Act(connection, "project.created", project.id, project.id, details))
    return project


def _free_name(connection: Transaction, by: Actor, name: str) -> str:
    taken = {
        row.name for row in connection.execute(table.select().where(table.c.organization_id == by.organization_id))
    }
    for number in range(1, _NAMESAKES_MAX):
        suffix = "" if number == 1 else f" {number}"
        wanted = name[: NAME_LENGTH_MAX - len(suffix)] + suffix
        if wanted not in taken:
            return wanted
    raise Conflict(f"There are very many projects called {name!r} already.", param="name")


def rename_project(desk: Desk, by: Actor, project_id: str, name: str) -> Project:
    """Another name. Raises as `create_project`, NotFound, and InvalidRequest for an archived project."""
    with desk.act(by, "project.updated", project_id, project_id) as act:
        project = _open_project(act.connection, by, project_id)
        project = replace(project, name=checked_name(name))
        _refuse_taken(act.connection, project)
        act.details["changes_requested"] = ["name"]
        act.connection.execute(table.update().where(table.c.id == project_id), {"name": project.name})
    return project


def archive_project(desk: Desk, by: Actor, project_id: str) -> Project:
    """For good: its keys open nothing any more. Raises NotFound, and InvalidRequest when it is archived already."""
    with desk.act(by, "project.archived", project_id, project_id) as act:
        project = replace(_open_project(act.connection, by, project_id), archived_at=desk.clock.now_ns())
        act.connection.execute(table.update().where(table.c.id == project_id), {"archived_at": project.archived_at})
    return project


def _open_project(connection: Transaction, by: Actor, project_id: str) -> Project:
    query = table.select().where(table.c.id == project_id, table.c.organization_id == by.organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no project {project_id[:100]!r}.", param="project_id")
    if row.archived_at is not None:
        raise InvalidRequest("The project is archived, and nothing of it changes any more.", param="project_id")
    return project_of(dict[str, Any](row._mapping))


def _refuse_taken(connection: Transaction, project: Project) -> None:
    taken = table.select().where(
        table.c.organization_id == project.organization_id, table.c.name == project.name, table.c.id != project.id
    )
    if connection.execute(taken).first() is not None:
        raise Conflict(f"There is a project called {project.name!r} already.", param="name")
