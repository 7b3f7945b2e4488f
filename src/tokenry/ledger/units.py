"""What the ledgers count in, and how many tokens of an award a usage draws. Pure; integers in, integers out."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from tokenry.ledger.receipts import Usage

PER_TOKEN: Final = 1000  # weights are thousandths
WEIGHT_MAX: Final = 1000 * PER_TOKEN  # no token counts for more than a thousand


class Unit(IntEnum):
    """Which ledger an account stands in; legs never cross from one to another."""

    CREDIT = 1  # nano-USD that was awarded or bought, spent on tokens
    TOKENS = 2  # tokens awarded as such
    LIMITS = 3  # nano-USD a budget still allows; enforces, pays nothing


CREDIT, TOKENS, LIMITS = Unit.CREDIT, Unit.TOKENS, Unit.LIMITS  # a name is found sooner than a member of an enumeration


class Weights(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one token of each class draws, in thousandths of a token of the award; 1000 = one for one.

    Cached and written input are parts of the input, reasoning is a part of the output, as in `Usage`.
    """

    input: int = PER_TOKEN
    cached_input: int = PER_TOKEN
    cache_write: int = PER_TOKEN
    output: int = PER_TOKEN
    reasoning: int = PER_TOKEN

    def drawn(self, usage: Usage) -> int:
        """Tokens of the award that a usage draws: the weighted sum, rounded up once."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        written = min(usage.cache_write_tokens, usage.input_tokens - cached)
        thought = min(usage.reasoning_tokens, usage.output_tokens)
        weighted = (
            (usage.input_tokens - cached - written) * self.input
            + cached * self.cached_input
            + written * self.cache_write
            + (usage.output_tokens - thought) * self.output
            + thought * self.reasoning
        )
        return -(-weighted // PER_TOKEN)

    def bound(self, input_tokens: int, output_tokens: int) -> int:
        """Tokens that no usage of at most so much draws more than, however its tokens are split."""
        dearest = max(self.input, self.cached_input, self.cache_write)
        weighted = input_tokens * dearest + output_tokens * max(self.output, self.reasoning)
        return -(-weighted // PER_TOKEN)


def drawn(usage: Usage, weights: Weights | None) -> int:
    """Tokens that a usage draws by these weights; None = one for one."""
    return usage.total_tokens if weights is None else weights.drawn(usage)


def bound(input_tokens: int, output_tokens: int, weights: Weights | None) -> int:
    """Tokens that no usage of at most so much draws more than."""
    return input_tokens + output_tokens if weights is None else weights.bound(input_tokens, output_tokens)
