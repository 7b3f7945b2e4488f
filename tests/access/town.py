"""An organization with one owner and one project, and short ways to put people into it."""

from __future__ import annotations

from typing import Any

from tokenry.access import Actor, AdminKeys, Desk, Directory, Keys, People, Roster, local_actor, read_audit
from tokenry.base.clock import ManualClock
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, tables


class Town:
    """All that acts on people need. `log` tells the acts, without those by which the town was built."""

    def __init__(self, db: AppDb, clock: ManualClock) -> None:
        self.clock = clock
        first = Directory(db, clock).ensure_first()
        self.organization, self.project, self.owner = first.organization.id, first.project.id, first.user.id
        self.desk, self.people = Desk(db, clock), People(db)
        self.keys, self.admin_keys = Keys(db, clock), AdminKeys(self.desk, self.people)
        self.local = local_actor(self.organization)
        self.load()

    def load(self) -> Roster:
        """Read everything again."""
        roster = self.people.load()
        self.keys.load()
        self.admin_keys.load()
        return roster

    def put(self, table: Any, **row: Any) -> None:
        """One row."""
        with self.desk.db.write() as connection:
            connection.execute(table.insert(), {"created_at": self.clock.now_ns(), **row})

    def user(self, email: str | None = None) -> str:
        """Somebody who belongs nowhere; their id."""
        made = new_id("user")
        self.put(tables.users, id=made, name="somebody", email=email)
        return made

    def member(self, role: str, email: str | None = None) -> str:
        """Somebody new with a role in the organization; their id."""
        made = self.user(email)
        self.put(tables.memberships, id=new_id("mbr"), user_id=made, organization_id=self.organization, role=role)
        self.load()
        return made

    def actor(self, user: str) -> Actor:
        """Them, acting."""
        found = self.people.actor(user, self.organization, "session", user)
        assert found is not None
        return found

    def elsewhere(self, user: str) -> None:
        """They are in another organization, too."""
        self.put(tables.organizations, id="org_elsewhere", name="elsewhere")
        self.put(tables.memberships, id=new_id("mbr"), user_id=user, organization_id="org_elsewhere", role="member")
        self.load()

    def session(self, user: str) -> None:
        """They are signed in."""
        far = self.clock.now_ns() + 10**15
        row = {"id": new_id("ses"), "sha256": user.encode()[-32:].rjust(32), "user_id": user, "method": "password"}
        self.put(tables.sessions, **row, powers="", seen_at=1, expires_at=far)

    def live_sessions(self, user: str) -> int:
        """How many of their sessions are not revoked."""
        table = tables.sessions
        with self.desk.db.read() as connection:
            rows = connection.execute(table.select().where(table.c.user_id == user, table.c.revoked_at.is_(None)))
            return len(rows.all())

    def log(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        """Type, resource and details of every act on people, groups and invites, oldest first."""
        kinds = ("user.", "group.", "invite.", "service_account.", "organization.")
        rows = read_audit(self.desk.db)
        return [(row.type, row.resource_id, row.details) for row in rows if row.type.startswith(kinds)]
