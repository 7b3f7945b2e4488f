"""OpenAI's spend limits and alerts: what they say is what the ledger enforces and counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.money.conftest import Money

pytestmark = pytest.mark.anyio

LIMIT, ALERTS = "/v1/organization/spend_limit", "/v1/organization/spend_alerts"
CENTS = {"currency": "USD", "interval": "month"}


def channel(*recipients: str) -> dict[str, Any]:
    return {"notification_channel": {"recipients": list(recipients), "type": "email", "subject_prefix": "[cap]"}}


@pytest.mark.parametrize("place", ["organization", "project"])
async def test_a_spend_limit_is_enforced_and_deleted(money: Money, place: str) -> None:
    path = LIMIT if place == "organization" else f"/v1/organization/projects/{money.project.id}/spend_limit"
    await money.ask("GET", path, status=404)
    await money.ask("DELETE", path, status=404)
    made = await money.ask("POST", path, threshold_amount=1, **CENTS)
    assert made == {
        "currency": "USD", "interval": "month", "threshold_amount": 1, "object": f"{place}.spend_limit",
        "enforcement": {"status": "inactive"},
    }  # fmt: skip  # the whole shape
    key = money.stand.project_key(money.project)
    assert await money.spend(key) == 200
    assert (await money.ask("GET", path))["enforcement"] == {"status": "enforcing"}, "less than a cent is left"
    (budget,) = money.stand.house.ledger.books.budgets.values()
    assert (budget.hard, budget.window, budget.limit, budget.scope) == (True, "month", 10_000_000, place)
    await money.ask("POST", f"/v1/tokenry/budgets/{budget.id}", limit_usd="0.0001")  # the same budget by another door
    assert await money.spend(key, tokens=64) == 429
    assert (await money.ask("POST", path, threshold_amount=50, **CENTS))["threshold_amount"] == 50
    assert await money.spend(key) == 200
    assert (await money.ask("DELETE", path))["object"] == f"{place}.spend_limit.deleted"
    await money.ask("GET", path, status=404)
    kinds = [kind for kind, _ in money.audit() if kind.startswith("spend_limit")]
    assert kinds == ["spend_limit.deleted", "spend_limit.updated", "spend_limit.updated"]


async def test_a_limit_that_is_deleted_and_made_again_goes_on_with_the_months_spending(money: Money) -> None:
    path = f"/v1/organization/projects/{money.project.id}/spend_limit"
    await money.ask("POST", path, threshold_amount=100, **CENTS)
    key = money.stand.project_key(money.project)
    assert await money.spend(key) == 200
    accounts = money.stand.house.ledger.books.accounts
    name = next(name for name in accounts if name.startswith("budget:"))
    spent = money.stand.house.ledger.alerts.spent(name)
    await money.ask("DELETE", path)
    await money.ask("POST", path, threshold_amount=200, **CENTS)
    assert money.stand.house.ledger.alerts.spent(name) == spent > 0


async def test_an_amount_that_cannot_be_is_refused(money: Money) -> None:
    for amount in (-1, 0, 10**30, 1.5, "50", None):
        answer = await money.ask("POST", LIMIT, status=400, threshold_amount=amount, **CENTS)
        assert answer["error"]["param"] == "threshold_amount"


async def test_alerts_are_made_listed_changed_and_deleted(money: Money) -> None:
    made = [
        await money.ask("POST", ALERTS, threshold_amount=cents, **CENTS, **channel("a@example.org"))
        for cents in (100, 200, 300)
    ]
    assert [a["threshold_amount"] for a in made] == [100, 200, 300]
    ids = [a["id"] for a in made]
    page = await money.ask("GET", f"{ALERTS}?limit=2")
    assert ([a["id"] for a in page["data"]], page["has_more"], page["last_id"]) == (ids[:2], True, ids[1])
    assert [a["id"] for a in (await money.ask("GET", f"{ALERTS}?after={ids[1]}"))["data"]] == ids[2:]
    assert [a["id"] for a in (await money.ask("GET", f"{ALERTS}?order=desc"))["data"]] == ids[::-1]
    assert [a["id"] for a in (await money.ask("GET", f"{ALERTS}?before={ids[2]}"))["data"]] == ids[:2]
    changed = await money.ask("POST", f"{ALERTS}/{ids[0]}", threshold_amount=150, **CENTS, **channel("b@example.org"))
    assert await money.ask("GET", f"{ALERTS}/{ids[0]}") == changed
    assert changed["notification_channel"]["recipients"] == ["b@example.org"]
    budgets = money.stand.house.ledger.books.budgets
    assert (budgets[ids[0]].limit, budgets[ids[0]].hard, budgets[ids[0]].purpose) == (1_500_000_000, False, "alert")
    assert (await money.ask("DELETE", f"{ALERTS}/{ids[0]}"))["deleted"] is True
    assert budgets[ids[0]].closed
    await money.ask("GET", f"{ALERTS}/{ids[0]}", status=404)
    assert (await money.ask("GET", "/v1/tokenry/budgets"))["data"] == [], "an alert limits nothing"
    await money.ask("GET", f"/v1/tokenry/budgets/{ids[1]}", status=404)


async def test_an_alert_of_one_place_is_not_found_in_another(money: Money) -> None:
    one = await money.ask("POST", ALERTS, threshold_amount=100, **CENTS, **channel("a@example.org"))
    here = f"/v1/organization/projects/{money.project.id}/spend_alerts"
    await money.ask("GET", f"{here}/{one['id']}", status=404)
    await money.ask("GET", f"{ALERTS}/{one['id']}", money.stand.theirs.keys["owner"], status=404)
    await money.ask("DELETE", f"{ALERTS}/{one['id']}", money.stand.theirs.keys["owner"], status=404)
    two = await money.ask("POST", here, threshold_amount=100, **CENTS, **channel("a@example.org"))
    assert two["object"] == "project.spend_alert"
    await money.ask("GET", f"{ALERTS}/{two['id']}", status=404)


async def test_recipients_are_addresses(money: Money) -> None:
    for recipients in ([], ["nobody"], ["a@example.org", "b@example.org>\r\nBcc: c@d"], ["x" * 300]):
        answer = await money.ask("POST", ALERTS, status=400, threshold_amount=100, **CENTS, **channel(*recipients))
        assert answer["error"]["param"].startswith("notification_channel.recipients")
