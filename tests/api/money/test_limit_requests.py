"""Asking for a higher limit: by whom, for what; approved or denied once; told; whole in both books after any crash."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.money.conftest import Money
from tokenry.api.money import intents, replay
from tokenry.base.errors import Unavailable
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

ALL, MINE = "/v1/tokenry/limit_requests", "/v1/tokenry/me/limit_requests"


async def own_budget(money: Money, limit: str = "20.00") -> str:
    """A default for every user; the id of the project member's own of it."""
    made = await money.ask("POST", "/v1/tokenry/budgets", scope="user", scope_id="*", limit_usd=limit)
    return f"{made['id']}.{money.stand.ours.users['project_member']}"


async def asked(money: Money, budget: str, limit: str = "50.00", status: int = 200) -> Any:
    member = money.stand.ours.keys["project_member"]
    return await money.ask("POST", MINE, member, status=status, budget_id=budget, limit_usd=limit, reason="the paper")


async def test_a_request_is_told_to_those_in_charge_and_its_approval_to_whoever_asked(money: Money) -> None:
    budget = await own_budget(money)
    made = await asked(money, budget)
    assert (made["state"], made["asked_usd"], made["limit_usd"], made["source"]) == (
        "pending", "50.00", "20.00", "default",
    )  # fmt: skip  # one line of four
    assert [one.occasion for one in money.news("limit_request.created")] == [f"limit_request:{made['id']}:created"]
    assert money.deliveries() == [f"{role}@{money.stand.ours.id}.test" for role in ("admin", "owner")]
    done = await money.ask("POST", f"{ALL}/{made['id']}/approve", note="until June")
    assert (done["state"], done["granted_usd"], done["limit_usd"], done["source"], done["note"]) == (
        "approved", "50.00", "50.00", "override", "until June",
    )  # fmt: skip  # one line of five
    told = money.news("limit_request.decided")[0]
    assert (told.data["state"], told.user_id) == ("approved", money.stand.ours.users["project_member"])
    assert f"project_member@{money.stand.ours.id}.test" in money.deliveries()
    kinds = [kind for kind, ref in money.audit() if ref == made["id"]]
    assert kinds == ["limit_request.approved", "limit_request.created"]
    member = money.stand.ours.keys["project_member"]
    mine = (await money.ask("GET", "/v1/tokenry/me/budgets", member))["data"]
    assert [(b["limit_usd"], b["source"]) for b in mine if b["id"] == budget] == [("50.00", "override")]


async def test_a_denied_request_changes_nothing(money: Money) -> None:
    made = await asked(money, await own_budget(money))
    done = await money.ask("POST", f"{ALL}/{made['id']}/deny", note="no")
    assert (done["state"], done["granted_usd"], done["limit_usd"], done["source"]) == (
        "denied", None, "20.00", "default"
    )  # fmt: skip  # one line of four
    for verb in ("approve", "deny"):
        await money.ask("POST", f"{ALL}/{made['id']}/{verb}", status=409)
    assert [one["id"] for one in (await money.ask("GET", f"{ALL}?state=denied"))["data"]] == [made["id"]]
    assert (await money.ask("GET", f"{ALL}?state=pending"))["data"] == []


async def test_another_limit_can_be_granted_than_was_asked_for(money: Money) -> None:
    made = await asked(money, await own_budget(money))
    done = await money.ask("POST", f"{ALL}/{made['id']}/approve", limit_usd="30")
    assert (done["granted_usd"], done["limit_usd"]) == ("30.00", "30.00")


async def test_what_cannot_be_asked_for(money: Money) -> None:
    budget = await own_budget(money)
    await asked(money, budget, "20.00", status=400)
    await asked(money, budget, "-5", status=400)
    await asked(money, budget, "1e400", status=400)
    await asked(money, budget.replace("project_member", "nobody") + "x", status=404)
    await asked(money, budget)
    assert "waiting for a decision" in (await asked(money, budget, "60", status=409))["error"]["message"]
    other = await money.ask(
        "POST", "/v1/tokenry/budgets", scope="project", scope_id=money.stand.ours.projects[1].id, limit_usd="5"
    )
    await asked(money, other["id"], status=404)
    key = money.stand.project_key(money.project)
    await money.ask("POST", MINE, key, status=404, budget_id=budget, limit_usd="50", reason="mine")


async def test_members_of_a_project_ask_for_its_budgets_and_its_owner_decides(money: Money) -> None:
    budget = await money.ask("POST", "/v1/tokenry/budgets", scope="project", scope_id=money.project.id, limit_usd="5")
    base = f"/v1/tokenry/projects/{money.project.id}/limit_requests"
    member, owner = (money.stand.ours.keys[role] for role in ("project_member", "project_owner"))
    made = await money.ask("POST", base, member, budget_id=budget["id"], limit_usd="8", reason="more runs")
    await money.ask("POST", f"{base}/{made['id']}/approve", member, status=403)
    elsewhere = f"/v1/tokenry/projects/{money.stand.ours.projects[1].id}/limit_requests"
    await money.ask("POST", f"{elsewhere}/{made['id']}/approve", status=404)
    await money.ask("POST", f"{ALL}/{made['id']}/approve", money.stand.theirs.keys["owner"], status=404)
    await money.ask("POST", f"{base}/{made['id']}/approve", owner, status=403)  # the organization's owner had set it
    assert (await money.ask("POST", f"{base}/{made['id']}/approve"))["limit_usd"] == "8.00"
    own = await money.ask(
        "POST", base.replace("limit_requests", "budgets"), owner, scope="project", scope_id=money.project.id,
        limit_usd="6", window="day",
    )  # fmt: skip  # one body
    theirs = await money.ask("POST", base, member, budget_id=own["id"], limit_usd="9", reason="more")
    assert (await money.ask("POST", f"{base}/{theirs['id']}/approve", owner))["limit_usd"] == "9.00"
    mine = await money.ask("POST", base, owner, budget_id=own["id"], limit_usd="99", reason="me")
    for verb in ("approve", "deny"):
        await money.ask("POST", f"{base}/{mine['id']}/{verb}", owner, status=403)
    await money.ask("POST", f"{ALL}/{mine['id']}/deny")
    assert made["id"] in [one["id"] for one in (await money.ask("GET", base, owner))["data"]]
    assert [one["id"] for one in (await money.ask("GET", MINE, member))["data"]] == [theirs["id"], made["id"]]


@pytest.mark.parametrize("crash", ["before the ledger", "after the ledger"])
async def test_an_approval_survives_a_crash_at_any_line(
    money: Money, crash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = await own_budget(money)
    made = await asked(money, budget)
    ledger, db = money.stand.house.ledger, money.stand.house.desk.db
    act = ledger.set_budget

    async def dies(*args: Any, **more: Any) -> None:
        if crash == "after the ledger":
            await act(*args, **more)
        raise Unavailable("the lights went out")

    monkeypatch.setattr(ledger, "set_budget", dies)
    await money.ask("POST", f"{ALL}/{made['id']}/approve", status=503)
    monkeypatch.undo()
    assert (await money.ask("GET", f"{ALL}?state=approved"))["data"][0]["id"] == made["id"]
    if crash == "after the ledger":  # and somebody went on before the next start
        default = budget.split(".")[0]
        user = money.stand.ours.users["project_member"]
        await money.ask("POST", f"/v1/tokenry/budgets/{default}/values", user_id=user, limit_usd="33")
    assert await replay(db, ledger) == 1
    expected = 50 if crash == "before the ledger" else 33
    assert (ledger.books.budgets[budget].limit, ledger.books.budgets[budget].source) == (expected * 10**9, "override")
    assert await replay(db, ledger) == 0


async def test_a_crash_before_the_note_leaves_nothing(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await asked(money, await own_budget(money))

    def dies(*_args: Any) -> None:
        raise Unavailable("the lights went out")

    monkeypatch.setattr(money.stand.house.notices, "tell_within", dies)
    await money.ask("POST", f"{ALL}/{made['id']}/approve", status=503)
    monkeypatch.undo()
    assert (await money.ask("GET", f"{ALL}?state=pending"))["data"][0]["id"] == made["id"]
    with money.stand.house.desk.db.read() as connection:
        notes = connection.execute(tables.settings.select().where(tables.settings.c.key.startswith(intents._NOTE)))
        assert notes.all() == []
