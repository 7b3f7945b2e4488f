"""Rate limits of a project for one model: shared by all its keys, beside the limits that each key has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from tokenry import storage
from tokenry.access.actor import Actor, PermissionDenied
from tokenry.access.audit import Desk
from tokenry.access.limits import check_limit
from tokenry.access.members import require_open
from tokenry.base.ids import new_id
from tokenry.storage import AppDb

table = storage.tables.rate_limits


@dataclass(frozen=True, slots=True)
class ProjectLimit:
    """What is set; None = only the keys' own limits hold. Both numbers are per minute."""

    project_id: str
    model: str
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class LimitChange:
    """What is to be set: a number, None to take the bound away, UNSET to leave it."""

    requests_per_minute: int | UnsetType | None = UNSET
    tokens_per_minute: int | UnsetType | None = UNSET


def project_limits(db: AppDb, project_id: str) -> dict[str, ProjectLimit]:
    """What is set for a project, by model. Blocks for one read."""
    with db.read() as connection:
        rows = connection.execute(table.select().where(table.c.project_id == project_id)).all()
    return {r.model: ProjectLimit(project_id, r.model, r.requests_per_minute, r.tokens_per_minute) for r in rows}


def set_project_limit(desk: Desk, by: Actor, place: tuple[str, str], change: LimitChange) -> ProjectLimit:
    """Set, change or take away a limit; it holds for the next request.

    Whoever may write this one project's limits alone can set and lower them, never raise or lift what stands.

    Args:
        place: the project, which must be of the actor's organization, and the model's name.

    Raises:
        InvalidRequest: a number that cannot be, or the project is archived.
        PermissionDenied: it would be higher than it is, and the actor is none of the organization's.
    """
    project_id, model = place
    named = (("requests_per_minute", change.requests_per_minute), ("tokens_per_minute", change.tokens_per_minute))
    asked = {name: value for name, value in named if not isinstance(value, UnsetType)}
    for name, value in asked.items():
        if value is not None:
            check_limit(name, value)
    with desk.act(by, "rate_limit.updated", f"rl-{model}", project_id) as act:
        require_open(act.connection, project_id)
        act.details |= {"model": model, **asked}
        here = (table.c.project_id == project_id) & (table.c.model == model)
        row = act.connection.execute(table.select().where(here)).one_or_none()
        before = {} if row is None else {name: getattr(row, name) for name, _ in named}
        if not by.may("limits.write"):
            _refuse_higher(before, asked)
        after = {**dict.fromkeys((name for name, _ in named)), **before, **asked}
        act.connection.execute(table.delete().where(here))
        if any(value is not None for value in after.values()):
            now_ns = desk.clock.now_ns()
            known = {"id": new_id("rl", at_ns=now_ns) if row is None else row.id, "changed_at": now_ns}
            act.connection.execute(table.insert(), {"project_id": project_id, "model": model, **known, **after})
    return ProjectLimit(project_id, model, **after)


def _refuse_higher(before: Mapping[str, int | None], asked: Mapping[str, int | None]) -> None:
    for name, value in asked.items():
        stands = before.get(name)
        if stands is not None and (value is None or value > stands):
            raise PermissionDenied(
                f"{name} stands at {stands}; within the project it can be lowered, and raised or lifted by an owner or "
                "admin of the organization alone"
            )
