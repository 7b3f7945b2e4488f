"""Invites: for one address, once, for a week; whatever else is refused in words."""

from __future__ import annotations

import threading

import pytest

from tests.access.town import Town
from tokenry.access import (
    Invite,
    PermissionDenied,
    accept_invite,
    archive_project,
    change_role,
    checked_email,
    create_invite,
    create_project,
    delete_invite,
    find_invite,
    get_invite,
    list_invites,
    remove_member,
)
from tokenry.access.invites import LIFE_NS
from tokenry.base.errors import Conflict, InvalidRequest, NotFound

EMAIL = "new@example.org"


def invited(town: Town, email: str = EMAIL) -> tuple[Invite, str]:
    return create_invite(town.desk, town.local, email, "auditor", {town.project: "member"})


def test_who_accepts_is_what_the_invite_says(town: Town) -> None:
    invite, token = invited(town, "  New@Example.ORG ")
    assert (invite.email, invite.state(town.clock.now_ns())) == (EMAIL, "pending")
    assert find_invite(town.desk, token) == invite
    somebody = town.user("NEW@example.org")
    accept_invite(town.desk, token, somebody)
    member = town.load().members[town.organization, somebody]
    assert (member.role, dict(member.projects)) == ("auditor", {town.project: "member"})
    assert get_invite(town.desk.db, town.organization, invite.id).state(town.clock.now_ns()) == "accepted"
    assert [(kind, what) for kind, what, _ in town.log()] == [
        ("invite.sent", invite.id), ("invite.accepted", invite.id), ("user.added", somebody),
    ]  # fmt: skip
    assert EMAIL not in str(town.log())
    assert token not in str(town.log())


def test_an_invite_opens_once(town: Town) -> None:
    _, token = invited(town)
    people, refused = [town.user(), town.user()], []
    start = threading.Barrier(2)

    def accept(user: str) -> None:
        start.wait()
        try:
            accept_invite(town.desk, token, user)
        except InvalidRequest as error:
            refused.append(error.message)

    threads = [threading.Thread(target=accept, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "was used" in refused[0]
    roster = town.load()
    assert sum((town.organization, user) in roster.members for user in people) == 1


def test_an_invite_that_cannot_be_accepted_says_why(town: Town) -> None:
    somebody = town.user(EMAIL)
    invite, token = invited(town)
    with pytest.raises(InvalidRequest, match="another e-mail address"):
        accept_invite(town.desk, token, town.user("other@example.org"))
    for broken in ("", "x" * 10_000, token[:-1], token + "x", "\ud800"):
        with pytest.raises(NotFound, match="no such invite"):
            accept_invite(town.desk, broken, somebody)
    town.clock.advance(ns=LIFE_NS)
    for act in (lambda: find_invite(town.desk, token), lambda: accept_invite(town.desk, token, somebody)):
        with pytest.raises(InvalidRequest, match="expired"):
            act()
    assert invite.state(town.clock.now_ns()) == "expired"
    again, fresh = invited(town)
    delete_invite(town.desk, town.local, again.id)
    with pytest.raises(NotFound, match="taken back"):
        accept_invite(town.desk, fresh, somebody)
    assert (town.organization, somebody) not in town.load().members


def test_what_was_accepted_cannot_be_taken_back(town: Town) -> None:
    invite, token = invited(town)
    accept_invite(town.desk, token, town.user(EMAIL))
    with pytest.raises(InvalidRequest, match="remove the user instead"):
        delete_invite(town.desk, town.local, invite.id)
    assert [one.id for one in list_invites(town.desk.db, town.organization)] == [invite.id]


def test_what_changed_in_the_meantime_counts(town: Town) -> None:
    project = create_project(town.desk, town.local, "passing")
    _, token = create_invite(
        town.desk, town.local, EMAIL, "admin", {project.id: "owner", town.project: "member"}
    )  # fmt: skip
    archive_project(town.desk, town.local, project.id)
    somebody = town.member("member", EMAIL)
    accept_invite(town.desk, token, somebody)
    member = town.load().members[town.organization, somebody]
    assert (member.role, dict(member.projects)) == ("member", {town.project: "member"})


def test_who_is_not_invited_twice(town: Town) -> None:
    invited(town)
    with pytest.raises(Conflict, match="waits for them already"):
        invited(town)
    town.clock.advance(ns=LIFE_NS)
    invited(town)
    town.member("member", "Old_One@example.org")
    with pytest.raises(Conflict, match="a member of the organization already"):
        invited(town, "old_one@EXAMPLE.org")
    invited(town, "oldXone@example.org")


def test_only_owners_invite_owners_or_take_that_back(town: Town) -> None:
    admin = town.actor(town.member("admin"))
    with pytest.raises(PermissionDenied):
        create_invite(town.desk, admin, EMAIL, "owner", {})
    made, _ = create_invite(town.desk, town.local, EMAIL, "owner", {})
    with pytest.raises(PermissionDenied):
        delete_invite(town.desk, admin, made.id)


def test_an_invite_does_not_outlive_the_power_that_made_it(town: Town) -> None:
    boss, admin = town.member("owner"), town.member("admin")
    _, of_boss = create_invite(town.desk, town.actor(boss), EMAIL, "owner", {})
    _, of_admin = create_invite(town.desk, town.actor(admin), "other@example.org", "member", {})
    change_role(town.desk, town.local, boss, "admin")
    with pytest.raises(InvalidRequest, match="may not invite you any more"):
        accept_invite(town.desk, of_boss, town.user(EMAIL))
    change_role(town.desk, town.local, boss, "owner")
    accept_invite(town.desk, of_boss, town.user())
    remove_member(town.desk, town.local, admin)
    with pytest.raises(InvalidRequest, match="may not invite you any more"):
        accept_invite(town.desk, of_admin, town.user("other@example.org"))


@pytest.mark.parametrize("project", ["proj_nowhere", "proj_elsewhere"])
def test_projects_of_others_do_not_exist(town: Town, project: str) -> None:
    town.elsewhere(town.user())
    with pytest.raises(NotFound):
        create_invite(town.desk, town.local, EMAIL, "member", {project: "member"})
    assert list_invites(town.desk.db, "org_elsewhere") == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c",
        "a@b@c",
        "a\n@b",
        "a@b,c@d",
        "<a@b>",
        "a" * 65 + "@b",
        "a@" + "b" * 300,
        "a(c)@x.org",
        "a@[127.0.0.1]",
        "a@x.org.",
        ".a@x.org",
        "a..b@x.org",
        "=?utf-8?q?evil=40evil.org=2C?=@x.org",
    ],
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(InvalidRequest, match="no e-mail address"):
        checked_email(email)


@pytest.mark.parametrize("email", ["stra\u00dfe@x.org", "\uff41@x.org", "\u0430dmin@x.org"])
def test_an_address_that_passes_for_another(email: str) -> None:
    with pytest.raises(InvalidRequest, match="pass for others"):
        checked_email(email)


def test_plain_addresses() -> None:
    for email in (
        "a@b",
        "First.Last+tag@example.org",
        "m\u00fcller@example.org",
        "\u0430\u0434\u043c@\u0434\u043e\u043c.\u0440\u0444",
        "o'neil@x-y.example.org",
    ):
        assert checked_email(f" {email} ") == email.lower()


def test_there_is_an_end_to_waiting_invites(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.access.invites.PENDING_MAX", 2)
    for n in range(2):
        invited(town, f"{n}@example.org")
    with pytest.raises(InvalidRequest, match="2 invites wait already"):
        invited(town)


def test_nobody_is_showered_with_invites(town: Town) -> None:
    for _ in range(5):
        delete_invite(town.desk, town.local, invited(town)[0].id)
    with pytest.raises(InvalidRequest, match="5 times within a day"):
        invited(town)
    invited(town, "other@example.org")
    town.clock.advance(s=86_400)
    invited(town)
