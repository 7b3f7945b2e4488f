"""A statement: what one organization, or one project, used, paid and has left of a month. And its canonical bytes.

Integers and opaque ids alone, no names and no times of making, so that whoever puts it together again from the same
transfers gets the same bytes. Each holds the digest of the one before: the statements of one place are a chain.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

GENESIS = bytes(32)  # what the first statement of a chain holds
_canonical = msgspec.json.Encoder(order="sorted")


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """Usage at one rate: `quantity` units of the meter at `rate` nano-USD per 1,000,000, which is `amount` nano-USD.

    Each request was rounded by itself, so the amount is a sum, not a product. The meter `correction` has no quantity:
    it says how much more, or less, past requests cost under that price version.
    """

    project_id: str
    model: str
    meter: str
    price_version: str
    rate: int
    quantity: int
    amount: int


class WrittenOff(msgspec.Struct, frozen=True, kw_only=True):
    """What the house bore of the price of a model, nano-USD."""

    project_id: str
    model: str
    amount: int


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """Usage that awards of tokens paid: `quantity` units of the meter, for which `drawn` tokens were drawn.

    `amount` is what it would have cost, nano-USD; nobody was charged it. Of a request that dollars paid in part each
    line is divided as its price was; a model without a price has rate and amount 0.
    """

    project_id: str
    model: str
    meter: str
    price_version: str
    rate: int
    quantity: int
    amount: int
    drawn: int


class AwardMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one award in the month, in its unit (nano-USD, or tokens): what it lost stands below zero.

    `opening` + `issued` + `charged` + `corrected` + `expired` + `other` = `closing`.
    """

    award_id: str
    project_id: str
    opening: int
    issued: int
    charged: int
    corrected: int
    expired: int
    other: int
    closing: int


class TokensMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What awards of tokens paid in the month. `drawn`, `written_off`, `opening` and `closing` are tokens; `covered` is
    the price of it, nano-USD. `written_off` are tokens of models without a price that nobody paid for.
    """

    lines: tuple[TokenLine, ...]
    awards: tuple[AwardMonth, ...]
    drawn: int
    covered: int
    written_off: int
    opening: int
    closing: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.lines or self.awards or self.drawn or self.written_off)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One month of one place. Amounts are nano-USD; `project_id` None = the organization, over all its projects.

    `usage` is what the lines of usage come to, `corrections` those of corrections; less `written_off` that is `total`,
    which awards of dollars paid. `borne` is what the house bore beside it, when a crash forgot what was used. What
    awards of tokens paid stands in `tokens`, which is left out where there are none.
    """

    organization_id: str
    project_id: str | None
    month: str
    number: int
    previous: str
    requests: int
    input_tokens: int
    output_tokens: int
    lines: tuple[StatementLine, ...]
    written_offs: tuple[WrittenOff, ...]
    awards: tuple[AwardMonth, ...]
    usage: int
    corrections: int
    written_off: int
    total: int
    borne: int
    opening: int
    closing: int
    currency: Literal["USD"] = "USD"
    unit: Literal["nano-USD"] = "nano-USD"
    format: Literal["tokenry-statement-1"] = "tokenry-statement-1"
    tokens: TokensMonth | UnsetType = UNSET

    @property
    def canonical(self) -> bytes:
        """JSON in UTF-8 with sorted names and no blanks."""
        return _canonical.encode(self)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return sha256(self.canonical).digest()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return (
            not (self.lines or self.requests or self.written_offs or self.borne or self.opening or self.closing)
            and self.tokens is UNSET
            and all(award.issued == award.expired == award.other == 0 for award in self.awards)
        )
