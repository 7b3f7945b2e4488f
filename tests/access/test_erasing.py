"""A person's data: had in full, erased in full, and the log of acts holds all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tokenry.access import (
    AdminKeys,
    Desk,
    Directory,
    Keys,
    NewKey,
    People,
    PermissionDenied,
    erase_person,
    gather,
    local_actor,
    read_audit,
    set_disabled,
    verify_audit,
)
from tokenry.access import erasing as erasing_room
from tokenry.access.programme_records import KINDS as PROGRAMME_KINDS
from tokenry.access.workspace_records import KINDS as WORKSPACE_KINDS
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.notify import News, Notices
from tokenry.storage import AppDb, tables

NAME, EMAIL = "Zebulon Quux", "zebulon@quux.test"


@dataclass
class House:
    """An app.db with an owner and somebody of whom much is known."""

    path: Path
    db: AppDb
    desk: Desk
    people: People
    organization: str
    owner: str
    project: str
    user: str = "user_z"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = ManualClock()
    db = AppDb.open(tmp_path / "app.db")
    desk, people = Desk(db, clock), People(db)
    first = Directory(db, clock).ensure_first()
    made = House(tmp_path, db, desk, people, first.organization.id, first.user.id, first.project.id)
    _fill(made)
    yield made
    db.close()


def _fill(house: House) -> None:
    z, org = house.user, house.organization
    rows: list[tuple[Any, dict[str, Any]]] = [
        (tables.users, {"id": z, "name": NAME, "email": EMAIL, "created_at": 1}),
        (tables.memberships, {"id": "m1", "user_id": z, "organization_id": org, "role": "admin", "created_at": 1}),
        (tables.passwords, {"user_id": z, "hash": "$argon2id$" + NAME, "changed_at": 1}),
        (tables.identities, {"id": "i1", "user_id": z, "provider": "idp", "subject": EMAIL, "created_at": 1}),
        (tables.sessions, {"id": "s1", "sha256": b"1" * 32, "user_id": z, "method": "link", "agent": f"{NAME}'s fox",
                           "powers": "p", "created_at": 1, "seen_at": 1, "expires_at": 2}),
        (tables.one_time_links, {"sha256": b"2" * 32, "user_id": z, "purpose": "sign-in", "created_at": 1,
                                 "expires_at": 2}),
        (tables.invites, {"id": "inv", "organization_id": org, "email": EMAIL.upper(), "role": "member", "projects": [],
                          "sha256": b"3" * 32, "created_at": 1, "expires_at": 2}),
        (tables.spend_alerts, {"id": "al", "organization_id": org, "threshold": 1, "created_at": 1,
                               "recipients": [EMAIL, "other@quux.test"]}),
        (tables.limit_requests, {"id": "lrq", "organization_id": org, "budget_id": "b", "user_id": z, "asked": 1,
                                 "reason": f"because {NAME} needs it", "state": "pending", "created_at": 1}),
    ]  # fmt: skip
    with house.db.write() as connection:
        for table, row in rows:
            connection.execute(table.insert(), row)
    house.people.load()
    Keys(house.db, house.desk.clock).create(NewKey(name=f"{NAME}'s key", project_id=house.project, user_id=z))
    AdminKeys(house.desk, house.people).create(local_actor(org), z, f"{NAME}'s admin key")
    news = News(org, "invite.sent", "x", {"to": EMAIL, "role": "member"}, user_id=z, private={"link": "https:"})
    Notices(house.db, house.desk.clock).tell(news, [EMAIL, "other@quux.test"])


def rows(house: House, table: Any) -> list[Any]:
    with house.db.read() as connection:
        return list(connection.execute(table.select()))


def traces(house: House) -> list[str]:
    """The files that hold the name or the address in any capitals."""
    found = []
    for file in sorted(house.path.iterdir()):
        held = file.read_bytes().lower()
        found += [file.name for word in (NAME, EMAIL) if word.lower().encode() in held]
    return found


def test_nothing_is_left_but_ids(house: House) -> None:
    assert traces(house), "or this test proves nothing"
    done = erase_person(house.desk, local_actor(house.organization), house.user)
    assert traces(house) == []
    assert done.removed == {
        "name and address": 1, "passwords": 1, "identities": 1, "sessions": 1, "one_time_links": 1, "keys": 2,
        "reasons of limit requests": 1, "invites": 1, "recipients of alerts": 1, "deliveries": 1, "news": 1,
    }  # fmt: skip
    (user,) = [row for row in rows(house, tables.users) if row.id == house.user]
    assert (user.name, user.email, user.erased_at, user.disabled_at) == (
        "erased", None, done.erased_at, done.erased_at
    )  # fmt: skip
    assert [row.recipients for row in rows(house, tables.spend_alerts)] == [["other@quux.test"]]
    assert all(row.revoked_at for row in (*rows(house, tables.api_keys), *rows(house, tables.admin_keys)))
    assert {(row.target, row.state) for row in rows(house, tables.deliveries)} == {
        ("", "failed"), ("other@quux.test", "waiting"),
    }  # fmt: skip
    audit = list(read_audit(house.db))
    assert verify_audit(iter(audit)) is None
    assert (audit[-1].type, audit[-1].resource_id) == ("user.erased", house.user)


def test_whose_address_only_folds_alike_is_left_alone(house: House) -> None:
    twin = "\u017fam@quux.test"  # a long s: folded, it is the same as the next
    with house.db.write() as connection:
        connection.execute(tables.users.update().where(tables.users.c.id == house.user), {"email": "sam@quux.test"})
        connection.execute(tables.spend_alerts.update(), {"recipients": [twin, "Sam@quux.test"]})
        connection.execute(tables.invites.update(), {"email": twin})
    found = gather(house.db, house.user, house.organization)
    assert found["invites"] == []
    assert [row["recipients"] for row in found["alerts"]] == [["Sam@quux.test"]]
    erase_person(house.desk, local_actor(house.organization), house.user)
    assert [row.recipients for row in rows(house, tables.spend_alerts)] == [[twin]]
    assert [row.email for row in rows(house, tables.invites)] == [twin]


def test_a_second_time_changes_nothing(house: House) -> None:
    by = local_actor(house.organization)
    first = erase_person(house.desk, by, house.user)
    before = rows(house, tables.audit)
    again = erase_person(house.desk, by, house.user)
    assert (again.erased_at, again.removed) == (first.erased_at, {})
    assert rows(house, tables.audit) == before


@pytest.mark.parametrize("step", ["_end_keys", "_forget_address", "_unaddressed", "_without"])
def test_killed_half_way_and_run_again_it_is_whole(house: House, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    by = local_actor(house.organization)
    before = rows(house, tables.audit)
    with monkeypatch.context() as patch:
        patch.setattr(erasing_room, step, die)
        with pytest.raises(Killed):
            erase_person(house.desk, by, house.user)
    assert rows(house, tables.audit) == before
    assert rows(house, tables.passwords), "nothing of it was done"
    erase_person(house.desk, by, house.user)
    assert traces(house) == []


def test_killed_between_the_commit_and_its_cleaning_it_is_cleaned_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = local_actor(house.organization)
    with monkeypatch.context() as patch:
        patch.setattr(AppDb, "forget_deleted", lambda _: None)
        erase_person(house.desk, by, house.user)
    assert traces(house), "the log of the database still has it"
    erase_person(house.desk, by, house.user)
    assert traces(house) == []


def test_the_last_owner_stays(house: House) -> None:
    with pytest.raises(InvalidRequest, match="last owner"):
        erase_person(house.desk, local_actor(house.organization), house.owner)
    assert all(row.erased_at is None for row in rows(house, tables.users))


def test_who_may_not_unmake_an_owner_may_not_erase_one(house: House) -> None:
    with house.db.write() as connection:
        connection.execute(
            tables.memberships.update().where(tables.memberships.c.user_id == house.user), {"role": "owner"}
        )
        row = {"id": "user_a", "name": "a", "created_at": 1}
        connection.execute(tables.users.insert(), row)
        place = {"id": "m2", "user_id": "user_a", "organization_id": house.organization, "role": "admin"}
        connection.execute(tables.memberships.insert(), {**place, "created_at": 1})
    house.people.load()
    admin = house.people.actor("user_a", house.organization, "admin_key", "k")
    assert admin is not None
    with pytest.raises(PermissionDenied):
        erase_person(house.desk, admin, house.user)


def test_somebody_of_another_organization_is_nobody(house: House) -> None:
    with house.db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_2", "name": "two", "created_at": 1})
    with pytest.raises(NotFound):
        erase_person(house.desk, local_actor("org_2"), house.user)


def test_nobody_comes_back(house: House) -> None:
    by = local_actor(house.organization)
    erase_person(house.desk, by, house.user)
    with pytest.raises(InvalidRequest, match="erased"):
        set_disabled(house.desk, by, house.user, disabled=False)


def test_an_export_has_it_all_and_no_secret(house: House) -> None:
    found = gather(house.db, house.user, house.organization)
    assert {kind: len(rows) for kind, rows in found.items()} == {
        "profile": 1, "memberships": 1, "groups": 0, "identities": 1, "password": 1, "sessions": 1, "links": 1,
        "api_keys": 1, "admin_keys": 1, "invites": 1, "limit_requests": 1, "alerts": 1, "news": 1, "deliveries": 1,
        "audit": 0, "files": 0, "batches": 0, "stored": 0, **dict.fromkeys(PROGRAMME_KINDS, 0),
        **dict.fromkeys(WORKSPACE_KINDS, 0),
    }  # fmt: skip
    text = repr(found)
    assert "argon2id" not in text
    assert "sha256" not in text
    assert "other@quux.test" not in text
    assert found["profile"][0]["email"] == EMAIL


def test_an_export_shows_nothing_of_another_organization(house: House) -> None:
    with house.db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_2", "name": "two", "created_at": 1})
        project = {"id": "proj_2", "organization_id": "org_2", "name": "p", "created_at": 1}
        connection.execute(tables.projects.insert(), project)
        place = {"id": "m2", "user_id": house.user, "organization_id": "org_2", "role": "admin", "created_at": 1}
        connection.execute(tables.memberships.insert(), place)
    Keys(house.db, house.desk.clock).create(NewKey(name="theirs", project_id="proj_2", user_id=house.user))
    found = gather(house.db, house.user, house.organization)
    assert len(found["memberships"]) == len(found["api_keys"]) == 1
    everywhere = gather(house.db, house.user, None)
    assert len(everywhere["memberships"]) == len(everywhere["api_keys"]) == 2
    with pytest.raises(InvalidRequest, match="another organization"):
        erase_person(house.desk, _admin(house), house.user)


def _admin(house: House) -> Any:
    actor = house.people.actor(house.owner, house.organization, "session", house.owner)
    assert actor is not None
    return actor


def test_another_organizations_rows_change_only_by_the_machines_own_hand(house: House) -> None:
    with house.db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_2", "name": "two", "created_at": 1})
        alert = {"id": "al2", "organization_id": "org_2", "threshold": 1, "created_at": 1, "recipients": [EMAIL]}
        connection.execute(tables.spend_alerts.insert(), alert)
    erase_person(house.desk, _admin(house), house.user)
    assert {row.id: row.recipients for row in rows(house, tables.spend_alerts)}["al2"] == [EMAIL]
    with house.db.write() as connection:
        users = tables.users
        again = {"email": EMAIL, "erased_at": None, "disabled_at": None}
        connection.execute(users.update().where(users.c.id == house.user), again)
    erase_person(house.desk, local_actor(house.organization), house.user)
    assert {row.id: row.recipients for row in rows(house, tables.spend_alerts)}["al2"] == []
    assert [row.organization_id for row in read_audit(house.db) if row.type == "user.erased"] == [
        house.organization, "org_2", house.organization,
    ]  # fmt: skip
    assert verify_audit(read_audit(house.db)) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("d@e.test", True), ("to <d@e.test>.", True), ("D@E.TEST", True), ("550 d@e.test unknown", True),
        ("bud@e.test", False), ("d@e.testing", False), ("d@e.test.org", False), ("x.d@e.test", False),
        ("d@e.te\u017ft", False),
    ],
)  # fmt: skip
def test_an_address_counts_only_as_a_whole(text: str, says: bool) -> None:
    assert erasing_room._says(text, "d@e.test") is says


def test_one_tenant_is_not_shown_ways_in_that_open_another_too(house: House) -> None:
    with house.db.write() as connection:
        connection.execute(tables.organizations.insert(), {"id": "org_2", "name": "two", "created_at": 1})
        place = {"id": "m2", "user_id": house.user, "organization_id": "org_2", "role": "member", "created_at": 1}
        connection.execute(tables.memberships.insert(), place)
    found = gather(house.db, house.user, house.organization)
    assert [found[kind] for kind in ("sessions", "identities", "password", "links")] == [[], [], [], []]
    assert gather(house.db, house.user, house.organization, own=True)["sessions"]
