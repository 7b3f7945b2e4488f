"""Awards of tokens for a made-up house: some large and some that run dry in the midst, with weights, own limits and all
three ways of being exhausted. Drawn from a randomness of their own, so that lives without them stay as they were."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.simulation.configs import KINDS
from tokenry.ledger import Award, Unit, Weights

AMOUNTS = (15, 40, 90, 200, 600, 10**12)
MODELS = ("swift", "both", "steady", "vectors")


async def grant(world: Any, ledger: Any, rng: Random) -> None:
    """Grant a few to the first project, if none is there yet; the oracle is told that they are durable."""
    first = next(iter(ledger.books.awards.values()))
    if any(award.unit is Unit.TOKENS for award in ledger.books.awards.values()):
        return
    for number in range(rng.randrange(1, 5)):
        award, amount = _drawn(rng, number, first), rng.choice(AMOUNTS)
        world.oracle.asked[award.id] = world.oracle.granted[award.id] = amount
        await ledger.grant(award, amount)


def _drawn(rng: Random, number: int, first: Award) -> Award:
    weights = [rng.choice((0, 1, 250, 1000, 1001, 4000)) for _ in range(5)]
    return Award(
        id=f"awd_tokens{number}",
        name=f"tokens {number}",
        organization_id=first.organization_id,
        project_id=first.project_id,
        category="award",
        state="active",
        created_at=first.created_at,
        effective_at=0,
        priority=rng.choice((1, 50, first.priority, 200)),
        models=rng.choice((None, None, ("swift", "vectors"), ("both",))),
        unit=Unit.TOKENS,
        weights=rng.choice((None, None, Weights(*weights))),
        purposes=rng.choice((None, None, None, ("evaluation",))),
        requests_per_minute=rng.choice((None, None, None, 3)),
        tokens_per_minute=rng.choice((None, None, None, 5000)),
        on_exhaustion=rng.choice(("block", "downgrade", "low_priority")),
        downgrade_to=rng.choice((*MODELS, *KINDS["text"])),
    )
