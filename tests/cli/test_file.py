"""`tokenry file` over a data folder that no server owns: what projects left is listed, shown and deleted."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Tokenry
from tokenry.access import KeyLimits, Principal
from tokenry.base.clock import SystemClock
from tokenry.config import Config
from tokenry.objects import Files, Ground, NewFile
from tokenry.storage import AppDb, Blobs


def left(data: Path, key: str, project: str, organization: str) -> str:
    """A file that somebody left while a server ran."""
    db, clock = AppDb.open(data / "app.db"), SystemClock()
    owner = Principal(
        key_id=key, key_name="k", project_id=project, organization_id=organization, user_id=None, expires_at=None,
        limits=KeyLimits(), budget_ids=(),
    )  # fmt: skip
    ground = Ground(db, Blobs(data, clock), clock, Config)
    draft = ground.blobs.draft()
    draft.write(b"secret words")
    made = Files(ground).create(owner, draft, NewFile("a rather long name of a file.txt", "user_data"))
    db.close()
    return made.id


def test_files_are_listed_shown_and_deleted(tokenry: Tokenry, data: Path) -> None:
    key = tokenry("key", "create", "--name", "nightly", "--json").json
    assert "There are no files" in tokenry("file", "list").out
    (project,) = tokenry("project", "list", "--json").json["projects"]
    made = left(data, key["id"], project["id"], project["organization"])
    answer = tokenry("file", "list", "--project", "default", "--json").json
    (listed,) = answer["files"]
    assert (listed["id"], listed["size_bytes"], answer["size_bytes"]) == (made, 12, 12)
    table = tokenry("file", "list").out
    assert made in table
    assert max(map(len, table.splitlines())) <= 80
    assert tokenry("file", "show", made, "--json").json == listed
    assert "projects have left 12 B of files" in tokenry("doctor").out
    (blob,) = (data / "blobs").glob("??/*")
    blob.rename(data / "away")
    assert "is missing or cut" in tokenry("doctor").out
    (data / "away").rename(blob)
    told = tokenry("file", "show", made).out
    assert "a rather long name" in told
    assert "secret" not in told
    assert "is deleted" in tokenry("file", "delete", made).out
    assert list((data / "blobs").glob("??/*")) == []
    (row,) = tokenry("audit", "list", "--type", "file.deleted", "--json").json["rows"]
    assert row["resource"] == made
    refused = tokenry("file", "show", made)
    assert (refused.code, "No such File" in refused.err) == (1, True)
