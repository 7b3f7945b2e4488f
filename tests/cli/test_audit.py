"""Admin keys and the audit log by the command line, and what the doctor sees of both."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tokenry.access import audit
from tokenry.storage import AppDb


def test_an_admin_key_is_shown_once_listed_and_revoked(tokenry: Tokenry) -> None:
    made = tokenry("admin-key", "create", "--name", "ops", "--expires", "30d", "--json").json
    assert made["key"].startswith("sk-admin-")
    assert made["user_name"] == "owner"
    listed = tokenry("admin-key", "list")
    assert "ops" in listed.out
    assert made["key"] not in listed.out
    bare = tokenry("admin-key", "create", "--name", "ci", "--bare")
    assert bare.out.startswith("sk-admin-")
    assert len(bare.out.split()) == 1
    gone = tokenry("admin-key", "revoke", "ops")
    assert "opens nothing any more" in gone.out
    assert [key["name"] for key in tokenry("admin-key", "list", "--json").json["admin_keys"]] == ["ci"]
    assert tokenry("admin-key", "revoke", "ops").code == 1


def test_the_log_is_listed_proven_and_exported(tokenry: Tokenry, data: Path) -> None:
    tokenry("project", "create", "--name", "trial")
    tokenry("award", "create", "--name", "start", "--usd", "5", "--project", "trial")
    tokenry("project", "archive", "trial")
    listed = tokenry("audit", "list", "--json").json
    assert [row["type"] for row in listed["rows"]] == ["project.archived", "award.created", "project.created"]
    assert [r["type"] for r in tokenry("audit", "list", "--type", "award.created", "--json").json["rows"]] == [
        "award.created"
    ]
    page = tokenry("audit", "list", "-n", "2", "--json").json
    assert tokenry("audit", "list", "--before", str(page["next"]), "--json").json["rows"] == listed["rows"][2:]
    assert "project.archived" in tokenry("audit", "list").out
    assert "The chain holds: 3 rows." in tokenry("audit", "verify").out
    exported = [json.loads(line) for line in tokenry("audit", "export").out.splitlines()]
    assert [row["seq"] for row in exported] == [1, 2, 3]
    assert tokenry("audit", "export", "--after", "2").out.count("\n") == 1
    db = AppDb.open(data / "app.db")
    rows = list(audit.read(db))
    db.close()
    assert [row.hash.hex() for row in rows] == [row["hash"] for row in exported]


@pytest.mark.parametrize(
    ("harm", "at"),
    [
        ("UPDATE audit SET actor_id = 'somebody' WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 3),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 1", 1),
    ],
)
def test_a_log_that_was_touched_is_found_out(tokenry: Tokenry, data: Path, harm: str, at: int) -> None:
    for name in ("a", "b", "c"):
        tokenry("project", "create", "--name", name)
    with sqlite3.connect(data / "app.db") as connection:
        connection.execute(harm)
    connection.close()
    broken = tokenry("audit", "verify")
    assert (broken.code, f"breaks at row {at}" in broken.out) == (1, True)
    told = tokenry("audit", "verify", "--json")
    assert (told.code, told.json["ok"], told.json["broken"]["seq"]) == (1, False, at)


def test_the_doctor_looks_at_the_logs_end_and_for_an_owner_who_can_come_in(tokenry: Tokenry, data: Path) -> None:
    tokenry("project", "create", "--name", "a")
    tokenry("project", "create", "--name", "b")
    found = {one["what"]: one for one in tokenry("doctor", "--json").json["findings"]}
    assert "the audit log's last 2 rows follow from each other" in found
    assert any(what.startswith("no owner can sign in") for what in found)
    with sqlite3.connect(data / "app.db") as connection:
        connection.execute("UPDATE audit SET type = 'nothing.happened' WHERE seq = 1")
        row = "INSERT INTO passwords (user_id, hash, changed_at) SELECT id, 'x', 1 FROM users"
        connection.execute(row)
    connection.close()
    ran = tokenry("doctor", "--json")
    found = {one["what"]: one for one in ran.json["findings"]}
    assert ran.code == 1
    assert found["the audit log was changed by hand: row 1 does not follow from the one before it"]["state"] == "wrong"
    assert not any(what.startswith("no owner can sign in") for what in found)
