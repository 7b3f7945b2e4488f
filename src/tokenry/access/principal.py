"""Who asks: what a key turns into at the door. Holds no secret and no state, so it may be kept, compared and logged."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.access.limits import KeyLimits


@dataclass(frozen=True, slots=True)
class Principal:
    """The bearer of a valid key.

    Args:
        key_id: `key_…`.
        key_name: as its maker named it.
        project_id: `proj_…`, where its use is booked.
        organization_id: `org_…`, of that project.
        user_id: whose key it is; None for a project's own.
        models: the only model names it may use; None = all.
        expires_at: nanoseconds since the epoch from which it is no longer valid; None = never.
        limits: its rate limits, defaults filled in.
        budget_ids: budgets that its use must fit, besides those of its project.
    """

    key_id: str
    key_name: str
    project_id: str
    organization_id: str
    user_id: str | None
    models: frozenset[str] | None
    expires_at: int | None
    limits: KeyLimits
    budget_ids: tuple[str, ...]
