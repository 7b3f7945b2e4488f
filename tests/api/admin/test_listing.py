"""The verb requests: every filter, page by page, what still runs, and each as it ends."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from itertools import product
from typing import Any

import pytest

from tests.api.admin.conftest import Installation
from tokenry.api.admin import listing
from tokenry.base.errors import InvalidRequest, NotFound, TokenryError
from tokenry.base.ids import new_id
from tokenry.ledger import Attempt, Ending, Facts, Usage

DAY_S = 86_400

pytestmark = pytest.mark.anyio


async def settled(house: Installation, key: str, model: str = "echo", project: str | None = None, **ending: Any) -> str:
    """A request that ended so."""
    ledger, first = house.rooms.ledger, house.rooms.directory.ensure_first()
    given: dict[str, Any] = {"usage": Usage(1000, 500, source="engine"), "outcome": "completed", "status": 200}
    request_id = new_id("req", at_ns=house.clock.now_ns())
    facts = Facts(
        first.organization.id,
        project or first.project.id,
        key,
        None,
        "chat.completions",
        model,
        False,
        2000,
        1000,
        "prc_1",
    )
    hold = await ledger.hold(request_id, facts, 10_000_000)
    await ledger.settle(hold, Ending(**({"deployment": "script/scripted"} | given | ending)))
    return request_id


async def ids(house: Installation, **args: Any) -> list[str]:
    return [one["id"] for one in (await house.call("requests", **args))["requests"]]


async def test_each_filter_lets_through_what_it_says_and_all_of_them_together(house: Installation) -> None:
    alice, bob = [(await house.call("key create", name=name))["id"] for name in ("alice", "bob")]
    plain = await settled(house, alice)
    failed = await settled(house, bob, usage=Usage(), outcome="engine_failed", status=502)
    gone = await settled(house, alice, outcome="client_gone", status=499, usage=Usage(9, 9, source="events"))
    tries = (Attempt("other/big", "http_503", 3), Attempt("script/scripted", "ok", 4))
    retried = await settled(house, bob, attempts=tries)
    dear = await settled(house, alice, usage=Usage(2000, 900, source="engine"), deployment="script/loud")
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [dear, retried, gone, failed, plain]),
        ({"key": "bob"}, [retried, failed]),
        ({"key": alice}, [dear, gone, plain]),
        ({"project": "default"}, [dear, retried, gone, failed, plain]),
        ({"model": "echo"}, [dear, retried, gone, failed, plain]),
        ({"model": "nope"}, []),
        ({"provider": "other"}, [retried]),
        ({"provider": "script"}, [dear, retried, gone, failed, plain]),
        ({"provider": "scrip"}, []),
        ({"deployment": "script/loud"}, [dear]),
        ({"status": "502"}, [failed]),
        ({"status": "4XX"}, [gone]),
        ({"status": "2xx"}, [dear, retried, plain]),
        ({"outcome": "client_gone"}, [gone]),
        ({"min_usd": "0.003"}, [dear, retried, plain]),
        ({"min_usd": "0.003000001"}, [dear]),
        ({"key": "alice", "status": "2xx", "min_usd": "0.001", "provider": "script"}, [dear, plain]),
    ]
    for args, found in expected:
        assert await ids(house, **args) == found, args


async def test_a_project_of_its_own_is_found_by_its_name(house: Installation) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    made = (await house.call("project create", name="folding"))["id"]
    await house.call("award create", name="a", usd="1", project="folding")
    await settled(house, key)
    theirs = await settled(house, key, project=made)
    assert await ids(house, project="folding") == await ids(house, project=made) == [theirs]


async def test_since_and_until_bound_the_listing(house: Installation) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    made = []
    for _ in range(4):
        made.append(await settled(house, key))
        house.clock.advance(s=DAY_S)
    days = [one["at"][:10] for one in (await house.call("requests"))["requests"]][::-1]
    assert await ids(house, since=days[1], until=days[3]) == [made[2], made[1]]
    assert await ids(house, since="36h") == [made[3]]
    assert await ids(house, until=days[1]) == [made[0]]


async def test_pages_joined_are_the_whole_list_once(house: Installation) -> None:
    keys = [(await house.call("key create", name=name))["id"] for name in ("alice", "bob")]
    for number in range(7):
        await settled(house, keys[number % 3 == 2])
        await house.rooms.ledger.grant(next(iter(house.rooms.ledger.books.awards.values())), 1)  # other rows between
    filters: list[dict[str, Any]] = [{}, {"key": "bob"}, {"model": "echo", "status": "2xx"}]
    for args, size in product(filters, (1, 2, 3, 7)):
        whole = await ids(house, count=1000, **args)
        joined: list[str] = []
        cursor: str | None = None
        for _ in range(30):
            page = await house.call("requests", count=size, **args, **({} if cursor is None else {"cursor": cursor}))
            joined += [one["id"] for one in page["requests"]]
            cursor = page["next"]
            if cursor is None:
                break
            if size == 3:
                await settled(house, keys[0])  # what comes meanwhile is newer and on no page
        assert (joined, cursor) == (whole, None), (args, size)


async def test_a_rare_request_is_looked_for_a_page_at_a_time(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT_MAX", 3)
    key = (await house.call("key create", name="alice"))["id"]
    rare = await settled(house, key, status=502, outcome="engine_failed")
    for _ in range(7):
        await settled(house, key)
    found, cursor, pages = [], None, 0
    while pages < 10:
        page = await house.call("requests", status="502", **({} if cursor is None else {"cursor": cursor}))
        found += [one["id"] for one in page["requests"]]
        cursor, pages = page["next"], pages + 1
        if cursor is None:
            break
    assert (found, cursor) == ([rare], None)
    assert pages >= 3


async def test_what_still_runs_is_listed_until_it_ends(house: Installation) -> None:
    key = (await house.call("key create", name="alice"))["id"]
    ledger, first = house.rooms.ledger, house.rooms.directory.ensure_first()
    facts = Facts(first.organization.id, first.project.id, key, None, "chat.completions", "echo", True, 10, 10, "prc_1")
    hold = await ledger.hold("req_running", facts, 5_000_000)
    began = house.clock.now_ns()
    house.clock.advance(s=60)
    (one,) = (await house.call("requests", unsettled=True, key="alice"))["requests"]
    assert (one["id"], one["outcome"], one["status"], one["held_usd"]) == ("req_running", "running", None, "0.005")
    assert one["at"] == listing.when(began)
    assert (await house.call("requests", unsettled=True, model="nope"))["requests"] == []
    assert (await house.call("requests", unsettled=True, since="30s"))["requests"] == []
    assert await ids(house) == []
    ledger.void(hold)
    await house.rooms.journal.flush()
    assert (await house.call("requests", unsettled=True))["requests"] == []


async def test_what_is_followed_fits_the_filter(house: Installation) -> None:
    alice, bob = [(await house.call("key create", name=name))["id"] for name in ("alice", "bob")]
    old = await settled(house, alice)
    args = {"key": "alice", "status": "2xx", "count": 3}
    async with asyncio.timeout(10), aclosing(house.admin.follow("requests", args)) as tail:
        assert (await anext(tail))["id"] == old
        coming = asyncio.ensure_future(anext(tail))
        await asyncio.sleep(0)
        await settled(house, bob)
        await settled(house, alice, status=502, outcome="engine_failed")
        wanted = await settled(house, alice)
        assert (await coming)["id"] == wanted


REFUSED: list[tuple[dict[str, Any], type[TokenryError], str]] = [
    ({"status": "abc"}, InvalidRequest, "write it like 404 or 4xx"),
    ({"status": "20"}, InvalidRequest, "HTTP status"),
    ({"status": "²00"}, InvalidRequest, "HTTP status"),
    ({"outcome": "complete"}, InvalidRequest, 'did you mean "completed"|completed'),
    ({"min_usd": "much"}, InvalidRequest, "min_usd"),
    ({"since": "1h", "until": "2h"}, InvalidRequest, "before"),
    ({"cursor": "-1"}, InvalidRequest, "cursor"),
    ({"cursor": "9" * 40}, InvalidRequest, "cursor"),
    ({"cursor": "²"}, InvalidRequest, "cursor"),
    ({"key": "nobody"}, NotFound, "nobody"),
    ({"project": "nothing"}, NotFound, "nothing"),
    ({"unsettled": True, "status": "200"}, InvalidRequest, "no status yet"),
    ({"unsettled": True, "cursor": "5"}, InvalidRequest, "no cursor yet"),
    ({"count": 1001}, InvalidRequest, "1000"),
]


async def test_what_cannot_be_asked_is_refused_in_words(house: Installation) -> None:
    for args, kind, words in REFUSED:
        with pytest.raises(kind, match=words):
            await house.call("requests", **args)


async def test_what_has_an_end_is_not_followed(house: Installation) -> None:
    for args in ({"unsettled": True}, {"until": "1h"}, {"cursor": "5"}):
        with pytest.raises(InvalidRequest, match="followed"):
            await anext(house.admin.follow("requests", args))
