"""Milestones: an organization's ten billionth token and what follows, each found in the settlement that reaches it.

This file is pure; that a milestone is filed once, and durable with the money or not at all, is the books' doing.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

THRESHOLDS = (10**10, 10**11, 10**12, 10**13)  # tokens, input and output together


class Milestone(msgspec.Struct, frozen=True, array_like=True):
    """The request whose settlement took an organization to `threshold` tokens, and when."""

    organization_id: str
    threshold: int
    request_id: str
    at: int


def reached(
    organization_id: str, tokens: int, filed: Container[tuple[str, int]], thresholds: tuple[int, ...]
) -> tuple[int, ...]:
    """The thresholds that `tokens` reach and that are not filed yet, smallest first.

    All that are reached, not only those just crossed: a milestone whose settlement was lost with its hold, and one
    that was configured later, are found by the next settlement.

    Args:
        filed: (organization id, threshold) of the milestones there are.
        thresholds: tokens, in ascending order.
    """
    if not thresholds or tokens < thresholds[0]:
        return ()
    return tuple([t for t in thresholds if t <= tokens and (organization_id, t) not in filed])
