"""From the programme to the award, as its people live it."""

from __future__ import annotations

import pytest

from tests.api.programmes.players import Players
from tokenry.access import read_audit, verify_audit

pytestmark = pytest.mark.anyio


async def test_from_call_to_award(play: Players) -> None:
    applicant, reviewer = play.person("member"), play.person("reviewer")
    programme = await play.programme()
    assert programme["pool"]["left"] == 10**13
    call = await play.call(programme)
    seen = await play.get("/me/calls", applicant.key)
    assert [one["id"] for one in seen["data"]] == [call["id"]]
    asked = await play.submitted(call, applicant, tier="Discover", asked=5 * 10**9)
    await play.scored(asked, reviewer)
    decided = await play.approved(asked, amount=4 * 10**9, conditions="Publish the prompts.", words="Well done.")
    assert decided["state"] == "approved"
    assert decided["score"] == {
        "reviews": 1, "percent": "82.22",
        "criteria": [
            {"id": "merit", "lowest": 4, "highest": 4, "mean": "4.00"},
            {"id": "method", "lowest": 5, "highest": 5, "mean": "5.00"},
            {"id": "need", "lowest": 3, "highest": 3, "mean": "3.00"},
            {"id": "ability", "lowest": 4, "highest": 4, "mean": "4.00"},
        ],
    }  # fmt: skip
    pool = (await play.get(f"/programmes/{programme['id']}", play.officer))["pool"]
    assert (pool["left"], pool["promised"]) == (10**13, 4 * 10**9)
    mine = await play.accepted(asked, applicant)
    assert mine["state"] == "accepted"
    assert mine["reviews"] == ["A clear plan."]
    assert reviewer.id not in str(mine)
    pool = (await play.get(f"/programmes/{programme['id']}", play.officer))["pool"]
    assert (pool["left"], pool["promised"], pool["granted"]) == (10**13 - 4 * 10**9, 0, 4 * 10**9)
    books = play.stand.house.ledger.books
    award = next(one for one in books.awards.values() if one.programme_id == programme["id"])
    assert play.stand.house.ledger.balance(award.id).left == 4 * 10**9
    assert verify_audit(read_audit(play.stand.house.desk.db)) is None
