"""The dashboard: its sums are the ledger's, everybody sees what is theirs to see, and its CSV computes nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.api.dashboard.conftest import Busy
from tokenry.base.units import usd_to_nano

pytestmark = pytest.mark.anyio

DASHBOARD, MINE = "/v1/tokenry/dashboard", "/v1/tokenry/me/usage"


async def test_the_sums_are_those_of_the_ledger(busy: Busy) -> None:
    ours = [one for one in busy.receipts() if one.facts.organization_id == busy.stand.ours.id]
    told = await busy.look(DASHBOARD, window="30d", group_by="key", groups=1)
    assert told["total"]["requests"] == len(ours) == 10
    assert told["total"]["charge_nanousd"] == sum(one.charge for one in ours) > 0
    assert told["total"]["cost_nanousd"] == sum(one.cost or 0 for one in ours) > 0
    assert told["total"]["whole"]["requests"] == 10
    assert told["total"]["whole"]["p95_ms"] >= told["total"]["whole"]["p50_ms"] >= 0
    accounts = busy.stand.house.ledger.books.accounts.values()
    spent = sum(account.debits_posted for account in accounts if account.kind == "award")
    theirs = sum(one.charge for one in busy.receipts()) - told["total"]["charge_nanousd"]
    assert told["total"]["charge_nanousd"] == spent - theirs
    for measure in ("requests", "charge_nanousd", "output_tokens"):
        (alone,) = told["groups"]
        assert sum(told["series"][measure]) == told["total"][measure]
        assert alone["figures"][measure] + told["rest"]["figures"][measure] == told["total"][measure]
        assert sum(alone["series"][measure]) == alone["figures"][measure]
    assert told["rest"]["groups"] == 2
    assert told["before"]["requests"] == 0
    assert len(told["starts"]) == 30


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("model", {"chatty": 8, "other": 2}),
        ("project", {"first": 8, "second": 2}),
        ("member", {"project_member": 5, "project_owner": 3, None: 2}),
        ("key", {"project_member": 5, "project_owner": 3, "=1+1": 2}),
        ("endpoint", {"chat.completions": 10}),
        ("tier", {None: 10}),
    ],
)
async def test_groups_are_called_what_people_call_them(busy: Busy, by: str, names: dict[str | None, int]) -> None:
    told = await busy.look(DASHBOARD, group_by=by, order="requests")
    assert {one["name"]: one["figures"]["requests"] for one in told["groups"]} == names
    assert told["rest"] is None
    assert {one["within"] for one in told["groups"]} == ({"first", "second"} if by == "key" else {None})


async def seen(busy: Busy, role: str, path: str = DASHBOARD, **query: Any) -> tuple[str, int]:
    told = await busy.look(path, role, **query)
    return told["whose"], told["total"]["requests"]


async def test_everybody_sees_what_is_theirs_to_see(busy: Busy) -> None:
    for role in ("owner", "admin", "officer", "auditor"):
        assert await seen(busy, role) == ("organization", 10)
    assert await seen(busy, "project_owner") == ("projects", 8)
    assert await seen(busy, "project_member") == ("own", 5)
    assert await seen(busy, "member") == ("own", 0)
    assert await seen(busy, "project_owner", MINE) == ("projects", 3)
    assert await seen(busy, "owner", MINE) == ("organization", 0)
    assert await seen(busy, "project_member", MINE) == ("own", 5)
    of_member = {"user_ids": busy.stand.ours.users["project_member"]}
    assert await seen(busy, "owner", **of_member) == ("organization", 5)
    assert await seen(busy, "member", **of_member) == ("own", 0)
    assert (await busy.look(DASHBOARD, "project_owner"))["total"]["cost_nanousd"] is None
    assert (await busy.look(MINE, "project_member"))["total"]["cost_nanousd"] is None


async def test_other_organizations_do_not_exist(busy: Busy) -> None:
    theirs = busy.stand.theirs
    await busy.look(DASHBOARD, status=404, project_ids=theirs.projects[0].id)
    assert await seen(busy, "owner", user_ids=theirs.users["owner"]) == ("organization", 0)
    answer = await busy.stand.ask("GET", f"{DASHBOARD}?group_by=key", theirs.keys["owner"])
    assert answer.json()["total"]["requests"] == 1
    assert answer.json()["total"]["cost_nanousd"] is None, "what providers ask is the operator's business"
    assert {one["name"] for one in answer.json()["groups"]} == {"test"}
    await busy.look(DASHBOARD, "project_owner", status=404, project_ids=busy.stand.ours.projects[1].id)


async def test_a_projects_key_is_shown_nobodys_own(busy: Busy) -> None:
    answer = await busy.stand.ask("GET", MINE, busy.keys["project_member"])
    assert answer.status_code == 403, answer.text


async def test_csv_adds_up_and_computes_nothing(busy: Busy) -> None:
    told = await busy.look(DASHBOARD, group_by="key", window="24h")
    text = await busy.look(DASHBOARD, group_by="key", window="24h", format="csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 24 * 3 == len(told["starts"]) * len(told["groups"])
    assert sum(int(row["requests"]) for row in rows) == 10
    assert sum(usd_to_nano(row["charge_usd"]) for row in rows) == told["total"]["charge_nanousd"]
    assert {row["name"] for row in rows} == {"project_member", "project_owner", "'=1+1"}
    whole = await busy.look(DASHBOARD, window="24h", format="csv")
    assert len(list(csv.DictReader(io.StringIO(whole, newline="")))) == 24


@pytest.mark.parametrize(
    "query",
    [
        {"end_time": 5},
        {"start_time": 2**33},
        {"start_time": 10, "end_time": 10},
        {"start_time": 0, "step": "hour"},
        {"start_time": 0},
        {"window": "1y"},
        {"group_by": "password"},
        {"groups": 51},
        {"order": "charge); DROP TABLE cells"},
    ],
    ids=str,
)
async def test_what_makes_no_sense_is_refused_with_words(busy: Busy, query: dict[str, Any]) -> None:
    told = await busy.look(DASHBOARD, status=400, **query)
    assert told["error"]["message"]
    assert told["error"]["param"]


async def test_days_are_the_organizations(busy: Busy) -> None:
    owner = busy.stand.ours.keys["owner"]
    answer = await busy.stand.ask("POST", "/v1/tokenry/organization", owner, json={"timezone": "Pacific/Kiritimati"})
    assert answer.status_code == 200, answer.text
    told = await busy.look(DASHBOARD, window="7d", step="day", group_by="model")
    assert told["time_zone"] == "Pacific/Kiritimati"
    assert all((start + 14 * 3600) % 86_400 == 0 for start in told["starts"])
    assert told["total"]["requests"] == 10
