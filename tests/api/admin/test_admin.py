"""What each admin verb does to real rooms, and what it refuses."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from tests.api.admin.conftest import Installation
from tokenry.access import InvalidApiKey
from tokenry.base.errors import Conflict, InvalidRequest, NotFound, TokenryError
from tokenry.ledger import LedgerUnavailable

pytestmark = pytest.mark.anyio
DAY_S = 86_400


async def test_a_key_with_a_budget_opens_and_its_budget_is_hard_total_and_in_the_ledger(house: Installation) -> None:
    made = await house.call("key create", name="alice", budget="1.00", models=["echo"])
    principal = house.rooms.keys.authenticate(f"Bearer {made['key']}".encode())
    assert (principal.key_id, principal.rules.allowed) == (made["id"], (frozenset({"echo"}),))
    (budget,) = house.rooms.ledger.books.budgets.values()
    assert (budget.scope, budget.scope_id, budget.window, budget.hard) == ("key", made["id"], "total", True)
    assert budget.limit == 10**9
    assert principal.budget_ids == (budget.id,)
    assert made["budgets"][0]["left_usd"] == "1.00"


async def test_the_key_of_a_budget_that_could_not_be_written_opens_nothing(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_budget: object) -> None:
        raise LedgerUnavailable("the disk is full")

    monkeypatch.setattr(house.rooms.ledger, "set_budget", refuse)
    with pytest.raises(LedgerUnavailable):
        await house.call("key create", name="alice", budget="1.00")
    (record,) = house.rooms.keys.list()
    assert record.revoked_at is not None


async def test_a_key_is_listed_without_its_text_shown_and_revoked(house: Installation) -> None:
    made = await house.call("key create", name="alice", expires="30d", limits={"requests_per_minute": 5})
    listed = (await house.call("key list"))["keys"]
    assert [one["name"] for one in listed] == ["alice"]
    assert made["key"] not in str(listed)
    shown = await house.call("key show", key="alice")
    assert (shown["state"], shown["limits"]) == ("active", {"requests_per_minute": 5})
    assert (await house.call("key revoke", key=made["prefix"]))["state"] == "revoked"
    assert (await house.call("key list"))["keys"] == []
    assert len((await house.call("key list", every=True))["keys"]) == 1
    with pytest.raises(InvalidApiKey, match="revoked"):
        house.rooms.keys.authenticate(f"Bearer {made['key']}".encode())


async def test_a_model_nobody_configured_is_noted(house: Installation) -> None:
    assert (await house.call("key create", name="a", models=["echo", "nope"]))["notes"] == [
        "no model 'nope' is configured yet"
    ]


async def test_awards_are_made_added_to_suspended_and_resumed(house: Installation) -> None:
    made = await house.call("award create", name="spring", usd="2.50", expires="10d", models=["echo"])
    assert (made["state"], made["left_usd"], made["models"]) == ("active", "2.50", ["echo"])
    assert (await house.call("award suspend", award="spring"))["state"] == "suspended"
    assert (await house.call("award resume", award=made["id"]))["state"] == "active"
    more = await house.call("award add", award="spring", usd="0.000000001")
    assert more["issued_usd"] == "2.500000001"
    house.clock.advance(s=11 * DAY_S)
    states = {one["name"]: one["state"] for one in (await house.call("award list"))["awards"]}
    assert states == {"default": "active", "spring": "expired"}
    with pytest.raises(Conflict, match="more time"):
        await house.call("award add", award="spring", usd="1")
    assert (await house.call("award add", award="spring", expires="5d"))["state"] == "active"


async def test_budgets_are_set_once_per_scope_changed_and_closed(house: Installation) -> None:
    await house.call("key create", name="alice")
    scope = {"scope": "key", "scope_ref": "alice", "window": "day"}
    made = await house.call("budget set", limit="1", **scope)
    again = await house.call("budget set", limit="2", **scope)
    assert (again["id"], again["limit_usd"], again["scope_name"]) == (made["id"], "2.00", "alice")
    assert (await house.call("budget set", budget=made["id"], limit="0.5"))["left_usd"] == "0.50"
    assert (await house.call("budget close", budget=made["id"]))["state"] == "closed"
    assert (await house.call("budget list"))["budgets"] == []
    assert len((await house.call("budget list", every=True))["budgets"]) == 1
    assert (await house.call("budget set", limit="3", **scope))["id"] != made["id"]


async def test_what_was_spent_stands_in_budget_award_usage_requests_and_receipt_alike(house: Installation) -> None:
    made = await house.call("key create", name="alice", budget="1.00")
    request = await house.request(made["id"])
    charge = "0.003"  # 1000 tokens at $1 and 500 at $4 per million
    (budget,) = (await house.call("key show", key="alice"))["budgets"]
    assert (budget["spent_usd"], budget["left_usd"]) == (charge, "0.997")
    assert (await house.call("award list"))["awards"][0]["spent_usd"] == charge
    usage = await house.call("usage", by=["key", "model"])
    assert usage["total"]["charge_usd"] == charge
    assert [(row["key_name"], row["model"], row["requests"]) for row in usage["rows"]] == [("alice", "echo", 1)]
    (listed,) = (await house.call("requests"))["requests"]
    assert (listed["id"], listed["charge_usd"], listed["key_name"]) == (request, charge, "alice")
    receipt = await house.call("receipt", request=request)
    assert (receipt["charge_usd"], receipt["charge_nanousd"], receipt["count_source"]) == (charge, 3_000_000, "engine")
    assert [line["amount_usd"] for line in receipt["lines"]] == ["0.001", "0.002"]


async def test_usage_counts_from_since_up_to_until(house: Installation) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    days = []
    for _ in range(3):
        await house.request(key)
        days += [row["day"] for row in (await house.call("usage", by=["day"], since="1h"))["rows"]]
        house.clock.advance(s=DAY_S)
    assert len(set(days)) == 3
    all_days = await house.call("usage", by=["day"])
    assert [row["day"] for row in all_days["rows"]] == sorted(days)
    middle = await house.call("usage", by=["day"], since=days[1], until=days[2])
    assert [row["day"] for row in middle["rows"]] == [days[1]]
    assert (await house.call("usage", since="36h"))["total"]["requests"] == 1


async def test_requests_are_the_newest_first_and_filtered(house: Installation) -> None:
    alice, bob = [(await house.call("key create", name=name))["id"] for name in ("alice", "bob")]
    ids = [await house.request(key) for key in (alice, bob, alice)]
    assert [one["id"] for one in (await house.call("requests", count=2))["requests"]] == [ids[2], ids[1]]
    assert [one["id"] for one in (await house.call("requests", key="alice"))["requests"]] == [ids[2], ids[0]]
    assert (await house.call("requests", model="nope"))["requests"] == []


async def test_the_tail_shows_what_was_and_what_comes(house: Installation) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    before = await house.request(key)
    async with asyncio.timeout(10), aclosing(house.admin.follow("requests", {"count": 5})) as tail:
        assert (await anext(tail))["id"] == before
        coming = asyncio.ensure_future(anext(tail))
        await asyncio.sleep(0)
        after = await house.request(key)
        assert (await coming)["id"] == after


async def test_nothing_is_followed_without_a_server(house: Installation) -> None:
    house.rooms.serving = False
    with pytest.raises(Conflict, match="no server"):
        await anext(house.admin.follow("requests", {}))
    with pytest.raises(NotFound):
        await anext(house.admin.follow("status", {}))


async def test_projects_models_prices_and_status_are_told(house: Installation) -> None:
    house.clock.advance(s=1)
    await house.call("project create", name="folding")
    assert [one["name"] for one in (await house.call("project list"))["projects"]] == ["default", "folding"]
    (model,) = (await house.call("models list"))["models"]
    assert (model["name"], model["aliases"], model["deployments"][0]["id"]) == ("echo", ["house"], "script/scripted")
    prices = await house.call("prices show")
    assert prices["models"][0]["price"]["output_usd_per_million"] == "4.00"
    status = await house.call("status")
    assert (status["writable"], status["available_usd"], status["active_awards"]) == (True, "100.00", 1)


async def test_reload_says_what_the_house_says_and_refuses_without_a_server(house: Installation) -> None:
    with pytest.raises(Conflict, match="no server"):
        await house.call("reload")

    async def reload() -> str:
        return "in force"

    house.rooms.reload = reload
    assert await house.call("reload") == {"message": "in force", "price_version": "prc_1"}


REFUSED: list[tuple[str, dict[str, Any], type[TokenryError], str]] = [
    ("kee list", {}, NotFound, "did you mean"),
    ("key list", {"evry": True}, InvalidRequest, "evry"),
    ("key create", {}, InvalidRequest, "name"),
    ("key create", {"name": "a", "budget": "1e"}, InvalidRequest, "budget"),
    ("key create", {"name": "a", "budget": "-1"}, InvalidRequest, "negative"),
    ("key create", {"name": "a", "budget": 1.5}, InvalidRequest, "budget"),
    ("key create", {"name": "a", "window": "year"}, InvalidRequest, "window"),
    ("key create", {"name": "a", "expires": "1999-01-01"}, InvalidRequest, "future"),
    ("key create", {"name": "a", "expires": "soon"}, InvalidRequest, "write a span"),
    ("key create", {"name": "a", "project": "nope"}, NotFound, "nope"),
    ("key create", {"name": "a", "limits": {"speed": 1}}, InvalidRequest, "speed"),
    ("key show", {"key": "nobody"}, NotFound, "nobody"),
    ("award add", {"award": "nope", "usd": "1"}, NotFound, "award list"),
    ("award add", {"award": "default"}, InvalidRequest, "what to add"),
    ("award create", {"name": "", "usd": "1"}, InvalidRequest, "name"),
    ("award create", {"name": "x", "usd": "NaN"}, InvalidRequest, "usd"),
    ("budget set", {"limit": "1"}, InvalidRequest, "which budget"),
    ("budget set", {"limit": "1", "budget": "bud_x", "scope": "key", "scope_ref": "a"}, InvalidRequest, "which budget"),
    ("budget set", {"limit": "1", "budget": "bud_x"}, NotFound, "bud_x"),
    (
        "budget set",
        {"limit": "1", "scope": "project", "scope_ref": "default", "timezone": "Mars"},
        InvalidRequest,
        "Mars",
    ),
    ("receipt", {"request": "req_nope"}, NotFound, "receipt"),
    ("receipt", {"request": "ré"}, NotFound, "ASCII"),
    ("requests", {"count": 0}, InvalidRequest, "count"),
    ("usage", {"by": ["moon"]}, InvalidRequest, "moon"),
    ("usage", {"since": "2026-13-01"}, InvalidRequest, "since"),
    ("usage", {"since": "1h", "until": "2h"}, InvalidRequest, "before"),
]


@pytest.mark.parametrize(("verb", "args", "kind", "words"), REFUSED, ids=lambda v: str(v)[:40])
async def test_what_cannot_be_is_refused_in_words(
    house: Installation, verb: str, args: dict[str, Any], kind: type[TokenryError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        await house.call(verb, **args)
    assert house.rooms.keys.list() == ()


async def test_several_awards_of_one_name_are_told_by_their_ids(house: Installation) -> None:
    ids = [(await house.call("award create", name="twin", usd="1"))["id"] for _ in range(2)]
    with pytest.raises(NotFound, match=ids[1]):
        await house.call("award suspend", award="twin")


async def test_a_configuration_file_made_after_the_start_is_told_until_it_is_read(house: Installation) -> None:
    assert (await house.call("status"))["config_unread"] is None
    path = house.rooms.data_dir / "tokenry.toml"
    path.write_text("")
    assert (await house.call("status"))["config_unread"] == str(path)
    house.rooms.config_path = path
    assert (await house.call("status"))["config_unread"] is None
