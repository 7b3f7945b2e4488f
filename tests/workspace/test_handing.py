"""What leaves for training: what was consented to, from then on, and nothing else; withdrawn, it is told."""

from __future__ import annotations

import pytest

from tests.workspace.office import OTHER_PROJECT, OURS, PROJECT, Office
from tokenry.access import set_disabled, set_organization_retention
from tokenry.base.errors import InvalidRequest
from tokenry.storage import tables
from tokenry.workspace import (
    CONSENT_WORDS_VERSION,
    Policy,
    all_handed_over,
    change_chat,
    give_consent,
    list_consents,
    set_policy,
    set_training,
    training_in,
    withdraw_consent,
    withdrawals,
)


def consent(office: Office, name: str = "ada", project: str = PROJECT) -> None:
    give_consent(office.desk, office.actor(name), office.whose(name), project, CONSENT_WORDS_VERSION)


def withdraw(office: Office, name: str = "ada", project: str = PROJECT) -> None:
    withdraw_consent(office.desk, office.actor(name), office.whose(name), project)


def handed(office: Office, taker: str = "set one") -> list[str]:
    return [one.text for one in all_handed_over(office.desk, office.local, office.people.roster, taker)]


def test_nothing_leaves_until_somebody_says_so(office: Office) -> None:
    office.chat("ada", ["a?", "A."])
    assert handed(office) == []


def test_a_consent_reaches_one_person_one_project_and_never_back(office: Office) -> None:
    office.chat("ada", ["before"])
    office.clock.advance(s=1)
    consent(office)
    office.chat("ada", ["a?", "A."])
    office.chat("bob", ["bob's"])
    office.chat("ada", ["elsewhere"], project_id=OTHER_PROJECT)
    office.chat("ada", ["temporary"], temporary=True)
    found = list(all_handed_over(office.desk, office.local, office.people.roster, "set one"))
    assert [(one.role, one.text) for one in found] == [("user", "a?"), ("assistant", "A.")]
    assert found[1].parent_id == found[0].document_id
    (given,) = office.rows(tables.training_consents)
    assert {one.consent_id for one in found} == {given.id}
    assert office.log() == ["training_consent.given", "training.handed_over"]


def test_answers_from_files_and_what_is_not_whole_stay(office: Office) -> None:
    consent(office)
    chat = office.chat("ada", ["a?"])
    office.say(chat, "from a file [1]", None, role="assistant", sources=[{"number": 1, "text": "of a file"}])
    for state in ("running", "stopped", "broken", "failed"):
        office.say(chat, state, None, role="assistant", state=state)
    office.say(chat, "no file", None, role="assistant", sources=[])
    assert handed(office) == ["a?", "no file"]


def test_answers_from_pictures_stay_although_they_cite_nothing(office: Office) -> None:
    consent(office)
    chat = office.chat("ada", ["before", "no picture yet"])
    asked = office.say(chat, "what is this?", None, files=["wfile_1"])
    office.say(chat, "your passport", asked, role="assistant")
    office.say(chat, "its number, as I said", office.say(chat, "again?", None), role="assistant")
    other = office.chat("ada", [])
    office.say(other, "nothing attached", office.say(other, "and here?", None, files=[]), role="assistant")
    assert handed(office) == ["before", "no picture yet", "what is this?", "again?", "and here?", "nothing attached"]


def test_what_was_said_in_another_project_stays_there(office: Office) -> None:
    """One project may forbid what another leaves to each person; moving a chat takes nothing out of the first."""
    consent(office)
    chat = office.chat("ada", ["of the other project", "as is this"], project_id=OTHER_PROJECT)
    office.clock.advance(s=1)
    with office.db.write() as connection:
        moved = {"project_id": PROJECT}
        assert change_chat(connection, office.whose("ada"), chat, moved, office.clock.now_ns()).project_id == PROJECT
        office.clock.advance(s=1)
        again = change_chat(connection, office.whose("ada"), chat, {**moved, "title": "x"}, office.clock.now_ns())
    assert again.moved_at == office.clock.now_ns() - 10**9, "only what changes its project moves it"
    office.say(chat, "here", None)
    assert handed(office) == ["here"]


def test_a_withdrawal_takes_effect_in_the_middle(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.workspace.handing.AT_ONCE", 2)
    consent(office)
    office.chat("ada", ["1", "2", "3", "4", "5"])
    leaving = all_handed_over(office.desk, office.local, office.people.roster, "set one")
    assert next(leaving).text == "1"
    withdraw(office)
    assert [one.text for one in leaving] == ["2"], "what was noted as handed over before"
    with office.db.read() as connection:
        (told,) = withdrawals(connection, OURS)
        assert withdrawals(connection, OURS, "set two") == []
        assert withdrawals(connection, "org_other") == []
    assert (told.taker, len(told.document_ids)) == ("set one", 2)
    assert told.withdrawn_at == office.clock.now_ns()
    office.clock.advance(s=1)
    consent(office)
    assert handed(office) == [], "a new consent reaches back no further than itself"


def test_who_took_what_is_told_to_the_person(office: Office) -> None:
    consent(office)
    office.chat("ada", ["1", "2"])
    assert [handed(office, taker) for taker in ("one", "one", "two")] == [["1", "2"]] * 3
    with office.db.read() as connection:
        (mine,) = list_consents(connection, office.whose("ada"))
        assert list_consents(connection, office.whose("bob")) == []
    assert [(one.taker, one.messages) for one in mine.handed] == [("one", 2), ("two", 2)]


def test_giving_twice_is_giving_once(office: Office) -> None:
    for act in (consent, consent, withdraw, withdraw):
        act(office)
    assert office.log() == ["training_consent.given", "training_consent.withdrawn"]
    with pytest.raises(InvalidRequest, match="words"):
        give_consent(office.desk, office.actor("ada"), office.whose("ada"), PROJECT, "0")


def test_organization_and_project_may_forbid_it(office: Office) -> None:
    owner = office.actor("owner")
    consent(office)
    consent(office, project=OTHER_PROJECT)
    office.chat("ada", ["a?"])
    set_training(office.desk, owner, PROJECT, "forbidden")
    assert handed(office) == []
    with pytest.raises(InvalidRequest, match="forbids"):
        consent(office)
    with office.db.read() as connection:
        assert [training_in(connection, OURS, one) for one in (PROJECT, OTHER_PROJECT)] == ["forbidden", "each_person"]
    set_policy(office.desk, owner, Policy(training="forbidden"))
    assert all(row.withdrawn_at is not None for row in office.rows(tables.training_consents))
    set_policy(office.desk, owner, Policy())
    set_training(office.desk, owner, PROJECT, "each_person")
    assert handed(office) == [], "what was withdrawn does not come back by itself"
    consent(office)


def test_a_policy_alone_stops_what_stands(office: Office) -> None:
    """Should a consent stand beside a policy that forbids it, nothing leaves all the same."""
    consent(office)
    office.chat("ada", ["a?"])
    with office.db.write() as connection:
        row = {"place_id": PROJECT, "organization_id": OURS, "training": "forbidden", "updated_at": 1}
        connection.execute(tables.workspace_policies.insert(), row)
    assert handed(office) == []


def test_whoever_is_gone_or_keeps_nothing_hands_over_nothing(office: Office) -> None:
    consent(office)
    consent(office, "bob")
    office.chat("ada", ["a?"])
    office.chat("bob", ["b?"])
    set_disabled(office.desk, office.local, office.users["bob"], disabled=True)
    office.people.load()
    assert handed(office) == ["a?"]
    organization = office.people.roster.organizations[OURS]
    set_organization_retention(office.desk, office.local, organization, "zero_data_retention")
    office.people.load()
    assert handed(office) == []


def test_a_taker_has_a_name(office: Office) -> None:
    with pytest.raises(InvalidRequest):
        handed(office, " ")
