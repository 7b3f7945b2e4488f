"""What keys rest on, read from app.db at one moment: projects, people, groups, service accounts, projects' rate limits.

Says of any key whether it opens anything, by which rules, and how fast its project may go. Answers are made once for
all keys that are alike, so that a hundred thousand keys of one project share one set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tokenry import storage
from tokenry.access.directory import Project
from tokenry.access.limits import LIMIT_MAX, KeyLimits
from tokenry.access.people import Roster, read_roster
from tokenry.access.retention import keeps_content
from tokenry.access.roles import OF_ORGANIZATION
from tokenry.access.rules import Chain, Rules, compile_rules
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.storage import Transaction

tables = storage.tables
Models = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a key is: always a project's; besides a person's, or a service account's, or neither. And who made it."""

    project_id: str
    user_id: str | None = None
    service_account_id: str | None = None
    made_by: str | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """All of it. `limits` is by project, then by model; a number that is not set stands as LIMIT_MAX."""

    roster: Roster
    limits: Mapping[str, Mapping[str, KeyLimits]]
    _rules: dict[tuple[Models, str, str | None], Rules] = field(default_factory=dict)
    _chains: dict[tuple[str, str], tuple[Chain, ...]] = field(default_factory=dict)
    _reach: dict[tuple[str, str], frozenset[str] | None] = field(default_factory=dict)
    _groups: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: Transaction) -> Grounds:
        """As the tables stand in this transaction."""
        limits: dict[str, dict[str, KeyLimits]] = {}
        for row in connection.execute(tables.rate_limits.select()):
            bound = KeyLimits(_or_none(row.requests_per_minute), _or_none(row.tokens_per_minute), LIMIT_MAX)
            limits.setdefault(row.project_id, {})[row.model] = bound
        return cls(read_roster(connection), limits)

    def project(self, owner: Owner) -> Project:
        """The project that a key belongs to; there always is one."""
        return self.roster.projects[owner.project_id]

    def why_closed(self, owner: Owner) -> str | None:
        """Why a key of this owner opens nothing; None = it does."""
        project, roster = self.project(owner), self.roster
        if owner.user_id is not None:
            user = roster.users.get(owner.user_id)
            if user is None or user.disabled_at is not None:
                return "the user it belongs to is disabled"
            if (project.organization_id, owner.user_id) not in roster.members:
                return "the user it belongs to has left the organization"
            if not self._reaches(owner.user_id, project):
                return "the user it belongs to has left the project"
        if owner.service_account_id is not None and owner.service_account_id not in roster.service_accounts:
            return "the service account it belongs to is deleted"
        return "the project it belongs to is archived" if project.archived_at is not None else None

    def require_open(self, owner: Owner) -> None:
        """Raise NotFound or InvalidRequest, naming what is wrong, unless a key can be made for this owner."""
        project, roster = self.roster.projects.get(owner.project_id), self.roster
        if project is None or project.archived_at is not None:
            raise NotFound(f"There is no project {owner.project_id[:100]!r}.", param="project_id")
        user_id = owner.user_id
        if user_id is not None:
            member = roster.members.get((project.organization_id, user_id))
            if member is None or member.user.disabled_at is not None:
                raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
            if not self._reaches(user_id, project):
                words = (
                    "They have no role in the project, so a key of theirs would open nothing: give them one first "
                    "(`tokenry project add`)."
                )
                raise InvalidRequest(words, param="user_id")
        account = owner.service_account_id
        if account is not None and roster.service_accounts.get(account, ("",))[0] != project.id:
            raise NotFound(f"There is no service account {account[:100]!r}.", param="service_account_id")

    def _reaches(self, user_id: str, project: Project) -> bool:
        """Whether a member has a role in the project, of their own or by a group, or sees all of the organization's."""
        place = (user_id, project.organization_id)
        if place not in self._reach:
            member = self.roster.members[project.organization_id, user_id]
            everywhere = "projects.read" in OF_ORGANIZATION[member.role]
            self._reach[place] = None if everywhere else frozenset(self.roster.project_roles(*place))
        within = self._reach[place]
        return within is None or project.id in within

    def rules(self, models: Models, owner: Owner) -> Rules:
        """What a key with this list of models, of this owner, may use and send.

        One that is nobody's in person is bound by the groups of whoever made it, so that nobody makes a service account
        to do what their own groups do not let them.
        """
        person = owner.user_id or owner.made_by
        alike = (models, owner.project_id, person)
        found = self._rules.get(alike)
        if found is None:
            project = self.project(owner)
            found = self._rules[alike] = compile_rules(models, project, self._chains_of(person, project))
        return found

    def keeps_content(self, owner: Owner) -> bool:
        """Whether content of a key's requests may be kept at all."""
        project = self.project(owner)
        return keeps_content(self.roster.organizations[project.organization_id], project)

    def group_ids(self, owner: Owner) -> tuple[str, ...]:
        """The groups that the user of a key is in, with those around them; of the project's own keys none."""
        if owner.user_id is None or not self.roster.groups:
            return ()
        place = (owner.user_id, self.project(owner).organization_id)
        if place not in self._groups:
            self._groups[place] = tuple([group.id for group in self.roster.groups_of(*place)])
        return self._groups[place]

    def _chains_of(self, user_id: str | None, project: Project) -> tuple[Chain, ...]:
        if user_id is None:
            return ()
        place = (user_id, project.organization_id)
        if place not in self._chains:
            self._chains[place] = self.roster.chains_of(*place)
        return self._chains[place]


def _or_none(limit: int | None) -> int:
    return LIMIT_MAX if limit is None else limit
