"""Awards: who was given how much, until when and for what, and in which order they are drawn down.

An award is a definition here and a limited account `award:<id>` in the books, of dollars or of tokens. This file is
pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from tokenry.ledger.receipts import Facts
from tokenry.ledger.units import Unit, Weights

Category = Literal["award", "promotional", "purchased", "internal"]
AwardState = Literal["active", "suspended", "closed"]
OnExhaustion = Literal["block", "downgrade", "low_priority"]

DEFAULT_TIER: Final = "default"  # how an award's terms call the tier that requests do not name
_CATEGORY_ORDER = {"award": 0, "promotional": 1, "purchased": 2, "internal": 3}
_NEVER = 2**63 - 1


class Award(msgspec.Struct, frozen=True, array_like=True):
    """The terms of a grant to one project. Times are nanoseconds since the epoch; `expires_at` None is open-ended.

    A restriction that is None allows everything; an empty tuple allows nothing. A smaller `priority` is drawn first.
    Fields after `endpoints` came later; what was written before has their defaults.

    Args:
        unit: what it is counted in, nano-USD or tokens; never changes.
        weights: of an award of tokens, what a token of each class draws; None = one for one; never changes.
        programme_id: the programme that it was awarded by. pool: the id of the pool that it came from and that what is
            left goes back to; None = from issuance.
        tiers: of service, `default` for what names none.
        purposes: what requests say they are for.
        requests_per_minute, tokens_per_minute: its own limits; None = none.
        on_exhaustion: what becomes of a request that it has nothing left for. downgrade_to: the model, by its name.
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
    unit: Unit = Unit.CREDIT
    weights: Weights | None = None
    programme_id: str | None = None
    pool: str | None = None
    tiers: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    on_exhaustion: OnExhaustion = "block"
    downgrade_to: str | None = None

    @property
    def account(self) -> str:
        return f"award:{self.id}"

    @property
    def committed_account(self) -> str:
        """Where tranches stand that are promised and not released."""
        return f"committed:{self.id}"

    @property
    def limited(self) -> bool:
        """Whether it has rate limits of its own."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None

    def serves(self, facts: Facts) -> bool:
        """Whether its restrictions allow such a request, whenever it is made."""
        return (
            (self.models is None or facts.model in self.models)
            and (self.endpoints is None or facts.endpoint in self.endpoints)
            and (self.tiers is None or (facts.tier or DEFAULT_TIER) in self.tiers)
            and (self.purposes is None or facts.purpose in self.purposes)
        )

    def allows(self, at: int, facts: Facts) -> bool:
        """Whether such a request may draw on this award at the instant `at`."""
        return (
            self.state == "active"
            and self.effective_at <= at
            and (self.expires_at is None or at < self.expires_at)
            and self.serves(facts)
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
