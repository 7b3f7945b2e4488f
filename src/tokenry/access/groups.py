"""Administrative acts on groups: made, changed, removed; who is in them, and which projects they open.

A group may lie in another, up to GROUP_DEPTH_MAX of them and never in itself. Each act is audited in its own
transaction. What a group's members may use (models, classes of data) is set elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import checked_name
from tokenry.access.members import Standing, require_open, standing_of
from tokenry.access.people import GROUP_DEPTH_MAX, Group
from tokenry.access.roles import ProjectRole
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

tables = storage.tables
GROUPS_MAX = 1000  # of one organization
_groups, _members, _reach = tables.groups, tables.group_members, tables.group_projects


@dataclass(frozen=True, slots=True)
class Opened:
    """A project that a group opens to its members. `since` is nanoseconds since the epoch."""

    group_id: str
    group_name: str
    project_id: str
    role: ProjectRole
    since: int


def create_group(desk: Desk, by: Actor, name: str, parent_id: str | None = None) -> Group:
    """A new, empty group.

    Raises:
        InvalidRequest: the name cannot be, or the group would lie too deep.
        Conflict: the name is taken.
        NotFound: there is no such parent.
    """
    now_ns = desk.clock.now_ns()
    group = Group(
        new_id("group", at_ns=now_ns), by.organization_id, parent_id, checked_name(name), now_ns, None, None
    )  # fmt: skip
    with desk.act(by, "group.created", group.id) as act:
        _check(act.connection, group)
        columns = ("id", "organization_id", "parent_id", "name", "created_at")
        act.connection.execute(_groups.insert(), {column: getattr(group, column) for column in columns})
    return group


def update_group(desk: Desk, by: Actor, group: Group, name: str, parent_id: str | None) -> Group:
    """Another name, another place. Raises as `create_group`, and InvalidRequest when it would lie in itself."""
    changed = replace(group, name=checked_name(name), parent_id=parent_id)
    with desk.act(by, "group.updated", group.id) as act:
        _mine(act.connection, by, group.id)
        _check(act.connection, changed)
        if parent_id != group.parent_id:
            act.details["parent_id"] = parent_id
        new = {"name": changed.name, "parent_id": parent_id}
        act.connection.execute(_groups.update().where(_groups.c.id == group.id), new)
    return changed


def delete_group(desk: Desk, by: Actor, group_id: str) -> None:
    """Remove a group; those in it lie in what it lay in, and its members lose what it alone gave. Raises NotFound."""
    with desk.act(by, "group.deleted", group_id) as act:
        row = _mine(act.connection, by, group_id)
        act.connection.execute(_groups.update().where(_groups.c.parent_id == group_id), {"parent_id": row.parent_id})
        for table in (_members, _reach):
            act.connection.execute(table.delete().where(table.c.group_id == group_id))
        act.connection.execute(_groups.delete().where(_groups.c.id == group_id))


def add_to_group(desk: Desk, by: Actor, group_id: str, user_id: str) -> Standing:
    """Put a member of the organization into a group. Raises NotFound for either, Conflict when they are in it."""
    with desk.act(by, "group.updated", group_id) as act:
        _mine(act.connection, by, group_id)
        standing = standing_of(act.connection, by.organization_id, user_id)
        row = {"group_id": group_id, "user_id": user_id}
        if act.connection.execute(_members.select().filter_by(**row)).first() is not None:
            raise Conflict("They are in the group already.", param="user_id")
        act.details["user_added"] = user_id
        act.connection.execute(_members.insert(), {**row, "source": "admin", "created_at": desk.clock.now_ns()})
    return standing


def remove_from_group(desk: Desk, by: Actor, group_id: str, user_id: str) -> None:
    """Take somebody out of a group. Raises NotFound; what a sign-in provider says is said again at the next sign-in."""
    with desk.act(by, "group.updated", group_id) as act:
        _mine(act.connection, by, group_id)
        row = (_members.c.group_id == group_id) & (_members.c.user_id == user_id)
        act.details["user_removed"] = user_id
        if not act.connection.execute(_members.delete().where(row)).rowcount:
            raise NotFound(f"There is no user {user_id[:100]!r} in the group.", param="user_id")


def open_project(desk: Desk, by: Actor, project_id: str, group_id: str, role: ProjectRole) -> Opened:
    """Give a group's members a role in a project. Raises NotFound, and Conflict when they have one."""
    with desk.act(by, "group.updated", group_id, project_id) as act:
        require_open(act.connection, project_id)
        group = _mine(act.connection, by, group_id)
        row = {"group_id": group_id, "project_id": project_id}
        if act.connection.execute(_reach.select().filter_by(**row)).first() is not None:
            raise Conflict("The group has a role in the project already: remove it first.", param="group_id")
        now_ns = desk.clock.now_ns()
        act.details["role"] = role
        act.connection.execute(_reach.insert(), {**row, "role": role, "created_at": now_ns})
    return Opened(group_id, group.name, project_id, role, now_ns)


def close_project(desk: Desk, by: Actor, project_id: str, group_id: str) -> None:
    """Take a group's role in a project away. Raises NotFound."""
    with desk.act(by, "group.updated", group_id, project_id) as act:
        _mine(act.connection, by, group_id)
        row = (_reach.c.group_id == group_id) & (_reach.c.project_id == project_id)
        act.details["role"] = None
        if not act.connection.execute(_reach.delete().where(row)).rowcount:
            raise NotFound(f"There is no group {group_id[:100]!r} in the project.", param="group_id")


def groups_of_project(db: AppDb, project_id: str) -> list[Opened]:
    """The groups that a project is open to, the longest there first. Blocks for one read."""
    with db.read() as connection:
        names = {row.id: row.name for row in connection.execute(_groups.select())}
        query = _reach.select().where(_reach.c.project_id == project_id)
        rows = connection.execute(query.order_by(_reach.c.created_at, _reach.c.group_id)).all()
    return [Opened(row.group_id, names[row.group_id], project_id, row.role, row.created_at) for row in rows]


def why_no_parent(parents: Mapping[str, str | None], group_id: str, parent_id: str) -> str | None:
    """Why a group cannot lie in another; None when it can. Pure.

    Args:
        parents: what every group of the organization lies in now.
    """
    above, depth = parent_id, 1
    while True:
        if above == group_id:
            return "A group cannot lie in itself, nor in one that lies in it."
        depth += 1
        following = parents.get(above)
        if following is None or depth > GROUP_DEPTH_MAX:
            break
        above = following
    if depth + _height(parents, group_id) > GROUP_DEPTH_MAX:
        return f"Groups lie in each other at most {GROUP_DEPTH_MAX} deep."
    return None


def _height(parents: Mapping[str, str | None], group_id: str) -> int:
    """How many levels of groups lie below one."""
    level, height = {group_id}, 0
    while height <= GROUP_DEPTH_MAX:
        level = {child for child, parent in parents.items() if parent in level}
        if not level:
            break
        height += 1
    return height


def _mine(connection: Transaction, by: Actor, group_id: str) -> Group:
    query = _groups.select().where(_groups.c.id == group_id, _groups.c.organization_id == by.organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no group {group_id[:100]!r}.", param="group_id")
    return Group(**row._asdict())


def _check(connection: Transaction, group: Group) -> None:
    """Raise unless the group can be called so and lie there."""
    rows = connection.execute(_groups.select().where(_groups.c.organization_id == group.organization_id)).all()
    if len(rows) >= GROUPS_MAX and all(row.id != group.id for row in rows):
        raise InvalidRequest(f"There are {GROUPS_MAX} groups, which is all an organization may have: delete some.")
    if any(row.name == group.name and row.id != group.id for row in rows):
        raise Conflict(f"There is a group called {group.name!r} already.", param="name")
    if group.parent_id is None:
        return
    parents = {row.id: row.parent_id for row in rows}
    if group.parent_id not in parents:
        raise NotFound(f"There is no group {group.parent_id[:100]!r}.", param="parent_id")
    why = why_no_parent(parents, group.id, group.parent_id)
    if why is not None:
        raise InvalidRequest(why, param="parent_id")
