"""The access log: one line for each request that ended, if the configuration wants them.

Knows what a receipt says. Knows no prompt, no answer and no secret: a key stands by its id, a model by its configured
name, and a name that only the client knows is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tokenry.base import logs
from tokenry.base.errors import TokenryError
from tokenry.gateway import RequestEnded
from tokenry.ledger import Receipt

Which = Literal["off", "failed", "all"]

log = logs.get_logger("tokenry.requests")


class RequestLog:
    """Writes the lines. `which` may be changed by a reload.

    Args:
        which: requests to write a line for; `failed` are those that came to no whole answer.
        name_of: the configured name for a model's name or alias; None for one that is not served.
    """

    def __init__(self, which: Which, name_of: Callable[[str], str | None]) -> None:
        self.which = which
        self._name_of = name_of

    def ended(self, event: RequestEnded) -> None:
        """Hear of one request."""
        if self.which == "off" or not logs.is_on("info"):
            return
        receipt = event.receipt
        outcome = receipt.outcome if receipt is not None else "replayed" if event.replayed else "refused"
        if self.which == "failed" and outcome in ("completed", "cut", "replayed"):
            return
        fields: dict[str, object] = {
            "request_id": event.request_id,
            "endpoint": event.endpoint,
            "model": self._name_of(event.model),
            "outcome": outcome,
            "code": event.refused,
            "key": event.principal.key_id,
            "project": event.principal.project_id,
        }
        if receipt is not None:
            fields |= _of(receipt)
        log.info("request", **{name: value for name, value in fields.items() if value is not None})

    def turned_away(self, endpoint: str, request_id: str, error: TokenryError, address: str | None) -> None:
        """Hear of one that was refused before it was anybody's: a wrong key, a broken body; `address`: its client's."""
        if self.which != "off":
            code = type(error).code or type(error).type
            log.info(
                "request",
                request_id=request_id,
                endpoint=endpoint,
                outcome="turned away",
                code=code,
                status=error.status,
                **({"client": address} if address is not None else {}),
            )


def _of(receipt: Receipt) -> dict[str, object]:
    usage = receipt.usage
    return {
        "status": receipt.status,
        "stream": receipt.facts.stream,
        "deployment": receipt.deployment,
        "tries": len(receipt.attempts),
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "charge_nanousd": receipt.charge,
        "charge_tokens": receipt.charge_tokens or None,
        "ttft_ms": receipt.ttft_ms,
        "duration_ms": receipt.duration_ms,
    }
