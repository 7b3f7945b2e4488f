"""The server that all conformance tests ask, and the tally: what clients were told must be what the books say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.e2e.harness import Key, Server, configured, scripted

CHAT, EMBEDDING = "smollm2-135m", "wordllama-256"  # the starter's real models
SCRIPTED = "script"

TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {
                "type": "object",
                "properties": {"city": {"enum": ["Paris", "Rome"]}, "days": {"enum": [1, 2]}},
                "required": ["city", "days"],
                "additionalProperties": False,
            },
        },
    }
    for name in ("weather", "traffic")
]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "green"]}, "sure": {"type": "boolean"}},
    "required": ["colour", "sure"],
    "additionalProperties": False,
}
RESPONSE_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
}


def config() -> str:
    """The starter beside the scripted engine."""
    models = [
        scripted(SCRIPTED, price="input = 1, cached_input = 0.1, output = 2"),
        scripted("script-embeddings", more='kind = "embedding"'),
        scripted("script-unlucky", "error=503&message=out%20of%20order"),
        scripted("script-busy", "error=429&message=slow%20down"),
        scripted("script-unpriced", price=None),
    ]
    return configured(*models, top="[starter]\nenabled = true\nthreads = 1\n")


@dataclass
class House:
    """The server, a key, and what its clients were told."""

    server: Server
    key: Key
    requests: set[str] = field(default_factory=set)
    input_tokens: int = 0
    output_tokens: int = 0
    charge: int = 0

    def booked(self, request_id: str, usage: Any) -> dict[str, Any]:
        """Compare the usage that a client was told with the receipt, and count it. The receipt.

        Args:
            usage: as JSON; without completion_tokens for embeddings.
        """
        receipt = self.server.receipt(request_id, self.key)
        counted = receipt["usage"]
        assert usage["prompt_tokens"] == counted["input_tokens"] > 0
        assert usage.get("completion_tokens", 0) == counted["output_tokens"]
        assert usage["total_tokens"] == counted["total_tokens"] == counted["input_tokens"] + counted["output_tokens"]
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        assert cached == counted["input_tokens_details"]["cached_tokens"]
        assert receipt["outcome"] == "completed"
        assert receipt["charge_nanousd"] == sum(line["amount_nanousd"] for line in receipt["lines"])
        assert (counted["counted_by"], receipt["estimated"]) == ("engine", False)
        assert request_id not in self.requests
        self.requests.add(request_id)
        self.input_tokens += counted["input_tokens"]
        self.output_tokens += counted["output_tokens"]
        self.charge += receipt["charge_nanousd"]
        return receipt
