"""A receipt as JSON: integers of nano-USD, exact dollars beside them, times in RFC 3339.

The types are its schema in the OpenAPI document; every member is always there.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.base.clock import isoformat
from tokenry.base.units import nano_to_usd
from tokenry.ledger import Held, Receipt

NanoUsd = Annotated[int, Meta(ge=0, description="Nano-USD: 1,000,000,000 are a dollar.")]
Tokens = Annotated[int, Meta(ge=0)]
Milliseconds = Annotated[int, Meta(ge=0)]


class InputDetails(msgspec.Struct):
    """Parts of the input tokens: read from the engine's cache, and written into it."""

    cached_tokens: Tokens
    cache_write_tokens: Tokens = 0


class OutputDetails(msgspec.Struct):
    """Parts of the output tokens."""

    reasoning_tokens: Tokens


class TokensUsed(msgspec.Struct):
    """The tokens of one request."""

    input_tokens: Tokens
    input_tokens_details: InputDetails
    output_tokens: Tokens
    output_tokens_details: OutputDetails
    total_tokens: Annotated[int, Meta(ge=0, description="Input and output together.")]
    counted_by: Annotated[
        Literal["engine", "tokenizer", "events", "estimate", "none"],
        Meta(description="Where the count comes from; `events` and `estimate` are no exact counts."),
    ]
    audio_seconds: Annotated[int, Meta(ge=0, description="Whole seconds of sound, beside all tokens.")] = 0


class ChargeLine(msgspec.Struct):
    """One line of the charge."""

    meter: Annotated[str, Meta(description="What was counted.")]
    quantity: Annotated[int, Meta(ge=0)]
    rate_nanousd_per_million: Annotated[int, Meta(ge=0, description="Nano-USD per 1,000,000 of it.")]
    amount_nanousd: NanoUsd


class AccountShare(msgspec.Struct):
    """What one account held for the request and what it paid in the end: dollars, or tokens of an award of tokens."""

    account: str
    held_nanousd: NanoUsd
    posted_nanousd: NanoUsd
    held_tokens: Tokens = 0
    posted_tokens: Tokens = 0


class TokensBound(msgspec.Struct):
    """The most tokens the request could use, by which funds were held."""

    input_tokens: Tokens
    output_tokens: Tokens
    audio_seconds: Annotated[int, Meta(ge=0, description="Whole seconds of sound.")] = 0


class AttemptMade(msgspec.Struct):
    """One try at one deployment."""

    deployment: str
    ended: Annotated[str, Meta(description="`ok`, or what went wrong.")]
    ms: Milliseconds


class RequestReceipt(msgspec.Struct, kw_only=True):
    """Everything about one request but its text, which is not kept."""

    object: Literal["tokenry.receipt"] = "tokenry.receipt"
    id: Annotated[str, Meta(description="The request's id, as its answer's `x-request-id` told.")]
    at: Annotated[str, Meta(description="When it ended, RFC 3339.", extra_json_schema={"format": "date-time"})]
    organization_id: str
    project_id: str
    user_id: str | None
    api_key_id: str
    endpoint: str
    model: Annotated[str, Meta(description="The model that answered.")]
    downgraded_from: Annotated[
        str | None, Meta(description="The model that was asked for, when an exhausted award named another.")
    ]
    service_tier: Annotated[str, Meta(description="The tier of service that was used and charged.")]
    purpose: Annotated[str | None, Meta(description="What the request said it was for, in `x-tokenry-purpose`.")]
    stream: bool
    outcome: Annotated[
        Literal["completed", "cut", "client_gone", "engine_failed", "refused", "crash", "unavailable"],
        Meta(description="How it ended."),
    ]
    status: Annotated[int, Meta(description="The HTTP status; 499 when the client hung up.")]
    estimated: Annotated[bool, Meta(description="The amounts rest on an estimate, not on a count.")]
    usage: TokensUsed
    charge_nanousd: Annotated[int, Meta(ge=0, description="What awards of dollars paid, in nano-USD.")]
    charge_usd: Annotated[str, Meta(description="The charge in dollars, exact.")]
    charge_tokens: Annotated[int, Meta(ge=0, description="Tokens that awards of tokens paid, each by its weights.")]
    covered_nanousd: Annotated[
        int, Meta(ge=0, description="The part of the price that those tokens paid for: charge + covered + writeoff.")
    ]
    writeoff_tokens: Annotated[int, Meta(ge=0, description="Tokens of a model without a price that the house bore.")]
    writeoff_nanousd: Annotated[int, Meta(ge=0, description="What the house bore of the price.")]
    cost_nanousd: Annotated[
        int | None, Meta(description="What a provider asks of the house; null when unknown, and for who may not know.")
    ]
    price_version: str | None
    lines: list[ChargeLine]
    accounts: list[AccountShare]
    bound: TokensBound
    deployment: Annotated[str | None, Meta(description="Who answered, as `provider/model`.")]
    attempts: list[AttemptMade]
    prompt_seen_by: Annotated[list[str], Meta(description="Every provider that was sent the prompt.")]
    training: Literal["never", "consented"]
    ttft_ms: Annotated[int | None, Meta(description="Milliseconds to the first token.")]
    duration_ms: Milliseconds
    energy_wh: str | None
    energy_method: str


def receipt_json(receipt: Receipt, *, costs: bool) -> RequestReceipt:
    """Everything the receipt says, ready to be encoded. `costs`: whether what providers ask may be told."""
    facts = receipt.facts
    return RequestReceipt(
        id=receipt.request_id,
        at=isoformat(receipt.at),
        organization_id=facts.organization_id,
        project_id=facts.project_id,
        user_id=facts.user_id,
        api_key_id=facts.key_id,
        endpoint=facts.endpoint,
        model=facts.model,
        downgraded_from=facts.downgraded_from,
        service_tier=facts.tier or "default",
        purpose=facts.purpose,
        stream=facts.stream,
        outcome=receipt.outcome,
        status=receipt.status,
        estimated=receipt.estimated,
        usage=_used(receipt),
        charge_nanousd=receipt.charge,
        charge_usd=nano_to_usd(receipt.charge),
        charge_tokens=receipt.charge_tokens,
        covered_nanousd=receipt.covered,
        writeoff_tokens=receipt.writeoff_tokens,
        writeoff_nanousd=receipt.writeoff,
        cost_nanousd=receipt.cost if costs else None,
        price_version=facts.price_version,
        lines=[ChargeLine(line.meter, line.quantity, line.rate, line.amount) for line in receipt.lines],
        accounts=[_share(held, in_tokens=held.account in receipt.in_tokens) for held in receipt.accounts],
        bound=TokensBound(facts.input_bound, facts.output_bound, facts.audio_bound),
        deployment=receipt.deployment,
        attempts=[AttemptMade(a.deployment, a.ended, a.ms) for a in receipt.attempts],
        prompt_seen_by=list(receipt.seen_by),
        training=receipt.training,
        ttft_ms=receipt.ttft_ms,
        duration_ms=receipt.duration_ms,
        energy_wh=receipt.energy_wh,
        energy_method=receipt.energy_method,
    )


def _share(held: Held, *, in_tokens: bool) -> AccountShare:
    if in_tokens:
        return AccountShare(held.account, 0, 0, held.held, held.posted)
    return AccountShare(held.account, held.held, held.posted)


def _used(receipt: Receipt) -> TokensUsed:
    usage = receipt.usage
    return TokensUsed(
        input_tokens=usage.input_tokens,
        input_tokens_details=InputDetails(usage.cached_tokens, usage.cache_write_tokens),
        output_tokens=usage.output_tokens,
        output_tokens_details=OutputDetails(usage.reasoning_tokens),
        total_tokens=usage.total_tokens,
        counted_by=usage.source,
        audio_seconds=usage.audio_seconds,
    )
