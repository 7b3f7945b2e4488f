"""Requests one by one: found by filters, in pages, by those alone who may see them; each receipt is the ledger's."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.api.dashboard.conftest import Busy
from tokenry.base.units import nano_to_usd
from tokenry.ledger import Facts
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

ALL = "/v1/tokenry/requests"


async def ids(busy: Busy, role: str = "owner", **query: Any) -> list[str]:
    """All that somebody is shown, page by page."""
    found: list[str] = []
    while True:
        page = await busy.look(ALL, role, **query)
        found += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            assert page["next"] is None
            return found
        query["cursor"] = page["next"]


def ours(busy: Busy) -> list[Any]:
    """Newest first."""
    return [one for one in busy.receipts() if one.facts.organization_id == busy.stand.ours.id][::-1]


async def test_pages_hold_every_request_once_the_newest_first(busy: Busy) -> None:
    assert await ids(busy) == await ids(busy, limit=3) == [one.request_id for one in ours(busy)]
    busy.stand.house.buckets.catch_up()
    assert await ids(busy, limit=3) == [one.request_id for one in ours(busy)]


async def test_filters(busy: Busy) -> None:
    stand, receipts = busy.stand, ours(busy)
    member, first = stand.ours.users["project_member"], stand.ours.projects[0].id
    dearest = max(one.charge for one in receipts)
    for query, fits in (
        ({"model": "other"}, lambda one: one.facts.model == "other"),
        ({"user_id": member}, lambda one: one.facts.user_id == member),
        ({"project_id": first}, lambda one: one.facts.project_id == first),
        ({"api_key_id": receipts[0].facts.key_id}, lambda one: one.facts.key_id == receipts[0].facts.key_id),
        ({"charge_from_usd": nano_to_usd(dearest)}, lambda one: one.charge == dearest),
        ({"state": "completed"}, lambda one: one.outcome == "completed"),
        ({"state": "refused"}, lambda _: False),
        ({"deployment": "script/scripted"}, lambda _: True),
        ({"end_time": receipts[-1].at // 10**9}, lambda _: False),
        ({"start_time": receipts[-1].at // 10**9}, lambda _: True),
    ):
        assert await ids(busy, **query) == [one.request_id for one in receipts if fits(one)], query


async def test_who_sees_which(busy: Busy) -> None:
    for role, many in (("owner", 10), ("auditor", 10), ("project_owner", 8), ("project_member", 5), ("member", 0)):
        assert len(await ids(busy, role)) == many, role
    assert len(await ids(busy, "project_owner", whose="mine")) == 3
    assert await ids(busy, "owner", whose="mine") == []
    theirs = busy.stand.theirs
    answer = await busy.stand.ask("GET", ALL, theirs.keys["owner"])
    assert len(answer.json()["data"]) == 1
    for project in (theirs.projects[0].id, "proj_none"):
        await busy.look(ALL, status=404, project_id=project)
    await busy.look(ALL, "project_member", status=404, project_id=busy.stand.ours.projects[1].id)
    assert await ids(busy, user_id=theirs.users["owner"]) == []
    answer = await busy.stand.ask("GET", ALL, busy.keys["project_member"])
    assert answer.json()["data"] == [], "a project's key is no person"


async def test_a_receipt_in_full(busy: Busy) -> None:
    mine = next(one for one in ours(busy) if one.facts.user_id == busy.stand.ours.users["project_member"])
    told = await busy.look(f"{ALL}/{mine.request_id}", "project_member")
    assert told["charge_nanousd"] == mine.charge == sum(line["amount_nanousd"] for line in told["lines"])
    assert (told["project_name"], told["user_name"], told["api_key_name"]) == ("first", *["project_member"] * 2)
    assert told["cost_nanousd"] is None, "what a provider asks is not a member's business"
    assert told["price_effective_from"] > 0
    assert set(told["account_names"].values()) == {"start"}
    assert (await busy.look(f"{ALL}/{mine.request_id}"))["cost_nanousd"] == mine.cost
    await busy.look(f"{ALL}/{mine.request_id}", "project_owner")
    for role in ("member", "reviewer"):
        await busy.look(f"{ALL}/{mine.request_id}", role, status=404)
    answer = await busy.stand.ask("GET", f"{ALL}/{mine.request_id}", busy.stand.theirs.keys["owner"])
    assert answer.status_code == 404
    await busy.look(f"{ALL}/req_{'0' * 26}", status=404)


async def test_a_projects_key_tells_nothing_of_its_persons_other_projects(busy: Busy) -> None:
    """It lies about in applications' settings; what it asked itself it may add up."""
    stand, user = busy.stand, busy.stand.ours.users["project_owner"]
    row = {"id": "mbr_second", "user_id": user, "organization_id": stand.ours.id, "role": "member", "created_at": 1}
    with stand.house.desk.db.write() as connection:
        connection.execute(tables.memberships.insert(), {**row, "project_id": stand.ours.projects[1].id})
    stand.serving.rooms().refresh()
    key = stand.project_key(stand.ours.projects[1], user_id=user, name="elsewhere")
    for path, more in (("/v1/tokenry/dashboard", {"group_by": "key"}), ("/v1/organization/usage/completions", {})):
        now_s = stand.house.clock.now_ns() // 10**9
        query = {"start_time": now_s - 86_400, **more} if "usage" in path else more
        answer = await stand.ask("GET", path, key, params=query)
        assert answer.status_code == 200, answer.text
        assert busy.keys["project_owner"][:16] not in answer.text
        told = answer.json()
        total = told["total"]["requests"] if "total" in told else sum(len(one["results"]) for one in told["data"])
        assert total == 0, path
    mine = await stand.ask("GET", "/v1/tokenry/dashboard", busy.keys["project_owner"])
    assert mine.json()["total"]["requests"] == 3


async def test_no_other_way_tells_what_a_provider_asks(busy: Busy) -> None:
    mine = next(one for one in ours(busy) if one.facts.user_id == busy.stand.ours.users["project_member"])
    assert mine.cost is not None
    own = f"/v1/tokenry/me/receipts/{mine.request_id}"
    for role, cost in (("project_member", None), ("project_owner", None), ("officer", mine.cost)):
        assert (await busy.look(own, role))["cost_nanousd"] == cost, role
    path = f"/v1/tokenry/receipts/{mine.request_id}"
    told = (await busy.stand.ask("GET", path, busy.keys["project_member"])).json()
    assert (told["id"], told["cost_nanousd"]) == (mine.request_id, None)
    exported = (await busy.look("/v1/tokenry/me/export", "project_member"))["data"]["receipts"]
    assert [one["cost_nanousd"] for one in exported] == [None] * 5
    path = f"/v1/tokenry/people/{busy.stand.ours.users['project_member']}/export"
    exported = (await busy.look(path, "owner"))["data"]["receipts"]
    assert {one["cost_nanousd"] for one in exported} == {mine.cost}
    (theirs,) = (one for one in busy.receipts() if one.facts.organization_id == busy.stand.theirs.id)
    answer = await busy.stand.ask("GET", f"{ALL}/{theirs.request_id}", busy.stand.theirs.keys["owner"])
    assert answer.json()["cost_nanousd"] is None, "an owner elsewhere is not the operator"


async def test_those_that_run_are_listed_too(busy: Busy) -> None:
    stand = busy.stand
    member = stand.ours.users["project_member"]
    facts = Facts(
        organization_id=stand.ours.id, project_id=stand.ours.projects[0].id, key_id="key", user_id=member,
        endpoint="chat.completions", model="chatty", stream=True, input_bound=1, output_bound=1, price_version=None,
    )  # fmt: skip
    await stand.house.ledger.hold("req_running", facts, 1)
    for role, seen in (("owner", ["req_running"]), ("project_member", ["req_running"]), ("member", [])):
        assert await ids(busy, role, state="running") == seen
    (told,) = (await busy.look(ALL, state="running"))["data"]
    assert (told["state"], told["status"], told["duration_ms"]) == ("running", None, None)


async def test_csv(busy: Busy) -> None:
    text = await busy.look(ALL, format="csv", limit=500)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [one.request_id for one in ours(busy)]
    assert {row["api_key_name"] for row in rows} == {"project_member", "project_owner", "'=1+1"}
    assert rows[0]["charge_usd"] == nano_to_usd(ours(busy)[0].charge)


@pytest.mark.parametrize(
    "query",
    [{"cursor": "x"}, {"charge_from_usd": "a lot"}, {"limit": 0}, {"limit": 501}, {"state": "asleep"},
     {"start_time": 5, "end_time": 5}, {"start_time": 2**33}],
    ids=str,
)  # fmt: skip
async def test_what_makes_no_sense_is_refused_with_words(busy: Busy, query: dict[str, Any]) -> None:
    assert (await busy.look(ALL, status=400, **query))["error"]["param"]
