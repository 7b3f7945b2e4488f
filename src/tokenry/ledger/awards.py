"""Awards: who was given how much, until when and for what, and in which order they are drawn down.

An award is a definition here and a limited account `award:<id>` in the books. This file is pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Category = Literal["award", "promotional", "purchased", "internal"]
AwardState = Literal["active", "suspended", "closed"]

_CATEGORY_ORDER = {"award": 0, "promotional": 1, "purchased": 2, "internal": 3}
_NEVER = 2**63 - 1


class Award(msgspec.Struct, frozen=True, array_like=True):
    """The terms of a grant to one project. Times are nanoseconds since the epoch; `expires_at` None is open-ended.

    A restriction that is None allows everything; an empty tuple allows nothing. A smaller `priority` is drawn first.
    """

    id: str
    name: str
    organization_id: str
    project_id: str
    category: Category
    state: AwardState
    created_at: int
    effective_at: int
    expires_at: int | None = None
    priority: int = 100
    models: tuple[str, ...] | None = None
    endpoints: tuple[str, ...] | None = None

    @property
    def account(self) -> str:
        return f"award:{self.id}"

    def allows(self, at: int, model: str, endpoint: str) -> bool:
        """Whether a request for `model` at `endpoint` may draw on this award at the instant `at`."""
        return (
            self.state == "active"
            and self.effective_at <= at
            and (self.expires_at is None or at < self.expires_at)
            and (self.models is None or model in self.models)
            and (self.endpoints is None or endpoint in self.endpoints)
        )


def draw_key(award: Award) -> tuple[int, int, int, int, str]:
    """Soonest expiry, priority, award before promotional before purchased, oldest; the id ends all ties."""
    return (
        _NEVER if award.expires_at is None else award.expires_at,
        award.priority,
        _CATEGORY_ORDER[award.category],
        award.created_at,
        award.id,
    )


def draw_order(awards: Iterable[Award]) -> list[Award]:
    """The awards in the order in which a charge draws on them. Deterministic for any order of the input."""
    return sorted(awards, key=draw_key)
