"""What is shown of a chat: one branch as it was, to the organization alone, until it is withdrawn."""

from __future__ import annotations

import pytest

from tests.workspace.office import OURS, THEIRS, Office
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.storage import tables
from tokenry.workspace import (
    Share,
    branch_ids,
    find_share,
    list_shares,
    share_chat,
    shown_messages,
    withdraw_share,
)
from tokenry.workspace.sharing import cited


def share(office: Office, chat: str, end: str | None = None, name: str = "ada") -> Share:
    return share_chat(office.desk, office.actor(name), office.whose(name), chat, end)


def shown(office: Office, made: Share, **page: int) -> list[str]:
    with office.db.read() as connection:
        found, _ = shown_messages(connection, find_share(connection, OURS, made.id), None, page.get("limit", 50))
    return [one.text for one in found]


def ids(office: Office, chat: str) -> list[str]:
    return [row.id for row in office.rows(tables.chat_messages) if row.chat_id == chat]


def test_one_branch_up_to_a_message_is_shown(office: Office) -> None:
    chat = office.chat("ada", ["a?", "A.", "b?", "B."])
    first, _, third, _ = ids(office, chat)
    office.say(chat, "another answer", first, role="assistant")
    made = share(office, chat, third)
    assert shown(office, made) == ["a?", "A.", "b?"]
    office.say(chat, "said later", third, role="assistant")
    assert shown(office, made) == ["a?", "A.", "b?"]
    assert shown(office, share(office, chat)) == ["a?", "A.", "b?", "said later"]
    with office.db.read() as connection:
        page, more = shown_messages(connection, made, first, 1)
        assert ([one.text for one in page], more) == (["A."], True)
        with pytest.raises(InvalidRequest):
            shown_messages(connection, made, "msg_none", 1)


def test_an_answer_that_goes_on_does_not_grow_in_what_was_shared(office: Office) -> None:
    chat = office.chat("ada", ["a?"])
    answer = office.say(chat, "so far", ids(office, chat)[0], role="assistant", state="stopped")
    made = share(office, chat)
    with office.db.write() as connection:
        mine = tables.chat_messages.c.id == answer
        more = {"state": "complete", "text": "so far and SECRET"}
        connection.execute(tables.chat_messages.update().where(mine), more)
        connection.execute(tables.chats.update(), {"title": "SECRET"})
    assert shown(office, made) == ["a?", "so far"]
    with office.db.read() as connection:
        assert find_share(connection, OURS, made.id).title == "A chat"


def test_only_its_person_shares_a_chat_and_only_the_organization_sees_it(office: Office) -> None:
    chat = office.chat("ada", ["a?"])
    for name in ("bob", "owner"):
        with pytest.raises(NotFound):
            share(office, chat, name=name)
    made = share(office, chat)
    with office.db.read() as connection:
        assert find_share(connection, OURS, made.id).id == made.id
        with pytest.raises(NotFound):
            find_share(connection, THEIRS, made.id)
        assert list_shares(connection, office.whose("bob")) == []


def test_a_withdrawn_share_opens_nothing(office: Office) -> None:
    made = share(office, office.chat("ada", ["a?"]))
    for name in ("bob", "owner"):
        with pytest.raises(NotFound):
            withdraw_share(office.desk, office.actor(name), office.whose(name), made.id)
    withdraw_share(office.desk, office.actor("ada"), office.whose("ada"), made.id)
    with office.db.read() as connection, pytest.raises(NotFound):
        find_share(connection, OURS, made.id)
    with pytest.raises(NotFound):
        withdraw_share(office.desk, office.actor("ada"), office.whose("ada"), made.id)
    assert office.log() == ["chat.shared", "chat.unshared"]
    rows = [str(row.details) for row in office.rows(tables.audit)]
    assert "A chat" not in str(rows), "the log holds ids, no titles"


def test_the_same_is_shared_once(office: Office) -> None:
    chat = office.chat("ada", ["a?"])
    assert share(office, chat).id == share(office, chat).id
    assert office.log() == ["chat.shared"]


def test_what_cannot_be_shared(office: Office) -> None:
    temporary = office.chat("ada", ["a?"], temporary=True)
    with pytest.raises(InvalidRequest, match="temporary"):
        share(office, temporary)
    chat, other = office.chat("ada", ["a?"]), office.chat("bob", ["b?"])
    for end in (ids(office, other)[0], "msg_none", "", "%00"):
        if end:
            with pytest.raises(InvalidRequest, match="no such message"):
                share(office, chat, end)
    office.say(chat, "so", ids(office, chat)[0], role="assistant", state="running")
    with pytest.raises(Conflict, match="still being written"):
        share(office, chat)
    with pytest.raises(InvalidRequest, match="no such message"):
        share(office, office.chat("ada", []))


def test_only_passages_that_are_cited_are_shown(office: Office) -> None:
    sources = [{"number": number, "text": f"passage {number}"} for number in (1, 2, 3, 4)]
    assert [one["number"] for one in cited("so [1], and [3, 4].", sources)] == [1, 3, 4]
    assert cited("nothing [x] [0] [1", sources) == ()
    assert cited("[1]", None) == ()
    chat = office.chat("ada", ["a?"])
    more = {"role": "assistant", "sources": sources, "reasoning": "SECRET", "files": ["file_1"]}
    office.say(chat, "as [2] says", ids(office, chat)[0], **more)
    with office.db.read() as connection:
        found, _ = shown_messages(connection, share(office, chat), None, 50)
    assert [one["text"] for one in found[1].sources] == ["passage 2"]
    assert "SECRET" not in repr(found)
    assert found[1].files == 1


def test_a_branch_of_another_chat_is_none(office: Office) -> None:
    chat, other = office.chat("ada", ["a?", "A."]), office.chat("ada", ["b?"])
    with office.db.read() as connection:
        assert branch_ids(connection, chat, ids(office, other)[0]) == []
        assert branch_ids(connection, chat, ids(office, chat)[1]) == ids(office, chat)
