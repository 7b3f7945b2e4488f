"""A programme from its call to its closeout: an officer, two applicants, three reviewers of whom one has a conflict.

Over HTTP and by the command line, with real requests that draw on what was awarded; the books are proved at every step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.e2e.harness import Server, ask, configured, scripted
from tests.e2e.harness.program import answered

pytestmark = pytest.mark.anyio

PEOPLE = {
    "officer": "officer",
    "ada": "member",
    "grace": "member",
    "first": "reviewer",
    "second": "reviewer",
    "third": "reviewer",
}
ANSWERS = {
    "abstract": "We ask a model about ten thousand proteins and compare what it says with what is known.",
    "method": "Two requests for each protein, of about a thousand tokens.",
    "estimate": "10,000 proteins times 2 requests times 1,000 tokens, and half as much again.",
    "field": "Biology",
    "personal_data": False,
}
SCORES = {"merit": 5, "method": 4, "need": 4, "ability": 5}
ASKED = 5_000_000_000
CHAT = "/v1/chat/completions"


@dataclass
class Person:
    """Somebody who asks over HTTP, with an admin key of their own."""

    name: str
    client: httpx2.AsyncClient

    async def get(self, path: str, expected: int = 200) -> Any:
        return self._read(await self.client.get(path), expected)

    async def post(self, path: str, expected: int = 200, **body: Any) -> Any:
        return self._read(await self.client.post(path, json=body), expected)

    def _read(self, answer: httpx2.Response, expected: int) -> Any:
        assert answer.status_code == expected, f"{self.name}: {answer.status_code} {answer.text}"
        return answer.json()


def people_of(server: Server) -> dict[str, Person]:
    """The officer, the applicants and the reviewers."""
    found = {}
    for name, role in PEOPLE.items():
        server.verb("user create", email=f"{name}@example.org", name=name, role=role)
        key = server.verb("admin-key create", name=name, user=f"{name}@example.org")["key"]
        headers = {"authorization": f"Bearer {key}"}
        found[name] = Person(name, httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=30))
    return found


async def prove(server: Server) -> dict[str, Any]:
    """The books, proved from their first row."""
    report = await asyncio.to_thread(server.check)
    assert report["ok"], report
    return report


async def apply(who: Person, call: dict[str, Any], tier: str, asked: int) -> dict[str, Any]:
    """A draft, submitted."""
    draft = await who.post(
        "/v1/tokenry/me/applications",
        call_id=call["id"], tier=tier, title=f"{who.name} asks", asked=asked, answers=ANSWERS,
    )  # fmt: skip
    submitted: dict[str, Any] = await who.post(f"/v1/tokenry/me/applications/{draft['id']}/submit")
    return submitted


async def talk(server: Server, key: str, *, stream: bool) -> dict[str, Any]:
    """A request that draws on the award; its receipt."""
    said = {"model": "small", "messages": [{"role": "user", "content": "hello there"}], "max_tokens": 40}
    answer = await ask(server.url, CHAT, key, said | {"stream": stream})
    assert answer.status == 200, answer.error()
    headers = {"authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers) as client:
        receipt: dict[str, Any] = (await client.get(f"/v1/tokenry/receipts/{answer.request_id}")).json()
    return receipt


async def test_from_the_call_to_the_closeout(start: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(start, configured(scripted("small", "words=12")))
    people = await asyncio.to_thread(people_of, server)
    try:
        await life(server, people)
    finally:
        for person in people.values():
            await person.client.aclose()


async def life(server: Server, people: dict[str, Person]) -> None:
    officer, ada, grace = (people[name] for name in ("officer", "ada", "grace"))
    made = await asyncio.to_thread(
        answered, "programme", "create", "--data", server.data, "--template", "research", "--name", "Access"
    )
    programme = f"/v1/tokenry/programmes/{made['id']}"
    call = await officer.post(f"{programme}/calls", name="Autumn")
    report = await prove(server)
    cap = (await officer.get(programme))["pool"]["cap"]
    assert report["issued_tokens"] == cap >= 10**12

    hers, other = await apply(ada, call, "Accelerate", ASKED), await apply(grace, call, "Explore", 10**9)
    await ada.get(f"/v1/tokenry/me/applications/{other['id']}", expected=404)
    offered = await judge(people, hers)
    await officer.post(f"/v1/tokenry/applications/{other['id']}/decline", words="The plan names no question.")
    assert (await grace.get(f"/v1/tokenry/me/applications/{other['id']}"))["state"] == "declined"
    await grace.post(f"/v1/tokenry/me/applications/{other['id']}/accept", expected=409, terms_hash="00")
    await prove(server)

    accept = f"/v1/tokenry/me/applications/{hers['id']}/accept"
    await ada.post(accept, expected=409, terms_hash="other terms than were offered")
    assert (await ada.post(accept, terms_hash=offered["terms_hash"]))["state"] == "accepted"
    await ada.post(accept, expected=409, terms_hash=offered["terms_hash"])
    await prove(server)
    await draw_and_close(server, people, made)


async def judge(people: dict[str, Person], application: dict[str, Any]) -> dict[str, Any]:
    """Two reviews and a conflict; then the award is offered. What the applicant sees of it."""
    officer, ada = people["officer"], people["ada"]
    one = f"/v1/tokenry/applications/{application['id']}"
    assigned = {}
    for name in ("first", "second", "third"):
        user_id = (await people[name].get("/v1/tokenry/me"))["id"]
        assigned[name] = (await officer.post(f"{one}/assignments", reviewer_id=user_id))["id"]
    applicant_id = (await ada.get("/v1/tokenry/me"))["id"]
    await officer.post(f"{one}/assignments", expected=400, reviewer_id=applicant_id)

    third, review = people["third"], f"/v1/tokenry/me/reviews/{assigned['third']}"
    assert (await third.get(review))["answers"] is None, "read before a conflict was declared or denied"
    await third.post(f"{review}/score", expected=409, scores=SCORES)
    assert (await third.post(f"{review}/declare", conflict=True, words="We share a grant."))["state"] == "conflict"
    await third.post(f"{review}/score", expected=409, scores=SCORES)
    await officer.post(f"{one}/approve", expected=409)

    for name in ("first", "second"):
        mine = f"/v1/tokenry/me/reviews/{assigned[name]}"
        await people[name].post(f"{mine}/declare", conflict=False)
        await people[name].post(f"{mine}/score", scores=SCORES, comment=f"{name} says so", words="A clear plan.")
        await people[name].get(f"/v1/tokenry/me/reviews/{assigned['third']}", expected=404)
    decisions = await asyncio.gather(
        *[officer.client.post(f"{one}/approve", json={"words": "Congratulations.", "amount": ASKED}) for _ in range(2)]
    )
    assert sorted(answer.status_code for answer in decisions) == [200, 409], [answer.text for answer in decisions]
    seen: dict[str, Any] = await ada.get(f"/v1/tokenry/me/applications/{application['id']}")
    assert seen["state"] == "approved"
    assert seen["reviews"] == ["A clear plan.", "A clear plan."]
    assert "first" not in str(seen | {"form": None}), "an applicant sees no reviewer"  # the form promises a first look
    return seen


async def draw_and_close(server: Server, people: dict[str, Person], programme: dict[str, Any]) -> None:
    """Requests draw on the award to the token; a report is taken; what is left returns to the pool."""
    officer, ada = people["officer"], people["ada"]
    (award,) = (await ada.get("/v1/tokenry/me/awards"))["data"]
    key = (await asyncio.to_thread(server.verb, "key create", name="ada", project=award["project_id"]))["key"]
    receipts = [await talk(server, key, stream=stream) for stream in (False, True, False)]
    drawn = sum(receipt["usage"]["input_tokens"] + receipt["usage"]["output_tokens"] for receipt in receipts)
    assert drawn > 0
    assert all(receipt["charge_nanousd"] == 0 for receipt in receipts)
    await asyncio.to_thread(server.idle)
    report = await prove(server)
    assert report["served_tokens"] == drawn

    shown = await asyncio.to_thread(answered, "award", "show", award["id"], "--data", server.data)
    assert (shown["left_tokens"], shown["spent_tokens"]) == (ASKED - drawn, drawn)
    outlook = await ada.get(f"/v1/tokenry/me/awards/{award['id']}/outlook")
    assert (outlook["days"][-1]["drawn"], outlook["days"][-1]["left"]) == (drawn, ASKED - drawn)
    uptake = await officer.get(f"/v1/tokenry/programmes/{programme['id']}/uptake")
    assert (uptake["granted"], uptake["drawn"], uptake["living"]) == (ASKED, drawn, 1)
    await change(server, people, award, key)
    await close(server, people, award, drawn)


async def change(server: Server, people: dict[str, Person], award: dict[str, Any], key: str) -> None:
    """A supplement that was asked for; a suspension, under which nothing is drawn."""
    officer, ada, grace = people["officer"], people["ada"], people["grace"]
    one, mine = f"/v1/tokenry/awards/{award['id']}", f"/v1/tokenry/me/awards/{award['id']}"
    await grace.get(mine, expected=404)
    wish = {"kind": "supplement", "amount": 10**9, "reason": "a second protein family"}
    asked = await ada.post(f"{mine}/amendments", **wish)
    await ada.post(f"/v1/tokenry/award_amendments/{asked['id']}/approve", expected=403)
    done = await officer.post(f"/v1/tokenry/award_amendments/{asked['id']}/approve")
    assert done["state"] == "done"
    await officer.post(f"/v1/tokenry/award_amendments/{asked['id']}/deny", expected=409, reason="too late")
    assert (await officer.get(one))["amount"] == ASKED + 10**9
    await prove(server)

    await officer.post(f"{one}/suspend", reason="a key was found on the net")
    said = {"model": "small", "messages": [{"role": "user", "content": "hello"}]}
    refused = await ask(server.url, CHAT, key, said)
    assert (refused.status, refused.error()["code"]) == (429, "insufficient_quota")
    await officer.post(f"{one}/resume", reason="it was revoked")
    assert (await ask(server.url, CHAT, key, said | {"max_tokens": 1})).status == 200
    await asyncio.to_thread(server.idle)


async def close(server: Server, people: dict[str, Person], award: dict[str, Any], before: int) -> None:
    """The final report is handed in and accepted, the award closed; the pool has what was left, to the token."""
    officer, ada = people["officer"], people["ada"]
    one = f"/v1/tokenry/awards/{award['id']}"
    assert (await officer.post(f"{one}/close", reason="the work is done"))["status"] == "closing"
    for report in (await officer.get(f"{one}/reports"))["data"]:
        handed_in = f"/v1/tokenry/me/award_reports/{report['id']}/submit"
        await officer.post(handed_in, expected=403, text="not mine to write")
        await ada.post(handed_in, text="All proteins were asked about.", links=["https://example.org/preprint"])
        await officer.post(f"/v1/tokenry/award_reports/{report['id']}/accept", reason="well done")
    assert (await officer.post(f"{one}/close", reason="the report is in"))["status"] == "closed"
    await officer.post(f"{one}/reopen", expected=409, reason="once more")
    closed = await asyncio.to_thread(answered, "award", "show", award["id"], "--data", server.data)
    drawn = closed["spent_tokens"]
    assert drawn > before
    assert closed["returned_tokens"] == ASKED + 10**9 - drawn
    pool = (await officer.get(f"/v1/tokenry/programmes/{award['programme_id']}"))["pool"]
    assert pool["cap"] - pool["left"] == drawn, "all but what was drawn is the pool's again"
    report = await prove(server)
    assert report["served_tokens"] == drawn
    trail = server.verb("audit list", count=1000)["rows"]
    acts = {row["type"] for row in trail}
    assert {"application.submitted", "application.approved", "application.accepted", "award.closed"} <= acts, acts
