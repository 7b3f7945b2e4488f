"""What people call the ids in a listing: projects, members and keys of the caller's organization, read from memory."""

from __future__ import annotations

from tokenry.access import Roster
from tokenry.api.dashboard.asked import GroupBy
from tokenry.api.guarded import Call


class Names:
    """Names by id, for one answer. Someone who was erased, or is of another organization, has none."""

    def __init__(self, call: Call) -> None:
        self._roster: Roster = call.rooms.people.roster
        self._organization_id = call.organization_id
        ours = {
            one.id: one.name for one in self._roster.projects.values() if one.organization_id == self._organization_id
        }
        records = [record for record in call.rooms.keys.list() if record.project_id in ours]
        self._keys = {record.id: record.name for record in records}
        self._places = {record.id: ours[record.project_id] for record in records}

    def of(self, kind: GroupBy, ident: str) -> str | None:
        """The name; of what is its own name, itself."""
        match kind:
            case "project":
                return self.project(ident)
            case "member":
                return self.member(ident)
            case "key":
                return self.key(ident)
        return ident or None

    def within(self, kind: GroupBy, ident: str) -> str | None:
        """The name of the project that a key is of; None for everything else."""
        return self._places.get(ident) if kind == "key" else None

    def project(self, ident: str) -> str | None:
        """A project's."""
        found = self._roster.projects.get(ident)
        return found.name if found is not None and found.organization_id == self._organization_id else None

    def member(self, ident: str | None) -> str | None:
        """A member's name, or else their address."""
        if (self._organization_id, ident or "") not in self._roster.members:
            return None
        user = self._roster.users.get(ident or "")
        return None if user is None else user.name or user.email

    def key(self, ident: str) -> str | None:
        """A key's, one that is closed too."""
        return self._keys.get(ident)
