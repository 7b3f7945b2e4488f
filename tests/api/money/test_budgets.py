"""Budgets over HTTP: made, changed, closed; defaults, groups' values and overrides, each with its source."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.money.conftest import USD, Money
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

LITTLE = "0.0008"  # a few requests
ALL, MINE = "/v1/tokenry/budgets", "/v1/tokenry/me/budgets"


async def default(money: Money, limit: str = "20.00", **more: Any) -> Any:
    return await money.ask("POST", ALL, scope="user", scope_id="*", limit_usd=limit, window="month", **more)


async def test_a_budget_is_made_changed_closed_and_reopened(money: Money) -> None:
    made = await money.ask("POST", ALL, scope="project", scope_id=money.project.id, limit_usd="50")
    assert (made["limit_usd"], made["left_usd"], made["source"], made["state"]) == ("50.00", "50.00", "budget", "open")
    assert made["resets_at"] > made["created_at"]
    one = f"{ALL}/{made['id']}"
    changed = await money.ask("POST", one, limit_usd="0.000000001", thresholds=[90, 100])
    assert (changed["limit_usd"], changed["thresholds"]) == ("0.000000001", [90, 100])
    assert await money.spend(money.stand.project_key(money.project)) == 429
    assert (await money.ask("POST", f"{one}/close"))["state"] == "closed"
    assert await money.spend(money.stand.project_key(money.project)) == 200
    assert (await money.ask("GET", ALL))["data"] == []
    assert (await money.ask("POST", one, state="open"))["state"] == "open"
    assert [b["id"] for b in (await money.ask("GET", ALL))["data"]] == [made["id"]]
    kinds = ["budget.updated", "budget.closed", "budget.updated", "budget.created"]
    assert [one for one in money.audit() if one[0].startswith("budget")] == [(kind, made["id"]) for kind in kinds]


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"limit_usd": "-1"}, "limit_usd"),
    ({"limit_usd": "1e30"}, "limit_usd"),
    ({"limit_usd": "NaN"}, "limit_usd"),
    ({"limit_usd": "0.0000000001"}, "limit_usd"),
    ({"limit_usd": 5}, "limit_usd"),
    ({"limit_usd": "\u0661\u0662"}, "limit_usd"),
    ({"limit_usd": "1_000"}, "limit_usd"),
    ({"limit_usd": "1", "timezone": "America"}, "timezone"),
    ({"limit_usd": "1", "timezone": "../../etc/passwd"}, "timezone"),
    ({"limit_usd": "1", "timezone": "Middle/Earth"}, "timezone"),
    ({"limit_usd": "1", "thresholds": [80, 50]}, "thresholds"),
    ({"limit_usd": "1", "thresholds": [0]}, "thresholds[0]"),
    ({"limit_usd": "1", "window": "decade"}, "window"),
    ({"limit_usd": "1", "scope": "planet"}, "scope"),
)


async def test_a_budget_that_cannot_be_is_refused_and_nothing_is_written(money: Money) -> None:
    before = money.audit()
    for body, param in WRONG:
        wrong = {"scope": "project", "scope_id": money.project.id, **body}
        answer = await money.ask("POST", ALL, status=400, **wrong)
        assert answer["error"]["param"] == param, answer
    assert money.audit() == before
    assert money.stand.house.ledger.books.budgets == {}


async def test_what_another_organization_has_does_not_exist(money: Money) -> None:
    theirs = money.stand.theirs
    made = await money.ask(
        "POST", ALL, theirs.keys["owner"], scope="project", scope_id=theirs.projects[0].id, limit_usd="5"
    )
    for method, path in (
        ("GET", made["id"]), ("POST", made["id"]), ("POST", f"{made['id']}/close"), ("GET", f"{made['id']}/members"),
    ):  # fmt: skip  # a line of routes
        await money.ask(method, f"{ALL}/{path}", status=404)
    group = money.group(organization=theirs.id)
    for scope, ref in (
        ("project", theirs.projects[0].id), ("organization", theirs.id), ("user", theirs.users["owner"]),
        ("group", group), ("key", money.stand.project_key(theirs.projects[0])[:20]),
    ):  # fmt: skip  # a line of scopes
        await money.ask("POST", ALL, status=404, scope=scope, scope_id=ref, limit_usd="5")
    each = await default(money)
    for who in ({"group_id": group}, {"user_id": theirs.users["owner"]}):
        await money.ask("POST", f"{ALL}/{each['id']}/values", status=404, limit_usd="1", **who)


async def test_an_override_goes_before_the_least_of_the_groups_and_that_before_the_default(money: Money) -> None:
    user, key = money.stand.ours.users["project_member"], money.stand.ours.keys["project_member"]
    one, other = money.group(user), money.group(user)
    each = await default(money)
    values = f"{ALL}/{each['id']}/values"

    async def mine() -> tuple[str, str]:
        found = (await money.ask("GET", MINE, key))["data"]
        own = next(b for b in found if b["default"] == each["id"])
        members = (await money.ask("GET", f"{ALL}/{each['id']}/members?limit=100"))["data"]
        assert own in members, "both places say the same"
        return own["limit_usd"], own["source"]

    assert await mine() == ("20.00", "default")
    await money.ask("POST", values, group_id=one, limit_usd="9")
    assert await mine() == ("9.00", f"group {money.name_of_group(one)}")
    await money.ask("POST", values, group_id=other, limit_usd="7")
    assert await mine() == ("7.00", f"group {money.name_of_group(other)}")
    await money.ask("POST", values, user_id=user, limit_usd="30")
    assert await mine() == ("30.00", "override")
    await money.ask("POST", values, user_id=user)
    assert await mine() == ("7.00", f"group {money.name_of_group(other)}")
    await money.ask("POST", values, group_id=other)
    assert await mine() == ("9.00", f"group {money.name_of_group(one)}")
    await money.ask("POST", f"{ALL}/{each['id']}/values", status=400, limit_usd="1")
    await money.ask("POST", f"{ALL}/{each['id']}.{user}", status=400, limit_usd="1")


async def test_each_member_spends_of_their_own_and_a_change_of_groups_counts_from_the_next_request(
    money: Money,
) -> None:
    users = money.stand.ours.users
    first, second = users["project_member"], users["project_owner"]
    keys = [money.stand.project_key(money.project, user_id=user) for user in (first, second)]
    await default(money, LITTLE)
    each = money.stand.house.ledger.books
    assert await money.spend(keys[0]) == 200
    while await money.spend(keys[0]) == 200:
        pass
    assert await money.spend(keys[1]) == 200, "another's spending is their own"
    group = money.group(first)
    found = next(b.id for b in each.budgets.values() if b.is_default)
    await money.ask("POST", f"{ALL}/{found}/values", group_id=group, limit_usd="1")
    assert await money.spend(keys[0]) == 200
    with money.stand.house.desk.db.write() as connection:
        connection.execute(tables.group_members.delete())
    money.reread()
    assert await money.spend(keys[0]) == 429
    assert await money.spend(money.stand.project_key(money.project)) == 200, "the project's own key is nobody's"


async def test_a_groups_budget_is_shared_by_its_members(money: Money) -> None:
    users = money.stand.ours.users
    group = money.group(users["project_member"], users["project_owner"])
    await money.ask("POST", ALL, scope="group", scope_id=group, limit_usd=LITTLE)
    keys = [money.stand.project_key(money.project, user_id=users[r]) for r in ("project_member", "project_owner")]
    assert await money.spend(keys[0]) == 200
    while await money.spend(keys[0]) == 200:
        pass
    assert await money.spend(keys[1]) == 429
    assert await money.spend(money.stand.project_key(money.project, user_id=users["admin"])) == 200


async def test_windows_begin_at_the_organizations_midnight_unless_a_budget_says_where(money: Money) -> None:
    with money.stand.house.desk.db.write() as connection:
        ours = tables.organizations.c.id == money.stand.ours.id
        connection.execute(tables.organizations.update().where(ours), {"timezone": "Asia/Kathmandu"})
    money.reread()
    theirs = await money.ask("POST", ALL, scope="project", scope_id=money.project.id, limit_usd="5", window="day")
    own = await money.ask(
        "POST", ALL, scope="project", scope_id=money.project.id, limit_usd="5", window="day", timezone="UTC"
    )
    assert (theirs["timezone"], theirs["resets_at"] % 86_400) == ("Asia/Kathmandu", (24 * 60 - 345) * 60)
    assert (own["timezone"], own["resets_at"] % 86_400) == ("UTC", 0)


async def test_a_projects_owner_sees_and_sets_the_projects_budgets_alone(money: Money) -> None:
    key = money.stand.ours.keys["project_owner"]
    base = f"/v1/tokenry/projects/{money.project.id}/budgets"
    other = await money.ask("POST", ALL, scope="project", scope_id=money.stand.ours.projects[1].id, limit_usd="5")
    made = await money.ask("POST", base, key, scope="project", scope_id=money.project.id, limit_usd="5")
    assert [b["id"] for b in (await money.ask("GET", base, key))["data"]] == [made["id"]]
    await money.ask("GET", f"{base}/{other['id']}", key, status=404)
    await money.ask("POST", base, key, status=404, scope="organization", scope_id=money.stand.ours.id, limit_usd="5")
    await money.ask("POST", base, key, status=404, scope="user", scope_id="*", limit_usd="5")
    await money.ask("GET", ALL, key, status=403)


async def test_who_is_limited_does_not_lift_the_limit(money: Money) -> None:
    """What the organization set for a project, its owner may lower, but neither raise nor close; of their own all."""
    key, base = money.stand.ours.keys["project_owner"], f"/v1/tokenry/projects/{money.project.id}/budgets"
    limit = f"/v1/organization/projects/{money.project.id}/spend_limit"
    month: dict[str, Any] = {"currency": "USD", "interval": "month"}
    scope = {"scope": "project", "scope_id": money.project.id}
    theirs = await money.ask("POST", ALL, **scope, limit_usd="5")
    for path, body in ((theirs["id"], {"limit_usd": "6"}), (f"{theirs['id']}/close", {})):
        answer = await money.ask("POST", f"{base}/{path}", key, status=403, **body)
        assert answer["error"]["code"] == "insufficient_permissions"
    assert (await money.ask("POST", f"{base}/{theirs['id']}", key, limit_usd="4"))["limit_usd"] == "4.00"
    await money.ask("POST", f"{base}/{theirs['id']}", key, status=403, limit_usd="5")
    await money.ask("POST", limit, threshold_amount=500, **month)
    await money.ask("POST", limit, key, status=403, threshold_amount=600, **month)
    await money.ask("DELETE", limit, key, status=403)
    own = await money.ask("POST", base, key, **scope, limit_usd="3", window="day")
    assert (await money.ask("POST", f"{base}/{own['id']}", key, limit_usd="7"))["limit_usd"] == "7.00"
    await money.ask("POST", f"{ALL}/{own['id']}", limit_usd="6")
    await money.ask("POST", f"{base}/{own['id']}/close", key, status=403)
    await money.ask("POST", f"{ALL}/{own['id']}/close")
    assert (await money.ask("POST", f"{base}/{own['id']}", key, limit_usd="2", state="open"))["state"] == "open"


async def test_there_is_a_most_of_budgets(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenry.api.money.making.BUDGETS_MAX", 2)
    bodies = {"scope": "project", "scope_id": money.project.id, "limit_usd": "5"}
    made = [await money.ask("POST", ALL, **bodies) for _ in range(2)]
    assert "at most 2" in (await money.ask("POST", ALL, status=400, **bodies))["error"]["message"]
    await money.ask("POST", f"{ALL}/{made[0]['id']}/close")
    await money.ask("POST", ALL, **bodies)


async def test_what_is_spent_held_and_left_adds_up(money: Money) -> None:
    made = await money.ask("POST", ALL, scope="project", scope_id=money.project.id, limit_usd="5")
    assert await money.spend(money.stand.project_key(money.project)) == 200
    now = await money.ask("GET", f"{ALL}/{made['id']}")
    spent = sum(
        account.debits_posted for name, account in money.stand.house.ledger.books.accounts.items()
        if name.startswith(f"budget:{made['id']}")
    )  # fmt: skip  # one account
    assert spent > 0
    assert round(float(now["spent_usd"]) * USD) == spent
    assert round((float(now["spent_usd"]) + float(now["left_usd"]) + float(now["held_usd"])) * USD) == 5 * USD
