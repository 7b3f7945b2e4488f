"""Who takes part in a programme, and what each of them says over HTTP: officers, applicants, reviewers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.api.organization.stand import Place, Stand
from tokenry.access import local_actor
from tokenry.base.ids import new_id
from tokenry.storage import tables

ANSWERS: dict[str, Any] = {
    "abstract": "We ask three models about ten thousand proteins.",
    "method": "Zero-shot, then with examples.",
    "estimate": "10,000 proteins x 3 models x 4,000 tokens.",
    "field": "Structural biology",
    "personal_data": False,
}
POINTS = {"merit": 4, "method": 5, "need": 3, "ability": 4}


@dataclass
class Person:
    """Somebody with a key of their own."""

    id: str
    key: str


class Players:
    """A stand, and its people. What is asked here must be answered with 200, unless `status` says otherwise."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    @property
    def officer(self) -> str:
        return self.stand.ours.keys["officer"]

    def person(self, role: str, *, project: str | None = None, place: Place | None = None) -> Person:
        """A new member of a role, with a role in a project if named."""
        where = place or self.stand.ours
        user_id = new_id("user")
        row = {"user_id": user_id, "organization_id": where.id, "created_at": 1}
        with self.stand.house.desk.db.write() as connection:
            connection.execute(
                tables.users.insert(),
                {"id": user_id, "name": f"a {role}", "email": f"{user_id}@example.org", "created_at": 1},
            )
            connection.execute(tables.memberships.insert(), {"id": new_id("mbr"), "role": role, **row})
            if project is not None:
                more = {"id": new_id("mbr"), "role": "member", "project_id": project}
                connection.execute(tables.memberships.insert(), row | more)
        self.stand.house.people.load()
        key = self.stand.house.admin_keys.create(local_actor(where.id), user_id, "test")[1]
        return Person(user_id, key)

    async def ask(self, method: str, path: str, key: str, status: int = 200, **more: Any) -> dict[str, Any]:
        """What is answered to somebody."""
        answer = await self.stand.ask(method, f"/v1/tokenry{path}", key, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        given: dict[str, Any] = answer.json()
        return given

    async def get(self, path: str, key: str, status: int = 200) -> dict[str, Any]:
        return await self.ask("GET", path, key, status)

    async def post(self, path: str, key: str, status: int = 200, **body: Any) -> dict[str, Any]:
        return await self.ask("POST", path, key, status, json=body)

    async def refused(self, path: str, key: str, status: int, **body: Any) -> dict[str, Any]:
        """The error, which has words."""
        error: dict[str, Any] = (await self.post(path, key, status, **body))["error"]
        assert error["message"]
        return error

    async def programme(self, **more: Any) -> dict[str, Any]:
        """A programme of the research template."""
        return await self.post("/programmes", self.officer, **{"name": new_id("p"), "template": "research", **more})

    async def call(self, programme: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A call of it that is open."""
        return await self.post(f"/programmes/{programme['id']}/calls", self.officer, **{"name": new_id("c"), **more})

    async def draft(self, call: dict[str, Any], person: Person, **more: Any) -> dict[str, Any]:
        """An application that could be submitted."""
        said = {"call_id": call["id"], "tier": "Explore", "title": "Folding", "asked": 1_000_000, "answers": ANSWERS}
        return await self.post("/me/applications", person.key, **(said | more))

    async def submitted(self, call: dict[str, Any], person: Person, **more: Any) -> dict[str, Any]:
        """One that is."""
        made = await self.draft(call, person, **more)
        return await self.post(f"/me/applications/{made['id']}/submit", person.key)

    async def assigned(self, application: dict[str, Any], reviewer: Person) -> dict[str, Any]:
        """A reviewer is asked."""
        return await self.post(f"/applications/{application['id']}/assignments", self.officer, reviewer_id=reviewer.id)

    async def scored(self, application: dict[str, Any], reviewer: Person, **points: int) -> dict[str, Any]:
        """A reviewer is asked, has no conflict, and scores."""
        one = await self.assigned(application, reviewer)
        await self.post(f"/me/reviews/{one['id']}/declare", reviewer.key, conflict=False)
        return await self.post(
            f"/me/reviews/{one['id']}/score", reviewer.key, scores=POINTS | points, comment="for the panel",
            words="A clear plan.",
        )  # fmt: skip

    async def approved(self, application: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An officer says yes."""
        return await self.post(f"/applications/{application['id']}/approve", self.officer, **more)

    async def accepted(self, application: dict[str, Any], person: Person) -> dict[str, Any]:
        """The applicant says yes."""
        path = f"/me/applications/{application['id']}"
        shown = await self.get(path, person.key)
        return await self.post(f"{path}/accept", person.key, terms_hash=shown["terms_hash"])

    def audit(self) -> list[Any]:
        """The log, oldest first."""
        with self.stand.house.desk.db.read() as connection:
            return list(connection.execute(tables.audit.select().order_by(tables.audit.c.seq)))

    def news(self, kind: str) -> list[Any]:
        """News of a type, oldest first."""
        table = tables.news
        with self.stand.house.desk.db.read() as connection:
            return list(connection.execute(table.select().where(table.c.type == kind).order_by(table.c.created_at)))

    def mailed(self, kind: str) -> set[str]:
        """To whom news of a type is mailed."""
        ids = {row.id for row in self.news(kind)}
        with self.stand.house.desk.db.read() as connection:
            rows = connection.execute(tables.deliveries.select().where(tables.deliveries.c.channel == "email"))
            return {row.target for row in rows if row.news_id in ids}
