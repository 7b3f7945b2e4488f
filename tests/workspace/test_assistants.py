"""Assistants: what a model is told on their behalf, whose they are, and the two that come along."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workspace.office import OURS, THEIRS, Office
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.storage import tables
from tokenry.workspace import (
    Assistant,
    AssistantDraft,
    Parameters,
    change_assistant,
    create_assistant,
    delete_assistant,
    get_assistant,
    list_assistants,
)
from tokenry.workspace.assistants import find_assistant
from tokenry.workspace.gathering import gather
from tokenry.workspace.manners import instructions_of


def make(office: Office, who: str, /, **said: Any) -> Assistant:
    draft = AssistantDraft(**{"name": "Helper", **said})
    return create_assistant(office.desk, office.actor(who), office.whose(who), draft)


def seen(office: Office, name: str, organization: str = OURS) -> list[str]:
    with office.db.read() as connection:
        return [one.id for one in list_assistants(connection, office.whose(name, organization))]


def test_a_translation_keeps_the_form_and_follows_its_glossary() -> None:
    told = instructions_of("translation", "Be formal.", "French", [("award", "attribution"), ("fleet", "parc")])
    assert told is not None
    rules, language, glossary, own = told.split("\n\n")
    assert "Do not translate code" in rules
    assert "{{braces}}" in rules
    assert language == "Translate into French."
    assert glossary.splitlines()[1:] == ["- award → attribution", "- fleet → parc"]
    assert own == "Be formal."
    assert "names a language" in str(instructions_of("translation", None, None, ()))


def test_notes_of_calls_cite_and_an_ordinary_one_says_its_own_words_alone() -> None:
    notes = str(instructions_of("call_notes", None, "German", ()))
    assert "number of the passage" in notes
    assert notes.endswith("Write the notes in German.")
    assert instructions_of("chat", "  Be brief. ", "German", [("a", "b")]) == "Be brief."
    assert instructions_of("chat", "  ", None, ()) is None


def test_one_is_its_makers_until_it_is_shared(office: Office) -> None:
    made = make(office, "ada", instructions="Secret.")
    assert made.id in seen(office, "ada")
    assert made.id not in seen(office, "bob")
    changed = change_assistant(office.desk, office.actor("ada"), office.whose("ada"), made.id, {"shared": True})
    assert (changed.shared, changed.instructions) == (True, "Secret.")
    assert made.id in seen(office, "bob")
    assert made.id not in seen(office, "eve", THEIRS)
    for act in (
        lambda: change_assistant(office.desk, office.actor("bob"), office.whose("bob"), made.id, {"name": "Mine"}),
        lambda: delete_assistant(office.desk, office.whose("bob"), made.id),
        lambda: delete_assistant(office.desk, office.whose("ada"), "translation"),
    ):
        with pytest.raises(NotFound):
            act()
    assert [row.type for row in office.rows(tables.audit) if row.type.startswith("assistant.")] == ["assistant.shared"]
    delete_assistant(office.desk, office.whose("ada"), made.id)
    assert made.id not in seen(office, "ada")


def test_two_come_along_for_everybody(office: Office) -> None:
    for name, organization in (("ada", OURS), ("eve", THEIRS)):
        assert seen(office, name, organization)[-2:] == ["translation", "call_notes"]
    with office.db.read() as connection:
        assert get_assistant(connection, office.whose("ada"), "call_notes").kind == "call_notes"
        assert find_assistant(connection, office.whose("ada"), None) is None


def test_a_chat_is_told_what_its_assistant_says(office: Office) -> None:
    made = make(office, "ada", kind="translation", language="Latin", parameters=Parameters(temperature=0))
    for assistant_id, words in ((made.id, "Translate into Latin."), ("call_notes", "notes of calls"), ("gone", None)):
        chat_id = office.chat("ada", ["hello"], assistant_id=assistant_id)
        (chat,) = [row for row in office.rows(tables.chats) if row.id == chat_id]
        (question, *_) = [row for row in office.rows(tables.chat_messages) if row.chat_id == chat_id]
        told = gather(office.db, office.whose("ada"), chat, question.id, 10_000).frame.assistant
        assert (told is None) if words is None else (words in str(told))


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"instructions": "x" * 20_001},
        {"instructions": "bell \x07"},
        {"language": "x" * 61},
        {"glossary": (("a", " "),)},
        {"glossary": (("a", "b"), ("a", "c"))},
        {"glossary": tuple((f"a{n}", "b") for n in range(501))},
        {"glossary": (("x" * 201, "b"),)},
    ],
)
def test_what_cannot_be_is_refused(office: Office, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        make(office, "ada", **said)
    assert office.rows(tables.assistants) == []


def test_words_come_back_as_they_were(office: Office) -> None:
    made = make(office, "ada", instructions="<script>\n\u202e", glossary=((" two  words ", "deux mots"), ("a", "b")))
    with office.db.read() as connection:
        found = get_assistant(connection, office.whose("ada"), made.id)
    assert found == made
    assert found.glossary == (("two words", "deux mots"), ("a", "b"))
