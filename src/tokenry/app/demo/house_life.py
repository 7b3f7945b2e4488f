"""The first days of the demonstration, and what its members do later: people, projects, budgets, keys, chats."""

from __future__ import annotations

import random
from typing import Final

from tokenry.app.demo.person import Person
from tokenry.app.demo.stage import Stage
from tokenry.app.demo.traffic import RHYTHMS, asked

ORGANIZATION: Final = "Demonstration University"
MEMBERS: Final = ("Librarian", "Physicist", "Linguist", "Student", "Administrator", "Biologist", "Translator")
PROJECTS: Final = ("Help desk", "Teaching", "Library")
_OF: Final = {"help desk": "Help desk", "course tutor": "Teaching", "catalogue": "Library"}
_CREDIT: Final = {"Help desk": "60", "Teaching": "60", "Library": "60"}
_TABLE: Final = """\
Each request moves money between two accounts, so nothing can appear or vanish:

| account | before | after |
|---|---:|---:|
| award | $40.00 | $39.98 |
| revenue | $0.00 | $0.02 |

The **hold** comes first, the *settlement* when the answer is whole."""
_CODE: Final = """\
A group and a reference back to it:

```python
import re

TWICE = re.compile(r"\\b(\\w+)\\s+\\1\\b", re.IGNORECASE)
print(TWICE.findall("it was was there"))  # ['was']
```

The `\\b` keeps parts of words out."""
_FORMULA: Final = """\
From $N(t) = N_0 e^{-\\lambda t}$ follows

$$t_{1/2} = \\frac{\\ln 2}{\\lambda} \\approx 6.93\\,\\text{h}$$"""
_LIST: Final = """\
1. What happens to the price when supply shrinks and demand stays?
2. Why is salt bought whatever it costs?
3. What would a price ceiling below that price do?"""
_CHATS: Final = (
    ("Physicist", "What is a double-entry ledger good for here?", _TABLE),
    ("Linguist", "Show me a regular expression for two words in a row that are the same.", _CODE),
    ("Biologist", "How long until half of a sample with a decay constant of 0.1 per hour is gone?", _FORMULA),
    ("Student", "Three questions to test whether I understood supply and demand.", _LIST),
)


class Life:
    """What happens in the house.

    Args:
        luck: decides what is left to chance.
    """

    def __init__(self, stage: Stage, luck: random.Random) -> None:
        self._stage = stage
        self._luck = luck
        self._projects: dict[str, str] = {}

    async def move_in(self) -> None:
        """The first day: an owner, their house, its people."""
        stage = self._stage
        owner = await stage.owner("Owner", "owner@demo.example")
        await owner.post("/v1/tokenry/organization", name=ORGANIZATION, timezone="Europe/Berlin")
        for name in PROJECTS:
            made = await owner.post("/v1/organization/projects", name=name)
            self._projects[name] = made["id"]
            await owner.post(
                "/v1/tokenry/credits", project_id=made["id"], usd=_CREDIT[name], name=f"{name}, this year"
            )  # fmt: skip
        for name, role in (("Programme officer", "officer"), ("Auditor", "auditor"), ("Deputy", "admin")):
            await stage.invited(owner, name, role)
        for name in MEMBERS:
            person = await stage.invited(owner, name)
            await self._join(owner, person, "Teaching" if name in {"Student", "Physicist", "Biologist"} else "Library")
        await self._set_limits(owner)
        for name in RHYTHMS:
            await self._connect(owner, name, _OF[name])

    async def _join(self, owner: Person, person: Person, project: str) -> None:
        path = f"/v1/organization/projects/{self._projects[project]}/users"
        await owner.post(path, user_id=person.id, role="member")

    async def _set_limits(self, owner: Person) -> None:
        """A group, what each member has a month, what a project has, and who is told of it."""
        staff = await owner.post("/v1/organization/groups", name="Staff")
        for name in ("Librarian", "Physicist", "Linguist", "Administrator"):
            person = self._stage.people[name]
            await owner.post(f"/v1/organization/groups/{staff['id']}/users", user_id=person.id)
        default = await owner.post(
            "/v1/tokenry/budgets", scope="user", scope_id="*", limit_usd="1.00", window="month", hard=True
        )
        await owner.post(f"/v1/tokenry/budgets/{default['id']}/values", group_id=staff["id"], limit_usd="5.00")
        for name, limit in (("Help desk", "3"), ("Teaching", "9")):
            await owner.post(
                "/v1/tokenry/budgets", scope="project", scope_id=self._projects[name], limit_usd=limit, window="month",
                thresholds=[50, 80, 100],
            )  # fmt: skip

    async def _connect(self, owner: Person, name: str, project: str) -> None:
        path = f"/v1/organization/projects/{self._projects[project]}/service_accounts"
        made = await owner.post(path, name=name)  # a program of nobody's own, so that no member's budget pays for it
        self._stage.application(name, made["api_key"]["value"])

    async def student_runs_out(self) -> None:
        """A student's script spends what they have for the month; they ask for more, and get it."""
        student, owner = self._stage.people["Student"], self._stage.people["Owner"]
        made = await student.post(f"/v1/tokenry/projects/{self._projects['Teaching']}/api_keys", name="homework")
        script = self._stage.application("homework", made["value"])
        for _ in range(60):
            question = asked("homework", "scripted-large", 0, (4000, 2500), self._luck)
            if await script.ask(question.model, question.words, **question.more) == 429:
                break
        mine = (await student.get("/v1/tokenry/me/budgets"))["data"]
        own = next(one for one in mine if one["scope"] == "user")
        request = await student.post(
            "/v1/tokenry/me/limit_requests", budget_id=own["id"], limit_usd="3.00", reason="The seminar paper is due."
        )
        await owner.post(f"/v1/tokenry/limit_requests/{request['id']}/approve", limit_usd="2.50", note="Until July.")

    async def asks_for_more(self) -> None:
        """Somebody asks for more and waits for an answer still."""
        person = self._stage.people["Translator"]
        mine = (await person.get("/v1/tokenry/me/budgets"))["data"]
        own = next(one for one in mine if one["scope"] == "user")
        await person.post(
            "/v1/tokenry/me/limit_requests", budget_id=own["id"], limit_usd="4.00", reason="Two manuals this month."
        )

    async def chat(self, number: int) -> None:
        """One of the members' chats, with the answer that the script has for it."""
        who, words, answer = _CHATS[number % len(_CHATS)]
        person = self._stage.people[who]
        made = await person.post("/v1/tokenry/chats", model="scripted-large", system=f"[[text={answer}]]")
        path = f"/v1/tokenry/chats/{made['id']}"
        said = await person.post(f"{path}/messages", text=words)
        await person.watch(f"{path}/messages/{said['answer']['id']}/events")
        await person.post(path, system=None, pinned=number == 0)

    async def furnish(self) -> None:
        """What makes a desk one's own: a folder, prompts, one of them shared with everybody."""
        people = self._stage.people
        await people["Physicist"].post(
            "/v1/tokenry/folders",
            name="Lecture notes",
            instructions="Answer in short paragraphs, for first-year students.",
        )
        await people["Librarian"].post(
            "/v1/tokenry/prompts", title="Summary for the catalogue", name="summary", shared=True,
            text="Summarize this in {{sentences}} sentences, for readers who have not read it:\n\n{{text}}",
        )  # fmt: skip
