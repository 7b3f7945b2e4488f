"""The audit log as people read it: found by words, one's own organization's alone, exported, and its chain computed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.api.dashboard.conftest import Busy
from tokenry.access import create_project, local_actor
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

LOG = "/v1/tokenry/audit_log"


async def rows(busy: Busy, **query: Any) -> list[dict[str, Any]]:
    """All of them, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = await busy.look(LOG, **query)
        found += page["data"]
        if not page["has_more"]:
            return found
        query["after"] = page["last_id"]


async def test_pages_types_and_words(busy: Busy) -> None:
    made = create_project(busy.stand.house.desk, local_actor(busy.stand.ours.id), "found by its id")
    create_project(busy.stand.house.desk, local_actor(busy.stand.theirs.id), "elsewhere")
    busy.stand.house.people.load()
    everything = await rows(busy)
    assert [row["id"] for row in await rows(busy, limit=3)] == [row["id"] for row in everything]
    assert [row["number"] for row in everything] == sorted((row["number"] for row in everything), reverse=True)
    types = {one["type"]: one["rows"] for one in (await busy.look(f"{LOG}/types"))["data"]}
    assert sum(types.values()) == len(everything)
    assert types["project.created"] == len(await rows(busy, types="project.created")) == 3
    assert len(await rows(busy, begins="project.")) == sum(n for kind, n in types.items() if kind[:8] == "project.")
    (row,) = await rows(busy, q=made.id.upper())
    assert (row["resource_id"], row["type"], row["actor_type"]) == (made.id, "project.created", "local")
    assert await rows(busy, q="100%_nothing") == []
    assert await rows(busy, start_time=row["at"] + 1) == []
    assert await rows(busy, end_time=1) == []
    assert await rows(busy, project_ids=busy.stand.theirs.projects[0].id) == []
    (row,) = await rows(busy, resource_ids=made.id)
    assert row["project_name"] is None or row["project_name"] == "found by its id"


async def test_csv_computes_nothing(busy: Busy) -> None:
    with busy.stand.house.desk.act(local_actor(busy.stand.ours.id), "=cmd()", "=1") as act:
        act.details["="] = "1"
    text = await busy.look(LOG, format="csv", limit=1000)
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (found[0]["type"], found[0]["resource_id"]) == ("'=cmd()", "'=1")
    assert len(found) == len(await rows(busy))


async def test_the_chain_is_computed_and_a_changed_row_is_told(busy: Busy) -> None:
    told = await busy.look(f"{LOG}/verification", "auditor")
    ours = await rows(busy)
    assert (told["ok"], told["whole"], told["rows"], told["broken_at"]) == (True, True, len(ours), None)
    assert told["last_hash"] == ours[0]["hash"]
    table = tables.audit
    with busy.stand.house.desk.db.write() as connection:
        row = connection.execute(table.select().where(table.c.id == ours[-1]["id"])).one()
        connection.execute(table.update().where(table.c.seq == row.seq).values(type="project.forged"))
    told = await busy.look(f"{LOG}/verification")
    assert (told["ok"], told["broken_at"]) == (False, row.seq)
    with busy.stand.house.desk.db.write() as connection:
        connection.execute(table.update().where(table.c.seq == row.seq).values(type=row.type))
    assert (await busy.look(f"{LOG}/verification"))["ok"]


@pytest.mark.parametrize("path", [LOG, f"{LOG}/types", f"{LOG}/verification"])
async def test_only_for_those_who_may(busy: Busy, path: str) -> None:
    for role in ("officer", "reviewer", "member", "project_owner"):
        await busy.look(path, role, status=403)
