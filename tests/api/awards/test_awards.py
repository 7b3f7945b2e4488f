"""Awards over HTTP: made by an officer, drawn on by requests, seen and asked about by those who have them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import standing
from tests.api.programmes.players import Players
from tokenry.base.clock import NS_PER_S

pytestmark = pytest.mark.anyio


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Players]:
    async with standing(tmp_path) as stand:
        yield Players(stand)


async def made(play: Players, **more: Any) -> dict[str, Any]:
    """An award to the first project, whose owner is `project_owner`."""
    programme = await play.programme()
    body = {"programme_id": programme["id"], "amount": 1000, "project_id": play.stand.ours.projects[0].id} | more
    return await play.post("/awards", play.officer, **body)


async def test_requests_draw_on_it_until_it_is_used_up(play: Players) -> None:
    award = await made(play, amount=400)
    assert (award["status"], award["units"]["left"]) == ("active", 400)
    key = play.stand.project_key(play.stand.ours.projects[0])
    body = {"model": "chatty", "max_tokens": 8, "messages": [{"role": "user", "content": "Say a word."}]}
    used, answer = 0, await play.stand.ask("POST", "/v1/chat/completions", key, json=body)
    while answer.status_code == 200:
        used += answer.json()["usage"]["total_tokens"]
        answer = await play.stand.ask("POST", "/v1/chat/completions", key, json=body)
    shown = await play.get(f"/awards/{award['id']}", play.officer)
    assert 0 < used <= 400
    assert (shown["units"]["spent"], shown["units"]["left"], shown["units"]["held"]) == (used, 400 - used, 0)
    assert answer.status_code == 429
    assert award["name"] in answer.json()["error"]["message"]


async def test_who_sees_it_and_who_may_what(play: Players) -> None:
    award, keys = await made(play), play.stand.ours.keys
    base = f"/me/awards/{award['id']}"
    for role in ("project_owner", "project_member"):
        assert [one["id"] for one in (await play.get("/me/awards", keys[role]))["data"]] == [award["id"]]
        assert (await play.get(base, keys[role]))["id"] == award["id"]
    assert (await play.get("/me/awards", keys["member"]))["data"] == []
    await play.ask("GET", base, keys["member"], 404)
    report = award["reports"][0]["id"]
    wish = {"kind": "supplement", "amount": 5, "reason": "there is more to do"}
    for role, status in (("member", 404), ("project_member", 403), ("project_owner", 200)):
        await play.ask("POST", f"/me/award_reports/{report}/submit", keys[role], status, json={"text": "So it went."})
        asked = await play.ask("POST", f"{base}/amendments", keys[role], status, json=wish)
    await play.ask("POST", f"/award_amendments/{asked['id']}/approve", keys["project_owner"], 403, json={})
    waiting = (await play.get("/award_amendments?state=asked", play.officer))["data"]
    assert [one["id"] for one in waiting] == [asked["id"]]
    handed_in = (await play.get("/award_reports?state=submitted", play.officer))["data"]
    assert [one["id"] for one in handed_in] == [report]
    await play.post(f"/award_amendments/{asked['id']}/approve", play.officer)
    await play.ask("POST", f"/award_amendments/{asked['id']}/deny", play.officer, 409, json={"reason": "too late"})
    assert (await play.get(base, keys["project_owner"]))["units"]["left"] == 1005
    steps = (await play.get(f"{base}/history", keys["project_owner"]))["data"]
    assert [step["step"] for step in steps] == [
        "created", "granted", "report_submitted", "supplement_asked", "supplement_granted",
    ]  # fmt: skip


async def test_what_it_takes_is_said_before(play: Players) -> None:
    terms = {"tiers": [{"name": "one", "amount_max": 10**13}]}
    fleet = {"type": "fleet", "accelerators": 4, "tokens_per_second": 2500, "measured": "bench", "power_w": 700}
    programme = await play.post("/programmes", play.stand.ours.keys["owner"], name="Genomes", unit="tokens", cap=10**13,
                                terms=terms | {"backing": [fleet]})  # fmt: skip
    asked = f"/award_supply?programme_id={programme['id']}&amount={10**12}&days=365"
    meant = await play.get(asked, play.officer)
    assert meant["supply"]["accelerator_seconds"] == 400_000_000
    assert (meant["supply"]["ratio_percent"], meant["reason_needed"]) == (318, True)
    body = {"programme_id": programme["id"], "amount": 10**12, "project_id": play.stand.ours.projects[0].id}
    refused = await play.ask("POST", "/awards", play.officer, 400, json=body)
    assert refused["error"]["code"] == "reason_missing"
    await play.post("/awards", play.officer, **body, reason="the second hall opens in May")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"amount": -1}, 400),
        ({"amount": 0}, 400),
        ({"amount": 2**63}, 400),
        ({"amount": 1.5}, 400),
        ({"amount": 10**15}, 409),
        ({"ends_at": 1_000}, 400),
        ({"begins_at": 1_900_000_000, "ends_at": 1_800_000_000}, 400),
        ({"tier": "Nope"}, 400),
        ({"project_id": "proj_nope"}, 404),
        ({"programme_id": "prog_nope"}, 404),
        ({"awardee_id": "user_nope", "project_id": None}, 404),
        ({"project_id": None}, 400),
        ({"renews": "awd_nope"}, 404),
        ({"name": ""}, 200),
        ({"name": "a\x00b"}, 400),
        ({"terms": {"tranches": {"count": 9, "every_days": 90}}}, 400),
        ({"terms": {"weights": {"input": 0, "output": 0}}}, 400),
    ],
)
async def test_an_award_that_cannot_be(play: Players, more: dict[str, Any], status: int) -> None:
    programme = await play.programme()
    body = {"programme_id": programme["id"], "amount": 1000, "project_id": play.stand.ours.projects[0].id} | more
    answer = await play.ask("POST", "/awards", play.officer, status, json=body)
    made = (await play.get("/awards", play.officer))["data"]
    assert len(made) == (status == 200), answer


async def test_a_transfer_across_projects_and_an_end_before_now(play: Players) -> None:
    award = await made(play)
    other = await made(play, project_id=play.stand.ours.projects[1].id)
    body = {"kind": "transfer", "amount": 5, "other_award_id": other["id"], "reason": "moved"}
    refused = await play.ask("POST", f"/awards/{award['id']}/amendments", play.officer, 409, json=body)
    assert "of one project" in refused["error"]["message"]
    now_s = play.stand.house.clock.now_ns() // NS_PER_S
    earlier = {"kind": "extension", "until": now_s + 5, "reason": "shorter"}
    await play.ask("POST", f"/awards/{award['id']}/amendments", play.officer, 400, json=earlier)
    assert (await play.get(f"/awards/{award['id']}/amendments", play.officer))["data"] == []
