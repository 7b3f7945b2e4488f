"""Administrative acts on service accounts: holders of keys in a project that are nobody's in person.

Each is audited in its own transaction; the keys of one that is deleted end in the same. New keys for them are
made by Keys.create.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import checked_name
from tokenry.access.members import require_open
from tokenry.access.roles import ProjectRole
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

tables = storage.tables
_accounts, _keys = tables.service_accounts, tables.api_keys

ACCOUNTS_MAX = 1000  # of one project


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """One of a project's. `created_at` is nanoseconds since the epoch."""

    id: str
    project_id: str
    name: str
    role: ProjectRole
    created_at: int


def create_service_account(desk: Desk, by: Actor, project_id: str, name: str) -> ServiceAccount:
    """A new service account, a member of the project, without a key.

    Raises InvalidRequest for a name that cannot be, and for an archived project.
    """
    now_ns = desk.clock.now_ns()
    account = ServiceAccount(new_id("svc", at_ns=now_ns), project_id, checked_name(name), "member", now_ns)
    with desk.act(by, "service_account.created", account.id, project_id) as act:
        require_open(act.connection, project_id)
        there = _accounts.select().where(_accounts.c.project_id == project_id, _accounts.c.deleted_at.is_(None))
        if len(act.connection.execute(there.limit(ACCOUNTS_MAX)).all()) >= ACCOUNTS_MAX:
            raise InvalidRequest(f"The project has {ACCOUNTS_MAX} service accounts, all it may have: delete some.")
        act.details["role"] = account.role
        row = {column: getattr(account, column) for column in ServiceAccount.__slots__}
        act.connection.execute(_accounts.insert(), row)
    return account


def update_service_account(
    desk: Desk, by: Actor, account: ServiceAccount, name: str | None, role: ProjectRole | None
) -> ServiceAccount:
    """Another name, another role in the project. Raises NotFound, and InvalidRequest for a bad name."""
    changed = replace(
        account, name=account.name if name is None else checked_name(name), role=role or account.role
    )  # fmt: skip
    with desk.act(by, "service_account.updated", account.id, account.project_id) as act:
        _one(act.connection, account.project_id, account.id)
        if role is not None:
            act.details["role"] = role
        new = {"name": changed.name, "role": changed.role}
        act.connection.execute(_accounts.update().where(_accounts.c.id == account.id), new)
    return changed


def delete_service_account(desk: Desk, by: Actor, account: ServiceAccount) -> None:
    """End a service account and all its keys, for good. Raises NotFound."""
    now_ns = desk.clock.now_ns()
    with desk.act(by, "service_account.deleted", account.id, account.project_id) as act:
        _one(act.connection, account.project_id, account.id)
        act.connection.execute(_accounts.update().where(_accounts.c.id == account.id), {"deleted_at": now_ns})
        live = (_keys.c.service_account_id == account.id) & _keys.c.revoked_at.is_(None)
        act.connection.execute(_keys.update().where(live), {"revoked_at": now_ns})


def list_service_accounts(db: AppDb, project_id: str) -> list[ServiceAccount]:
    """A project's, oldest first, without deleted ones. Blocks for one read."""
    query = _accounts.select().where(_accounts.c.project_id == project_id, _accounts.c.deleted_at.is_(None))
    with db.read() as connection:
        return [_account(row) for row in connection.execute(query.order_by(_accounts.c.created_at, _accounts.c.id))]


def get_service_account(db: AppDb, project_id: str, account_id: str) -> ServiceAccount:
    """One of them. Raises NotFound, also for another project's. Blocks for one read."""
    with db.read() as connection:
        return _one(connection, project_id, account_id)


def _one(connection: Transaction, project_id: str, account_id: str) -> ServiceAccount:
    query = _accounts.select().where(_accounts.c.id == account_id, _accounts.c.project_id == project_id)
    row = connection.execute(query.where(_accounts.c.deleted_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound(f"There is no service account {account_id[:100]!r}.", param="service_account_id")
    return _account(row)


def _account(row: Any) -> ServiceAccount:
    return ServiceAccount(**{name: getattr(row, name) for name in ServiceAccount.__slots__})
