"""The receipt: the one object a request leaves, from which everything the product claims about its tokens is read.

It holds no text of prompt or answer.
"""

from __future__ import annotations

from typing import Literal

import msgspec

CountSource = Literal["engine", "tokenizer", "events", "estimate", "none"]
Outcome = Literal["completed", "cut", "client_gone", "engine_failed", "refused", "crash", "unavailable"]
Tier = Literal["flex", "priority", "batch"]  # of service, beside the default one


class Usage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Tokens of one request and where the count comes from.

    `cached_tokens` are part of `input_tokens`, and so are, beside them, `cache_write_tokens`, which a provider put into
    its cache; `reasoning_tokens` are part of `output_tokens`. Whole seconds of sound and images come beside all tokens.
    `source`: the engine said so; its tokenizer counted the text; one token was counted per event of a stream; an
    estimate from the length of the text; or none (nothing was used).
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    source: CountSource = "none"
    cache_write_tokens: int = 0
    audio_seconds: int = 0
    images: int = 0

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who asks for what, fixed at admission. Opaque ids only, so that erasing a person never touches the ledger.

    `tier` is the tier of service that is held and charged for; None = the default one. `group_ids`: the groups that the
    user was in, none in what was written before there were groups. `purpose`: what the request says it is for.
    `downgraded_from`: the model that was asked for, where an exhausted award named another. `audio_bound`: whole
    seconds of sound at most.
    """

    organization_id: str
    project_id: str
    key_id: str
    user_id: str | None
    endpoint: str
    model: str
    stream: bool
    input_bound: int
    output_bound: int
    price_version: str | None
    tier: Tier | None = None
    group_ids: tuple[str, ...] = ()
    purpose: str | None = None
    downgraded_from: str | None = None
    audio_bound: int = 0


class Attempt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One try at one deployment: how it ended (`ok`, `http_500`, `connect`, `timeout`, …) and how long it took."""

    deployment: str
    ended: str
    ms: int


class Held(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one account of the chain held and what was posted of it, in the account's unit."""

    account: str
    held: int
    posted: int


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of the charge: `quantity` units at `rate` (nano-USD per 1,000,000 units) = `amount` nano-USD."""

    meter: str
    quantity: int
    rate: int
    amount: int


class Receipt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything about one request. Amounts are nano-USD; times are nanoseconds since the epoch or milliseconds.

    `charge` is what awards of dollars paid; `writeoff` what the house bore of the price; `cost` what a provider asks of
    the house, None when unknown. `estimated` says that the amounts rest on an estimate, not on a count.
    `charge_tokens` are the tokens that awards of tokens paid, each by its weights, and `covered` the part of the price,
    in nano-USD, that they paid it for: price of the usage = charge + covered + writeoff. `writeoff_tokens` are those of
    a model without a price that nobody paid for. `in_tokens` are those of `accounts` that count tokens.
    """

    request_id: str
    at: int
    facts: Facts
    outcome: Outcome
    status: int
    deployment: str | None
    attempts: tuple[Attempt, ...]
    usage: Usage
    lines: tuple[Line, ...]
    charge: int
    writeoff: int
    cost: int | None
    accounts: tuple[Held, ...]
    ttft_ms: int | None
    duration_ms: int
    estimated: bool
    seen_by: tuple[str, ...]
    training: Literal["never", "consented"] = "never"
    energy_wh: str | None = None
    energy_method: str = "not measured"
    charge_tokens: int = 0
    covered: int = 0
    writeoff_tokens: int = 0
    in_tokens: tuple[str, ...] = ()

    @property
    def counted(self) -> int:
        """Nano-USD of the price that awards paid, whatever they are counted in: what budgets count."""
        return self.charge + self.covered
