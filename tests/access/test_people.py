"""The roster: roles of one's own and through groups, groups in groups, and who is nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tokenry.access import People
from tokenry.access.people import GROUP_DEPTH_MAX
from tokenry.storage import AppDb, tables


class Town:
    """An app.db and short ways to put people into it."""

    def __init__(self, db: AppDb) -> None:
        self.db = db
        self.people = People(db)
        for name in ("org_1", "org_2"):
            self.put(tables.organizations, id=name, name=name)
        for name, organization in (("proj_1", "org_1"), ("proj_2", "org_1"), ("proj_3", "org_2")):
            self.put(tables.projects, id=name, name=name, organization_id=organization)
        for name in ("user_1", "user_2"):
            self.put(tables.users, id=name, name=name)

    def put(self, table: Any, **row: Any) -> None:
        with self.db.write() as connection:
            connection.execute(table.insert(), {"created_at": 1, **row})

    def role(self, user: str, role: str, organization: str = "org_1", project: str | None = None) -> None:
        place = {"organization_id": organization, "project_id": project}
        self.put(tables.memberships, id=f"mbr_{user}_{organization}_{project}", user_id=user, role=role, **place)

    def group(self, name: str, *members: str, parent: str | None = None, **projects: str) -> None:
        self.put(tables.groups, id=name, name=name, organization_id="org_1", parent_id=parent)
        for member in members:
            self.put(tables.group_members, group_id=name, user_id=member, source="admin")
        for project, role in projects.items():
            self.put(tables.group_projects, group_id=name, project_id=project, role=role)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    db = AppDb.open(tmp_path / "app.db")
    yield Town(db)
    db.close()


def roles(town: Town, user: str) -> dict[str, str]:
    return dict(town.people.load().project_roles(user, "org_1"))


def test_a_membership_of_ones_own(town: Town) -> None:
    town.role("user_1", "member")
    town.role("user_1", "owner", project="proj_1")
    assert roles(town, "user_1") == {"proj_1": "owner"}
    actor = town.people.actor("user_1", "org_1", "session", "user_1")
    assert actor is not None
    assert actor.may("keys.write", "proj_1")
    assert not actor.sees("proj_2")


def test_a_group_opens_projects_to_its_members_and_the_stronger_role_counts(town: Town) -> None:
    town.role("user_1", "member")
    town.role("user_1", "owner", project="proj_1")
    town.role("user_2", "member")
    town.group("group_a", "user_1", "user_2", proj_1="member", proj_2="member")
    town.group("group_b", "user_2", proj_2="owner")
    assert roles(town, "user_1") == {"proj_1": "owner", "proj_2": "member"}
    assert roles(town, "user_2") == {"proj_1": "member", "proj_2": "owner"}


def test_who_is_in_a_group_is_in_those_around_it(town: Town) -> None:
    town.role("user_1", "member")
    town.group("group_outer", proj_1="member")
    town.group("group_inner", "user_1", parent="group_outer")
    found = town.people.load().groups_of("user_1", "org_1")
    assert [group.id for group in found] == ["group_inner", "group_outer"]
    assert roles(town, "user_1") == {"proj_1": "member"}


def test_a_loop_that_a_hand_made_in_the_file_ends(town: Town) -> None:
    town.role("user_1", "member")
    town.group("group_a")
    town.group("group_b", "user_1", parent="group_a")
    with town.db.write() as connection:
        connection.execute(tables.groups.update().where(tables.groups.c.id == "group_a"), {"parent_id": "group_b"})
    found = town.people.load().groups_of("user_1", "org_1")
    assert {group.id for group in found} == {"group_a", "group_b"}


def test_depth_has_an_end(town: Town) -> None:
    town.role("user_1", "member")
    town.group("group_0")
    for n in range(1, GROUP_DEPTH_MAX + 4):
        members = ("user_1",) if n == GROUP_DEPTH_MAX + 3 else ()
        town.group(f"group_{n}", *members, parent=f"group_{n - 1}")
    assert len(town.people.load().groups_of("user_1", "org_1")) == GROUP_DEPTH_MAX


def test_who_has_no_place_in_an_organization_is_nobody_there(town: Town) -> None:
    town.role("user_1", "owner", organization="org_2")
    town.group("group_a", "user_1", proj_1="owner")
    assert roles(town, "user_1") == {}
    assert town.people.actor("user_1", "org_1", "session", "user_1") is None
    assert town.people.roster.organizations_of("user_1") == ("org_2",)


def test_who_is_disabled_is_nobody(town: Town) -> None:
    town.role("user_1", "owner")
    with town.db.write() as connection:
        connection.execute(tables.users.update().where(tables.users.c.id == "user_1"), {"disabled_at": 5})
    town.people.load()
    assert town.people.actor("user_1", "org_1", "session", "user_1") is None


def test_the_oldest_membership_comes_first(town: Town) -> None:
    town.put(tables.memberships, id="m1", user_id="user_1", organization_id="org_1", role="member", created_at=9)
    town.put(tables.memberships, id="m2", user_id="user_1", organization_id="org_2", role="member", created_at=3)
    assert town.people.load().organizations_of("user_1") == ("org_2", "org_1")
