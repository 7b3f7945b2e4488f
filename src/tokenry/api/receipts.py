"""A receipt as JSON: integers of nano-USD, exact dollars beside them, times in RFC 3339."""

from __future__ import annotations

from typing import Any

from tokenry.base.clock import isoformat
from tokenry.base.units import nano_to_usd
from tokenry.ledger import Receipt


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """Everything the receipt says, with the names of its fields as keys."""
    facts, usage = receipt.facts, receipt.usage
    return {
        "object": "tokenry.receipt",
        "id": receipt.request_id,
        "at": isoformat(receipt.at),
        "organization_id": facts.organization_id,
        "project_id": facts.project_id,
        "user_id": facts.user_id,
        "api_key_id": facts.key_id,
        "endpoint": facts.endpoint,
        "model": facts.model,
        "stream": facts.stream,
        "outcome": receipt.outcome,
        "status": receipt.status,
        "estimated": receipt.estimated,
        "usage": {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": {"cached_tokens": usage.cached_tokens},
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
            "total_tokens": usage.total_tokens,
            "counted_by": usage.source,
        },
        "charge_nanousd": receipt.charge,
        "charge_usd": nano_to_usd(receipt.charge),
        "writeoff_nanousd": receipt.writeoff,
        "cost_nanousd": receipt.cost,
        "price_version": facts.price_version,
        "lines": [
            {
                "meter": line.meter,
                "quantity": line.quantity,
                "rate_nanousd_per_million": line.rate,
                "amount_nanousd": line.amount,
            }
            for line in receipt.lines
        ],
        "accounts": [
            {"account": held.account, "held_nanousd": held.held, "posted_nanousd": held.posted}
            for held in receipt.accounts
        ],
        "bound": {"input_tokens": facts.input_bound, "output_tokens": facts.output_bound},
        "deployment": receipt.deployment,
        "attempts": [{"deployment": a.deployment, "ended": a.ended, "ms": a.ms} for a in receipt.attempts],
        "prompt_seen_by": list(receipt.seen_by),
        "training": receipt.training,
        "ttft_ms": receipt.ttft_ms,
        "duration_ms": receipt.duration_ms,
        "energy_wh": receipt.energy_wh,
        "energy_method": receipt.energy_method,
    }
