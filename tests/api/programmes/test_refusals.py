"""What must not be: refused with the reason, and nothing half done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.api.programmes.players import ANSWERS, Players
from tokenry.base.clock import NS_PER_S
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

DRAFT: dict[str, Any] = {"tier": "Explore", "title": "Folding", "asked": 1000, "answers": ANSWERS}
NO_DRAFT: list[dict[str, Any]] = [
    {"asked": -1}, {"asked": 0}, {"asked": 10**9 + 1}, {"asked": 2**63}, {"asked": 10**30}, {"asked": 1.5},
    {"asked": "1000"}, {"asked": None}, {"asked": True}, {"tier": "Huge"}, {"tier": ""}, {"title": ""}, {"title": " "},
    {"title": "x" * 101}, {"title": "a\nb"}, {"title": "\u202e"}, {"answers": {"abstract": 5}}, {"answers": []},
    {"answers": {"nothing": "x"}}, {"project_id": "proj_00000000000000000000000000"}, {"renews": "awd_nothing"},
    {"surprise": 1}, {"call_id": 5},
]  # fmt: skip
NO_TERMS: list[dict[str, Any]] = [
    {"tiers": []}, {"tiers": [{"name": "A", "amount_max": 0}]}, {"tiers": [{"name": "A", "amount_max": -5}]},
    {"tiers": [{"name": "A", "amount_max": 2**63}]}, {"tiers": [{"name": "A", "amount_max": 5, "days": 0}]},
    {"tiers": [{"name": "A", "amount_max": 5}, {"name": "a", "amount_max": 6}]},
    {"tiers": [{"name": "A\u0007", "amount_max": 5}]},
    {"fields": [{"id": "x", "label": "X", "kind": "choice"}]}, {"fields": [{"id": "X Y", "label": "X"}]},
    {"rubric": [{"id": "x", "label": "X", "points_max": 0}]}, {"rubric": [{"id": "x", "label": "X", "weight": -1}]},
    {"weights": {"input": 0}}, {"restrictions": {"on_exhaustion": "downgrade"}}, {"ratio_max_percent": 0},
    {"accept_within_days": 0}, {"surprise": 1}, {"backing": [{"type": "magic"}]}, {"tranches": {"count": 0}},
    {"tiers": "all"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_DRAFT, ids=str)
async def test_an_application_that_cannot_be(calm_call: tuple[Players, dict[str, Any]], wrong: dict[str, Any]) -> None:
    play, call = calm_call
    person = play.stand.ours.keys["member"]
    length = len(play.audit())
    await play.refused("/me/applications", person, 400, **(DRAFT | {"call_id": call["id"]} | wrong))
    assert len(play.audit()) == length


@pytest.mark.parametrize("wrong", NO_TERMS, ids=str)
async def test_a_programme_that_cannot_be(calm_call: tuple[Players, dict[str, Any]], wrong: dict[str, Any]) -> None:
    play, _ = calm_call
    terms = {"tiers": [{"name": "A", "amount_max": 5}]} | wrong
    length = len(play.audit())
    await play.refused("/programmes", play.officer, 400, name="New", unit="tokens", terms=terms)
    assert len(play.audit()) == length


@pytest.mark.parametrize(
    ("opens", "closes"), [(2000000000, 1900000000), (2000000000, 2000000000), (None, 1000), (1, 2), (1, 9 * 10**9)]
)
async def test_a_call_that_cannot_be(calm_call: tuple[Players, dict[str, Any]], opens: int | None, closes: int) -> None:
    play, call = calm_call
    base = f"/programmes/{call['programme_id']}/calls"
    error = await play.refused(base, play.officer, 400, name="wrong", opens_at=opens, closes_at=closes)
    assert error["param"] == "closes_at"
    await play.refused(f"/calls/{call['id']}", play.officer, 400, opens_at=opens, closes_at=closes)


async def test_what_a_programme_needs(calm_call: tuple[Players, dict[str, Any]]) -> None:
    play, _ = calm_call
    await play.refused("/programmes", play.officer, 400, name="New")
    await play.refused("/programmes", play.officer, 400, name="New", template="lottery")
    await play.refused("/programmes", play.officer, 400, name="New", template="research", unit="usd")
    await play.refused("/programmes", play.officer, 400, name="New", template="research", cap=-1)
    await play.refused("/programmes", play.officer, 400, name="", template="research")
    await play.refused("/programmes", play.stand.ours.keys["member"], 403, name="New", template="research")


async def test_who_may_not_issue_has_a_pool_of_nothing(play: Players) -> None:
    """Another organization runs programmes of its own; what they give is issued by the operator."""
    officer = play.stand.theirs.keys["officer"]
    made = await play.post("/programmes", officer, name="Theirs", template="research")
    assert made["pool"]["cap"] == 0
    await play.refused("/programmes", officer, 403, name="More", template="research", cap=5)
    await play.refused(f"/programmes/{made['id']}/cap", officer, 403, cap=5)
    person = play.person("member", place=play.stand.theirs)
    call = await play.post(f"/programmes/{made['id']}/calls", officer, name="one")
    asked = await play.submitted(call, person)
    error = await play.refused(f"/applications/{asked['id']}/approve", officer, 409)
    assert error["code"] == "pool_exhausted"


async def test_two_officers_at_once(play: Players) -> None:
    """Of many decisions at one moment one is made; the others say that somebody was quicker."""
    person, second = play.person("member"), play.person("officer")
    call = await play.call(await play.programme())
    asked = await play.submitted(call, person)
    base = f"/v1/tokenry/applications/{asked['id']}"
    asks = [
        play.stand.ask("POST", f"{base}/{step}", key, json=body)
        for key in (play.officer, second.key)
        for step, body in (("approve", {}), ("decline", {"words": "No."}), ("approve", {"amount": 5}))
    ]
    answers = await asyncio.gather(*asks)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * 5, [answer.text for answer in answers]
    with play.stand.house.desk.db.read() as connection:
        assert len(connection.execute(tables.decisions.select()).all()) == 1
    assert len(play.news("application.decided")) == 1


async def test_the_last_units_are_promised_once(play: Players) -> None:
    call = await play.call(await play.programme(cap=1_500_000))
    asked = [await play.submitted(call, play.person("member")) for _ in range(4)]
    answers = await asyncio.gather(
        *[
            play.stand.ask("POST", f"/v1/tokenry/applications/{one['id']}/approve", play.officer, json={})
            for one in asked
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_double_acceptance(play: Players) -> None:
    person = play.person("member")
    programme = await play.programme()
    asked = await play.submitted(await play.call(programme), person)
    await play.approved(asked)
    path = f"/me/applications/{asked['id']}"
    terms = (await play.get(path, person.key))["terms_hash"]
    await play.refused(f"{path}/accept", person.key, 409, terms_hash="0" * 64)
    asks = [
        play.stand.ask("POST", f"/v1/tokenry{path}/accept", person.key, json={"terms_hash": terms}) for _ in range(4)
    ]
    answers = await asyncio.gather(*asks)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    await play.refused(f"{path}/accept", person.key, 409, terms_hash=terms)
    books = play.stand.house.ledger.books
    assert len([one for one in books.awards.values() if one.programme_id == programme["id"]]) == 1


async def test_an_offer_that_ended(play: Players) -> None:
    person = play.person("member")
    asked = await play.submitted(await play.call(await play.programme()), person)
    await play.approved(asked)
    rows = tables.decisions
    with play.stand.house.desk.db.write() as connection:
        row = connection.execute(rows.select().where(rows.c.application_id == asked["id"])).one()
        terms = {"terms": row.terms | {"accept_by": 1}}
        connection.execute(rows.update().where(rows.c.application_id == asked["id"]), terms)
    path = f"/me/applications/{asked['id']}"
    shown = await play.get(path, person.key)
    error = await play.refused(f"{path}/accept", person.key, 409, terms_hash=shown["terms_hash"])
    assert error["code"] == "offer_ended"
    await play.post(f"/applications/{asked['id']}/offer", play.officer)
    assert (await play.accepted(asked, person))["state"] == "accepted"


async def test_two_windows_do_not_overwrite_each_other(play: Players) -> None:
    person = play.person("member")
    made = await play.draft(await play.call(await play.programme()), person)
    path = f"/me/applications/{made['id']}"
    base = f"/v1/tokenry{path}"
    asks = [
        play.stand.ask("POST", base, person.key, json=DRAFT | {"title": f"window {n}", "revision": made["revision"]})
        for n in range(4)
    ]
    answers = await asyncio.gather(*asks)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"stale_revision"}
    shown = await play.get(path, person.key)
    assert (shown["revision"], shown["title"][:6]) == (2, "window")
    await play.refused(path, person.key, 400, **DRAFT)  # without saying what was read


async def test_a_programme_is_not_overwritten_either(play: Players) -> None:
    made = await play.programme()
    path = f"/programmes/{made['id']}"
    await play.post(path, play.officer, name="Other", revision=1)
    error = await play.refused(path, play.officer, 409, name="Third", revision=1)
    assert error["code"] == "stale_revision"


async def test_goalposts_stay_while_somebody_is_judged_by_them(play: Players) -> None:
    programme = await play.programme()
    asked = await play.submitted(await play.call(programme), play.person("member"))
    path, terms = f"/programmes/{programme['id']}", programme["terms"]
    moved = terms | {"rubric": terms["rubric"][:1]}
    await play.refused(path, play.officer, 409, terms=moved)
    await play.post(path, play.officer, terms=terms | {"about": "Other words."})
    await play.post(f"/applications/{asked['id']}/decline", play.officer, words="No.")
    changed = await play.post(path, play.officer, terms=moved)
    assert len(changed["terms"]["rubric"]) == 1


async def test_nobody_decides_on_their_own(play: Players) -> None:
    officer = play.person("officer")
    asked = await play.submitted(await play.call(await play.programme()), officer)
    base = f"/applications/{asked['id']}"
    for step, body in (
        ("approve", {}), ("decline", {"words": "No."}), ("return", {"words": "More."}),
        ("assignments", {"reviewer_id": play.person("reviewer").id}),
    ):  # fmt: skip
        error = await play.refused(f"{base}/{step}", officer.key, 409, **body)
        assert error["code"] == "conflict_of_interest"
    await play.approved(asked)


async def test_nobody_decides_for_their_own_project(play: Players) -> None:
    project = play.stand.ours.projects[1].id
    near, person = play.person("officer", project=project), play.person("member", project=project)
    asked = await play.submitted(await play.call(await play.programme()), person, project_id=project)
    for step, body in (("approve", {}), ("decline", {"words": "No."}), ("return", {"words": "More."})):
        error = await play.refused(f"/applications/{asked['id']}/{step}", near.key, 409, **body)
        assert error["code"] == "conflict_of_interest"
    await play.approved(asked)
    await play.refused(f"/applications/{asked['id']}/offer", near.key, 409)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": -1}, {"amount": 10**9 + 1}, {"amount": 2**63}, {"days": 0}, {"days": 366},
     {"days": -1}, {"words": "\x00"}, {"conditions": "x" * 10_001}, {"revision": "1"}, {"surprise": 1}],
    ids=str,
)  # fmt: skip
async def test_a_decision_that_cannot_be(submitted: tuple[Players, dict[str, Any]], wrong: dict[str, Any]) -> None:
    play, asked = submitted
    await play.refused(f"/applications/{asked['id']}/approve", play.officer, 400, **wrong)


async def test_a_decision_on_what_was_not_read(submitted: tuple[Players, dict[str, Any]]) -> None:
    play, asked = submitted
    error = await play.refused(f"/applications/{asked['id']}/approve", play.officer, 409, revision=1)
    assert error["code"] == "stale_revision"
    await play.refused(f"/applications/{asked['id']}/decline", play.officer, 400, words=" ")
    await play.refused(f"/applications/{asked['id']}/return", play.officer, 400, words="")


async def test_above_the_ratio_a_decision_needs_a_reason(play: Players) -> None:
    programme = await play.programme()
    fleet = {"type": "fleet", "accelerators": 1, "tokens_per_second": 10, "measured": "one night", "power_w": 700}
    terms = programme["terms"] | {"backing": [fleet]}
    await play.post(f"/programmes/{programme['id']}", play.officer, terms=terms)
    asked = await play.submitted(await play.call(programme), play.person("member"), asked=10**9)
    shown = await play.get(f"/applications/{asked['id']}", play.officer)
    deliverable = 10 * 86_400 * 365
    assert shown["supply"]["deliverable"] == deliverable
    assert shown["supply"]["ratio_percent"] == -(-(10**11) // deliverable)
    assert shown["supply"]["accelerator_seconds"] == 10**8
    path = f"/applications/{asked['id']}/approve"
    error = await play.refused(path, play.officer, 400)
    assert (error["code"], error["param"]) == ("reason_missing", "override")
    decided = await play.post(path, play.officer, override="A second machine comes in spring.")
    assert decided["decision"]["override"] == "A second machine comes in spring."
    assert decided["decision"]["supply"]["ratio_percent"] == shown["supply"]["ratio_percent"]


async def test_too_many_applications(play: Players) -> None:
    person = play.person("member")
    call = await play.call(await play.programme())
    made = [await play.draft(call, person) for _ in range(3)]
    await play.refused("/me/applications", person.key, 409, **(DRAFT | {"call_id": call["id"]}))
    await play.post(f"/me/applications/{made[0]['id']}/withdraw", person.key)
    await play.draft(call, person)


async def test_a_call_that_is_over(play: Players) -> None:
    person = play.person("member")
    call = await play.call(await play.programme())
    made = await play.draft(call, person)
    await play.post(f"/calls/{call['id']}/close", play.officer)
    assert (await play.get("/me/calls", person.key))["data"] == []
    await play.refused("/me/applications", person.key, 409, **(DRAFT | {"call_id": call["id"]}))
    await play.refused(f"/me/applications/{made['id']}/submit", person.key, 409)
    await play.refused(f"/calls/{call['id']}/close", play.officer, 409)
    later = play.stand.house.clock.now_ns() // NS_PER_S + 1000
    await play.refused(f"/calls/{call['id']}", play.officer, 409, closes_at=later)


async def test_a_project_that_was_archived_gets_nothing(play: Players) -> None:
    project = play.stand.ours.projects[1].id
    person = play.person("member", project=project)
    asked = await play.submitted(await play.call(await play.programme()), person, project_id=project)
    await play.approved(asked)
    await play.stand.ask("POST", f"/v1/organization/projects/{project}/archive", play.stand.ours.keys["owner"])
    path = f"/me/applications/{asked['id']}"
    terms = (await play.get(path, person.key))["terms_hash"]
    await play.refused(f"{path}/accept", person.key, 409, terms_hash=terms)
    assert (await play.get(path, person.key))["state"] == "approved"


async def test_a_project_that_is_not_theirs(play: Players) -> None:
    person = play.person("member", project=play.stand.ours.projects[0].id)
    call = await play.call(await play.programme())
    for project in (play.stand.ours.projects[1].id, play.stand.theirs.projects[0].id):
        said = DRAFT | {"call_id": call["id"], "project_id": project}
        error = await play.refused("/me/applications", person.key, 400, **said)
        assert error["param"] == "project_id"


async def test_two_answers_of_an_applicant_at_once(play: Players) -> None:
    """Accepted, refused or withdrawn: one of them, and an award only if it was the first."""
    person = play.person("member")
    programme = await play.programme()
    call = await play.call(programme)
    accepted = 0
    for _ in range(3):
        asked = await play.submitted(call, person)
        await play.approved(asked)
        path = f"/me/applications/{asked['id']}"
        terms = (await play.get(path, person.key))["terms_hash"]
        asks = [
            play.stand.ask("POST", f"/v1/tokenry{path}/{step}", person.key, json=body)
            for step, body in (("withdraw", {}), ("accept", {"terms_hash": terms}), ("refuse", {}))
        ]
        answers = await asyncio.gather(*asks)
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        accepted += (await play.get(path, person.key))["state"] == "accepted"
    awards = [one for one in play.stand.house.ledger.books.awards.values() if one.programme_id == programme["id"]]
    assert len(awards) == accepted
