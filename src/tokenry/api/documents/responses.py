"""The entries of the routes that make responses. Those of what is kept are told by their own routes."""

from __future__ import annotations

from typing import Any

from tokenry.api.documents.failures import INFERENCE, PLAIN_HEADERS, RESPONSES
from tokenry.api.documents.operations import EVENTS, IDEMPOTENCY, JSON, PURPOSE, Answer, Body, Operation
from tokenry.api.responses import CompactAsked, CountAsked, CreateResponse
from tokenry.api.responses.answers import CompactedResponse, InputTokens, Response, ResponseEvent

_ID = "resp_01kdx3c8v2q7m4n9rt5w6y8z0a"
_MESSAGE = "msg_01kdx3c8v2q7m4n9rt5w6y8z0ao0000"
_USAGE = {
    "input_tokens": 33,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 10,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 43,
}
_PART = {"type": "output_text", "annotations": [], "logprobs": [], "text": "Hello! How can I help you today?"}
_SAID = {"id": _MESSAGE, "type": "message", "status": "completed", "role": "assistant", "content": [_PART]}
ANSWER: dict[str, Any] = {
    "id": _ID,
    "object": "response",
    "created_at": 1785844800,
    "status": "completed",
    "background": False,
    "completed_at": 1785844801,
    "conversation": None,
    "error": None,
    "frequency_penalty": 0.0,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": 16,
    "max_tool_calls": None,
    "metadata": {},
    "model": "smollm2-135m",
    "output": [_SAID],
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "previous_response_id": None,
    "prompt": None,
    "prompt_cache_key": None,
    "prompt_cache_retention": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "usage": _USAGE,
    "user": None,
}
_STREAM = (
    "event: response.output_text.delta\n"
    f'data: {{"type":"response.output_text.delta","sequence_number":4,"item_id":"{_MESSAGE}","output_index":0,'
    '"content_index":0,"delta":"Hello!","logprobs":[]}\n\n'
)
_ASKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", {"model": "starter", "input": "Say hello.", "max_output_tokens": 16}),
    ("streamed", {"model": "starter", "input": "Say hello.", "max_output_tokens": 16, "stream": True}),
    (
        "tool",
        {
            "model": "starter",
            "input": [{"role": "user", "content": "What is the weather in Oslo?"}],
            "tools": [
                {
                    "type": "function",
                    "name": "weather",
                    "parameters": {
                        "type": "object",
                        "properties": {"place": {"type": "string"}},
                        "required": ["place"],
                    },
                }
            ],
            "tool_choice": "required",
            "max_output_tokens": 64,
        },
    ),
)
_PLAIN: dict[str, Any] = {"model": "starter", "input": "Say hello."}
_COUNTED = {"object": "response.input_tokens", "input_tokens": 9}
_FAILURES = (*INFERENCE, *RESPONSES)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", "/v1/responses", "createResponse", "Responses", "Create a response",
        "Answers an input, whole, as a stream of events, or in the background. The answer is kept unless `store` is "
        "false or the project keeps nothing, so that `previous_response_id` can go on from it. A stream ends with "
        "`response.completed`, `response.incomplete` or `response.failed`; there is no `[DONE]`.",
        (
            Answer(
                200,
                "The response.",
                (Body(JSON, Response, ANSWER), Body(EVENTS, None, _STREAM, ResponseEvent)),
            ),
        ),
        takes=CreateResponse, asks=_ASKS, parameters=(IDEMPOTENCY, PURPOSE), failures=_FAILURES,
        keyed=True, metered=True,
    ),
    Operation(
        "POST", "/v1/responses/compact", "compactResponse", "Responses", "Make a transcript short",
        "The model itself sums up what was said, which is charged as any answer. Hand the `output` on as the next "
        "`input`.",
        (Answer(200, "The transcript, made short.", (Body(JSON, CompactedResponse, None),)),),
        takes=CompactAsked, asks=(("plain", _PLAIN),), parameters=(IDEMPOTENCY, PURPOSE), failures=_FAILURES,
        keyed=True, metered=True,
    ),
    Operation(
        "POST", "/v1/responses/input_tokens", "countInputTokens", "Responses", "Count input tokens",
        "How many tokens a prompt has, by the engine's own tokenizer where it has one, else as past requests of the "
        "model lead to expect; `x-tokenry-counted-by` says which. Costs nothing.",
        (Answer(200, "The number.", (Body(JSON, InputTokens, _COUNTED),)),),
        takes=CountAsked, asks=(("plain", _PLAIN),), keyed=True,
        failures=(
            "invalid_value", "invalid_api_key", "mismatched_organization", "mismatched_project",
            "data_class_not_allowed", "model_not_found", "not_found", "request_timeout", "request_too_large",
            "internal_error", *RESPONSES,
        ),
        headers=(*PLAIN_HEADERS, "x-tokenry-counted-by"),
    ),
)  # fmt: skip  # one route on a screen
