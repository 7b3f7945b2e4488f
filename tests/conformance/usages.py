"""What a client was told it used, in whichever API's words, as one kind of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Used:
    """Tokens of one request, parts included in the whole; None = that API has no word for it, or it was not said."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    audio_seconds: int | None = None


def used(usage: Mapping[str, Any]) -> Used:
    """Read the `usage` of a chat, completion, embeddings, Responses, Messages or transcription answer, as JSON."""
    if usage.get("type") == "duration":
        return Used(audio_seconds=usage["seconds"])
    if "prompt_tokens" in usage:
        return Used(
            usage["prompt_tokens"], usage.get("completion_tokens") or 0, usage["total_tokens"],
            _part(usage, "prompt_tokens_details", "cached_tokens") or 0,
            _part(usage, "prompt_tokens_details", "cache_write_tokens"),
            _part(usage, "completion_tokens_details", "reasoning_tokens"),
        )  # fmt: skip
    if "total_tokens" in usage:
        return Used(
            usage["input_tokens"], usage["output_tokens"], usage["total_tokens"],
            usage["input_tokens_details"]["cached_tokens"],
            _part(usage, "input_tokens_details", "cache_write_tokens"),
            usage["output_tokens_details"]["reasoning_tokens"],
        )  # fmt: skip
    # The Messages API counts what was read from a cache, or written to one, beside the input and not in it.
    cached, written = usage.get("cache_read_input_tokens") or 0, usage.get("cache_creation_input_tokens") or 0
    return Used(usage["input_tokens"] + cached + written, usage["output_tokens"], None, cached, written)


def _part(usage: Mapping[str, Any], details: str, name: str) -> int | None:
    return (usage.get(details) or {}).get(name)
