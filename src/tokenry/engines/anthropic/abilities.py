"""What a model of Anthropic's says it can do, of what a translated request depends on.

Source: https://platform.claude.com/docs/en/api/models/retrieve (`capabilities`)
"""

from __future__ import annotations

from typing import Any

import msgspec

EFFORTS = ("low", "medium", "high", "xhigh", "max")  # from the least to the most


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """What one model can do.

    Args:
        adaptive, budgeted, disabled: kinds of `thinking` that it takes.
        efforts: levels of `output_config.effort` that it takes.
        structured: whether it can hold an answer, or a call, to a schema.
    """

    adaptive: bool
    budgeted: bool
    disabled: bool
    efforts: tuple[str, ...]
    structured: bool


UNKNOWN = Abilities(adaptive=False, budgeted=True, disabled=True, efforts=(), structured=False)
"""Of an endpoint that tells nothing, which is no endpoint of Anthropic's own: what the API has had for longest."""


def read_abilities(body: bytes) -> Abilities:
    """What a model's own page says of it; `UNKNOWN` where it says nothing that can be read."""
    try:
        told = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return UNKNOWN
    able = told.get("capabilities") if isinstance(told, dict) else None
    if not isinstance(able, dict):
        return UNKNOWN
    kinds = _inner(_inner(able, "thinking"), "types")
    effort = _inner(able, "effort")
    return Abilities(
        adaptive=_can(kinds, "adaptive"),
        budgeted=_can(kinds, "enabled"),
        disabled=_can(kinds, "disabled"),
        efforts=tuple([level for level in EFFORTS if _can(effort, level)]),
        structured=_can(able, "structured_outputs"),
    )


def _inner(table: dict[str, Any], name: str) -> dict[str, Any]:
    inner = table.get(name)
    return inner if isinstance(inner, dict) else {}


def _can(table: dict[str, Any], name: str) -> bool:
    return _inner(table, name).get("supported") is True
