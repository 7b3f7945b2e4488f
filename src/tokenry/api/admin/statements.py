"""The verbs of statements: list, show, export, issue, verify. All of them read in worker threads."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.api.statements import as_csv, as_page, file_name, full
from tokenry.base.errors import NotFound
from tokenry.base.units import nano_to_usd
from tokenry.ledger.statements import Issued, is_month


class ListStatements(Asked, kw_only=True, frozen=True):
    """`month` as in 2026-10; `project` by name or id."""

    month: str | None = None
    project: str | None = None


class OneStatement(Asked, kw_only=True, frozen=True):
    """By its id, or by its month: the organization's then, or that of `project` (name or id)."""

    statement: str
    project: str | None = None


class ExportStatement(OneStatement, kw_only=True, frozen=True):
    """In which form."""

    format: Literal["json", "html", "csv"] = "csv"


class IssueStatements(Asked, kw_only=True, frozen=True):
    """Up to which month; None = the last one that is over."""

    month: str | None = None


class Nothing(Asked, kw_only=True, frozen=True):
    """No arguments."""


async def listing(rooms: Rooms, ask: ListStatements) -> Json:
    """All of them, the newest month first."""
    project_id = None if ask.project is None else rooms.directory.project(ask.project).id

    def look() -> list[Issued]:
        return [
            one
            for one in rooms.statements.listing()
            if ask.month in {None, one.month} and project_id in {None, one.project_id}
        ]

    return {"statements": [_shown(rooms, one) for one in await asyncio.to_thread(look)]}


async def show(rooms: Rooms, ask: OneStatement) -> Json:
    """What one says."""
    given = await asyncio.to_thread(lambda: full(rooms, _meant(rooms, ask)))
    body: Json = msgspec.to_builtins(given.statement)
    awards = rooms.ledger.books.awards
    tokens: Json = body.get("tokens") or {"lines": [], "awards": []}
    for award in (*body["awards"], *tokens["awards"]):
        award["name"] = awards[award["award_id"]].name if award["award_id"] in awards else award["award_id"]
    for part in (*(body[name] for name in ("lines", "written_offs", "awards")), tokens["lines"], tokens["awards"]):
        for one in part:
            one["project"] = _project(rooms, one["project_id"])
    return {**_shown(rooms, rooms.statements.find(given.id)), "as_issued": given.as_issued, "statement": body}


async def export(rooms: Rooms, ask: ExportStatement) -> Json:
    """One as text: what a program, a browser or a spreadsheet reads."""

    def text() -> Json:
        given = full(rooms, _meant(rooms, ask))
        if ask.format == "json":
            content = msgspec.json.format(given.statement.canonical).decode() + "\n"
        else:
            content = as_page(rooms, given) if ask.format == "html" else as_csv(rooms, given)
        return {"name": f"{file_name(given)}.{ask.format}", "text": content, "as_issued": given.as_issued}

    return await asyncio.to_thread(text)


async def issue(rooms: Rooms, ask: IssueStatements) -> Json:
    """What is missing, up to a month; what was issued now."""
    issued = await asyncio.to_thread(rooms.statements.issue, ask.month)
    rooms.notices.on_waiting()
    return {"statements": [_shown(rooms, one) for one in issued]}


async def verify(rooms: Rooms, _ask: Nothing) -> Json:
    """Every statement, put together again."""

    def look() -> Json:
        faults = rooms.statements.verify()
        return {
            "ok": not faults,
            "statements": len(rooms.statements.listing()),
            "faults": [msgspec.to_builtins(fault) for fault in faults],
        }

    return await asyncio.to_thread(look)


def _meant(rooms: Rooms, ask: OneStatement) -> Issued:
    """Raises NotFound."""
    if not is_month(ask.statement):
        return rooms.statements.find(ask.statement)
    organization_id = rooms.directory.ensure_first().organization.id
    project_id = None
    if ask.project is not None:
        project = rooms.directory.project(ask.project)
        organization_id, project_id = project.organization_id, project.id
    for one in rooms.statements.listing(organization_id):
        if (one.month, one.project_id) == (ask.statement, project_id):
            return one
    raise NotFound(
        f"there is no statement of {ask.statement} there; `tokenry statement list` shows those that were issued",
        param="statement",
    )


def _shown(rooms: Rooms, one: Issued) -> Json:
    organization = rooms.people.roster.organizations.get(one.organization_id)
    return {
        "id": one.id,
        "month": one.month,
        "number": one.number,
        "organization_id": one.organization_id,
        "organization": one.organization_id if organization is None else organization.name,
        "project_id": one.project_id,
        "project": None if one.project_id is None else _project(rooms, one.project_id),
        "total_usd": nano_to_usd(one.total),
        "hash": one.hash.hex(),
        "previous": one.previous.hex(),
        "issued_at": when(one.issued_at),
    }


def _project(rooms: Rooms, project_id: str) -> str:
    project = rooms.people.roster.projects.get(project_id)
    return project_id if project is None else project.name
