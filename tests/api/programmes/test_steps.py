"""Every step from every state by everybody: who may takes it, all others are refused and nothing changes.

The table is the specification, written by hand and apart from the product's own.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.programmes.players import ANSWERS, POINTS, Players
from tokenry.storage import tables

pytestmark = pytest.mark.anyio

EDIT = {"tier": "Explore", "title": "Again", "asked": 5, "answers": ANSWERS}
JUDGED = {"submitted", "under_review", "waitlisted"}
# step -> whose route it is, from which states it can be taken, where it leads
STEPS: dict[str, tuple[str, set[str], str]] = {
    "edit": ("applicant", {"draft", "returned"}, "the same"),
    "submit": ("applicant", {"draft", "returned"}, "submitted"),
    "withdraw": ("applicant", {"draft", "returned", *JUDGED, "approved"}, "withdrawn"),
    "accept": ("applicant", {"approved"}, "accepted"),
    "refuse": ("applicant", {"approved"}, "refused"),
    "assignments": ("officer", JUDGED, "under_review"),
    "return": ("officer", JUDGED, "returned"),
    "waitlist": ("officer", {"submitted", "under_review"}, "waitlisted"),
    "approve": ("officer", JUDGED, "approved"),
    "decline": ("officer", JUDGED, "declined"),
    "offer": ("officer", {"approved"}, "the same"),
}
STATES = (
    "draft", "submitted", "under_review", "returned", "waitlisted", "approved", "declined", "accepted", "refused",
    "withdrawn",
)  # fmt: skip


class Stage(Players):
    """One programme, and an application in any state."""

    async def open(self) -> None:
        project = self.stand.ours.projects[0]
        self.applicant, self.reviewer = self.person("member", project=project.id), self.person("reviewer")
        self.second = self.person("reviewer")
        programme = await self.programme()
        full = programme["terms"] | {"applications_max": 100}
        await self.post(f"/programmes/{programme['id']}", self.officer, terms=full)
        self.opened = await self.call(programme)
        self.others: dict[str, tuple[str, int]] = {
            "another member": (self.person("member").key, 0),
            "a reviewer": (self.person("reviewer").key, 0),
            "an auditor": (self.stand.ours.keys["auditor"], 0),
            "an owner elsewhere": (self.stand.theirs.keys["owner"], 404),
            "a project's key": (self.stand.project_key(project, user_id=self.applicant.id), 403),
        }

    async def at(self, state: str) -> dict[str, Any]:
        """A fresh application in this state."""
        made = await self.draft(self.opened, self.applicant)
        if state == "draft":
            return made
        mine = f"/me/applications/{made['id']}"
        if state != "withdrawn":
            await self.post(f"{mine}/submit", self.applicant.key)
        if state == "under_review":
            await self.assigned(made, self.reviewer)
        elif state == "returned":
            await self.post(f"/applications/{made['id']}/return", self.officer, words="More, please.")
        elif state == "waitlisted":
            await self.post(f"/applications/{made['id']}/waitlist", self.officer, words="Two are before you.")
        elif state == "declined":
            await self.post(f"/applications/{made['id']}/decline", self.officer, words="Not now.")
        elif state in {"approved", "accepted", "refused"}:
            await self.approved(made)
        if state == "accepted":
            await self.accepted(made, self.applicant)
        elif state in {"refused", "withdrawn"}:
            await self.post(f"{mine}/{'refuse' if state == 'refused' else 'withdraw'}", self.applicant.key)
        return made

    async def path(self, step: str, made: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """What is asked to take a step, and with which body."""
        base = "/me/applications" if STEPS[step][0] == "applicant" else "/applications"
        shown = await self.get(f"/me/applications/{made['id']}", self.applicant.key)
        body: dict[str, Any] = {
            "edit": EDIT | {"revision": shown["revision"]}, "accept": {"terms_hash": shown["terms_hash"] or "none"},
            "assignments": {"reviewer_id": self.second.id}, "return": {"words": "Say more."},
            "decline": {"words": "No."},
        }.get(step, {})  # fmt: skip
        return f"{base}/{made['id']}{'' if step == 'edit' else f'/{step}'}", body

    def state(self, made: dict[str, Any]) -> str:
        with self.stand.house.desk.db.read() as connection:
            rows = tables.applications
            return str(connection.execute(rows.select().where(rows.c.id == made["id"])).one().state)


@pytest.mark.parametrize("state", STATES)
async def test_every_step_from(play: Players, state: str) -> None:
    stage = Stage(play.stand)
    await stage.open()
    made = await stage.at(state)
    assert stage.state(made) == state
    for step, (who, begins, ends) in STEPS.items():
        path, body = await stage.path(step, made)
        length = len(stage.audit())
        for name, (key, status) in stage.others.items():
            expected = {status} if status else ({404} if who == "applicant" else {403, 404})
            if name == "a project's key" and who == "officer":
                expected = {403}
            answer = await stage.stand.ask("POST", f"/v1/tokenry{path}", key, json=body)
            assert answer.status_code in expected, f"{name} {step} from {state}: {answer.status_code} {answer.text}"
        right, wrong = stage.applicant.key, stage.officer
        if who == "officer":
            right, wrong = wrong, right
        answer = await stage.stand.ask("POST", f"/v1/tokenry{path}", wrong, json=body)
        assert answer.status_code in {403, 404}, f"the wrong side {step} from {state}: {answer.text}"
        assert (stage.state(made), len(stage.audit())) == (state, length), step
        if state not in begins:
            answer = await stage.stand.ask("POST", f"/v1/tokenry{path}", right, json=body)
            unseen = who == "officer" and state in {"draft", "withdrawn"}
            assert answer.status_code == (404 if unseen else 409), f"{step} from {state}: {answer.text}"
            assert (stage.state(made), len(stage.audit())) == (state, length), step
            continue
        fresh = await stage.at(state)
        path, body = await stage.path(step, fresh)
        await stage.post(path, right, **body)
        assert stage.state(fresh) == (state if ends == "the same" else ends), step


async def test_each_step_is_in_the_log_with_its_actor(play: Players) -> None:
    stage = Stage(play.stand)
    await stage.open()
    before = len(stage.audit())
    made = await stage.at("under_review")
    (one,) = (await stage.get("/me/reviews", stage.reviewer.key))["data"]
    await stage.post(f"/me/reviews/{one['id']}/declare", stage.reviewer.key, conflict=False)
    await stage.post(f"/me/reviews/{one['id']}/score", stage.reviewer.key, scores=POINTS)
    await stage.approved(made, words="Well done.")
    await stage.accepted(made, stage.applicant)
    officer, applicant, reviewer = stage.stand.ours.users["officer"], stage.applicant.id, stage.reviewer.id
    acts = [(row.type, row.actor_id) for row in stage.audit()[before:]]
    assert acts[:7] == [
        ("application.created", applicant), ("application.submitted", applicant), ("review.assigned", officer),
        ("review.declared", reviewer), ("review.scored", reviewer), ("application.approved", officer),
        ("application.accepted", applicant),
    ]  # fmt: skip
    assert "Well done." not in str([row.details for row in stage.audit()]), "words can be erased, the log cannot"
    steps = (await stage.get(f"/applications/{made['id']}", stage.officer))["steps"]
    assert [(one["step"], one["actor_id"], one["words"]) for one in steps] == [
        ("submit", applicant, None), ("begin_review", officer, None), ("approve", officer, "Well done."),
        ("accept", applicant, None),
    ]  # fmt: skip
