"""The response object: every member that OpenAI's has, each time it is told; and an event of its stream as bytes.

Source: OpenAI's OpenAPI document 2.3.0, Response, ResponseUsage, ResponseError.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tokenry.api.responses.fields import ConversationRef, CreateResponse
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError
from tokenry.ledger import Usage

State = Literal["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]
_encode = msgspec.json.Encoder().encode


_NOTHING: dict[str, Any] = {  # what is so until it is otherwise, and what never is otherwise here
    "created_at": 0,
    "status": "in_progress",
    "completed_at": None,
    "error": None,
    "incomplete_details": None,
    "output": [],
    "prompt": None,
    "prompt_cache_retention": None,
    "service_tier": "default",
    "truncation": "disabled",
    "usage": None,
}


def echo(body: CreateResponse, raw: dict[str, Any], response_id: str, *, stored: bool) -> dict[str, Any]:
    """What every telling of one response has in common: what was asked, with the defaults in force.

    Args:
        raw: the request, decoded. stored: whether it is kept.
    """
    text = raw.get("text") or {}
    return {
        **_NOTHING,
        "id": response_id,
        "object": "response",
        "background": bool(body.background),
        "conversation": _conversation(body.conversation),
        "frequency_penalty": _number(raw.get("frequency_penalty"), 0.0),
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "max_tool_calls": body.max_tool_calls,
        "metadata": body.metadata or {},
        "model": body.model,
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "presence_penalty": _number(raw.get("presence_penalty"), 0.0),
        "previous_response_id": body.previous_response_id,
        "prompt_cache_key": body.prompt_cache_key,
        "reasoning": {"effort": None, "summary": None, **(raw.get("reasoning") or {})},
        "safety_identifier": body.safety_identifier,
        "store": stored,
        "temperature": _number(body.temperature, 1.0),
        "text": {
            **text,
            "format": text.get("format") or {"type": "text"},
            "verbosity": text.get("verbosity", "medium"),
        },
        "tool_choice": body.tool_choice if body.tool_choice is not None else "auto",
        "tools": [_tool(tool) for tool in body.tools or ()],
        "top_logprobs": body.top_logprobs or 0,
        "top_p": _number(body.top_p, 1.0),
        "user": body.user,
    }


def usage_of(usage: Usage) -> dict[str, Any]:
    """`usage`, with every detail that it must have."""
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }


def error_of(error: TokenryError) -> dict[str, Any]:
    """`error` of a response that failed."""
    code = error.code or ("rate_limit_exceeded" if error.status == 429 else "server_error")
    return {"code": code, "message": error.message, "param": error.param, "type": error.type}


def seconds(at_ns: int) -> int:
    """A moment as the API writes it."""
    return at_ns // NS_PER_S


def event_bytes(event: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"event: %s\ndata: %s\n\n" % (event["type"].encode(), _encode(event))


def _conversation(named: str | ConversationRef | None) -> dict[str, str] | None:
    return None if named is None else {"id": named if isinstance(named, str) else named.id}


def _number(given: Any, default: float) -> float:
    return default if isinstance(given, bool) or not isinstance(given, int | float) else float(given)


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as the API tells it back: a function has all its members."""
    if tool.get("type") != "function":
        return tool
    return {"description": None, "parameters": None, "strict": None, **tool}
