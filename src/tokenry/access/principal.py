"""Who asks: what a key turns into at the door. Holds no secret and no state, so it may be kept, compared and logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tokenry.access.limits import KeyLimits
from tokenry.access.rules import FREE, Rules


@dataclass(frozen=True, slots=True)
class Principal:
    """The bearer of a valid key.

    Args:
        key_id: `key_…`.
        key_name: as its maker named it.
        project_id: `proj_…`, where its use is booked.
        organization_id: `org_…`, of that project.
        user_id: whose key it is; None for a project's own.
        expires_at: nanoseconds since the epoch from which it is no longer valid; None = never.
        limits: its rate limits, defaults filled in.
        budget_ids: budgets that its use must fit, besides those of its project.
        rules: the models it may use, by its own list, its project and its user's groups; the class of its data.
        model_limits: how fast its project may go with each model; None = its project has no such limits.
        group_ids: the groups its user is in, with those around them, oldest first.
        keeps_content: whether content of its requests may be kept at all, as its project or organization says.
    """

    key_id: str
    key_name: str
    project_id: str
    organization_id: str
    user_id: str | None
    expires_at: int | None
    limits: KeyLimits
    budget_ids: tuple[str, ...]
    rules: Rules = FREE
    model_limits: Mapping[str, KeyLimits] | None = field(default=None, hash=False)
    group_ids: tuple[str, ...] = ()
    keeps_content: bool = True
