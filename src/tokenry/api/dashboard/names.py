"""What people call the ids in a listing: projects, members and keys of the caller's organization, read from memory."""

from __future__ import annotations

from tokenry.access import Keys, Roster
from tokenry.api.dashboard.asked import GroupBy
from tokenry.api.guarded import Call


class Names:
    """Names by id, for one answer. Someone who was erased, or is of another organization, has none."""

    def __init__(self, call: Call) -> None:
        self._roster: Roster = call.rooms.people.roster
        self._organization_id = call.organization_id
        self._keys = _keys_of(call.rooms.keys, self._roster, call.organization_id)

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


def _keys_of(keys: Keys, roster: Roster, organization_id: str) -> dict[str, str]:
    ours = {one.id for one in roster.projects.values() if one.organization_id == organization_id}
    return {record.id: record.name for record in keys.list() if record.project_id in ours}
