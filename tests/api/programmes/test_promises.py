"""What was promised to applicants is theirs: no cap goes below it, and an award that must wait says so."""

from __future__ import annotations

import pytest

from tests.api.programmes.players import Players
from tokenry.base.errors import Conflict
from tokenry.programmes.applications import acceptance
from tokenry.programmes.applications.applying import WITHDRAWN_MAX

pytestmark = pytest.mark.anyio


async def test_a_cap_does_not_go_below_what_is_promised(play: Players) -> None:
    applicant, owner = play.person("member"), play.stand.ours.keys["owner"]
    programme = await play.programme(cap=1000)
    cap = f"/programmes/{programme['id']}/cap"
    asked = await play.submitted(await play.call(programme), applicant, asked=300)
    await play.approved(asked)
    error = await play.refused(cap, owner, 409, cap=299)
    assert "300 tokens are promised" in error["message"]
    assert (await play.post(cap, owner, cap=300))["pool"]["cap"] == 300
    assert (await play.accepted(asked, applicant))["state"] == "accepted"
    await play.refused(cap, owner, 409, cap=299)
    assert (await play.post(cap, owner, cap=500))["pool"]["left"] == 200


async def test_an_acceptance_whose_award_must_wait_is_kept_and_says_so(
    play: Players, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def empty(*_: object) -> str:
        raise Conflict("this does not fit the books")

    applicant = play.person("member")
    asked = await play.submitted(await play.call(await play.programme()), applicant)
    await play.approved(asked)
    path = f"/me/applications/{asked['id']}"
    shown = await play.get(path, applicant.key)
    monkeypatch.setattr(acceptance, "grant_accepted", empty)
    error = await play.refused(f"{path}/accept", applicant.key, 409, terms_hash=shown["terms_hash"])
    assert "your acceptance is kept" in error["message"]
    assert (await play.get(path, applicant.key))["state"] == "accepted"


async def test_nobody_fills_the_books_with_what_they_withdraw(play: Players) -> None:
    applicant = play.person("member")
    call = await play.call(await play.programme())
    for _ in range(WITHDRAWN_MAX):
        made = await play.draft(call, applicant)
        await play.post(f"/me/applications/{made['id']}/withdraw", applicant.key)
    for _ in range(3):
        await play.draft(call, applicant)
    said = {"call_id": call["id"], "tier": "Explore", "title": "Folding", "asked": 1}
    assert "at most 3" in (await play.refused("/me/applications", applicant.key, 409, **said))["message"]
    listed = (await play.get("/me/applications", applicant.key))["data"]
    last = next(one for one in listed if one["state"] == "draft")
    await play.post(f"/me/applications/{last['id']}/withdraw", applicant.key)
    assert "withdraws at most" in (await play.refused("/me/applications", applicant.key, 409, **said))["message"]
