"""Who belongs where, in memory: members, roles and groups, read whole from app.db and exchanged whole.

Every question of policy is answered from here, so that no request waits for the database. Whoever changes the tables
calls `People.load` afterwards. Knows no keys and no sign-in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor, ActorKind
from tokenry.access.directory import Organization, Project, User, first_organization, project_of
from tokenry.access.roles import (
    OF_ORGANIZATION,
    OF_PROJECT,
    OPERATOR_ONLY,
    OrganizationRole,
    Permission,
    Permissions,
    ProjectRole,
)
from tokenry.base.data_class import DataClass
from tokenry.storage import AppDb, Transaction

tables = storage.tables
GROUP_DEPTH_MAX = 16


@dataclass(frozen=True, slots=True)
class Group:
    """Some members of an organization, and what they may use.

    Args:
        parent_id: who is in this group is in that one too; None = it stands alone.
        models: the only models its members may use; None = all.
        data_class: the highest class of data its members may send; None = no bound.
        members: user id -> who put them there (`admin`, or the sign-in provider that says so).
        projects: project id -> its members' role there.
    """

    id: str
    organization_id: str
    parent_id: str | None
    name: str
    created_at: int
    models: frozenset[str] | None
    data_class: DataClass | None
    members: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, ProjectRole] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One person's place in one organization."""

    user: User
    organization_id: str
    role: OrganizationRole
    added_at: int
    projects: Mapping[str, ProjectRole] = field(default_factory=dict)  # by a membership of their own


@dataclass(frozen=True, slots=True)
class Roster:
    """All of it at one moment. `members` is by organization and user; `service_accounts` by id: (project, role)."""

    organizations: Mapping[str, Organization] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    members: Mapping[tuple[str, str], Member] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    service_accounts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    operator_id: str | None = None  # the organization that runs the installation: the one made at the first start

    def groups_of(self, user_id: str, organization_id: str) -> tuple[Group, ...]:
        """The groups somebody is in, with those around them; oldest first."""
        found = {one.id: one for chain in self.chains_of(user_id, organization_id) for one in chain}
        return tuple(sorted(found.values(), key=lambda group: (group.created_at, group.id)))

    def chains_of(self, user_id: str, organization_id: str) -> tuple[tuple[Group, ...], ...]:
        """One chain for each group somebody was put into: that group, then those around it, the nearest first."""
        return tuple(
            tuple(self._around(group))
            for group in self.groups.values()
            if group.organization_id == organization_id and user_id in group.members
        )

    def project_roles(self, user_id: str, organization_id: str) -> dict[str, ProjectRole]:
        """Their role in each project: of their own, or through a group; the stronger one counts."""
        member = self.members.get((organization_id, user_id))
        if member is None:
            return {}
        roles = dict(member.projects)
        for group in self.groups_of(user_id, organization_id):
            for project_id, role in group.projects.items():
                if roles.get(project_id) != "owner":
                    roles[project_id] = role
        return roles

    def organizations_of(self, user_id: str) -> tuple[str, ...]:
        """The organizations somebody is a member of, the oldest membership first."""
        mine = [member for (_, user), member in self.members.items() if user == user_id]
        return tuple(m.organization_id for m in sorted(mine, key=lambda m: (m.added_at, m.organization_id)))

    def _around(self, group: Group) -> Iterator[Group]:
        """The group and those it lies in. A loop cannot be made, and one that is found all the same ends here."""
        for _ in range(GROUP_DEPTH_MAX):
            yield group
            above = self.groups.get(group.parent_id or "")
            if above is None:
                return
            group = above


class People:
    """The roster of one app.db. `load` blocks for one read; everything else is memory."""

    def __init__(self, db: AppDb) -> None:
        self._db = db
        self._lock = threading.Lock()
        self.roster = Roster()

    def load(self) -> Roster:
        """Read everything again; again whenever a table that it shows was changed."""
        with self._lock, self._db.read() as connection:
            self.roster = read_roster(connection)
            return self.roster

    def actor(self, user_id: str, organization_id: str, kind: ActorKind, actor_id: str) -> Actor | None:
        """What a person may do in an organization, by any way they came in; None when they have no place there."""
        roster = self.roster
        member = roster.members.get((organization_id, user_id))
        if member is None or member.user.disabled_at is not None:
            return None
        everywhere = OF_ORGANIZATION[member.role]
        if organization_id != roster.operator_id:
            everywhere -= OPERATOR_ONLY
        within: dict[str, Permissions] = {
            project_id: OF_PROJECT[role]
            for project_id, role in roster.project_roles(user_id, organization_id).items()
            if project_id in roster.projects
        }
        return Actor(kind, actor_id, organization_id, user_id, everywhere, within)


def local_actor(organization_id: str) -> Actor:
    """Who works at the machine's own command line: the file's mode let them in, and they may do everything."""
    everything: frozenset[Permission] = OF_ORGANIZATION["owner"]
    return Actor("local", "local", organization_id, None, everything)


def read_roster(connection: Transaction) -> Roster:
    """Everybody and everything, as the tables stand in this transaction."""

    def rows(table: Any) -> list[dict[str, Any]]:
        return [row._asdict() for row in connection.execute(table.select())]

    users = {row["id"]: User(**row) for row in rows(tables.users)}
    projects = {row["id"]: project_of(row) for row in rows(tables.projects)}
    return Roster(
        organizations={row["id"]: Organization(**row) for row in rows(tables.organizations)},
        projects=projects,
        users=users,
        members=_members(rows(tables.memberships), users),
        groups=_groups(rows(tables.groups), rows(tables.group_members), rows(tables.group_projects)),
        service_accounts={
            row["id"]: (row["project_id"], row["role"])
            for row in rows(tables.service_accounts)
            if row["deleted_at"] is None
        },
        operator_id=first_organization(connection),
    )


def _members(rows: list[dict[str, Any]], users: dict[str, User]) -> dict[tuple[str, str], Member]:
    within: dict[tuple[str, str], dict[str, ProjectRole]] = {}
    for row in rows:
        if row["project_id"] is not None:
            within.setdefault((row["organization_id"], row["user_id"]), {})[row["project_id"]] = row["role"]
    members: dict[tuple[str, str], Member] = {}
    for row in rows:
        place = (row["organization_id"], row["user_id"])
        if row["project_id"] is None:
            user = users[row["user_id"]]
            members[place] = Member(user, place[0], row["role"], row["created_at"], within.get(place, {}))
    return members


def _groups(
    rows: list[dict[str, Any]], members: list[dict[str, Any]], projects: list[dict[str, Any]]
) -> dict[str, Group]:
    inside: dict[str, dict[str, str]] = {}
    for row in members:
        inside.setdefault(row["group_id"], {})[row["user_id"]] = row["source"]
    reach: dict[str, dict[str, ProjectRole]] = {}
    for row in projects:
        reach.setdefault(row["group_id"], {})[row["project_id"]] = row["role"]
    return {
        row["id"]: Group(
            id=row["id"],
            organization_id=row["organization_id"],
            parent_id=row["parent_id"],
            name=row["name"],
            created_at=row["created_at"],
            models=None if row["models"] is None else frozenset(row["models"]),
            data_class=row["data_class"],
            members=inside.get(row["id"], {}),
            projects=reach.get(row["id"], {}),
        )
        for row in rows
    }
