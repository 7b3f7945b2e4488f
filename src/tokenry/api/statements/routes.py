"""Statements: `/v1/tokenry/statements`, a list, and each as JSON, as a page to print, or as CSV with FOCUS columns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.access import Actor
from tokenry.api.guarded import Call, Form, Guarded, Page, Paged, Query, listed
from tokenry.api.rooms import Rooms
from tokenry.api.statements.focus import focus_csv
from tokenry.api.statements.page import PAGE_HEADERS, page
from tokenry.api.statements.told import Told
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.base.units import nano_to_usd
from tokenry.ledger.statements import Issued, Statement


class ListStatements(Paged, kw_only=True, frozen=True):
    """Which page; of which month (`2026-10`), of which project; `place` says whether of organizations or projects."""

    month: Annotated[str, Meta(max_length=7)] | None = None
    project_id: Annotated[str, Meta(max_length=100)] | None = None
    place: Literal["organization", "project"] | None = None


class AskStatement(Query, kw_only=True, frozen=True):
    """In which form; None = what the caller accepts."""

    format: Literal["json", "html", "csv"] | None = None


class StatementShape(msgspec.Struct, kw_only=True):
    """A statement as it was issued: of which month and place, what it came to, and its place in the chain."""

    id: str
    organization_id: str
    project_id: str | None
    month: str
    number: int
    total_usd: str
    total_nano_usd: int
    hash: str
    previous: str
    issued_at: int
    object: Literal["tokenry.statement"] = "tokenry.statement"


class FullStatementShape(StatementShape, kw_only=True):
    """With what it says. `as_issued`: whether the transfers say the same today, byte for byte."""

    as_issued: bool
    statement: Statement


def listing(call: Call) -> Page[StatementShape]:
    """List statements. The newest month first; of the organization and of the projects that you may see."""
    ask: ListStatements = call.query
    if ask.project_id is not None and not call.actor.sees(ask.project_id):
        raise NotFound(f"There is no project {ask.project_id!r}.", param="project_id")
    found = [
        issued
        for issued in call.rooms.statements.listing(call.organization_id)
        if visible(call.actor, issued)
        and ask.month in {None, issued.month}
        and ask.project_id in {None, issued.project_id}
        and ask.place in {None, "organization" if issued.project_id is None else "project"}
    ]
    return listed(found, ask, lambda issued: issued.id, shape)


def retrieve(call: Call) -> FullStatementShape:
    """Retrieve a statement. As JSON, as a page to print (`text/html`), or as CSV with FOCUS columns (`text/csv`)."""
    issued = call.rooms.statements.find(call.path["statement_id"], call.organization_id)
    if not visible(call.actor, issued):
        raise NotFound(f"There is no statement {issued.id!r}.", param="statement_id")
    return full(call.rooms, issued)


def visible(actor: Actor, issued: Issued) -> bool:
    """Whether somebody may see it: as `statements.read` says, in the organization or in the project it is of."""
    return issued.organization_id == actor.organization_id and actor.may("statements.read", issued.project_id)


def shape(issued: Issued) -> StatementShape:
    """A statement as it is listed."""
    return StatementShape(**_facts(issued))


def full(rooms: Rooms, issued: Issued) -> FullStatementShape:
    """A statement with what it says."""
    statement = rooms.statements.rebuilt(issued)
    return FullStatementShape(**_facts(issued), as_issued=statement.digest == issued.hash, statement=statement)


def as_csv(rooms: Rooms, given: FullStatementShape) -> str:
    """As CSV."""
    return focus_csv(Told.of(rooms, given.id, given.statement))


def as_page(rooms: Rooms, given: FullStatementShape) -> str:
    """As a page to print."""
    told = Told.of(rooms, given.id, given.statement)
    return page(told, given.issued_at, bytes.fromhex(given.hash), as_issued=given.as_issued)


def file_name(given: StatementShape) -> str:
    """What a file with it is called, less its ending."""
    return f"statement-{given.month}-{given.project_id or given.organization_id}"


def _facts(issued: Issued) -> dict[str, Any]:
    return {
        "id": issued.id,
        "organization_id": issued.organization_id,
        "project_id": issued.project_id,
        "month": issued.month,
        "number": issued.number,
        "total_usd": nano_to_usd(issued.total),
        "total_nano_usd": issued.total,
        "hash": issued.hash.hex(),
        "previous": issued.previous.hex(),
        "issued_at": issued.issued_at // NS_PER_S,
    }


def _attached(_call: Call, given: FullStatementShape) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{file_name(given)}.csv"'}


_ALL = "/v1/tokenry/statements"
_FORMS = (
    Form("html", "text/html; charset=utf-8", lambda call, given: as_page(call.rooms, given), lambda *_: PAGE_HEADERS),
    Form("csv", "text/csv; charset=utf-8", lambda call, given: as_csv(call.rooms, given), _attached),
)
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=ListStatements),
    Guarded("GET", f"{_ALL}/{{statement_id}}", None, retrieve, asks=AskStatement, forms=_FORMS),
)
