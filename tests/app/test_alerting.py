"""From the ledger to the news: each share of each window is told once, in a storm, after a crash, or a failing disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tokenry.app.alerting import Alerting
from tokenry.app.house import House, opened, read_config
from tokenry.base.ids import new_id
from tokenry.ledger import Award, Budget, Ending, Facts, PriceVersion, Rates, Usage
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

USD = 10**9


@asynccontextmanager
async def living(folder: Path) -> AsyncIterator[tuple[House, Alerting]]:
    config, path = read_config(folder, None)
    async with opened(folder, config, path) as house:
        yield house, Alerting(house.ledger, house.people, house.keys, house.notices)


async def furnish(house: House, budget: Budget) -> None:
    now = house.clock.now_ns()
    award = Award(new_id("awd"), "a", house.first.organization.id, house.first.project.id, "award", "active", now, now)
    await house.ledger.grant(award, 1000 * USD)
    await house.ledger.set_prices(
        PriceVersion("v1", now, {"m": Rates(10**12, 10**12)}, {})
    )  # a thousand dollars a million
    await house.ledger.set_budget(budget)


def budget_of(house: House, **changed: Any) -> Budget:
    values: dict[str, Any] = {
        "id": "bud_x", "scope": "project", "scope_id": house.first.project.id, "window": "total", "limit": 100 * USD,
        "hard": True, "created_at": 1, "thresholds": (80,),
    }  # fmt: skip  # some fields a line
    return Budget(**(values | changed))


async def hold(house: House, name: str, amount: int, **more: Any) -> Any:
    first = house.first
    facts = Facts(
        first.organization.id, first.project.id, "key_x", None, "chat.completions", "m", False, 1, 1, "v1", **more
    )
    return await house.ledger.hold(name, facts, amount)


async def spend(house: House, name: str, tokens: int) -> None:
    """A token is a tenth of a cent."""
    await house.ledger.settle(await hold(house, name, tokens * 10**6), Ending(Usage(tokens), "completed", 200))


def told(house: House) -> list[Any]:
    with house.desk.db.read() as connection:
        return list(connection.execute(tables.news.select().order_by(tables.news.c.created_at)).all())


async def test_ten_thousand_requests_that_cross_at_once_are_one_message(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, alerting):
        await furnish(house, budget_of(house))
        await spend(house, "before", 79_990)
        assert await alerting.look() == 0
        held = [await hold(house, f"r{n}", 2 * 10**6) for n in range(10_000)]
        settled = []

        async def storm() -> None:
            for number, reservation in enumerate(held):
                settled.append(house.ledger.settle(reservation, Ending(Usage(2), "completed", 200)))
                if number % 100 == 0:
                    await asyncio.sleep(0)

        fresh: list[int] = []

        async def look() -> None:
            while len(settled) < len(held):
                fresh.append(await alerting.look())
                await asyncio.sleep(0)

        await asyncio.gather(storm(), look(), look(), look())
        await asyncio.gather(*settled)
        fresh.append(await alerting.look())
        assert sum(fresh) == 1
        assert [(one.type, one.occasion) for one in told(house)] == [
            ("budget.threshold_reached", "budget:bud_x:total:80")
        ]
        data = told(house)[0].data
        assert (data["percent"], data["limit_nanousd"], data["source"]) == (80, 100 * USD, "budget")
        assert 80 * USD <= data["spent_nanousd"] <= 100 * USD


async def test_a_crash_before_it_is_told_or_after_changes_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, _):
        await furnish(house, budget_of(house))
        await spend(house, "r", 85_000)  # and nobody looks
    async with living(tmp_path) as (house, alerting):
        assert await alerting.look() == 1
    async with living(tmp_path) as (house, alerting):
        assert await alerting.look() == 0
        assert len(told(house)) == 1


async def test_what_cannot_be_kept_is_told_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living(tmp_path) as (house, alerting):
        await furnish(house, budget_of(house))
        await spend(house, "r", 85_000)

        def fails(*_args: Any, **_more: Any) -> bool:
            raise OSError("no room")

        monkeypatch.setattr(house.notices, "tell", fails)
        assert await alerting.look() == 0
        monkeypatch.undo()
        assert await alerting.look() == 1


async def test_a_spend_alert_goes_to_its_recipients_and_a_deleted_one_to_nobody(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, alerting):
        for name, deleted in (("alert_1", None), ("alert_2", 5)):
            row = {
                "id": name, "organization_id": house.first.organization.id, "project_id": house.first.project.id,
                "threshold": 100 * USD, "recipients": ["a@example.org", "b@example.org"], "subject_prefix": "[cap]",
                "created_at": 1, "deleted_at": deleted,
            }  # fmt: skip  # some fields a line
            with house.desk.db.write() as connection:
                connection.execute(tables.spend_alerts.insert(), row)
        await furnish(house, budget_of(house, id="alert_1", hard=False, thresholds=(100,), purpose="alert"))
        await house.ledger.set_budget(budget_of(house, id="alert_2", hard=False, thresholds=(100,), purpose="alert"))
        await spend(house, "r", 100_000)
        assert await alerting.look() == 1
        assert [(one.type, one.occasion) for one in told(house)] == [
            ("spend_alert.reached", f"spend_alert:alert_1:total:{100 * USD}")
        ]
        with house.desk.db.read() as connection:
            sent = connection.execute(tables.deliveries.select()).all()
        assert [(one.target, one.subject_prefix) for one in sent] == [
            ("a@example.org", "[cap]"), ("b@example.org", "[cap]"),
        ]  # fmt: skip  # one line a mail


async def test_an_alert_that_the_ledger_does_not_know_counts_from_the_next_start(tmp_path: Path) -> None:
    """As after a restore, when the ledger's copy is older than that of app.db."""
    async with living(tmp_path) as (house, _):
        organization = house.first.organization.id
        row = {
            "id": "alert_1", "organization_id": organization, "project_id": None, "threshold": 7 * USD,
            "recipients": ["a@example.org"], "created_at": 1,
        }  # fmt: skip  # some fields a line
        with house.desk.db.write() as connection:
            connection.execute(tables.spend_alerts.insert(), row)
            connection.execute(tables.organizations.update(), {"timezone": "Asia/Tokyo"})
    async with living(tmp_path) as (house, _):
        budget = house.ledger.books.budgets["alert_1"]
        assert (budget.limit, budget.hard, budget.purpose, budget.timezone) == (7 * USD, False, "alert", "Asia/Tokyo")
        with house.desk.db.write() as connection:
            connection.execute(tables.spend_alerts.update(), {"deleted_at": 5})
    async with living(tmp_path) as (house, _):
        assert house.ledger.books.budgets["alert_1"].closed


async def test_a_persons_budget_is_told_to_that_person(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, alerting):
        user, organization = house.first.user.id, house.first.organization.id
        with house.desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "ada@example.org"})
        house.people.load()
        await furnish(house, budget_of(house, scope="user", scope_id="*", organization_id=organization))
        reservation = await house.ledger.hold(
            "r",
            Facts(organization, house.first.project.id, "key_x", user, "chat.completions", "m", False, 1, 1, "v1"),
            90 * USD,
        )
        await house.ledger.settle(reservation, Ending(Usage(90_000), "completed", 200))
        assert await alerting.look() == 1
        one = told(house)[0]
        assert (one.user_id, one.data["scope_name"], one.data["source"]) == (user, None, "default")
        assert one.occasion == f"budget:bud_x.{user}:total:80"
