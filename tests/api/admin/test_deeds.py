"""Every verb that changes something stands in the audit log when it has answered, and says nothing it must not."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.api.admin.conftest import Installation
from tokenry.access import AuditRow, audit
from tokenry.api.admin.admin import FOLLOWED, VERBS
from tokenry.api.admin.deeds import DEEDS
from tokenry.base.errors import TokenryError
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

# Verbs that only look. Whoever adds a verb says here that it looks, or sees to it that it is noted.
LOOKING = {
    "key list", "key show", "admin-key list", "user list", "group list", "project list", "award list", "budget list",
    "award show", "award history", "award wishes", "award report list", "award export",
    "limits list", "credit list", "plan list",
    "audit list", "audit rows", "audit verify", "usage", "receipt", "requests", "models list", "status", "prices show",
    "prices history", "prices margin", "statement list", "statement show", "statement export", "statement verify",
    "webhook list", "webhook deliveries", "news list",
    "programme templates", "programme list", "programme show", "programme calls", "programme applications",
    "programme application", "programme export",
    "organization show", "certificate list", "certificate show", "certificate export", "certificate verify",
    "certificate keys", "batch list", "batch show", "file list", "file show",
    "consent withdrawn",
}  # fmt: skip
# Verbs that note themselves, in the transaction of their change.
THEMSELVES = {
    "limits approve", "limits deny", "award create", "award add", "award suspend", "award resume",
    "award transfer", "award withdraw", "award release", "award close", "award reopen", "award approve", "award deny",
    "award report submit", "award report accept", "award report return", "award report waive", "award import",
    "key create", "key revoke", "admin-key create", "admin-key revoke", "user create", "user role", "user disable",
    "user enable", "group create", "group add", "group remove", "group set", "project create", "project archive",
    "organization set", "project set", "project add", "project remove", "owner link", "prices rerate", "credit add",
    "plan create", "plan subscribe", "plan end",
    "programme create", "programme change", "programme close", "programme open-call", "programme change-call",
    "programme close-call", "programme assign", "programme unassign", "programme return", "programme approve",
    "programme offer-again", "programme decline", "programme waitlist", "consent hand-over",
    "webhook create", "webhook rotate", "webhook disable", "webhook enable", "webhook delete", "webhook test",
    "webhook replay", "person export", "person erase", "certificate reissue", "certificate rotate-key",
}  # fmt: skip


def rows(house: Installation) -> list[AuditRow]:
    found = list(audit.read(house.rooms.desk.db))
    assert audit.verify(audit.read(house.rooms.desk.db)) is None
    return found


def intents(house: Installation) -> int:
    with house.rooms.desk.db.read() as connection:
        return sum("intent" in row.key for row in connection.execute(tables.settings.select()))


def test_every_verb_looks_or_is_noted() -> None:
    undecided = {*VERBS, *FOLLOWED} - {*DEEDS} - LOOKING - THEMSELVES
    assert not undecided


async def test_the_acts_of_a_day_are_noted_in_order(house: Installation) -> None:
    project = (await house.call("project create", name="Dr. Who's words"))["id"]
    key = await house.call("key create", name="my secret plan", project=project, budget="1.00", models=["echo"])
    award = (await house.call("award create", name="Dr. Who's award", usd="5", project=project))["id"]
    await house.call("award add", award=award, usd="1")
    await house.call("award suspend", award=award)
    await house.call("award resume", award=award)
    budget = (await house.call("budget set", limit="2", scope="project", scope_ref=project))["id"]
    await house.call("budget close", budget=budget)
    await house.call("key revoke", key=key["key"])
    told = rows(house)
    assert [(row.type, row.resource_id) for row in told] == [
        ("project.created", project),
        ("api_key.created", key["id"]),
        ("award.created", award),
        ("award.updated", award),
        ("award.updated", award),
        ("award.updated", award),
        ("budget.updated", budget),
        ("budget.updated", budget),
        ("api_key.deleted", key["id"]),
    ]
    assert {row.actor_id for row in told} == {"local"}
    assert [row.details.get("issued_usd") for row in told[2:4]] == ["5.00", "6.00"]
    assert told[4].details["state"] == "suspended"
    assert (told[6].details["limit_usd"], told[6].details["window"]) == ("2.00", "month")
    assert told[2].project_id == project
    text = repr(told)
    assert "Dr. Who" not in text
    assert "secret plan" not in text
    assert key["key"][16:] not in text
    assert intents(house) == 0


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("award create", {"name": "", "usd": "1"}),
        ("award add", {"award": "nobody"}),
        ("budget close", {"budget": "nobody"}),
        ("reload", {}),
        ("restore confirm", {}),
        ("key revoke", {"key": "nobody"}),
        ("project create", {"name": ""}),
    ],
)
async def test_what_is_refused_is_not_noted(house: Installation, verb: str, args: dict[str, Any]) -> None:
    with pytest.raises(TokenryError):
        await house.call(verb, **args)
    assert rows(house) == []
    assert intents(house) == 0


async def test_a_reload_is_noted_with_the_prices_it_put_in_force(house: Installation) -> None:
    async def again() -> str:
        return "configuration in force"

    house.rooms.reload = again
    await house.call("reload")
    (row,) = rows(house)
    assert (row.type, row.details) == ("configuration.reloaded", {"price_version": "prc_1"})


async def test_a_backup_is_noted_when_it_is_whole_and_not_when_it_was_left(house: Installation, tmp_path: Path) -> None:
    args = {"into": str(tmp_path / "copies")}
    async with aclosing(house.admin.follow("backup", args)) as answers:  # type: ignore[type-var] # it is a generator
        async for _ in answers:
            break
    left = len(rows(house))
    async for _ in house.admin.follow("backup", args):
        pass
    assert [row.type for row in rows(house)][left:] == ["backup.created"]
    assert str(tmp_path) not in repr(rows(house))
    assert intents(house) == 0


async def test_what_puts_requests_right_is_noted_before_and_after_and_a_look_is_not(house: Installation) -> None:
    asked = {"since": "1d", "prices": "[models.echo]\ninput = 0.5\noutput = 2\n"}
    async for _ in house.admin.follow("prices rerate", asked):
        pass
    assert not [row for row in rows(house) if row.type.startswith("prices.")]
    async for _ in house.admin.follow("prices rerate", {**asked, "confirm": True}):
        pass
    begun, ended = [row for row in rows(house) if row.type.startswith("prices.")]
    assert (begun.type, ended.type, ended.resource_id) == ("prices.rerate_begun", "prices.rerated", begun.resource_id)
    assert ended.details["net_usd"] == "0.00"
