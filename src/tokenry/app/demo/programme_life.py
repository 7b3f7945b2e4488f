"""The award programme of the demonstration: a call, applications, reviews, decisions, awards, reports.

Told by the day of the year; every step is somebody's act over HTTP.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

from tokenry.app.demo.person import Person
from tokenry.app.demo.stage import Stage
from tokenry.app.demo.traffic import asked

NAME: Final = "Access to models for research"
REVIEWERS: Final = ("Reviewer one", "Reviewer two", "Reviewer three")
_RUBRIC: Final = {"merit": 4, "method": 4, "need": 3, "ability": 5}
_ANSWERS: Final[dict[str, Any]] = {
    "abstract": "Whether a model's answers about ten thousand records agree with what is known of them.",
    "method": "Two questions for each record, of about a thousand tokens, answered by scripted-large.",
    "estimate": "10,000 records times 2 questions times 1,000 tokens, and half as much again.",
    "field": "Archives",
    "personal_data": False,
}
Act = Callable[[], Awaitable[None]]


class ProgrammeLife:
    """The programme, its people and its awards."""

    def __init__(self, stage: Stage, luck: random.Random) -> None:
        self._stage = stage
        self._luck = luck
        self._id = ""
        self._drawing: list[str] = []  # names of the awards' programs

    def acts(self) -> list[tuple[float, Act]]:
        """What happens when, as shares of the story."""
        return [
            (0.04, self.open_call),
            (0.08, self.apply),
            (0.12, self.review),
            (0.15, self.decide),
            (0.18, self.accept),
            (0.45, self.ask_for_longer),
            (0.80, self.next_call),
            (0.92, self.late_application),
            (0.94, self.late_review),
            (0.96, self.late_offer),
        ]

    async def open_call(self) -> None:
        """An officer makes a programme from a template and opens its first call."""
        owner, officer = self._stage.people["Owner"], self._stage.people["Programme officer"]
        for name in REVIEWERS:
            await self._stage.invited(owner, name, "reviewer")
        made = await officer.post("/v1/tokenry/programmes", name=NAME, template="research")
        self._id = made["id"]
        await officer.post(f"/v1/tokenry/programmes/{self._id}/calls", name="First call")

    async def apply(self) -> None:
        """Three apply."""
        for name, tier, title, amount in (
            ("Biologist", "Accelerate", "Field notes of two hundred years", 3_000_000),
            ("Linguist", "Discover", "Dialects in court records", 2_000_000),
            ("Translator", "Explore", "A glossary of guild words", 600_000),
        ):
            await self._application(self._stage.people[name], tier, title, amount)

    async def _application(self, person: Person, tier: str, title: str, amount: int) -> None:
        (call, *_) = (await person.get("/v1/tokenry/me/calls"))["data"]
        draft = await person.post(
            "/v1/tokenry/me/applications", call_id=call["id"], tier=tier, title=title, asked=amount, answers=_ANSWERS
        )
        await person.post(f"/v1/tokenry/me/applications/{draft['id']}/submit")

    async def review(self) -> None:
        """Reviewers read, one has a conflict, the others score."""
        officer = self._stage.people["Programme officer"]
        for application in await self._applications():
            for number, name in enumerate(REVIEWERS):
                reviewer = self._stage.people[name]
                made = await officer.post(
                    f"/v1/tokenry/applications/{application['id']}/assignments", reviewer_id=reviewer.id
                )
                path = f"/v1/tokenry/me/reviews/{made['id']}"
                if number == 2 and "Dialects" in application["title"]:
                    await reviewer.post(f"{path}/declare", conflict=True, words="We share a grant.")
                    continue
                await reviewer.post(f"{path}/declare", conflict=False)
                scores = {name: max(1, min(5, point + self._luck.randint(-1, 1))) for name, point in _RUBRIC.items()}
                await reviewer.post(f"{path}/score", scores=scores, words="The estimate follows from the plan.")

    async def decide(self) -> None:
        """Two are approved, one is declined with words."""
        officer = self._stage.people["Programme officer"]
        for application in await self._applications():
            path = f"/v1/tokenry/applications/{application['id']}"
            if "guild" in application["title"]:
                await officer.post(
                    f"{path}/decline", words="The plan names no question that the glossary would answer."
                )
            else:
                await officer.post(f"{path}/approve", words="The panel found the question worth knowing.")

    async def accept(self) -> None:
        """Both accept, and draw on what they were given from now on."""
        for name in ("Biologist", "Linguist"):
            person = self._stage.people[name]
            (mine,) = (await person.get("/v1/tokenry/me/applications"))["data"]
            whole = await person.get(f"/v1/tokenry/me/applications/{mine['id']}")
            await person.post(f"/v1/tokenry/me/applications/{mine['id']}/accept", terms_hash=whole["terms_hash"])
            (award,) = (await person.get("/v1/tokenry/me/awards"))["data"]
            key = await person.post(f"/v1/tokenry/projects/{award['project_id']}/api_keys", name="experiments")
            self._stage.application(f"experiments of the {name.lower()}", key["value"])
            self._drawing.append(f"experiments of the {name.lower()}")

    async def draw(self, hour: float) -> None:
        """A day's experiments."""
        for name in self._drawing:
            if self._luck.random() < 0.7:
                sizes = int(self._luck.uniform(2000, 9000)), int(self._luck.uniform(500, 3500))
                question = asked(name, "scripted-large", hour, sizes, self._luck)
                await self._stage.applications[name].ask(question.model, question.words, **question.more)

    async def report(self) -> None:
        """Whoever owes a report hands it in, and the officer accepts it."""
        officer = self._stage.people["Programme officer"]
        for name in ("Biologist", "Linguist"):
            person = self._stage.people[name]
            for award in (await person.get("/v1/tokenry/me/awards"))["data"]:
                whole = await person.get(f"/v1/tokenry/me/awards/{award['id']}")
                for owed in [one for one in whole.get("reports", ()) if one["state"] in {"due", "overdue"}]:
                    words = "Two thousand records were asked about; nine in ten answers agree with what is known."
                    await person.post(f"/v1/tokenry/me/award_reports/{owed['id']}/submit", text=words)
                    await officer.post(f"/v1/tokenry/award_reports/{owed['id']}/accept")

    async def ask_for_longer(self) -> None:
        """An awardee asks for more time; the officer grants it."""
        person, officer = self._stage.people["Linguist"], self._stage.people["Programme officer"]
        (award,) = (await person.get("/v1/tokenry/me/awards"))["data"]
        until = award["ends_at"] + 60 * 86_400
        made = await person.post(
            f"/v1/tokenry/me/awards/{award['id']}/amendments",
            kind="extension",
            reason="An archive was closed.",
            until=until,
        )
        await officer.post(f"/v1/tokenry/award_amendments/{made['id']}/approve")

    async def next_call(self) -> None:
        """A second call, open when the story ends."""
        officer = self._stage.people["Programme officer"]
        await officer.post(f"/v1/tokenry/programmes/{self._id}/calls", name="Second call")

    async def late_application(self) -> None:
        """One application waits for its reviews, another is still a draft."""
        people = self._stage.people
        await self._application(people["Physicist"], "Discover", "Reading the instruments' logs", 4_000_000)
        student = people["Student"]
        (call, *_) = (await student.get("/v1/tokenry/me/calls"))["data"]
        await student.post(
            "/v1/tokenry/me/applications", call_id=call["id"], tier="Explore", title="A seminar paper",
            asked=100_000, answers={"field": "Economics"},
        )  # fmt: skip

    async def late_review(self) -> None:
        """One of two reviewers has scored the application that waits."""
        officer = self._stage.people["Programme officer"]
        (waiting,) = [one for one in await self._applications() if "instruments" in one["title"]]
        for name, has_scored in ((REVIEWERS[0], True), (REVIEWERS[1], False)):
            reviewer = self._stage.people[name]
            path = f"/v1/tokenry/applications/{waiting['id']}/assignments"
            made = await officer.post(path, reviewer_id=reviewer.id)
            if has_scored:
                review = f"/v1/tokenry/me/reviews/{made['id']}"
                await reviewer.post(f"{review}/declare", conflict=False)
                await reviewer.post(
                    f"{review}/score", scores=_RUBRIC, words="The logs are there, and nobody reads them."
                )

    async def late_offer(self) -> None:
        """An application is approved, and its offer waits to be accepted."""
        officer = self._stage.people["Programme officer"]
        await self._application(self._stage.people["Librarian"], "Explore", "Marginal notes", 800_000)
        (made,) = [one for one in await self._applications() if one["title"] == "Marginal notes"]
        await officer.post(f"/v1/tokenry/applications/{made['id']}/approve", words="A small start is a good start.")

    async def _applications(self) -> list[dict[str, Any]]:
        officer = self._stage.people["Programme officer"]
        found: list[dict[str, Any]] = (await officer.get(f"/v1/tokenry/programmes/{self._id}/applications"))["data"]
        return found
