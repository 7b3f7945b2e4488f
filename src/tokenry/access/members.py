"""Administrative acts on people: their role in the organization, their place in its projects, their leaving.

Each is audited in its own transaction. An organization never loses its last owner, and only `owners.write` makes or
unmakes one. Whoever leaves takes nothing along: their keys there end in the same transaction, and their sessions when
they have no other organization left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import User
from tokenry.access.roles import OrganizationRole, ProjectRole
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

tables = storage.tables
_memberships, _users = tables.memberships, tables.users
LAST_OWNER = "This is the last owner of the organization who can sign in: make somebody else an owner first."


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's row in an organization or in one of its projects. `added_at` is nanoseconds since the epoch."""

    user: User
    role: str
    added_at: int


def change_role(desk: Desk, by: Actor, user_id: str, role: OrganizationRole) -> Standing:
    """Another role in the organization.

    Raises:
        NotFound: there is no such member.
        PermissionDenied: it makes or unmakes an owner, and the actor may not.
        InvalidRequest: it would leave the organization without an owner.
    """
    with desk.act(by, "user.updated", user_id) as act:
        standing = standing_of(act.connection, by.organization_id, user_id)
        if "owner" in {role, standing.role}:
            by.require("owners.write")
        if role != "owner":
            keep_an_owner(act.connection, by.organization_id, standing)
        act.details["role"] = role
        act.connection.execute(_memberships.update().where(_place(by.organization_id, user_id)), {"role": role})
    return Standing(standing.user, role, standing.added_at)


def set_disabled(desk: Desk, by: Actor, user_id: str, *, disabled: bool) -> Standing:
    """Shut somebody out, or let them in again: while disabled, their keys and sessions open nothing.

    Raises as `change_role`, and InvalidRequest when somebody is to be shut out who is in another organization too.
    """
    with desk.act(by, "user.updated", user_id) as act:
        standing = standing_of(act.connection, by.organization_id, user_id)
        if standing.role == "owner":
            by.require("owners.write")
        if disabled and _elsewhere(act.connection, by.organization_id, user_id):
            raise InvalidRequest(
                "They belong to another organization too, and disabling would shut them out there: remove them from "
                "yours instead.",
                param="disabled",
            )
        if disabled:
            keep_an_owner(act.connection, by.organization_id, standing)
            _end_sessions(act.connection, user_id, desk.clock.now_ns())
        elif standing.user.erased_at is not None:
            raise InvalidRequest("They were erased, for good; whoever comes back is a new user.", param="user_id")
        disabled_at = desk.clock.now_ns() if disabled else None
        act.details["disabled"] = disabled
        act.connection.execute(_users.update().where(_users.c.id == user_id), {"disabled_at": disabled_at})
        return Standing(_user(act.connection, user_id), standing.role, standing.added_at)


def remove_member(desk: Desk, by: Actor, user_id: str) -> None:
    """Out of the organization, its projects and groups, at once. The person's row stays: the books know its id.

    Raises as `change_role`.
    """
    with desk.act(by, "user.deleted", user_id) as act:
        connection, now_ns = act.connection, desk.clock.now_ns()
        standing = standing_of(connection, by.organization_id, user_id)
        if standing.role == "owner":
            by.require("owners.write")
        keep_an_owner(connection, by.organization_id, standing)
        of_user = _memberships.c.user_id == user_id
        connection.execute(_memberships.delete().where(of_user, _memberships.c.organization_id == by.organization_id))
        _leave_groups(connection, by.organization_id, user_id)
        _end_keys(connection, by.organization_id, user_id, now_ns)
        if not _elsewhere(connection, by.organization_id, user_id):
            _end_sessions(connection, user_id, now_ns)


def add_to_project(desk: Desk, by: Actor, project_id: str, user_id: str, role: ProjectRole) -> Standing:
    """A member of the organization gets a role in one of its projects.

    Raises:
        NotFound: they are no member of the organization.
        Conflict: they have a role in the project already.
        InvalidRequest: the project is archived.
    """
    with desk.act(by, "user.added", user_id, project_id) as act:
        require_open(act.connection, project_id)
        user = standing_of(act.connection, by.organization_id, user_id).user
        if act.connection.execute(_memberships.select().where(_within(project_id, user_id))).first() is not None:
            raise Conflict("They have a role in the project already: update it instead.", param="user_id")
        act.details["role"] = role
        now_ns = desk.clock.now_ns()
        row = {"user_id": user_id, "organization_id": by.organization_id, "project_id": project_id, "role": role}
        act.connection.execute(_memberships.insert(), {**row, "id": new_id("mbr"), "created_at": now_ns})
    return Standing(user, role, now_ns)


def change_project_role(desk: Desk, by: Actor, project_id: str, user_id: str, role: ProjectRole) -> Standing:
    """Another role in the project. Raises NotFound for whoever has none of their own there."""
    with desk.act(by, "user.updated", user_id, project_id) as act:
        require_open(act.connection, project_id)
        standing = _standing_within(act.connection, project_id, user_id)
        act.details["role"] = role
        act.connection.execute(_memberships.update().where(_within(project_id, user_id)), {"role": role})
    return Standing(standing.user, role, standing.added_at)


def remove_from_project(desk: Desk, by: Actor, project_id: str, user_id: str) -> None:
    """Take the role in the project away; what a group gives them stays. Raises as `change_project_role`."""
    with desk.act(by, "user.deleted", user_id, project_id) as act:
        _standing_within(act.connection, project_id, user_id)
        act.connection.execute(_memberships.delete().where(_within(project_id, user_id)))


def project_members(db: AppDb, project_id: str) -> list[Standing]:
    """Who has a role of their own in a project, the oldest first. Blocks for one read."""
    with db.read() as connection:
        query = _memberships.select().where(_memberships.c.project_id == project_id)
        rows = connection.execute(query.order_by(_memberships.c.created_at, _memberships.c.id)).all()
        return [Standing(_user(connection, row.user_id), row.role, row.created_at) for row in rows]


def project_member(db: AppDb, project_id: str, user_id: str) -> Standing:
    """One of them. Raises NotFound. Blocks for one read."""
    with db.read() as connection:
        return _standing_within(connection, project_id, user_id)


def standing_of(connection: Transaction, organization_id: str, user_id: str) -> Standing:
    """Somebody's place in an organization. Raises NotFound."""
    row = connection.execute(_memberships.select().where(_place(organization_id, user_id))).one_or_none()
    if row is None:
        raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
    return Standing(_user(connection, user_id), row.role, row.created_at)


def require_open(connection: Transaction, project_id: str) -> None:
    """Raise InvalidRequest when a project is archived."""
    row = connection.execute(tables.projects.select().where(tables.projects.c.id == project_id)).one()
    if row.archived_at is not None:
        raise InvalidRequest("The project is archived, and nothing of it changes any more.", param="project_id")


def _standing_within(connection: Transaction, project_id: str, user_id: str) -> Standing:
    row = connection.execute(_memberships.select().where(_within(project_id, user_id))).one_or_none()
    if row is None:
        raise NotFound(f"There is no user {user_id[:100]!r} in the project.", param="user_id")
    return Standing(_user(connection, user_id), row.role, row.created_at)


def _place(organization_id: str, user_id: str) -> Any:
    columns = _memberships.c
    return (columns.user_id == user_id) & (columns.organization_id == organization_id) & (columns.project_id.is_(None))


def _within(project_id: str, user_id: str) -> Any:
    return (_memberships.c.user_id == user_id) & (_memberships.c.project_id == project_id)


def _user(connection: Transaction, user_id: str) -> User:
    row = connection.execute(_users.select().where(_users.c.id == user_id)).one()
    return User(**row._asdict())


def keep_an_owner(connection: Transaction, organization_id: str, leaving: Standing) -> None:
    """Raise InvalidRequest when nobody but the one who leaves could act as owner."""
    if leaving.role != "owner":
        return
    columns = _memberships.c
    owners = _memberships.join(_users).select().where(
        columns.organization_id == organization_id, columns.project_id.is_(None), columns.role == "owner",
        columns.user_id != leaving.user.id, _users.c.disabled_at.is_(None),
    )  # fmt: skip
    if connection.execute(owners).first() is None:
        raise InvalidRequest(LAST_OWNER, param="user_id")


def _elsewhere(connection: Transaction, organization_id: str, user_id: str) -> bool:
    columns = _memberships.c
    others = _memberships.select().where(columns.user_id == user_id, columns.organization_id != organization_id)
    return connection.execute(others).first() is not None


def _leave_groups(connection: Transaction, organization_id: str, user_id: str) -> None:
    groups = tables.groups.select().where(tables.groups.c.organization_id == organization_id)
    ids = [row.id for row in connection.execute(groups)]
    rows = tables.group_members
    connection.execute(rows.delete().where(rows.c.user_id == user_id, rows.c.group_id.in_(ids)))


def _end_keys(connection: Transaction, organization_id: str, user_id: str, now_ns: int) -> None:
    projects = tables.projects.select().where(tables.projects.c.organization_id == organization_id)
    ids = [row.id for row in connection.execute(projects)]
    for keys, here in (
        (tables.api_keys, tables.api_keys.c.project_id.in_(ids)),
        (tables.admin_keys, tables.admin_keys.c.organization_id == organization_id),
    ):
        live = (keys.c.user_id == user_id) & keys.c.revoked_at.is_(None)
        connection.execute(keys.update().where(live & here), {"revoked_at": now_ns})


def _end_sessions(connection: Transaction, user_id: str, now_ns: int) -> None:
    sessions = tables.sessions
    live = (sessions.c.user_id == user_id) & sessions.c.revoked_at.is_(None)
    connection.execute(sessions.update().where(live), {"revoked_at": now_ns})
