"""An office over databases of its own, with a clock that is turned by hand, and people to act in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenry.access import Actor, Desk, Directory, OrganizationRole, People
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.base.ids import new_id
from tokenry.ledger import Ledger
from tokenry.notify import Notices
from tokenry.programmes import (
    Application,
    CallRecord,
    Dates,
    Draft,
    NewProgramme,
    Programme,
    create_draft,
    create_programme,
    open_call,
    submit,
)
from tokenry.storage import AppDb, Journal, tables

DAY_NS = 86_400 * NS_PER_S
ANSWERS: dict[str, Any] = {
    "abstract": "Three models, ten thousand proteins.", "method": "Zero-shot.", "estimate": "Requests times tokens.",
    "field": "Biology", "personal_data": False,
}  # fmt: skip


@dataclass
class Bureau:
    """What `Office` wants, and shorter ways to have something in it."""

    desk: Desk
    people: People
    ledger: Ledger
    notices: Notices
    clock: ManualClock
    place: str
    made: dict[str, str] = field(default_factory=dict)

    def actor(self, role: OrganizationRole, name: str = "") -> Actor:
        """Somebody of a role; the same one for the same name."""
        user_id = self.made.get(name + role)
        if user_id is None:
            user_id = self.made[name + role] = new_id("user")
            row = {"id": user_id, "name": name or role, "email": f"{name}{role}@example.org", "created_at": 1}
            member = {"id": new_id("mbr"), "user_id": user_id, "organization_id": self.place, "role": role}
            with self.desk.db.write() as connection:
                connection.execute(tables.users.insert(), row)
                connection.execute(tables.memberships.insert(), {**member, "created_at": 1})
            self.people.load()
        found = self.people.actor(user_id, self.place, "session", user_id)
        assert found is not None
        return found

    def join(self, actor: Actor, project_id: str) -> None:
        """A role in a project for somebody."""
        row = {"id": new_id("mbr"), "user_id": actor.user_id, "organization_id": self.place, "role": "member"}
        with self.desk.db.write() as connection:
            connection.execute(tables.memberships.insert(), {**row, "project_id": project_id, "created_at": 1})
        self.people.load()

    async def programme(self, **more: Any) -> Programme:
        """A programme of the research template."""
        wish = NewProgramme(**{"name": new_id("p"), "template": "research", **more})
        return await create_programme(self, self.actor("owner"), wish)

    def call(self, programme: Programme, days: int = 30) -> CallRecord:
        """A call of it that opens now."""
        now = self.clock.now_ns()
        return open_call(self, self.actor("officer"), programme.id, new_id("c"), Dates(now, now + days * DAY_NS))

    def submitted(self, call: CallRecord, by: Actor, **more: Any) -> Application:
        """An application that is handed in."""
        said: dict[str, Any] = {"tier": "Explore", "title": "Folding", "asked": 1_000_000, "answers": ANSWERS}
        return submit(self, by, create_draft(self, by, call.id, Draft(**(said | more))).id)

    def state(self, application_id: str) -> str:
        """As the table has it."""
        with self.desk.db.read() as connection:
            rows = tables.applications
            return str(connection.execute(rows.select().where(rows.c.id == application_id)).one().state)

    def log(self) -> list[tuple[str, str]]:
        """(type, actor) of all acts, oldest first."""
        with self.desk.db.read() as connection:
            rows = connection.execute(tables.audit.select().order_by(tables.audit.c.seq)).all()
        return [(row.type, row.actor_id) for row in rows]

    def told(self, kind: str) -> int:
        """How many pieces of news of a type there are."""
        with self.desk.db.read() as connection:
            return len(connection.execute(tables.news.select().where(tables.news.c.type == kind)).all())


@contextmanager
def bureau(folder: Path) -> Iterator[Bureau]:
    """One, until the block ends."""
    clock = ManualClock()
    db, journal = AppDb.open(folder / "app.db"), Journal.open(folder / "ledger.db")
    try:
        first = Directory(db, clock).ensure_first()
        people = People(db)
        people.load()
        yield Bureau(
            Desk(db, clock), people, Ledger.open(journal, clock), Notices(db, clock), clock, first.organization.id
        )
    finally:
        journal.close()
        db.close()
