"""`reasoning_effort` as Anthropic's Messages API has it: a kind of thinking, and how much effort.

Newer models decide themselves how long they think, and are told an effort; older ones are given a budget of tokens,
here a share of the answer's limit. Thinking counts towards that limit on either.

Source: https://platform.claude.com/docs/en/build-with-claude/thinking and …/effort
"""

from __future__ import annotations

from typing import Any

from tokenry.engines.anthropic.abilities import EFFORTS, Abilities

BUDGET_TOKENS_MIN = 1024  # the least that the API takes
_LEVELS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}
_SHARES_PERCENT = {"minimal": 10, "low": 20, "medium": 50, "high": 80, "xhigh": 90, "max": 95}


def thinking_of(effort: str, limit: int, able: Abilities) -> dict[str, Any]:
    """The members `thinking` and `effort` for a `reasoning_effort`; either may be missing.

    Args:
        limit: output tokens, thinking included.
    """
    if effort == "none":
        level = {} if able.disabled or not able.efforts else {"effort": able.efforts[0]}
        return {"thinking": {"type": "disabled"}} if able.disabled else level
    if effort not in _LEVELS:
        return {}
    made: dict[str, Any] = {}
    level_named = _nearest(_LEVELS[effort], able.efforts)
    if level_named is not None:
        made["effort"] = level_named
    if able.adaptive:
        made["thinking"] = {"type": "adaptive", "display": "summarized"}
    elif able.budgeted:
        budget = max(BUDGET_TOKENS_MIN, limit * _SHARES_PERCENT[effort] // 100)
        if budget < limit:
            made["thinking"] = {"type": "enabled", "budget_tokens": budget}
    return made


def _nearest(level: str, efforts: tuple[str, ...]) -> str | None:
    """The level, or the most that is less, or the least there is."""
    at_most = [one for one in efforts if EFFORTS.index(one) <= EFFORTS.index(level)]
    return at_most[-1] if at_most else efforts[0] if efforts else None
