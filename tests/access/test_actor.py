"""What roles permit: the two tables as such, and how an actor answers from them."""

from __future__ import annotations

from typing import get_args

import pytest

from tokenry.access import ORGANIZATION_ROLES, PROJECT_ROLES, Actor, Permission, PermissionDenied, local_actor
from tokenry.access.roles import OF_ORGANIZATION, OF_PROJECT, is_organization_role, is_project_role
from tokenry.base.errors import NotFound

EVERY = set(get_args(Permission))


def actor(role: str, **within: str) -> Actor:
    """Somebody with a role in the organization and others in its projects."""
    places = {project: OF_PROJECT[name] for project, name in within.items()}  # type: ignore[index] # roles by name
    return Actor("session", "user_1", "org_1", "user_1", OF_ORGANIZATION[role], places)  # type: ignore[index] # as above


def test_an_owner_may_everything_and_so_does_the_machines_own_command_line() -> None:
    assert OF_ORGANIZATION["owner"] == EVERY
    assert local_actor("org_1").everywhere == EVERY


def test_an_admin_makes_no_owners_and_no_keys_that_stand_for_one() -> None:
    assert EVERY - OF_ORGANIZATION["admin"] == {"owners.write", "admin_keys.write"}


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    assert OF_ORGANIZATION["auditor"] == {permission for permission in EVERY if permission.endswith(".read")}


def test_a_member_sees_the_organization_and_nothing_in_it_by_that() -> None:
    assert OF_ORGANIZATION["member"] == {"organization.read"}


def test_a_role_in_a_project_never_reaches_what_is_the_whole_organizations() -> None:
    for role in PROJECT_ROLES:
        assert not OF_PROJECT[role] & {"organization.write", "owners.write", "admin_keys.write", "audit.read"}
    assert OF_PROJECT["member"] < OF_PROJECT["owner"]


def test_words_are_told_apart() -> None:
    assert all(map(is_organization_role, ORGANIZATION_ROLES))
    assert all(map(is_project_role, PROJECT_ROLES))
    assert not is_organization_role("reader")
    assert not is_project_role("admin")


class TestActor:
    def test_a_role_in_one_project_counts_there_alone(self) -> None:
        somebody = actor("member", proj_1="owner", proj_2="member")
        assert somebody.may("keys.write", "proj_1")
        assert not somebody.may("keys.write", "proj_2")
        assert not somebody.may("keys.write", "proj_3")
        assert not somebody.may("keys.write")
        assert somebody.projects == {"proj_1", "proj_2"}

    def test_a_role_in_the_organization_counts_in_every_project(self) -> None:
        somebody = actor("admin")
        assert somebody.may("keys.write", "proj_9")
        assert somebody.projects is None

    def test_what_is_not_seen_does_not_exist_and_what_is_seen_is_refused(self) -> None:
        somebody = actor("member", proj_1="member")
        with pytest.raises(NotFound):
            somebody.require("keys.write", "proj_2")
        with pytest.raises(PermissionDenied, match=r"keys\.write") as refused:
            somebody.require("keys.write", "proj_1")
        assert refused.value.status == 403
        with pytest.raises(PermissionDenied):
            somebody.require("audit.read")
        somebody.require("projects.read", "proj_1")
