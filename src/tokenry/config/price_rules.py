"""What types cannot say of prices: what a price needs, and what is announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tokenry.base.clock import NS_PER_S
from tokenry.config.problems import shown
from tokenry.config.schema import Announced, Model, Price, PriceStep, TierPrice

STEPS_MAX = 16  # of one tier, by size

Complaint = tuple[str, str]  # (key within the table, words)


def of_price(price: Price) -> Iterator[Complaint]:
    """What is wrong with the price or the cost of a model."""
    if price.embedding is not None and (price.input is not None or price.output):
        yield "embedding", "is the price of a model that embeds, which has no other input and no output: leave out one"
    if price.input is None and price.embedding is None and price.audio_second is None and price.image is None:
        yield "input", "is missing"
    yield from _steps(price.above)


def of_tier(price: TierPrice) -> Iterator[Complaint]:
    """What is wrong with the price of a tier of service."""
    yield from _steps(price.above)


def of_announced(one: Announced) -> Iterator[Complaint]:
    """What is wrong with a change ahead of its time."""
    if instant(one.effective_from) is None:
        yield "effective_from", f"{shown(one.effective_from)} must be a day or a time, such as 2027-01-01T00:00:00Z"
    if one.price is None and one.cost is None:
        yield "price", "is missing: say which price, or which cost, begins then"


def of_model(model: Model) -> Iterator[Complaint]:
    """What is wrong between the changes of one model."""
    begins = [instant(one.effective_from) for one in model.announced]
    if len(set(begins)) < len(begins):
        yield "announced", "has two changes for one instant: they overlap, so give one of them another"


def instant(text: str) -> int | None:
    """Nanoseconds since the epoch of a day or time in ISO 8601, UTC unless it says; None when it is neither."""
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return int(aware.timestamp()) * NS_PER_S
    except (ValueError, OverflowError):
        return None


def _steps(steps: tuple[PriceStep, ...]) -> Iterator[Complaint]:
    if len({step.tokens for step in steps}) < len(steps):
        yield "above", "has two steps with one number of tokens"
    if len(steps) > STEPS_MAX:
        yield "above", f"has {len(steps)} steps; at most {STEPS_MAX}"
