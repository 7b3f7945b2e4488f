"""The entries of the routes with the shapes of Anthropic's Messages API."""

from __future__ import annotations

from typing import Any

from tokenry.api.documents.failures import INFERENCE, MESSAGES, PLAIN_HEADERS, Failure
from tokenry.api.documents.operations import EVENTS, IDEMPOTENCY, JSON, PURPOSE, Answer, Body, Errors, Operation
from tokenry.api.messages.answers import MessageAnswer, MessageEvent, MessagesError, TokenCount
from tokenry.api.messages.fields import CountTokens, Messages
from tokenry.api.messages.words import kind_of

_USAGE = {
    "input_tokens": 33,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
    "output_tokens": 10,
    "output_tokens_details": {"thinking_tokens": 0},
}
_HEAD: dict[str, Any] = {
    "id": "msg_01kdx3c8v2q7m4n9rt5w6y8z0a",
    "type": "message",
    "role": "assistant",
    "model": "smollm2-135m",
}
ANSWER: dict[str, Any] = {
    **_HEAD,
    "content": [{"type": "text", "text": "Hello! How can I help you today?"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "stop_details": None,
    "usage": {**_USAGE, "service_tier": "standard"},
}
_STREAM = (
    "event: content_block_delta\n"
    'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello!"}}\n\n'
)
_PLAIN: dict[str, Any] = {
    "model": "starter",
    "max_tokens": 16,
    "messages": [{"role": "user", "content": "Say hello."}],
}
_TOOL = {
    "name": "weather",
    "description": "The weather at a place.",
    "input_schema": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
}
_ASKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", _PLAIN),
    ("streamed", {**_PLAIN, "stream": True, "system": "Be brief."}),
    ("tool", {**_PLAIN, "max_tokens": 64, "tools": [_TOOL], "tool_choice": {"type": "any"}}),
)


def _envelope(code: str, failure: Failure) -> dict[str, Any]:
    error = {"type": kind_of(failure.status, code), "message": "…", "details": {"error_code": code}}
    return {"type": "error", "error": error, "request_id": "req_01kdx3c8v2q7m4n9rt5w6y8z0a"}


_ERRORS = Errors(MessagesError, _envelope)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", "/v1/messages", "createMessage", "Messages", "Create a message",
        "Anthropic's API, from any chat model. The key may stand in `x-api-key` as well. A stream ends with "
        "`message_delta`, which tells the tokens that are charged, and `message_stop`; before them a comment line "
        "tells charge and remaining funds. A stream that fails ends with an event `error`.",
        (Answer(200, "The message.", (Body(JSON, MessageAnswer, ANSWER), Body(EVENTS, None, _STREAM, MessageEvent))),),
        takes=Messages, asks=_ASKS, parameters=(IDEMPOTENCY, PURPOSE), failures=(*INFERENCE, *MESSAGES), errors=_ERRORS,
        keyed=True, metered=True,
    ),
    Operation(
        "POST", "/v1/messages/count_tokens", "countMessageTokens", "Messages", "Count a prompt's tokens",
        "How many tokens a prompt has: by the engine for this very request where it speaks the API, by its tokenizer, "
        "or as past requests of the model lead to expect; `x-tokenry-counted-by` says which. Costs nothing.",
        (Answer(200, "The number.", (Body(JSON, TokenCount, {"input_tokens": 33}),)),),
        takes=CountTokens, asks=(("plain", {name: _PLAIN[name] for name in ("model", "messages")}),), keyed=True,
        failures=(
            "invalid_value", "invalid_api_key", "data_class_not_allowed", "model_not_found", "request_timeout",
            "request_too_large", "rate_limit_exceeded", "internal_error", *MESSAGES,
        ),
        errors=_ERRORS, headers=(*PLAIN_HEADERS, "request-id", "x-tokenry-counted-by"),
    ),
)  # fmt: skip  # one route on a screen
