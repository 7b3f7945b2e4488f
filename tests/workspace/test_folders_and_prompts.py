"""Folders and prompts: one's own, what is shared, what cannot be taken; what people write comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workspace.office import OURS, THEIRS, Office
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.storage import tables
from tokenry.workspace import (
    Folders,
    Prompt,
    change_prompt,
    create_prompt,
    delete_prompt,
    get_prompt,
    list_prompts,
    placeholders,
)

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "../../etc/passwd", "=HYPERLINK(1)", "{{7*7}}",
    "javascript:alert(1)", "'; DROP TABLE folders; --", "\u202eevil",
)  # fmt: skip


def prompt(office: Office, name: str, said: dict[str, Any]) -> Prompt:
    whole = {"title": "", "text": "t", "shared": False, **said}
    return create_prompt(office.desk, office.actor(name), office.whose(name), whole)


def names(office: Office, name: str, organization: str = OURS) -> list[str]:
    with office.db.read() as connection:
        return [one.name for one in list_prompts(connection, office.whose(name, organization))]


def test_folders_are_ones_own(office: Office) -> None:
    folders = Folders(office.db, office.clock)
    made = folders.create(office.whose("ada"), " Thesis ", "Be brief.")
    assert (made.name, made.instructions, made.chats) == ("Thesis", "Be brief.", 0)
    chat = office.chat("ada", ["hello"], folder_id=made.id)
    assert folders.get(office.whose("ada"), made.id).chats == 1
    office.clock.advance(s=5)
    changed = folders.change(office.whose("ada"), made.id, instructions="  ")
    assert (changed.name, changed.instructions, changed.updated_at - made.updated_at) == ("Thesis", None, 5 * 10**9)
    for name, organization in (("bob", OURS), ("owner", OURS), ("eve", THEIRS), ("ada", THEIRS)):
        whose = office.whose(name, organization)
        assert folders.listing(whose) == []
        for act in (folders.get, folders.delete, folders.change):
            with pytest.raises(NotFound):
                act(whose, made.id)
    folders.delete(office.whose("ada"), made.id)
    assert folders.listing(office.whose("ada")) == []
    assert [(row.id, row.folder_id) for row in office.rows(tables.chats)] == [(chat, None)]


def test_the_folder_changed_last_comes_first(office: Office) -> None:
    folders, ada = Folders(office.db, office.clock), office.whose("ada")
    first, _ = (folders.create(ada, name) for name in ("first", "second"))
    office.clock.advance(s=1)
    folders.change(ada, first.id, name="first again")
    assert [one.name for one in folders.listing(ada)] == ["first again", "second"]


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_what_people_write_comes_back_as_text(office: Office, text: str) -> None:
    ada = office.whose("ada")
    made = Folders(office.db, office.clock).create(ada, text, text)
    assert (made.name, made.instructions) == (text, text)
    assert prompt(office, "ada", {"name": "x", "title": text, "text": text}).title == text


@pytest.mark.parametrize(
    ("name", "instructions"),
    [("", None), ("  ", None), ("x" * 101, None), ("a\nb", None), ("a\x00b", None), (HOSTILE[-1], None),
     ("ok", "x" * 20_001), ("ok", "a\x00b"), ("ok", "a\x1bb")],
)  # fmt: skip
def test_folders_that_cannot_be(office: Office, name: str, instructions: str | None) -> None:
    with pytest.raises(InvalidRequest):
        Folders(office.db, office.clock).create(office.whose("ada"), name, instructions)
    assert office.rows(tables.folders) == []


def test_folders_have_a_bound(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.workspace.folders.FOLDERS_MAX", 2)
    folders = Folders(office.db, office.clock)
    for name in ("one", "two"):
        folders.create(office.whose("ada"), name)
    with pytest.raises(InvalidRequest, match="2 folders"):
        folders.create(office.whose("ada"), "three")
    folders.create(office.whose("bob"), "one of his own")


def test_prompts_are_shared_by_whoever_made_them(office: Office) -> None:
    made = prompt(office, "ada", {"name": "/Sum", "text": "Sum up {{ what }} for {{who}}, {{what}}!", "shared": True})
    prompt(office, "ada", {"name": "secret"})
    prompt(office, "bob", {"name": "zz"})
    assert (made.name, made.title) == ("sum", "sum")
    assert placeholders(made.text) == ("what", "who")
    assert names(office, "ada") == ["secret", "sum"]
    assert names(office, "bob") == ["zz", "sum"], "one's own come first"
    assert names(office, "eve", THEIRS) == names(office, "ada", THEIRS) == []
    with pytest.raises(NotFound):
        change_prompt(office.desk, office.actor("bob"), office.whose("bob"), made.id, {"text": "mine"})
    with pytest.raises(NotFound):
        delete_prompt(office.desk, office.whose("bob"), made.id)
    change_prompt(office.desk, office.actor("ada"), office.whose("ada"), made.id, {"shared": False})
    with office.db.read() as connection, pytest.raises(NotFound):
        get_prompt(connection, office.whose("bob"), made.id)
    assert office.log() == ["prompt.shared", "prompt.unshared"]
    delete_prompt(office.desk, office.whose("ada"), made.id)
    assert names(office, "ada") == ["secret"]


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "a b"},
        {"name": "../x"},
        {"name": "é"},
        {"name": "-a"},
        {"name": "x" * 41},
        {"text": " "},
        {"text": "x" * 50_001},
        {"text": "a\x00"},
        {"title": "a\nb"},
        {"text": " ".join(f"{{{{{n}}}}}" for n in range(21))},
    ],
)
def test_prompts_that_cannot_be(office: Office, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        prompt(office, "ada", {"name": "ok", **said})
    assert office.rows(tables.prompts) == []


def test_a_name_is_taken_once_by_each(office: Office) -> None:
    first = prompt(office, "ada", {"name": "sum"})
    prompt(office, "bob", {"name": "sum"})
    other = prompt(office, "ada", {"name": "other"})
    with pytest.raises(Conflict):
        prompt(office, "ada", {"name": "SUM"})
    with pytest.raises(Conflict):
        change_prompt(office.desk, office.actor("ada"), office.whose("ada"), other.id, {"name": "sum"})
    change_prompt(office.desk, office.actor("ada"), office.whose("ada"), first.id, {"name": "sum", "title": "again"})


def test_a_text_of_blanks_keeps_nobody_waiting() -> None:
    """Fifty thousand blanks took half an hour, in which the process did nothing else."""
    assert placeholders("{{" + " " * 50_000) == ()
    assert placeholders("{{ " * 16_000) == ()
    assert placeholders(f"{{{{ }}}} {{{{{'x' * 61}}}}} {{{{  who\t}}}} {{{{who}}}}") == ("who",)
