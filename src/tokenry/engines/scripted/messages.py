"""Answers in the shapes of Anthropic's Messages API: a whole message, and the events of its stream.

Pure: choices in, payloads out. What is decided stands in `compose`.
Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tokenry.engines.scripted import tokens
from tokenry.engines.scripted.compose import Choice
from tokenry.engines.scripted.directives import Script
from tokenry.engines.scripted.render import Frame
from tokenry.engines.scripted.telling import Telling

_STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def telling(frame: Frame, choice: Choice) -> Telling:
    """A message, whole and in events."""
    return Telling(body(frame, choice), events(frame, choice), named=True, done=None, error=_error_event)


def error_body(message: str, status: int, kind: str | None = None) -> dict[str, Any]:
    """Anthropic's error envelope, which is an error event's payload, too."""
    kind = kind or _KINDS.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_scripted"}


def envelope(script: Script, status: int) -> dict[str, Any]:
    """The envelope for an error that the script wants."""
    return error_body(script.message or f"scripted error {status}", status, script.type)


def _error_event(script: Script, _: int) -> dict[str, Any]:
    return envelope(script, 529)


def models_body(names: tuple[str, ...]) -> dict[str, Any]:
    """`GET /v1/models`."""
    able = {"supported": True}
    thinking = {"supported": True, "types": dict.fromkeys(("adaptive", "enabled", "disabled", "between_tools"), able)}
    effort = {"supported": True, **dict.fromkeys(("low", "medium", "high", "xhigh", "max"), able)}
    capabilities = {"thinking": thinking, "effort": effort, "structured_outputs": able, "image_input": able}
    data = [
        {
            "id": name,
            "type": "model",
            "display_name": f"{name} (scripted)",
            "created_at": "1970-01-01T00:00:00Z",
            "max_input_tokens": 200_000,
            "max_tokens": 64_000,
            "capabilities": capabilities,
        }
        for name in names
    ]
    return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}


def body(frame: Frame, choice: Choice) -> dict[str, Any]:
    """A whole message."""
    content = []
    for start, deltas in _blocks(frame, choice):
        block = dict(start)
        for delta in deltas:
            _add(block, delta)
        if block["type"] == "tool_use":
            block["input"] = _decoded(block.pop("json", ""))
        content.append(block)
    return {**_head(frame, content), **_ending(frame, choice), **_told(frame, _usage(frame, choice, choice.count))}


def events(frame: Frame, choice: Choice) -> Iterator[dict[str, Any]]:
    """The payloads of a message's stream."""
    open_ = {"stop_reason": None, "stop_sequence": None, "stop_details": None}
    begun = {**_head(frame, []), **open_, **_told(frame, _usage(frame, choice, 0))}
    yield {"type": "message_start", "message": begun}
    yield {"type": "ping"}
    for index, (start, deltas) in enumerate(_blocks(frame, choice)):
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    usage = _told(frame, _usage(frame, choice, choice.count))
    yield {"type": "message_delta", "delta": _ending(frame, choice), **usage}
    yield {"type": "message_stop"}


def _head(frame: Frame, content: list[dict[str, Any]]) -> dict[str, Any]:
    name = "msg_" + frame.id.removeprefix("chatcmpl-")
    return {"id": name, "type": "message", "role": "assistant", "model": frame.model, "content": content}


def _told(frame: Frame, usage: dict[str, Any]) -> dict[str, Any]:
    return {} if frame.script.no_usage else {"usage": usage}


def _ending(frame: Frame, choice: Choice) -> dict[str, Any]:
    reason = _STOPS[choice.finish]
    if choice.finish == "stop" and frame.script.finish is None:
        reason = "tool_use" if choice.calls else "stop_sequence" if choice.stopped is not None else reason
    if choice.refusal and frame.script.finish is None:
        reason = "refusal"
    told = "".join(choice.refusal) or None
    details = {"type": "refusal", "category": None, "explanation": told} if reason == "refusal" else None
    sequence = choice.stopped if reason == "stop_sequence" else None
    return {"stop_reason": reason, "stop_sequence": sequence, "stop_details": details}


def _usage(frame: Frame, choice: Choice, output: int) -> dict[str, Any]:
    """What is not cached, what was written to the cache and what was read from it are counted apart."""
    told = frame.usage(output)
    prompt, cached = told["prompt_tokens"], told["prompt_tokens_details"]["cached_tokens"]
    written = min(frame.script.cache_write, prompt - cached)
    return {
        "input_tokens": prompt - cached - written,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached,
        "output_tokens": told["completion_tokens"],
        "output_tokens_details": {"thinking_tokens": min(len(choice.reasoning), told["completion_tokens"])},
        "service_tier": "standard",
    }


def _blocks(frame: Frame, choice: Choice) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each block as it begins, and the deltas that fill it."""
    if choice.reasoning:
        signature = tokens.identity("sig_", frame.id.encode(), "".join(choice.reasoning).encode())
        deltas: list[dict[str, Any]] = [{"type": "thinking_delta", "thinking": piece} for piece in choice.reasoning]
        deltas.append({"type": "signature_delta", "signature": signature})
        yield {"type": "thinking", "thinking": "", "signature": ""}, deltas
    if choice.content or choice.refusal:
        pieces = [*choice.content, *choice.refusal]
        yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]
    for number, call in enumerate(choice.calls):
        name = tokens.identity("toolu_", frame.id.encode(), b"%d" % number)
        start = {"type": "tool_use", "id": name, "name": call.name, "input": {}}
        yield start, [{"type": "input_json_delta", "partial_json": piece} for piece in call.arguments]


def _add(block: dict[str, Any], delta: dict[str, Any]) -> None:
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case _:
            block["json"] = block.get("json", "") + delta["partial_json"]


def _decoded(text: str) -> Any:
    """The input of a call; one that was cut at the limit is what the real API gives: nothing."""
    try:
        return msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError:
        return {}
