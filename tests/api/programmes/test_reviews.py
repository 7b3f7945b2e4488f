"""Reviewers: what they must say first, what they may read when, what they may score; and that nobody learns of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.programmes.players import POINTS, Person, Players
from tokenry.base.ids import new_id
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


async def asked_of(play: Players, tier: str = "Discover", **more: Any) -> tuple[dict[str, Any], Person]:
    """A submitted application, and who wrote it."""
    person = play.person("member")
    return await play.submitted(await play.call(await play.programme()), person, tier=tier, **more), person


async def test_first_the_question_of_interest_then_the_answers(play: Players) -> None:
    asked, _ = await asked_of(play)
    reviewer = play.person("reviewer")
    one = await play.assigned(asked, reviewer)
    path = f"/me/reviews/{one['id']}"
    shown = await play.get(path, reviewer.key)
    assert (shown["state"], shown["answers"], shown["title"]) == ("assigned", None, "Folding")
    whole = await play.get(f"/applications/{asked['id']}", reviewer.key)
    assert whole["answers"] == {}
    error = await play.refused(f"{path}/score", reviewer.key, 409, scores=POINTS)
    assert "conflict of interest" in error["message"]
    shown = await play.post(f"{path}/declare", reviewer.key, conflict=False)
    assert shown["answers"]["field"] == "Structural biology"
    shown = await play.post(f"{path}/score", reviewer.key, scores=POINTS, words="Clear.")
    assert (shown["state"], shown["score_percent"]) == ("scored", "82.22")
    shown = await play.post(f"{path}/score", reviewer.key, scores=POINTS | {"need": 5})
    assert shown["score_percent"] == "91.11"
    await play.refused(f"{path}/declare", reviewer.key, 409, conflict=False)


async def test_a_declared_conflict_ends_it_for_good(play: Players) -> None:
    asked, _ = await asked_of(play)
    reviewer = play.person("reviewer")
    one = await play.assigned(asked, reviewer)
    path = f"/me/reviews/{one['id']}"
    await play.refused(f"{path}/declare", reviewer.key, 400, conflict=True)
    shown = await play.post(f"{path}/declare", reviewer.key, conflict=True, words="We share a grant.")
    assert (shown["state"], shown["answers"]) == ("conflict", None)
    await play.refused(f"{path}/score", reviewer.key, 409, scores=POINTS)
    await play.refused(f"{path}/declare", reviewer.key, 409, conflict=False)
    await play.get(f"/applications/{asked['id']}", reviewer.key, 404)
    error = await play.refused(f"/applications/{asked['id']}/assignments", play.officer, 409, reviewer_id=reviewer.id)
    assert error["code"] == "conflict_of_interest"
    error = await play.refused(f"/applications/{asked['id']}/approve", play.officer, 409)
    assert error["code"] == "reviews_missing"
    assert len(play.news("review.conflict")) == 1


async def test_who_is_too_near_is_never_asked(play: Players) -> None:
    project = play.stand.ours.projects[1].id
    person, near = play.person("member", project=project), play.person("reviewer", project=project)
    admin = play.person("admin")
    call = await play.call(await play.programme())
    asked = await play.submitted(call, person)
    base = f"/applications/{asked['id']}/assignments"
    error = await play.refused(base, play.officer, 409, reviewer_id=near.id)
    assert error["code"] == "conflict_of_interest"
    own = await play.submitted(call, admin)
    error = await play.refused(f"/applications/{own['id']}/assignments", play.officer, 409, reviewer_id=admin.id)
    assert error["code"] == "conflict_of_interest"
    for nobody in (play.person("member").id, play.stand.theirs.users["reviewer"], "user_x", play.person("officer").id):
        await play.refused(base, play.officer, 400, reviewer_id=nobody)


async def test_a_reviewer_cannot_score_their_own(play: Players) -> None:
    """Even if a row in the table says that they were asked."""
    admin = play.person("admin")
    asked = await play.submitted(await play.call(await play.programme()), admin)
    await play.assigned(asked, play.person("reviewer"))
    row = {
        "id": new_id("asgn"), "application_id": asked["id"], "reviewer_id": admin.id, "state": "assigned",
        "due_at": 1, "created_at": 1, "changed_at": 1,
    }  # fmt: skip
    with play.stand.house.desk.db.write() as connection:
        connection.execute(tables.assignments.insert(), row)
    error = await play.refused(f"/me/reviews/{row['id']}/declare", admin.key, 409, conflict=False)
    assert error["code"] == "conflict_of_interest"
    with play.stand.house.desk.db.write() as connection:
        rows = tables.assignments
        connection.execute(rows.update().where(rows.c.id == row["id"]), {"state": "clear"})
    error = await play.refused(f"/me/reviews/{row['id']}/score", admin.key, 409, scores=POINTS)
    assert error["code"] == "conflict_of_interest"


async def test_a_score_of_somebody_who_came_near_counts_no_more(play: Players) -> None:
    project = play.stand.ours.projects[1].id
    person, reviewer = play.person("member", project=project), play.person("reviewer")
    asked = await play.submitted(await play.call(await play.programme()), person, tier="Discover")
    await play.scored(asked, reviewer)
    row = {"id": new_id("mbr"), "user_id": reviewer.id, "organization_id": play.stand.ours.id, "created_at": 1}
    with play.stand.house.desk.db.write() as connection:
        connection.execute(tables.memberships.insert(), row | {"role": "member", "project_id": project})
    play.stand.house.people.load()
    error = await play.refused(f"/applications/{asked['id']}/approve", play.officer, 409)
    assert error["code"] == "reviews_missing"
    await play.scored(asked, play.person("reviewer"))
    await play.approved(asked)


async def test_what_came_back_is_scored_again(play: Players) -> None:
    asked, person = await asked_of(play)
    reviewer = play.person("reviewer")
    await play.scored(asked, reviewer)
    await play.post(f"/applications/{asked['id']}/return", play.officer, words="Other numbers, please.")
    again = await play.post(f"/me/applications/{asked['id']}/submit", person.key)
    assert again["state"] == "under_review"
    error = await play.refused(f"/applications/{asked['id']}/approve", play.officer, 409)
    assert error["code"] == "reviews_missing"
    (one,) = (await play.get("/me/reviews", reviewer.key))["data"]
    await play.post(f"/me/reviews/{one['id']}/score", reviewer.key, scores=POINTS)
    await play.approved(asked)
    await play.refused(f"/me/reviews/{one['id']}/score", reviewer.key, 409, scores=POINTS)


@pytest.mark.parametrize(
    "scores",
    [{}, POINTS | {"merit": 6}, POINTS | {"merit": -1}, POINTS | {"looks": 1}, {"merit": 1}, POINTS | {"merit": 1.5},
     POINTS | {"merit": "4"}, POINTS | {"merit": None}],
    ids=str,
)  # fmt: skip
async def test_points_that_cannot_be(reviewing: tuple[Players, str, str], scores: dict[str, Any]) -> None:
    play, path, key = reviewing
    await play.refused(f"{path}/score", key, 400, scores=scores)


async def test_a_review_is_its_reviewers_own(play: Players) -> None:
    asked, person = await asked_of(play)
    reviewer = play.person("reviewer")
    one = await play.assigned(asked, reviewer)
    for key in (play.person("reviewer").key, person.key, play.officer, play.stand.ours.keys["owner"]):
        await play.get(f"/me/reviews/{one['id']}", key, 404)
        await play.refused(f"/me/reviews/{one['id']}/declare", key, 404, conflict=False)
        await play.refused(f"/me/reviews/{one['id']}/decline", key, 404)
    await play.post(f"/me/reviews/{one['id']}/decline", reviewer.key, words="No time.")
    await play.refused(f"/me/reviews/{one['id']}/declare", reviewer.key, 409, conflict=False)
    await play.ask("DELETE", f"/assignments/{one['id']}", play.officer, 409)
    again = await play.assigned(asked, reviewer)
    assert (again["id"], again["state"]) == (one["id"], "assigned")
    await play.ask("DELETE", f"/assignments/{one['id']}", play.officer)
    await play.get(f"/me/reviews/{one['id']}", reviewer.key, 404)


async def test_whose_role_ended_reviews_no_more(play: Players) -> None:
    asked, _ = await asked_of(play)
    reviewer = play.person("reviewer")
    one = await play.assigned(asked, reviewer)
    rows = tables.memberships
    with play.stand.house.desk.db.write() as connection:
        connection.execute(rows.update().where(rows.c.user_id == reviewer.id), {"role": "member"})
    play.stand.house.people.load()
    await play.refused(f"/me/reviews/{one['id']}/declare", reviewer.key, 404, conflict=False)


async def test_a_reviewer_sees_what_was_assigned_and_no_more(play: Players) -> None:
    programme = await play.programme()
    call, reviewer, peer = await play.call(programme), play.person("reviewer"), play.person("reviewer")
    first, second = [await play.submitted(call, play.person("member"), tier="Discover") for _ in range(2)]
    base = f"/programmes/{programme['id']}/applications"
    assert (await play.get(base, reviewer.key))["data"] == []
    await play.scored(first, peer)
    await play.scored(first, reviewer)
    assert [one["id"] for one in (await play.get(base, reviewer.key))["data"]] == [first["id"]]
    await play.get(f"/applications/{second['id']}", reviewer.key, 404)
    shown = await play.get(f"/applications/{first['id']}", reviewer.key)
    assert [one["reviewer"]["id"] for one in shown["assignments"]] == [reviewer.id]
    assert shown["score"] is None
    answer = await play.stand.ask("GET", f"/v1/tokenry{base}?format=csv", reviewer.key)
    assert first["id"] in answer.text
    assert second["id"] not in answer.text


async def test_applicants_never_learn_who_reviewed(play: Players) -> None:
    """Neither in their own view nor, when they are in charge of something else, in any other."""
    officer, reviewer = play.person("officer"), play.person("reviewer")
    programme = await play.programme()
    asked = await play.submitted(await play.call(programme), officer, tier="Discover")
    await play.scored(asked, reviewer)
    await play.approved(asked, panel_note="for the panel")
    shown = await play.get(f"/applications/{asked['id']}", reviewer.key)
    assert shown["decision"]["panel_note"] == "for the panel"
    assert shown["decision"]["decided_by"] is None
    for path in (
        f"/me/applications/{asked['id']}", "/me/applications", f"/applications/{asked['id']}", "/news?limit=100",
        f"/programmes/{programme['id']}/applications", f"/programmes/{programme['id']}", "/me/reviews",
    ):  # fmt: skip
        answer = await play.stand.ask("GET", f"/v1/tokenry{path}", officer.key)
        assert answer.status_code == 200, answer.text
        for secret in (reviewer.id, "for the panel"):
            assert secret not in answer.text, path
    csv = await play.stand.ask("GET", f"/v1/tokenry/programmes/{programme['id']}/applications?format=csv", officer.key)
    assert "82.22" not in csv.text
    mine = await play.get(f"/me/applications/{asked['id']}", officer.key)
    assert mine["reviews"] == ["A clear plan."]
    other = await play.get(f"/applications/{asked['id']}", play.officer)
    assert other["assignments"][0]["reviewer"]["id"] == reviewer.id


async def test_whom_it_concerns_is_told(play: Players) -> None:
    asked, person = await asked_of(play)
    reviewer = play.person("reviewer")
    await play.scored(asked, reviewer)
    await play.post(f"/applications/{asked['id']}/return", play.officer, words="More.")
    await play.post(f"/me/applications/{asked['id']}/submit", person.key)
    await play.post(f"/applications/{asked['id']}/decline", play.officer, words="No.")
    house = play.stand.house.people.roster.users
    officer = house[play.stand.ours.users["officer"]].email
    mailed = {
        kind: play.mailed(kind)
        for kind in (
            "call.opened",
            "application.submitted",
            "application.returned",
            "application.decided",
            "review.assigned",
        )
    }
    assert {officer, house[person.id].email} <= mailed["call.opened"]
    assert mailed["application.submitted"] == {officer}
    assert mailed["application.returned"] == mailed["application.decided"] == {house[person.id].email}
    assert mailed["review.assigned"] == {house[reviewer.id].email}
    assert len(play.news("application.submitted")) == 2
    seen = await play.get("/news", person.key)
    kinds = {one["type"] for one in seen["data"]}
    assert kinds == {"call.opened", "application.returned", "application.decided"}


async def test_csv_is_safe_to_open(play: Players) -> None:
    programme = await play.programme()
    call = await play.call(programme)
    person = play.person("member")
    await play.submitted(call, person, title='=HYPERLINK("http://x","y")')
    await play.draft(call, person, title="a draft")
    answer = await play.stand.ask(
        "GET", f"/v1/tokenry/programmes/{programme['id']}/applications?format=csv", play.officer
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.text.split("\r\n")
    assert len(lines) == 3
    assert "\"'=HYPERLINK" in lines[1]
    assert "a draft" not in answer.text
