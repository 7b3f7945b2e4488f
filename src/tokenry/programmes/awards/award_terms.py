"""What one award says: the part of a programme's terms that is decided for it, accepted with it, and stays as it was.

A programme may change what it says; an award that was made keeps its own. Pure.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tokenry.ledger import Unit, Weights
from tokenry.programmes.offers import Offer
from tokenry.programmes.terms import Name, Reporting, Restrictions, Terms, Tier, TokenWeights, Tranches, UnitName, Words

UNITS: dict[UnitName, Unit] = {"tokens": Unit.TOKENS, "usd": Unit.CREDIT}
Priority = Annotated[int, Meta(ge=0, le=1_000_000)]


class AwardTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As `Terms`. A smaller `priority` is drawn first of awards that end together."""

    restrictions: Restrictions = Restrictions()
    weights: TokenWeights | None = None
    reporting: Reporting = Reporting()
    tranches: Tranches = Tranches()
    conditions: Words = ""
    acknowledgement: Words = ""
    tier: Name | None = None
    priority: Priority = 100

    @classmethod
    def of(cls, terms: Terms, tier: Tier | None = None) -> AwardTerms:
        """What an award of a programme says when nothing else is decided."""
        return cls(
            restrictions=terms.restrictions,
            weights=terms.weights,
            reporting=terms.reporting,
            tranches=terms.tranches,
            conditions=terms.conditions,
            acknowledgement=terms.acknowledgement,
            tier=None if tier is None else tier.name,
        )

    def replace(self, **changes: Any) -> AwardTerms:
        """The same with other members."""
        return msgspec.structs.replace(self, **changes)

    def for_models(self, models: tuple[str, ...]) -> AwardTerms:
        """The same for some of the models alone."""
        return self.replace(restrictions=msgspec.structs.replace(self.restrictions, models=models))

    def ledger_weights(self) -> Weights | None:
        """As the ledger weighs."""
        weights = self.weights
        if weights is None:
            return None
        return Weights(weights.input, weights.cached_input, weights.cache_write, weights.output, weights.reasoning)


def terms_of_offer(offer: Offer) -> AwardTerms:
    """What an award says whose terms were offered and accepted."""
    return AwardTerms(
        restrictions=offer.restrictions,
        weights=offer.weights,
        reporting=offer.reporting,
        tranches=offer.tranches,
        conditions="\n\n".join(part for part in (offer.programme_conditions, offer.conditions) if part)[:10_000],
        acknowledgement=offer.acknowledgement,
        tier=offer.tier,
    )
