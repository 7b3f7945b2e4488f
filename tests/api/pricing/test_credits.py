"""Credits and plans over HTTP: in both books or in neither, issued once, and nothing of another organization's."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.api.organization.stand import Stand
from tests.api.organization.things import Spot, make
from tokenry import storage
from tokenry.access import audit, local_actor
from tokenry.api.pricing import credit_shape, credits_of, issue_due, issue_noted
from tokenry.api.pricing.credits import AddCredit, add_credit
from tokenry.ledger import check
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
CREDITS, PLANS, SUBSCRIPTIONS = "/v1/tokenry/credits", "/v1/tokenry/plans", "/v1/tokenry/subscriptions"
BODY: dict[str, Any] = {"model": "chatty", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 8}


async def test_credit_is_added_listed_and_audited(stand: Stand) -> None:
    project = stand.ours.projects[0].id
    wish = {"project_id": project, "usd": "12.5", "category": "promotional", "expires_at": 4_000_000_000}
    made = (await stand.ask("POST", CREDITS, stand.ours.keys["officer"], json=wish)).json()
    assert (made["left_usd"], made["category"], made["status"]) == ("12.50", "promotional", "active")
    listed = (await stand.ask("GET", CREDITS, stand.ours.keys["auditor"])).json()["data"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert (await stand.ask("GET", CREDITS, stand.theirs.keys["owner"])).json()["data"] == []
    row = [row for row in audit.read(stand.house.desk.db) if row.type == "credit.added"][-1]
    assert (row.resource_id, row.project_id, row.details["usd"]) == (made["id"], project, "12.50")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"usd": "0"}, "some dollars"),
        ({"usd": "-1"}, "negative"),
        ({"usd": "1", "expires_at": 5}, "future"),
        ({"usd": "1", "category": "award"}, "category"),
        ({"usd": "1", "name": "\n"}, "name"),
        ({"usd": "1", "project_id": "theirs"}, "There is no project"),
    ],
)
async def test_what_is_no_credit_is_refused(stand: Stand, wish: dict[str, Any], told: str) -> None:
    body = {"project_id": stand.ours.projects[0].id, **wish}
    if body["project_id"] == "theirs":
        body["project_id"] = stand.theirs.projects[0].id
    answer = await stand.ask("POST", CREDITS, stand.ours.keys["owner"], json=body)
    assert answer.status_code in {400, 404}
    assert told in answer.text
    assert credits_of(stand.serving.rooms()) == []


async def test_a_crash_between_the_two_books_is_made_good_at_the_next_start(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = stand.serving.rooms()
    ledger = type(rooms.ledger)

    async def dies(*_: Any) -> bool:
        raise KeyboardInterrupt

    wish = AddCredit(project_id=stand.ours.projects[0].id, usd="5")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "grant_once", dies)
        with pytest.raises(KeyboardInterrupt):
            await add_credit(rooms, local_actor(stand.ours.id), wish)
    assert credits_of(rooms) == []
    assert [await issue_noted(rooms), await issue_noted(rooms)] == [1, 0]
    (lot,) = credits_of(rooms)
    assert rooms.ledger.books.accounts[lot.account].credits_posted == 5 * 10**9
    with rooms.desk.db.read() as connection:
        keys = [row.key for row in connection.execute(storage.tables.settings.select())]
    assert not [key for key in keys if key.startswith("credit/")]


async def test_a_plan_pays_first_and_beyond_it_is_refused_or_charged(stand: Stand) -> None:
    owner, project = stand.ours.keys["owner"], stand.ours.projects[0]
    plan = {"name": "basic", "included_usd": "0.000005", "overage": "refused"}
    plan_id = (await stand.ask("POST", PLANS, owner, json=plan)).json()["id"]
    asked = {"plan_id": plan_id, "project_id": project.id}
    made = (await stand.ask("POST", SUBSCRIPTIONS, owner, json=asked)).json()
    again = await stand.ask("POST", SUBSCRIPTIONS, owner, json=asked)
    assert again.status_code == 409
    rooms = stand.serving.rooms()
    assert [await issue_due(rooms), await issue_due(rooms)] == [0, 0]
    (lot,) = credits_of(rooms)
    assert (lot.category, rooms.ledger.books.accounts[lot.account].credits_posted) == ("promotional", 5000)
    wish = {"project_id": project.id, "usd": "100"}
    await stand.ask("POST", CREDITS, owner, json=wish)
    key = stand.project_key(project)
    answer = await stand.ask("POST", "/v1/chat/completions", key, json=BODY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "insufficient_quota")
    ended = (await stand.ask("POST", f"{SUBSCRIPTIONS}/{made['id']}/end", owner)).json()
    assert ended["ends_at"] is not None
    assert credit_shape(rooms, rooms.ledger.books.awards[lot.id]).status == "expired"
    assert (await stand.ask("POST", "/v1/chat/completions", key, json=BODY)).status_code == 200
    rooms.ledger.sweep()
    await rooms.journal.flush()
    assert rooms.ledger.books.accounts["expired"].credits_posted == 5000
    assert check(rooms.journal.read()).ok
    twice = await stand.ask("POST", f"{SUBSCRIPTIONS}/{made['id']}/end", owner)
    assert twice.status_code == 409


async def test_plans_and_subscriptions_of_others_do_not_exist(stand: Stand) -> None:
    one = await make(Spot(stand, stand.theirs), "subscription_id", SUBSCRIPTIONS)
    with stand.house.desk.db.read() as connection:
        begun = connection.execute(tables.subscriptions.select().where(tables.subscriptions.c.id == one)).one()
    ours = stand.ours.keys["owner"]
    for path, theirs in ((PLANS, begun.plan_id), (SUBSCRIPTIONS, one)):
        assert theirs not in [row["id"] for row in (await stand.ask("GET", path, ours)).json()["data"]]
    assert (await stand.ask("POST", f"{SUBSCRIPTIONS}/{one}/end", ours)).status_code == 404
    for place in (stand.ours, stand.theirs):
        crossed = {"plan_id": begun.plan_id, "project_id": place.projects[0].id}
        assert (await stand.ask("POST", SUBSCRIPTIONS, ours, json=crossed)).status_code == 404
    for path in (PLANS, SUBSCRIPTIONS, "/v1/tokenry/credits"):
        refused = await stand.ask("POST", path, stand.theirs.keys["owner"], json={})
        assert refused.status_code == 403, "money is issued by the operator's organization alone"


@pytest.mark.parametrize("wrong", [{"included_usd": "0"}, {"included_usd": "x"}, {"overage": "maybe"}, {"models": []}])
async def test_a_plan_without_sense_is_refused(stand: Stand, wrong: dict[str, Any]) -> None:
    body = {"name": "p", "included_usd": "1", **wrong}
    answer = await stand.ask("POST", PLANS, stand.ours.keys["owner"], json=body)
    assert answer.status_code == 400
    assert msgspec.json.decode(answer.content)["error"]["message"]
