"""Organizations, projects, users: made once, found by id or name, told apart."""

from __future__ import annotations

import pytest

from tokenry import storage
from tokenry.access import Directory
from tokenry.base.clock import ManualClock
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import is_id, new_id
from tokenry.storage import AppDb


def test_the_first_start_makes_an_owner_an_organization_and_a_project(directory: Directory, db: AppDb) -> None:
    first = directory.ensure_first()
    assert (first.user.name, first.organization.name, first.project.name) == ("owner", "default", "default")
    assert first.project.organization_id == first.organization.id
    assert is_id(first.user.id, "user")
    assert is_id(first.organization.id, "org")
    assert is_id(first.project.id, "proj")
    with db.read() as connection:
        membership = connection.execute(storage.tables.memberships.select()).one()
    assert (membership.user_id, membership.organization_id, membership.project_id, membership.role) == (
        first.user.id,
        first.organization.id,
        None,
        "owner",
    )


def test_later_starts_find_them_again(directory: Directory, db: AppDb, clock: ManualClock) -> None:
    first = directory.ensure_first()
    clock.advance(s=5)
    assert directory.ensure_first() == first
    assert Directory(db, clock).ensure_first() == first
    assert directory.organizations() == (first.organization,)
    assert directory.projects() == (first.project,)
    assert directory.users() == (first.user,)


def test_a_renamed_default_is_still_the_first(directory: Directory, db: AppDb) -> None:
    first = directory.ensure_first()
    with db.write() as connection:
        connection.execute(storage.tables.organizations.update(), {"name": "Uni Ulm"})
        connection.execute(storage.tables.projects.update(), {"name": "lab"})
    again = directory.ensure_first()
    assert (again.organization.id, again.organization.name) == (first.organization.id, "Uni Ulm")
    assert (again.project.id, again.project.name) == (first.project.id, "lab")
    assert len(directory.organizations()) == len(directory.projects()) == 1


def test_things_are_found_by_id_and_by_name(directory: Directory) -> None:
    first = directory.ensure_first()
    assert directory.organization(first.organization.id) == directory.organization("default") == first.organization
    assert directory.project(first.project.id) == directory.project("default") == first.project
    assert directory.user(first.user.id) == directory.user("owner") == first.user


@pytest.mark.parametrize(
    "ref",
    ["", "nobody", "Default", "x" * 100_000, "'; drop table users; --", "\ud800"],
)
def test_what_is_not_there_is_not_found(directory: Directory, ref: str) -> None:
    directory.ensure_first()
    for find in (directory.organization, directory.project, directory.user):
        with pytest.raises(NotFound) as caught:
            find(ref)
        assert len(caught.value.message) < 500


def test_projects_are_made_and_listed_oldest_first(directory: Directory, clock: ManualClock) -> None:
    first = directory.ensure_first()
    clock.advance(s=1)
    chem = directory.create_project(first.organization.id, "  chem ")
    assert chem.name == "chem"
    assert directory.project("chem") == chem
    assert directory.projects(first.organization.id) == (first.project, chem)
    assert directory.projects(new_id("org")) == ()


def test_a_project_is_refused_in_words(directory: Directory) -> None:
    first = directory.ensure_first()
    with pytest.raises(Conflict, match="'default' already"):
        directory.create_project(first.organization.id, "default")
    with pytest.raises(NotFound, match="no organization"):
        directory.create_project(new_id("org"), "chem")
    for bad in ("", "   ", "a\nb", "x" * 101):
        with pytest.raises(InvalidRequest, match="1 to 100"):
            directory.create_project(first.organization.id, bad)
    assert directory.projects() == (first.project,)


def test_another_organizations_project_is_not_there(directory: Directory, db: AppDb) -> None:
    first = directory.ensure_first()
    with db.write() as connection:
        connection.execute(storage.tables.organizations.insert(), {"id": "org_b", "name": "b", "created_at": 1})
    theirs = directory.create_project("org_b", "default")
    assert directory.project("default", "org_b") == theirs
    assert directory.project("default", first.organization.id) == first.project
    with pytest.raises(NotFound):
        directory.project(theirs.id, first.organization.id)
    with pytest.raises(Conflict, match="2 projects") as caught:
        directory.project("default")
    assert theirs.id in caught.value.message


def test_two_people_of_one_name_are_told_apart(directory: Directory, db: AppDb) -> None:
    with db.write() as connection:
        for n in (1, 2):
            row = {"id": f"user_{n}", "name": "Kim", "email": f"kim{n}@example.org", "created_at": n}
            connection.execute(storage.tables.users.insert(), row)
    assert directory.user("kim2@example.org").id == "user_2"
    assert directory.user("user_1").email == "kim1@example.org"
    with pytest.raises(Conflict, match="user_1, user_2"):
        directory.user("Kim")
