"""Drafts of reviews, who could review, how far a panel is, and the waiting list: what officers and reviewers see."""

from __future__ import annotations

import pytest

from tests.api.programmes.players import POINTS, Players
from tokenry.access.programme_records import erase_from_programmes
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def test_a_draft_of_a_review_is_its_writers_alone(play: Players) -> None:
    asked = await play.submitted(await play.call(await play.programme()), play.person("member"))
    reviewer, other = play.person("reviewer"), play.person("reviewer")
    path = f"/me/reviews/{(await play.assigned(asked, reviewer))['id']}"
    some = {"scores": {"merit": 3}, "comment": "Half of a thought"}
    await play.refused(f"{path}/draft", reviewer.key, 409, **some)  # nothing was declared yet
    await play.post(f"{path}/declare", reviewer.key, conflict=False)
    length = len(play.audit())
    shown = await play.post(f"{path}/draft", reviewer.key, **some)
    assert shown["draft"] == some | {"words": None}
    assert (shown["state"], shown["scores"], shown["comment"], len(play.audit())) == ("clear", None, None, length)
    assert "Half of a thought" not in str(await play.get(f"/applications/{asked['id']}", play.officer))
    await play.refused(f"{path}/draft", other.key, 404, **some)
    for wrong in ({"scores": {"merit": 6}}, {"scores": {"beauty": 1}}, {"comment": "\x1b[31m"}):
        await play.refused(f"{path}/draft", reviewer.key, 400, **wrong)
    assert (await play.get(path, reviewer.key))["draft"] == some | {"words": None}
    shown = await play.post(f"{path}/score", reviewer.key, scores=POINTS)
    assert (shown["state"], shown["draft"]) == ("scored", None)
    await play.post(f"{path}/draft", reviewer.key, **some)
    with play.stand.house.desk.db.write() as connection:
        erase_from_programmes(connection, reviewer.id, "erased", 1)
        kept = tables.assignments
        (row,) = connection.execute(kept.select().where(kept.c.reviewer_id == reviewer.id))
    assert row.draft is None


async def test_who_could_review_and_what_speaks_against_it(play: Players) -> None:
    project = play.stand.ours.projects[1].id
    person, near = play.person("member", project=project), play.person("reviewer", project=project)
    busy, free, against = (play.person("reviewer") for _ in range(3))
    call = await play.call(await play.programme())
    asked, another = await play.submitted(call, person), await play.submitted(call, play.person("member"))
    await play.assigned(another, busy)
    one = await play.assigned(asked, against)
    await play.post(f"/me/reviews/{one['id']}/declare", against.key, conflict=True, words="A shared grant.")
    path = f"/applications/{asked['id']}/candidates"
    found = {each["id"]: each for each in (await play.get(f"{path}?limit=100", play.officer))["data"]}
    assert (found[free.id]["waiting"], found[free.id]["refusal"]) == (0, None)
    assert (found[busy.id]["waiting"], found[busy.id]["refusal"]) == (1, None)
    assert "share a project" in found[near.id]["refusal"]
    assert "declared" in found[against.id]["refusal"]
    assert person.id not in found
    assert not {*found} & {*play.stand.theirs.users.values()}
    order = [each["refusal"] is not None for each in found.values()]
    assert order == sorted(order), "whom one can ask comes first"
    await play.assigned(asked, free)
    found = {each["id"]: each for each in (await play.get(f"{path}?limit=100", play.officer))["data"]}
    assert (found[free.id]["waiting"], found[free.id]["refusal"]) == (1, "they review it already")
    for key in (free.key, person.key, play.stand.ours.keys["auditor"]):
        await play.get(path, key, 403)


async def test_how_far_a_panel_is(play: Players) -> None:
    programme = await play.programme()
    reviewer = play.person("reviewer")
    asked = await play.submitted(await play.call(programme), play.person("member"), tier="Accelerate")
    listing = f"/programmes/{programme['id']}/applications"
    (line,) = (await play.get(listing, play.officer))["data"]
    assert line["panel"] == {"asked": 0, "scored": 0, "needed": 2, "percent": None}
    await play.scored(asked, reviewer)
    await play.assigned(asked, play.person("reviewer"))
    (line,) = (await play.get(listing, play.officer))["data"]
    assert line["panel"] == {"asked": 2, "scored": 1, "needed": 2, "percent": "82.22"}
    (line,) = (await play.get(listing, reviewer.key))["data"]
    assert line["panel"] is None, "a reviewer sees no panel"


async def test_an_application_waits_and_is_decided_on_later(play: Players) -> None:
    person, reviewer = play.person("member"), play.person("reviewer")
    programme = await play.programme()
    asked = await play.submitted(await play.call(programme), person, tier="Discover")
    one = f"/applications/{asked['id']}"
    shown = await play.post(f"{one}/waitlist", play.officer, words="Two offers are open before yours.")
    assert shown["state"] == "waitlisted"
    assert len(play.news("application.waitlisted")) == 1
    told = await play.get(f"/me/applications/{asked['id']}", person.key)
    assert (told["state"], told["steps"][-1]["words"]) == ("waitlisted", "Two offers are open before yours.")
    assert (await play.get(f"/programmes/{programme['id']}", play.officer))["pool"]["promised"] == 0
    terms = programme["terms"] | {"rubric": programme["terms"]["rubric"][:1]}
    await play.refused(f"/programmes/{programme['id']}", play.officer, 409, terms=terms)
    await play.refused(f"/programmes/{programme['id']}/close", play.officer, 409)
    error = await play.refused(f"{one}/waitlist", play.officer, 409, words="Again.")
    assert error["code"] == "wrong_state"
    await play.scored(asked, reviewer)
    assert (await play.get(one, play.officer))["state"] == "under_review"
    await play.post(f"{one}/waitlist", play.officer)
    decided = (await play.approved(asked))["decision"]
    assert decided["accept_by"] - decided["decided_at"] == 30 * 86_400
    assert (await play.accepted(asked, person))["state"] == "accepted"


async def test_an_award_says_whose_it_is(play: Players) -> None:
    programme, project = await play.programme(), play.stand.ours.projects[0]
    body = {"programme_id": programme["id"], "amount": 1000, "project_id": project.id}
    award = await play.post("/awards", play.officer, **body)
    assert (award["programme"], award["project"], award["awardee"]) == (programme["name"], project.name, None)
    (mine,) = (await play.get("/me/awards", play.stand.ours.keys["project_member"]))["data"]
    assert (mine["programme"], mine["project"]) == (programme["name"], project.name)


async def test_a_form_is_there_when_its_call_is_over(play: Players) -> None:
    person = play.person("member")
    call = await play.call(await play.programme())
    asked = await play.submitted(call, person)
    await play.post(f"/applications/{asked['id']}/return", play.officer, words="Which model?")
    await play.post(f"/calls/{call['id']}/close", play.officer)
    await play.get(f"/me/calls/{call['id']}", person.key, 404)
    mine = await play.get(f"/me/applications/{asked['id']}", person.key)
    assert (mine["call"], mine["form"]["id"]) == (call["name"], call["id"])
    assert [one["id"] for one in mine["form"]["fields"]][:2] == ["abstract", "method"]
    assert (await play.get("/me/applications", person.key))["data"][0]["form"] is None
