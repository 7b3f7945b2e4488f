"""Budgets and limit requests by hand: groups, defaults and their values, thresholds, and the source of each limit."""

from __future__ import annotations

import pytest

from tests.api.admin.conftest import Installation
from tokenry.api.money.asking import Asked, file_request
from tokenry.api.money.standing import own_budget_of
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def people(house: Installation) -> tuple[str, str]:
    """A user in a group; their ids."""
    organization = house.rooms.directory.ensure_first().organization.id
    with house.rooms.desk.db.write() as connection:
        connection.execute(tables.users.insert(), {"id": "user_a", "name": "ada", "created_at": 1})
        member = {"id": "mbr_a", "user_id": "user_a", "organization_id": organization, "role": "member"}
        connection.execute(tables.memberships.insert(), {**member, "created_at": 1})
        group = {"id": "group_a", "organization_id": organization, "name": "interns", "created_at": 1}
        connection.execute(tables.groups.insert(), group)
        inside = {"group_id": "group_a", "user_id": "user_a", "source": "admin", "created_at": 1}
        connection.execute(tables.group_members.insert(), inside)
    house.rooms.refresh()
    return "user_a", "group_a"


async def test_a_default_its_values_and_where_each_comes_from(house: Installation) -> None:
    await people(house)
    each = await house.call("budget set", limit="20", scope="everyone", scope_ref="default", thresholds=[80, 100])
    assert (each["scope_name"], each["source"], each["thresholds"]) == ("every user", "default", [80, 100])
    assert (await house.call("budget set", limit="25", scope="everyone", scope_ref="default"))["id"] == each["id"]
    group = await house.call("budget value", budget=each["id"], group="interns", limit="5")
    assert (group["limit_usd"], group["source"], group["default"]) == ("5.00", "group interns", each["id"])
    own = await house.call("budget value", budget=each["id"], user="ada", limit="50")
    assert (own["limit_usd"], own["source"]) == ("50.00", "override")
    back = await house.call("budget value", budget=each["id"], user="ada")
    assert (back["limit_usd"], back["source"]) == ("5.00", "group interns")
    gone = await house.call("budget value", budget=each["id"], group="interns")
    assert gone["state"] == "closed"
    with pytest.raises(InvalidRequest, match="budget value"):
        await house.call("budget set", budget=group["id"], limit="1")
    with pytest.raises(NotFound):
        await house.call("budget value", budget=each["id"], group="nobody", limit="1")
    with pytest.raises(InvalidRequest, match="either"):
        await house.call("budget value", budget=each["id"], limit="1")


async def test_a_group_has_a_budget_that_its_members_share(house: Installation) -> None:
    await people(house)
    made = await house.call("budget set", limit="5", scope="group", scope_ref="interns", window="day")
    assert (made["scope"], made["scope_name"], made["source"]) == ("group", "interns", "budget")


async def test_limit_requests_are_decided_by_hand(house: Installation) -> None:
    user, _ = await people(house)
    each = await house.call("budget set", limit="20", scope="everyone", scope_ref="default")
    rooms = house.rooms
    actor = rooms.people.actor(user, rooms.directory.ensure_first().organization.id, "admin_key", "adm_x")
    assert actor is not None
    own = own_budget_of(rooms, rooms.ledger.books.budgets[each["id"]], user)
    first = file_request(rooms, actor, Asked(own, 40 * 10**9, "the paper"))
    (shown,) = (await house.call("limits list"))["requests"]
    assert (shown["user_name"], shown["limit_usd"], shown["source"], shown["asked_usd"]) == (
        "ada", "20.00", "default", "40.00",
    )  # fmt: skip  # one line of four
    done = await house.call("limits approve", request=first.id, limit="30", note="for now")
    assert (done["state"], done["limit_usd"], done["source"], done["note"]) == (
        "approved", "30.00", "override", "for now",
    )  # fmt: skip  # one line of four
    assert (await house.call("limits list"))["requests"] == []
    second = file_request(rooms, actor, Asked(rooms.ledger.books.budgets[own.id], 60 * 10**9, "more"))
    assert (await house.call("limits deny", request=second.id))["state"] == "denied"
    assert len((await house.call("limits list", every=True))["requests"]) == 2
    with pytest.raises(NotFound):
        await house.call("limits approve", request="lrq_nobody")
