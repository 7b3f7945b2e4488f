"""The people and places that keys belong to: organizations, their projects, users. Kept in app.db.

Knows no keys and no money. Every call blocks for one short transaction: from the event loop, use a worker thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from tokenry import storage
from tokenry.base.addresses import address_key
from tokenry.base.clock import Clock
from tokenry.base.data_class import DataClass
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

tables = storage.tables
NAME_LENGTH_MAX = 100
_FIRST = "access.first"  # the setting that remembers what the first start made, whatever it is called today


@dataclass(frozen=True, slots=True)
class Organization:
    """Who owns projects. `created_at` is nanoseconds since the epoch, as in every record here.

    `timezone` is an IANA name, None = UTC; `retention` says how long content is kept, None = none of it is.
    """

    id: str
    name: str
    created_at: int
    timezone: str | None = None
    retention: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """Where use is booked and keys belong. `archived_at` set = its keys open nothing.

    `data_class` is what its prompts are (public, internal, confidential), None = internal. `models_mode` says whether
    `models` are the only ones it may use (allow_list) or those it may not (deny_list); None = it may use all.
    """

    id: str
    organization_id: str
    name: str
    created_at: int
    archived_at: int | None
    data_class: DataClass | None = None
    retention: str | None = None
    models_mode: str | None = None
    models: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person. `disabled_at` set = their keys open nothing; `erased_at` set = name and e-mail are gone for good."""

    id: str
    name: str
    email: str | None
    created_at: int
    disabled_at: int | None
    erased_at: int | None = None


@dataclass(frozen=True, slots=True)
class First:
    """What the first start made: the owner, and the organization and project that everything falls into by default."""

    user: User
    organization: Organization
    project: Project


Named = TypeVar("Named", Organization, Project, User)


def project_of(row: dict[str, Any]) -> Project:
    """A project from a row of its table."""
    models = row["models"]
    return Project(**{**row, "models": None if models is None else tuple(models)})


def is_speakable(text: str) -> bool:
    """Whether this can be a name or id at all: 1 to 100 printable characters, so no half surrogates."""
    return 0 < len(text) <= NAME_LENGTH_MAX and text.isprintable()


def checked_name(name: str, *, param: str = "name") -> str:
    """The name without blanks around it. Raises InvalidRequest unless it is 1 to 100 printable characters."""
    name = name.strip()
    if not is_speakable(name):
        raise InvalidRequest(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", param=param)
    return name


def _first_rows(ids: dict[str, str], now_ns: int) -> dict[str, dict[str, Any]]:
    """What the first start writes: table → row, in the order that the foreign keys ask for."""
    user, organization, project = ids["user"], ids["organization"], ids["project"]
    place = {"organization_id": organization, "created_at": now_ns}
    return {
        "users": {"id": user, "name": "owner", "created_at": now_ns},
        "organizations": {"id": organization, "name": "default", "created_at": now_ns},
        "projects": {"id": project, "name": "default", **place},
        "memberships": {"id": new_id("mbr"), "user_id": user, "role": "owner", **place},
        "settings": {"key": _FIRST, "value": ids},
    }


def first_organization(connection: Transaction) -> str | None:
    """The id of the organization that the first start made; None before that."""
    found = connection.execute(tables.settings.select().where(tables.settings.c.key == _FIRST)).one_or_none()
    return None if found is None else str(found.value["organization"])


class Directory:
    """Organizations, projects and users by id or name."""

    def __init__(self, db: AppDb, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def ensure_first(self) -> First:
        """Make the owner, organization `default` and project `default` once; later only find them again."""
        with self._db.write() as connection:
            found = connection.execute(tables.settings.select().where(tables.settings.c.key == _FIRST)).one_or_none()
            if found is None:
                ids = {"user": new_id("user"), "organization": new_id("org"), "project": new_id("proj")}
                for name, row in _first_rows(ids, self._clock.now_ns()).items():
                    connection.execute(tables.metadata.tables[name].insert(), row)
            else:
                ids = found.value
        return First(self.user(ids["user"]), self.organization(ids["organization"]), self.project(ids["project"]))

    def organizations(self) -> tuple[Organization, ...]:
        """All of them, oldest first."""
        table = tables.organizations
        rows = self._rows(table.select().order_by(table.c.created_at, table.c.id))
        return tuple(Organization(**row) for row in rows)

    def projects(self, organization_id: str | None = None) -> tuple[Project, ...]:
        """Those of one organization, or all; oldest first, archived ones too."""
        table = tables.projects
        query = table.select().order_by(table.c.created_at, table.c.id)
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        return tuple(project_of(row) for row in self._rows(query))

    def users(self) -> tuple[User, ...]:
        """All of them, oldest first, disabled ones too."""
        table = tables.users
        rows = self._rows(table.select().order_by(table.c.created_at, table.c.id))
        return tuple(User(**row) for row in rows)

    def organization(self, ref: str) -> Organization:
        """The one with this id or name. Raises NotFound."""
        table = tables.organizations
        rows = self._rows(table.select().where((table.c.id == ref) | (table.c.name == ref)), ref)
        return _only([Organization(**row) for row in rows], ref, "organization")

    def project(self, ref: str, organization_id: str | None = None) -> Project:
        """The one with this id or name, seen from one organization if given.

        Raises NotFound, also for another organization's project, and Conflict when several bear the name.
        """
        table = tables.projects
        query = table.select().where((table.c.id == ref) | (table.c.name == ref))
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        return _only([project_of(row) for row in self._rows(query, ref)], ref, "project")

    def user(self, ref: str) -> User:
        """The one with this id, e-mail address or name. Raises NotFound, and Conflict when several bear the name."""
        table = tables.users
        query = table.select().where((table.c.id == ref) | (table.c.email == address_key(ref)) | (table.c.name == ref))
        return _only([User(**row) for row in self._rows(query, ref)], ref, "user")

    def create_project(self, organization_id: str, name: str) -> Project:
        """A new project. Raises InvalidRequest for a bad name, NotFound for the organization, Conflict when taken."""
        table = tables.projects
        project = Project(new_id("proj"), organization_id, checked_name(name), self._clock.now_ns(), None)
        self.organization(organization_id)
        with self._db.write() as connection:
            taken = table.select().where(table.c.organization_id == organization_id, table.c.name == project.name)
            if connection.execute(taken).first() is not None:
                raise Conflict(f"There is a project called {project.name!r} already.", param="name")
            row = {"id": project.id, "organization_id": organization_id, "name": project.name}
            connection.execute(table.insert(), {**row, "created_at": project.created_at})
        return project

    def _rows(self, query: Any, ref: str | None = None) -> list[dict[str, Any]]:
        """What a query (a select of storage's) finds: nothing, unasked, when it seeks a `ref` that cannot be."""
        if ref is not None and not is_speakable(ref):
            return []
        with self._db.read() as connection:
            return [row._asdict() for row in connection.execute(query)]


def _only(found: list[Named], ref: str, kind: str) -> Named:
    """The one record meant: an id is exact, a name must be the only one."""
    exact = [record for record in found if record.id == ref]
    if exact or len(found) == 1:
        return (exact or found)[0]
    shown = ref[:NAME_LENGTH_MAX]
    if not found:
        raise NotFound(f"There is no {kind} {shown!r}.", param=kind)
    ids = ", ".join(record.id for record in found[:5])
    raise Conflict(f"{len(found)} {kind}s are called {shown!r}; say which by its id: {ids}.", param=kind)
