"""How long chats are kept: the organization's days, temporary ones' own; and a person's erasure takes all of it."""

from __future__ import annotations

import pytest

from tests.workspace.office import OURS, PROJECT, Office
from tokenry.access import erase_person, forget_chats, gather
from tokenry.access.workspace_records import KINDS
from tokenry.base.errors import InvalidRequest
from tokenry.notify import Notices
from tokenry.storage import tables
from tokenry.workspace import (
    CONSENT_WORDS_VERSION,
    Folders,
    Leave,
    Policy,
    all_handed_over,
    create_prompt,
    give_consent,
    give_leave,
    policy_of,
    read_chats,
    set_policy,
    share_chat,
    sweep,
)

DAY = 86_400


def kept(office: Office) -> set[str]:
    return {row.id for row in office.rows(tables.chats)}


def say(office: Office, policy: Policy) -> None:
    set_policy(office.desk, office.actor("owner"), policy)


def test_until_somebody_says_more_chats_stay_and_temporary_ones_go_after_a_day(office: Office) -> None:
    with office.db.read() as connection:
        policy = policy_of(connection, OURS)
    assert policy == Policy(None, 1, "each_person")
    chat = office.chat("ada", ["a?"])
    temporary = office.chat("ada", ["t?"], temporary=True, expires_at=policy.temporary_until(office.clock.now_ns()))
    office.clock.advance(s=DAY - 1)
    assert sweep(office.ground) == 0
    office.clock.advance(s=1)
    assert sweep(office.ground) == 1
    office.clock.advance(s=3650 * DAY)
    assert sweep(office.ground) == 0
    assert (kept(office), temporary in kept(office)) == ({chat}, False)
    assert [row.chat_id for row in office.rows(tables.chat_messages)] == [chat]


def test_the_organizations_days_count_from_the_last_use_and_for_what_is_there(office: Office) -> None:
    old = office.chat("ada", ["old words"])
    office.clock.advance(s=20 * DAY)
    used = office.chat("ada", ["used words"])
    say(office, Policy(chat_keep_days=30))
    office.clock.advance(s=10 * DAY)
    share_chat(office.desk, office.actor("ada"), office.whose("ada"), old, None)
    assert sweep(office.ground) == 1
    assert kept(office) == {used}
    assert office.rows(tables.chat_shares) == []
    with office.db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM chat_search").scalar_one() == 1
    say(office, Policy())
    office.clock.advance(s=100 * DAY)
    assert sweep(office.ground) == 0


def test_a_shorter_life_holds_for_temporary_chats_that_are_there(office: Office) -> None:
    say(office, Policy(temporary_keep_days=30))
    chat = office.chat("ada", ["t?"], temporary=True, expires_at=office.clock.now_ns() + 30 * DAY * 10**9)
    office.chat("ada", ["kept"])
    office.clock.advance(s=2 * DAY)
    say(office, Policy(temporary_keep_days=3))
    assert sweep(office.ground) == 0
    office.clock.advance(s=DAY)
    assert sweep(office.ground) == 1
    assert chat not in kept(office)
    say(office, Policy(temporary_keep_days=30))
    assert len(kept(office)) == 1


def test_many_are_forgotten_in_several_transactions(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.workspace.forgetting.AT_ONCE", 2)
    for _ in range(5):
        office.chat("ada", ["t?"], temporary=True, expires_at=1)
    assert sweep(office.ground) == 5


def test_a_deleted_word_is_in_no_file_after_the_next_round(office: Office) -> None:
    office.chat("ada", ["other words"])
    chat = office.chat("ada", ["Zebulon"])
    with office.db.write() as connection:
        forget_chats(connection, [chat])
    assert sweep(office.ground) == 0, "nothing was over"
    assert [row.key for row in office.rows(tables.settings) if row.key == "workspace.scrub"] == []
    office.db.close()
    for path in office.db.path.parent.iterdir():
        assert b"ebulon" not in path.read_bytes(), path.name


def test_contents_of_files_go_unless_somebody_else_names_them(office: Office) -> None:
    chat, other = office.chat("ada", ["a?"]), office.chat("bob", ["b?"])
    kept, gone = (office.file("ada", chat, content) for content in (b"both have it", b"only ada"))
    office.file("bob", other, b"both have it")
    with office.db.write() as connection:
        forget_chats(connection, [chat])
    assert office.ground.blobs.path(gone).exists(), "the next round does it"
    sweep(office.ground)
    assert (office.ground.blobs.path(gone).exists(), office.ground.blobs.path(kept).exists()) == (False, True)


def test_when_a_chat_is_over() -> None:
    day = DAY * 10**9
    assert Policy().over_at(5, None) is None
    assert Policy().over_at(5, 9) == 9
    assert Policy(chat_keep_days=2).over_at(5, None) == 5 + 2 * day
    assert Policy(chat_keep_days=2).over_at(5, day) == day


@pytest.mark.parametrize(
    "policy", [Policy(chat_keep_days=0), Policy(chat_keep_days=36_501), Policy(temporary_keep_days=31), Policy(None, 0)]
)
def test_days_that_cannot_be(office: Office, policy: Policy) -> None:
    with pytest.raises(InvalidRequest):
        say(office, policy)
    assert office.log() == []


def fill(office: Office, name: str) -> None:
    """Something of each kind, with a word that is searched for in the file afterwards."""
    who, actor, desk = office.whose(name), office.actor(name), office.desk
    Folders(office.db, office.clock).create(who, "Zebulon", "Zebulon")
    prompt = {"name": "zebulon", "title": "Zebulon", "text": "Zebulon", "shared": True}
    create_prompt(desk, actor, who, prompt)
    give_consent(desk, actor, who, PROJECT, CONSENT_WORDS_VERSION)
    chat = office.chat(name, ["Zebulon asks", "Zebulon is answered"], title="Zebulon")
    share_chat(desk, actor, who, chat, None)
    assert len(list(all_handed_over(desk, office.local, office.people.roster, "set one"))) == 2
    reader = office.actor("owner")
    leave = Leave(office.users[name], office.users["owner"], "because Zebulon asked", 3)
    grant = give_leave(desk, Notices(office.db, office.clock), office.actor("second"), office.people.roster, leave)
    read_chats(desk, reader, grant.id, chat)


def test_erasing_a_person_takes_all_they_said(office: Office) -> None:
    fill(office, "ada")
    bobs = office.chat("bob", ["bob asks"])
    done = erase_person(office.desk, office.local, office.users["ada"])
    for kind, count in (("chats", 1), ("messages of chats", 2), ("folders", 1), ("prompts", 1), ("chat shares", 1),
                        ("consents to training", 1), ("readings of their chats", 1)):  # fmt: skip
        assert done.removed[kind] == count, kind
    assert kept(office) == {bobs}
    for table in (tables.folders, tables.prompts, tables.chat_shares, tables.content_accesses):
        assert office.rows(table) == []
    (consent,), (handed, _) = office.rows(tables.training_consents), office.rows(tables.training_handings)
    assert consent.withdrawn_at is not None
    assert handed.consent_id == consent.id, "whoever took it is told what to take out"
    (grant,) = office.rows(tables.content_grants)
    assert (grant.reason, grant.withdrawn_at is None) == ("erased", False)
    office.db.close()
    for path in office.db.path.parent.iterdir():
        assert b"ebulon" not in path.read_bytes(), path.name


def test_ones_own_export_has_the_words_and_nobody_elses_has(office: Office) -> None:
    fill(office, "ada")
    own = gather(office.db, office.users["ada"], OURS, own=True)
    told = {kind: len(rows) for kind, rows in own.items() if kind in KINDS and rows}
    assert told == {
        "chats": 1, "chat_messages": 2, "folders": 1, "prompts": 1, "chat_shares": 1, "training_consents": 1,
        "training_handings": 2, "content_grants": 1, "content_accesses": 1,
    }  # fmt: skip
    assert own["chat_messages"][0]["text"] == "Zebulon asks"
    assert own["folders"][0]["instructions"] == "Zebulon"
    other = gather(office.db, office.users["ada"], OURS)
    assert {kind: len(rows) for kind, rows in other.items()} == {kind: len(rows) for kind, rows in own.items()}
    shared = [other.pop(kind) for kind in ("prompts", "content_grants", "content_accesses", "chat_shares")]
    assert "Zebulon" in str(shared)
    assert "ebulon" not in str(other)
    assert gather(office.db, office.users["ada"], "org_00000000000000000000000002", own=True)["chats"] == []
