"""Reading somebody else's chats: by leave alone, each reading told to the person and noted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workspace.office import THEIRS, Office
from tokenry.access import read_audit, verify_audit
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.notify import Notices
from tokenry.storage import tables
from tokenry.workspace import Grant, Leave, end_leave, give_leave, list_accesses, list_grants, read_chats

REASON = "complaint 4711 about harassment"


def leave(office: Office, by: str = "second", **more: Any) -> Grant:
    asked = {"user_id": office.users["ada"], "reader_id": office.users["owner"], "reason": REASON, "days": 7, **more}
    return give_leave(
        office.desk, Notices(office.db, office.clock), office.actor(by), office.people.roster, Leave(**asked)
    )


def test_without_leave_nobody_reads(office: Office) -> None:
    chat = office.chat("ada", ["secret"])
    grant = leave(office)
    office.chat("ada", ["never told"], temporary=True)
    for name, organization in (("second", None), ("bob", None), ("ada", None), ("eve", THEIRS)):
        actor = office.actor(name) if organization is None else office.actor(name, organization)
        for one in (None, chat):
            with pytest.raises(NotFound):
                read_chats(office.desk, actor, grant.id, one)
    with pytest.raises(NotFound):
        read_chats(office.desk, office.local, grant.id, chat)
    assert office.rows(tables.content_accesses) == []
    assert office.log() == ["content_grant.given"]


def test_each_reading_is_told_and_noted(office: Office) -> None:
    chat, other = office.chat("ada", ["secret", "answer"]), office.chat("bob", ["bob's"])
    office.chat("ada", ["never told"], temporary=True)
    grant, reader = leave(office), office.actor("owner")
    assert [row.id for row in read_chats(office.desk, reader, grant.id, None)] == [chat]
    office.clock.advance(s=60)
    assert [row.text for row in read_chats(office.desk, reader, grant.id, chat)] == ["secret", "answer"]
    with pytest.raises(NotFound):
        read_chats(office.desk, reader, grant.id, other)
    with office.db.read() as connection:
        told = list_accesses(connection, office.whose("ada"), 10)
        assert list_accesses(connection, office.whose("bob"), 10) == []
        assert [one.id for one in list_grants(connection, office.whose("ada").organization_id)] == [grant.id]
        assert list_grants(connection, THEIRS) == []
    assert [(one.reader_id, one.chat_id, one.reason) for one in told] == [
        (office.users["owner"], chat, REASON), (office.users["owner"], None, REASON),
    ]  # fmt: skip
    assert office.log() == ["content_grant.given", "content.read", "content.read"]
    assert REASON not in str([row.details for row in office.rows(tables.audit)])
    assert verify_audit(read_audit(office.db)) is None


def test_the_member_is_told_by_mail_and_nobody_else_reads_the_reason(office: Office) -> None:
    with office.db.write() as connection:
        ada = tables.users.c.id == office.users["ada"]
        connection.execute(tables.users.update().where(ada), {"email": "ada@example.org"})
    office.people.load()
    leave(office)
    (news,), (mail,) = office.rows(tables.news), office.rows(tables.deliveries)
    assert (news.type, news.user_id, REASON in str(news.data)) == ("content_grant.given", office.users["ada"], False)
    assert (mail.target, mail.private["reader"], mail.private["reason"]) == ("ada@example.org", "owner", REASON)


def test_leave_ends(office: Office) -> None:
    chat, reader = office.chat("ada", ["secret"]), office.actor("owner")
    grant = leave(office, days=2)
    office.clock.advance(s=2 * 86_400 - 1)
    assert read_chats(office.desk, reader, grant.id, chat)
    office.clock.advance(s=1)
    with pytest.raises(NotFound):
        read_chats(office.desk, reader, grant.id, chat)
    again = leave(office)
    end_leave(office.desk, office.actor("owner"), again.id)
    with pytest.raises(NotFound):
        read_chats(office.desk, reader, again.id, chat)
    with pytest.raises(NotFound):
        end_leave(office.desk, office.actor("eve", THEIRS), again.id)


def test_an_owner_needs_another_one_to_read(office: Office) -> None:
    with pytest.raises(InvalidRequest, match="another owner"):
        leave(office, by="owner")
    with office.db.write() as connection:
        second = tables.users.c.id == office.users["second"]
        connection.execute(tables.users.update().where(second), {"disabled_at": 1})
    office.people.load()
    assert leave(office, by="owner").reader_id == office.users["owner"]


@pytest.mark.parametrize(
    "more", [{"reason": "short"}, {"reason": " " * 20}, {"reason": "x" * 501}, {"reason": "a\x00" * 10}, {"days": 0},
             {"days": 31}],
)  # fmt: skip
def test_leave_that_cannot_be_given(office: Office, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        leave(office, **more)
    assert office.rows(tables.content_grants) == []


def test_leave_is_about_members(office: Office) -> None:
    for more in ({"user_id": office.users["eve"]}, {"reader_id": office.users["eve"]}, {"user_id": "user_none"}):
        with pytest.raises(NotFound):
            leave(office, **more)
    with pytest.raises(InvalidRequest, match="own chats"):
        leave(office, reader_id=office.users["ada"])
