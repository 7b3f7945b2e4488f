"""`tokenry batch` over a data folder that no server owns: what is there is listed, shown and cancelled."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Tokenry
from tokenry.access import KeyLimits, Principal
from tokenry.base.clock import SystemClock
from tokenry.config import Config
from tokenry.objects import Files, Ground, NewFile
from tokenry.objects.batches import Batches, NewBatch
from tokenry.storage import AppDb, Blobs


def left(data: Path, key: str, project: str, organization: str) -> str:
    """A batch that somebody made while a server ran."""
    db, clock = AppDb.open(data / "app.db"), SystemClock()
    owner = Principal(
        key_id=key, key_name="k", project_id=project, organization_id=organization, user_id=None, expires_at=None,
        limits=KeyLimits(), budget_ids=(),
    )  # fmt: skip
    ground = Ground(db, Blobs(data, clock), clock, Config)
    files = Files(ground)
    draft = ground.blobs.draft()
    draft.write(b"{}\n")
    file = files.create(owner, draft, NewFile("in.jsonl", "batch"))
    made = Batches(ground, files).create(owner, NewBatch(file.id, "/v1/chat/completions", "24h"))
    db.close()
    return made.id


def test_batches_are_listed_shown_and_cancelled(tokenry: Tokenry, data: Path) -> None:
    key = tokenry("key", "create", "--name", "nightly", "--json").json
    assert "There are no batches yet" in tokenry("batch", "list").out
    (project,) = tokenry("project", "list", "--json").json["projects"]
    made = left(data, key["id"], project["id"], project["organization"])
    (listed,) = tokenry("batch", "list", "--project", "default", "--json").json["batches"]
    assert (listed["id"], listed["status"], listed["project_name"]) == (made, "validating", "default")
    table = tokenry("batch", "list").out
    assert made in table
    assert max(map(len, table.splitlines())) <= 80
    assert "is validating: 0 of 0 lines" in tokenry("batch", "show", made).out
    assert tokenry("batch", "show", made, "--json").json == listed
    assert tokenry("batch", "cancel", made, "--json").json["status"] == "cancelling"
    (row,) = tokenry("audit", "list", "--type", "batch.cancelled", "--json").json["rows"]
    assert row["resource"] == made
    refused = tokenry("batch", "show", "batch_never")
    assert (refused.code, "No such Batch" in refused.err) == (1, True)
