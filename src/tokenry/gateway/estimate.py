"""Counts when the engine gives none: tokens per byte as past requests of a model teach, and one token per event.

An estimate is always marked as such on the receipt.
"""

from __future__ import annotations

from tokenry.ledger import Usage

BYTES_PER_TOKEN = 4.0  # of English text in JSON, until a model's own answers teach better
_NEW_SHARE = 0.2
_MODELS_MAX = 10_000


class Estimates:
    """Tokens per byte of request body, learned per model from engines that count."""

    def __init__(self) -> None:
        self._tokens_per_byte: dict[str, float] = {}

    def learn(self, model: str, body_size: int, input_tokens: int) -> None:
        """An engine counted `input_tokens` for a body of `body_size` bytes."""
        if body_size <= 0 or len(self._tokens_per_byte) >= _MODELS_MAX:
            return
        ratio = min(1.0, max(input_tokens / body_size, 1 / 16))  # padding must not make others' prompts free
        before = self._tokens_per_byte.get(model, ratio)
        self._tokens_per_byte[model] = before + _NEW_SHARE * (ratio - before)

    def input_tokens(self, model: str, body_size: int) -> int:
        """Tokens to expect of a body; at least one."""
        return max(1, int(body_size * self._tokens_per_byte.get(model, 1 / BYTES_PER_TOKEN)))

    def of_events(self, model: str, body_size: int, tokens: int) -> Usage:
        """Usage of a stream that broke off after `tokens` events with text."""
        return Usage(self.input_tokens(model, body_size), tokens, source="events")

    def of_answer(self, model: str, body_size: int, answer_size: int) -> Usage:
        """Usage of an answer of `answer_size` bytes from an engine that says nothing about it."""
        return Usage(self.input_tokens(model, body_size), max(1, int(answer_size / BYTES_PER_TOKEN)), source="estimate")
