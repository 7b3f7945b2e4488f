"""The server that all conformance tests ask, and the tally: what clients were told must be what the books say."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.usages import Used, used
from tests.e2e.harness import Key, Server, configured, model, scripted

CHAT, EMBEDDING = "smollm2-135m", "wordllama-256"  # the starter's real models
SCRIPTED = "script"
GUARD = "script-guard"
NATIVE = "script-native"  # the same behind an engine that speaks the client's own API, where there is one
UNLUCKY = ("python", "node", "anthropic")
PRICE = "input = 1, cached_input = 0.1, output = 2"
TIERS = "flex = { input = 0.5, output = 1 }, priority = { input = 2, output = 4 }"
PROVIDER = "TOKENRY_CONFORMANCE_PROVIDER"  # what stands in place of the scripted engine, when a suite is run by hand

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
        scripted(SCRIPTED, price=PRICE, more="image_tokens = 1000"),
        scripted(GUARD, more='kind = "moderation"'),
        scripted("script-embeddings", more='kind = "embedding"'),
        # One for each file that asks it: a deployment that has failed five times in a row rests for a while.
        *[scripted(f"script-unlucky-{who}", f"error=503&message=out%20of%20order&code={who}") for who in UNLUCKY],
        scripted("script-busy", "error=429&message=slow%20down"),
        scripted("script-unpriced", price=None),
        scripted("script-tiers", price=f"{PRICE}, tiers = {{ {TIERS} }}"),
    ]
    native = '[[provider]]\nname = "native"\ndialect = "scripted"\nspeaks = ["responses", "messages"]\n'
    models.append(native + model(NATIVE, to="native/scripted", price=PRICE, more="image_tokens = 1000"))
    text = configured(*models, top="[starter]\nenabled = true\nthreads = 1\n")
    return text.replace('dialect = "scripted"\n', os.environ.get(PROVIDER) or 'dialect = "scripted"\n')


@dataclass
class House:
    """The server, a key, and what its clients were told."""

    server: Server
    key: Key
    requests: set[str] = field(default_factory=set)
    input_tokens: int = 0
    output_tokens: int = 0
    charge: int = 0

    def booked(self, request_id: str, usage: Any, key: Key | None = None) -> dict[str, Any]:
        """Compare the usage that a client was told with the receipt, and count it. The receipt.

        Args:
            usage: as JSON, in the words of any of our APIs (`usages.used` reads them).
            key: whose request it was; absent = the house's own key.
        """
        receipt = self.server.receipt(request_id, key or self.key)
        agree(used(usage), receipt)
        self.count(receipt)
        return receipt

    def count(self, receipt: dict[str, Any]) -> None:
        """Put a receipt, which must be whole and exact, into the tally."""
        counted = receipt["usage"]
        assert counted["total_tokens"] == counted["input_tokens"] + counted["output_tokens"]
        assert receipt["outcome"] == "completed"
        assert receipt["charge_nanousd"] == sum(line["amount_nanousd"] for line in receipt["lines"])
        assert (counted["counted_by"], receipt["estimated"]) == ("engine", False)
        assert receipt["id"] not in self.requests
        self.requests.add(receipt["id"])
        self.input_tokens += counted["input_tokens"]
        self.output_tokens += counted["output_tokens"]
        self.charge += receipt["charge_nanousd"]

    def asked_by(self, key: Key) -> list[dict[str, Any]]:
        """The receipts of everything that a key asked for, oldest first, each in the tally: for a client, in a process
        of its own, that does not show the ids of its requests."""
        self.server.idle()
        listed = self.server.verb("requests", key=key.id, count=1000)
        receipts = [self.server.receipt(one["id"], key) for one in reversed(listed["requests"])]
        for receipt in receipts:
            self.count(receipt)
        return receipts


def agree(told: Used, receipt: dict[str, Any]) -> None:
    """Hold what a client was told to a receipt."""
    counted = receipt["usage"]
    if told.audio_seconds is not None:
        sound = [line["quantity"] for line in receipt["lines"] if line["meter"] == "audio_second"]
        assert sound == [told.audio_seconds]
        return
    assert told.input_tokens == counted["input_tokens"] > 0
    assert told.output_tokens == counted["output_tokens"]
    assert told.total_tokens in (None, counted["total_tokens"])
    assert told.cached_tokens == counted["input_tokens_details"]["cached_tokens"]
    assert told.cache_write_tokens in (None, counted["input_tokens_details"]["cache_write_tokens"])
    assert told.reasoning_tokens in (None, counted["output_tokens_details"]["reasoning_tokens"])
