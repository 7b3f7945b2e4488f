"""What people consented to leaves as a file that a corpus is built from; withdrawn, it is found in the set again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.corpus.pages import recipe, sentences
from tests.corpus.test_build import silent
from tests.corpus.typed import typed
from tokenry.base.ids import new_id
from tokenry.corpus import affected, build, traced
from tokenry.storage import AppDb, tables


def spoken(data: Path, texts: list[str]) -> tuple[str, str]:
    """Somebody who consented, and what they said; the ids of the consent and of the project."""
    db = AppDb.open(data / "app.db")
    consent, chat = new_id("consent"), new_id("chat")
    with db.write() as connection:
        project = connection.execute(tables.projects.select()).first()
        user = connection.execute(tables.users.select().where(tables.users.c.email == "ada@example.org")).one()
        assert project is not None
        whose = {"user_id": user.id, "organization_id": project.organization_id, "project_id": project.id}
        given = {"id": consent, "words": "1", "given_at": 1, **whose}
        connection.execute(tables.training_consents.insert(), given)
        state = {"temporary": False, "pinned": False, "archived": False, "charge_nanousd": 0, "charge_tokens": 0}
        when = {"created_at": 2, "updated_at": 2}
        connection.execute(tables.chats.insert(), {"id": chat, "title": "A chat", **whose, **state, **when})
        for text in texts:
            row = {"id": new_id("msg"), "chat_id": chat, "role": "user", "state": "complete", "created_at": 2}
            connection.execute(tables.chat_messages.insert(), {**row, "text": text})
    db.close()
    return consent, project.id


def withdraw(data: Path) -> None:
    db = AppDb.open(data / "app.db")
    with db.write() as connection:
        connection.execute(tables.training_consents.update(), {"withdrawn_at": 5})
    db.close()


def test_from_a_consent_to_a_set_and_out_of_it_again(
    tokenry: Tokenry,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tokenry("user", "create", "--email", "ada@example.org")
    consent, _ = spoken(data, [sentences(31), sentences(32)])
    (tmp_path / "in").mkdir()
    file = tmp_path / "in/consented.jsonl"
    told = tokenry("consent", "hand-over", "--taker", "house", "--out", str(file), "--json").json
    assert (told["messages"], told["consents"]) == (2, [consent])
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(one["text"], one["url"], one["role"]) for one in lines] == [
        (sentences(number), f"consent:{consent}", "user") for number in (31, 32)
    ]
    again = tokenry("consent", "hand-over", "--taker", "house", "--out", str(file))
    assert (again.code, "there already" in again.err) == (1, True)
    settings = recipe(tmp_path, "in/*.jsonl", shards={"tokens": 1200, "formats": ["flat"]})
    build(settings, workers=1, tell=silent)
    out = tmp_path / "out"
    assert len(traced(out, "url", f"consent:{consent}")) == 2
    assert "Nothing that left" in tokenry("consent", "withdrawn").out
    withdraw(data)
    (gone,) = tokenry("consent", "withdrawn", "--taker", "house", "--json").json["withdrawn"]
    assert gone["document_ids"] == sorted(one["id"] for one in lines)
    assert tokenry("consent", "withdrawn", "--taker", "other", "--json").json["withdrawn"] == []
    assert len(affected(out, [gone["consent_id"]])["documents"]) == 2
    to_more = ("--taker", "house", "--out", str(tmp_path / "more.jsonl"))
    assert "A consent reaches" in tokenry("consent", "hand-over", *to_more).out
    assert typed(monkeypatch, "withdraw", out, gone["consent_id"]) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert len(traced(out, "url", f"consent:{consent}")) == 2
    assert typed(monkeypatch, "withdraw", out, gone["consent_id"], "--rebuild-withdrawn") == 0
    said = capsys.readouterr().out
    assert "Taken out: 2 documents in 1 shard" in said
    assert said.count("absent: ") == 2
    assert typed(monkeypatch, "verify", out) == 0
    assert {row["fate"] for row in traced(out, "url", f"consent:{consent}")} == {"dropped"}
    held = [one for one in out.rglob("*") if one.is_file() and sentences(31)[:60].encode() in one.read_bytes()]
    assert held == []
