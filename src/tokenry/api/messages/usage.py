"""The tokens of an answer as Anthropic's Messages API tells them, and the other way.

There, what was read from a cache or written to one is counted beside the input, and not in it.
Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.gateway import reported
from tokenry.ledger import Usage

_TIERS = {"priority": "priority", "batch": "batch"}


class OutputDetails(msgspec.Struct, gc=False):
    """`output_tokens_details`."""

    thinking_tokens: int | None = None


class EngineUsage(msgspec.Struct, gc=False):
    """`usage` as an engine writes it; every part may be missing."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


def told(usage: Usage) -> dict[str, Any]:
    """The members of `usage` that say what is charged."""
    return {
        "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
    }


def tier(used: str | None) -> str:
    """The tier of service in this API's words."""
    return _TIERS.get(used or "", "standard")


def merged(first: EngineUsage | None, last: EngineUsage) -> EngineUsage:
    """What an engine said at a stream's start, with what it said since in its place: its numbers are totals."""
    if first is None:
        return last
    said = {name: value for name in last.__struct_fields__ if (value := getattr(last, name)) is not None}
    return msgspec.structs.replace(first, **said)


def counted(raw: EngineUsage) -> Usage | None:
    """The usage that an engine reports, made sound: nothing negative, no part above its whole. None if it says
    nothing."""
    if raw.input_tokens is None and raw.output_tokens is None:
        return None
    fresh, cached, written = (
        max(value or 0, 0) for value in (raw.input_tokens, raw.cache_read_input_tokens, raw.cache_creation_input_tokens)
    )
    details = raw.output_tokens_details
    thought = details.thinking_tokens if details is not None else 0
    prompt = fresh + cached + written
    return reported(prompt, raw.output_tokens or 0, cached=cached, written=written, reasoning=thought or 0)
