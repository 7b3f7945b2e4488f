"""Acts on people: owners stay, who leaves takes nothing along, and every act is in the log in its own transaction."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.access.town import Town
from tokenry.access import (
    InvalidApiKey,
    NewKey,
    PermissionDenied,
    add_to_group,
    add_to_project,
    archive_project,
    change_project_role,
    change_role,
    create_group,
    open_project,
    project_members,
    remove_from_group,
    remove_from_project,
    remove_member,
    set_disabled,
)
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.storage import tables


def test_the_last_owner_stays(town: Town) -> None:
    for act in (
        lambda: change_role(town.desk, town.local, town.owner, "admin"),
        lambda: set_disabled(town.desk, town.local, town.owner, disabled=True),
        lambda: remove_member(town.desk, town.local, town.owner),
    ):
        with pytest.raises(InvalidRequest, match="make somebody else an owner first"):
            act()
    assert town.log() == []
    second = town.member("owner")
    change_role(town.desk, town.local, town.owner, "member")
    with pytest.raises(InvalidRequest):
        remove_member(town.desk, town.local, second)


def test_an_owner_who_is_disabled_does_not_count(town: Town) -> None:
    second = town.member("owner")
    set_disabled(town.desk, town.local, second, disabled=True)
    with pytest.raises(InvalidRequest):
        change_role(town.desk, town.local, town.owner, "member")
    set_disabled(town.desk, town.local, second, disabled=False)
    assert change_role(town.desk, town.local, town.owner, "member").role == "member"


def test_two_owners_who_demote_each_other_at_once_leave_one(town: Town) -> None:
    second = town.member("owner")
    start, refused = threading.Barrier(2), []

    def demote(user: str) -> None:
        start.wait()
        try:
            change_role(town.desk, town.local, user, "member")
        except InvalidRequest as error:
            refused.append(error)

    threads = [threading.Thread(target=demote, args=(user,)) for user in (town.owner, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_only_owners_make_and_unmake_owners(town: Town) -> None:
    admin, second, somebody = town.actor(town.member("admin")), town.member("owner"), town.member("member")
    for act in (
        lambda: change_role(town.desk, admin, somebody, "owner"),
        lambda: change_role(town.desk, admin, second, "member"),
        lambda: set_disabled(town.desk, admin, second, disabled=True),
        lambda: remove_member(town.desk, admin, second),
    ):
        with pytest.raises(PermissionDenied, match=r"owners\.write"):
            act()
    assert change_role(town.desk, admin, somebody, "auditor").role == "auditor"


def test_who_is_removed_takes_nothing_along(town: Town) -> None:
    somebody = town.member("member")
    add_to_project(town.desk, town.local, town.project, somebody, "owner")
    group = create_group(town.desk, town.local, "g").id
    add_to_group(town.desk, town.local, group, somebody)
    secret = town.keys.create(NewKey(name="theirs", project_id=town.project, user_id=somebody))[1]
    admin_secret = town.admin_keys.create(town.local, somebody, "theirs")[1]
    town.session(somebody)
    remove_member(town.desk, town.local, somebody)
    town.load()
    with pytest.raises(InvalidApiKey, match="revoked"):
        town.keys.authenticate(b"Bearer " + secret.encode())
    with pytest.raises(InvalidApiKey, match="revoked"):
        town.admin_keys.authenticate(admin_secret.encode())
    assert town.people.roster.groups[group].members == {}
    assert project_members(town.desk.db, town.project) == []
    assert town.live_sessions(somebody) == 0
    assert somebody in town.people.roster.users
    assert town.log()[-1] == ("user.deleted", somebody, {})


def test_who_is_elsewhere_too_keeps_their_sessions_and_cannot_be_disabled_from_here(town: Town) -> None:
    somebody = town.member("member")
    town.elsewhere(somebody)
    town.session(somebody)
    with pytest.raises(InvalidRequest, match="another organization too"):
        set_disabled(town.desk, town.local, somebody, disabled=True)
    remove_member(town.desk, town.local, somebody)
    assert town.live_sessions(somebody) == 1
    assert town.load().organizations_of(somebody) == ("org_elsewhere",)


def test_who_was_disabled_before_they_joined_another_organization_can_be_let_in_again(town: Town) -> None:
    somebody = town.member("member")
    set_disabled(town.desk, town.local, somebody, disabled=True)
    town.elsewhere(somebody)
    assert set_disabled(town.desk, town.local, somebody, disabled=False).user.disabled_at is None


def test_who_is_disabled_is_shut_out_and_can_come_back(town: Town) -> None:
    somebody = town.member("admin")
    secret = town.admin_keys.create(town.local, somebody, "theirs")[1]
    town.session(somebody)
    set_disabled(town.desk, town.local, somebody, disabled=True)
    town.load()
    assert town.live_sessions(somebody) == 0
    with pytest.raises(InvalidApiKey, match="has left or is disabled"):
        town.admin_keys.authenticate(secret.encode())
    set_disabled(town.desk, town.local, somebody, disabled=False)
    town.load()
    assert town.admin_keys.authenticate(secret.encode()).user_id == somebody
    assert town.live_sessions(somebody) == 0


def test_a_key_in_a_project_goes_with_the_way_into_it(town: Town) -> None:
    """By a role of one's own, and by a group: gone when the last way is, back when one is back."""
    somebody, group = town.member("member"), create_group(town.desk, town.local, "g").id
    add_to_project(town.desk, town.local, town.project, somebody, "member")
    header = b"Bearer " + town.keys.create(
        NewKey(name="theirs", project_id=town.project, user_id=somebody)
    )[1].encode()  # fmt: skip
    add_to_group(town.desk, town.local, group, somebody)
    open_project(town.desk, town.local, town.project, group, "member")
    remove_from_project(town.desk, town.local, town.project, somebody)
    town.load()
    assert town.keys.authenticate(header).user_id == somebody
    remove_from_group(town.desk, town.local, group, somebody)
    town.load()
    with pytest.raises(InvalidApiKey, match="left the project"):
        town.keys.authenticate(header)
    add_to_group(town.desk, town.local, group, somebody)
    town.load()
    assert town.keys.authenticate(header).user_id == somebody


def test_places_in_a_project(town: Town) -> None:
    somebody = town.member("member")
    with pytest.raises(NotFound):
        change_project_role(town.desk, town.local, town.project, somebody, "owner")
    add_to_project(town.desk, town.local, town.project, somebody, "member")
    with pytest.raises(Conflict, match="update it instead"):
        add_to_project(town.desk, town.local, town.project, somebody, "owner")
    assert change_project_role(town.desk, town.local, town.project, somebody, "owner").role == "owner"
    remove_from_project(town.desk, town.local, town.project, somebody)
    with pytest.raises(NotFound):
        remove_from_project(town.desk, town.local, town.project, somebody)
    kinds: list[Any] = [(kind, details) for kind, _, details in town.log()]
    assert kinds == [("user.added", {"role": "member"}), ("user.updated", {"role": "owner"}), ("user.deleted", {})]


@pytest.mark.parametrize("act", [lambda t, u: change_role(t.desk, t.local, u, "admin"),
                                 lambda t, u: remove_member(t.desk, t.local, u),
                                 lambda t, u: set_disabled(t.desk, t.local, u, disabled=True),
                                 lambda t, u: add_to_project(t.desk, t.local, t.project, u, "member")])  # fmt: skip
def test_nobody_of_elsewhere_is_found(town: Town, act: Any) -> None:
    stranger = town.user()
    town.elsewhere(stranger)
    with pytest.raises(NotFound):
        act(town, stranger)
    assert town.log() == []
    with town.desk.db.read() as connection:
        assert connection.execute(tables.users.select().where(tables.users.c.id == stranger)).one().disabled_at is None


def test_an_archived_project_takes_nobody(town: Town) -> None:
    somebody, group = town.member("member"), create_group(town.desk, town.local, "g").id
    add_to_project(town.desk, town.local, town.project, somebody, "member")
    archive_project(town.desk, town.local, town.project)
    for act in (
        lambda: add_to_project(town.desk, town.local, town.project, town.owner, "member"),
        lambda: change_project_role(town.desk, town.local, town.project, somebody, "owner"),
        lambda: open_project(town.desk, town.local, town.project, group, "member"),
    ):
        with pytest.raises(InvalidRequest, match="archived"):
            act()
    remove_from_project(town.desk, town.local, town.project, somebody)
