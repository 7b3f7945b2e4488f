"""Programmes and calls over HTTP: who reads and who writes, what is listed, and what is asked for by filters."""

from __future__ import annotations

import pytest

from tests.api.programmes.players import Players
from tokenry.base.clock import NS_PER_S

pytestmark = pytest.mark.anyio


async def test_templates_are_programmes_to_begin_with(play: Players) -> None:
    told = (await play.get("/programme_templates", play.officer))["data"]
    assert [(one["id"], one["unit"]) for one in told] == [
        ("research", "tokens"), ("startup", "usd"), ("classroom", "tokens"),
    ]  # fmt: skip
    for one in told:
        made = await play.post("/programmes", play.officer, name=one["label"], template=one["id"])
        assert (made["terms"], made["unit"], made["pool"]["cap"]) == (one["terms"], one["unit"], one["cap"])
        own = await play.post(
            "/programmes", play.officer, name=f"own {one['id']}", unit=one["unit"], terms=one["terms"], cap=7
        )
        assert (own["terms"], own["pool"]["left"]) == (one["terms"], 7)


async def test_who_reads_and_who_writes(play: Players) -> None:
    programme = await play.programme()
    call = await play.call(programme)
    asked = await play.submitted(call, play.person("member"))
    reads = (
        "/programmes", f"/programmes/{programme['id']}", f"/programmes/{programme['id']}/calls",
        f"/calls/{call['id']}", f"/programmes/{programme['id']}/applications", f"/applications/{asked['id']}",
    )  # fmt: skip
    auditor = play.stand.ours.keys["auditor"]
    for path in reads:
        await play.get(path, auditor)
        await play.get(path, play.stand.ours.keys["member"], 403)
    for path, body in (
        ("/programmes", {"name": "x", "template": "research"}), (f"/programmes/{programme['id']}", {"name": "y"}),
        (f"/programmes/{programme['id']}/cap", {"cap": 1}), (f"/programmes/{programme['id']}/calls", {"name": "z"}),
        (f"/calls/{call['id']}/close", {}), (f"/applications/{asked['id']}/approve", {}),
    ):  # fmt: skip
        for role in ("auditor", "reviewer", "member"):
            await play.refused(path, play.stand.ours.keys[role], 403, **body)
    whole = await play.get(f"/applications/{asked['id']}", auditor)
    assert whole["answers"]["field"] == "Structural biology"


async def test_a_call_may_open_later_and_move(play: Players) -> None:
    programme, member = await play.programme(), play.stand.ours.keys["member"]
    now = play.stand.house.clock.now_ns() // NS_PER_S
    call = await play.call(programme, name="later", opens_at=now + 1000, closes_at=now + 2000)
    assert call["state"] == "announced"
    assert (await play.get("/me/calls", member))["data"] == []
    await play.get(f"/me/calls/{call['id']}", member, 404)
    assert play.news("call.opened") == []
    moved = await play.post(f"/calls/{call['id']}", play.officer, opens_at=now - 10, name="now")
    assert (moved["state"], moved["name"], moved["closes_at"]) == ("open", "now", now + 2000)
    shown = await play.get(f"/me/calls/{call['id']}", member)
    assert [tier["name"] for tier in shown["tiers"]] == ["Explore", "Discover", "Accelerate", "Maximize"]
    assert len(play.news("call.opened")) == 1
    await play.refused(f"/calls/{call['id']}", play.officer, 409, opens_at=now + 500)
    await play.post(f"/calls/{call['id']}", play.officer, closes_at=now + 3000)
    assert len(play.news("call.opened")) == 1, "told once"
    await play.refused(f"/programmes/{programme['id']}/calls", play.officer, 409, name="now")
    await play.call(programme, name="beside it")


async def test_nobody_elsewhere_is_told_or_shown(play: Players) -> None:
    programme = await play.programme()
    await play.call(programme)
    theirs = play.stand.theirs.keys["owner"]
    assert (await play.get("/me/calls", theirs))["data"] == []
    assert (await play.get("/programmes", theirs))["data"] == []
    addresses = {user.email for user in play.stand.house.people.roster.users.values()}
    assert play.mailed("call.opened") <= addresses
    assert not any(play.stand.theirs.id in address for address in play.mailed("call.opened"))


async def test_a_call_is_not_mailed_to_a_crowd(play: Players) -> None:
    for _ in range(100):
        play.person("member")
    await play.call(await play.programme())
    assert len(play.news("call.opened")) == 1
    assert play.mailed("call.opened") == set()


async def test_applications_by_state_tier_and_call(play: Players) -> None:
    programme = await play.programme()
    first, second = await play.call(programme), await play.call(programme)
    one = await play.submitted(first, play.person("member"))
    two = await play.submitted(first, play.person("member"), tier="Discover")
    three = await play.submitted(second, play.person("member"))
    await play.draft(second, play.person("member"))
    await play.post(f"/applications/{three['id']}/decline", play.officer, words="No.")
    base = f"/programmes/{programme['id']}/applications"
    for query, ids in {
        "": [three, two, one], "?state=submitted": [two, one], "?state=declined": [three], "?tier=Discover": [two],
        f"?call_id={second['id']}": [three], "?state=draft": [], "?tier=Explore&state=submitted": [one],
        "?limit=1": [three], f"?limit=1&after={three['id']}": [two],
    }.items():  # fmt: skip
        told = await play.get(base + query, play.officer)
        assert [row["id"] for row in told["data"]] == [row["id"] for row in ids], query
    await play.get(f"{base}?state=lost", play.officer, 400)
    csv = await play.stand.ask("GET", f"/v1/tokenry{base}?format=csv&state=submitted", play.officer)
    assert len(csv.text.strip().split("\r\n")) == 3
    csv = await play.stand.client.get(
        f"/v1/tokenry{base}", headers={"authorization": f"Bearer {play.officer}", "accept": "text/csv"}
    )
    assert len(csv.text.strip().split("\r\n")) == 4


async def test_a_cap_is_set_and_seen(play: Players) -> None:
    programme = await play.programme(cap=10)
    path = f"/programmes/{programme['id']}"
    for cap in (25, 5, 0, 10**18):
        assert (await play.post(f"{path}/cap", play.officer, cap=cap))["pool"]["cap"] == cap
    await play.refused(f"{path}/cap", play.officer, 400, cap=2**63)
    await play.refused(f"{path}/cap", play.officer, 400, cap=-1)
    closed = await play.post(f"{path}/close", play.officer)
    assert closed["state"] == "closed"
    await play.refused(f"{path}/cap", play.officer, 409, cap=5)
    await play.refused(f"{path}/close", play.officer, 409)
    await play.refused(path, play.officer, 409, name="another")
    await play.refused(f"{path}/calls", play.officer, 409, name="late")
