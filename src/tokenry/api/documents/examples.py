"""Examples that work on a server as it comes, with its starter models, and what it answers to them."""

from __future__ import annotations

from typing import Any

_REQUEST = "req_01kdx3c8v2q7m4n9rt5w6y8z0a"
_CHAT = {"model": "starter", "messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 16}
_TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather at a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}
_SCHEMA = {
    "name": "person",
    "schema": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    },
}

MODERATION: tuple[tuple[str, dict[str, Any]], ...] = (("plain", {"input": "I will be there at noon."}),)
MODERATION_ANSWER: dict[str, Any] = {
    "id": "modr-5f0c",
    "model": "guard",
    "results": [{"flagged": False, "categories": {"violence": False}, "category_scores": {"violence": 0.01}}],
}

CHAT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", _CHAT),
    ("streamed", {**_CHAT, "stream": True, "stream_options": {"include_usage": True}}),
    (
        "tool",
        {
            "model": "starter",
            "messages": [{"role": "user", "content": "What is the weather in Oslo?"}],
            "tools": [_TOOL],
            "tool_choice": "required",
            "max_tokens": 64,
        },
    ),
    (
        "json",
        {
            "model": "starter",
            "messages": [{"role": "user", "content": "Ada is 36."}],
            "response_format": {"type": "json_schema", "json_schema": _SCHEMA},
            "max_tokens": 48,
        },
    ),
)
COMPLETION: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", {"model": "starter", "prompt": "Once upon a time", "max_tokens": 16}),
    ("streamed", {"model": "starter", "prompt": ["One", "Two"], "max_tokens": 4, "stream": True}),
)
EMBEDDING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", {"model": "starter-embeddings", "input": "a small sentence"}),
    ("many", {"model": "starter-embeddings", "input": ["one", "two"], "encoding_format": "base64", "dimensions": 64}),
)

_USAGE = {"prompt_tokens": 33, "completion_tokens": 10, "total_tokens": 43}
_HEAD = {"id": "chatcmpl-9f2c", "created": 1785844800, "model": "smollm2-135m"}
CHAT_ANSWER: dict[str, Any] = {
    **_HEAD,
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello! How can I help you today?", "refusal": None},
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {
        **_USAGE,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    },
}
_COMMENT = f": tokenry charge_nanousd=1460 remaining_nanousd=99999998540 request={_REQUEST}\n\n"
_CHUNK = '{"id":"chatcmpl-9f2c","object":"chat.completion.chunk","created":1785844800,"model":"smollm2-135m"'
CHAT_STREAM = (
    f'data: {_CHUNK},"choices":[{{"index":0,"delta":{{"role":"assistant","content":"Hello!"}}}}]}}\n\n'
    f'data: {_CHUNK},"choices":[{{"index":0,"delta":{{}},"finish_reason":"stop"}}]}}\n\n'
    f"{_COMMENT}data: [DONE]\n\n"
)
COMPLETION_ANSWER: dict[str, Any] = {
    **_HEAD,
    "id": "cmpl-4b1d",
    "object": "text_completion",
    "choices": [{"index": 0, "text": ", in a quiet wood,", "finish_reason": "length", "logprobs": None}],
    "usage": {"prompt_tokens": 4, "completion_tokens": 16, "total_tokens": 20},
}
COMPLETION_STREAM = (
    'data: {"id":"cmpl-4b1d","object":"text_completion","created":1785844800,"model":"smollm2-135m",'
    '"choices":[{"index":0,"text":", in a","finish_reason":"length","logprobs":null}]}\n\n'
    f"{_COMMENT}data: [DONE]\n\n"
)
EMBEDDING_ANSWER: dict[str, Any] = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.0123, -0.0456, 0.0789]}],
    "model": "wordllama-256",
    "usage": {"prompt_tokens": 3, "total_tokens": 3},
}
MODEL: dict[str, Any] = {"id": "smollm2-135m", "object": "model", "created": 1785844800, "owned_by": "starter"}

RECEIPT: dict[str, Any] = {
    "object": "tokenry.receipt",
    "id": _REQUEST,
    "at": "2026-08-04T12:00:00.678Z",
    "organization_id": "org_01kdx3c8v2q7m4n9rt5w6y8z0c",
    "project_id": "prj_01kdx3c8v2q7m4n9rt5w6y8z0d",
    "user_id": None,
    "api_key_id": "key_01kdx3c8v2q7m4n9rt5w6y8z0e",
    "endpoint": "chat.completions",
    "service_tier": "default",
    "model": "smollm2-135m",
    "downgraded_from": None,
    "purpose": None,
    "stream": False,
    "outcome": "completed",
    "status": 200,
    "estimated": False,
    "usage": {
        "input_tokens": 33,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 10,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 43,
        "counted_by": "engine",
        "audio_seconds": 0,
    },
    "charge_nanousd": 1460,
    "charge_usd": "0.00000146",
    "charge_tokens": 0,
    "covered_nanousd": 0,
    "writeoff_tokens": 0,
    "writeoff_nanousd": 0,
    "cost_nanousd": None,
    "price_version": "prc_01kdx3c8v2q7m4n9rt5w6y8z0f",
    "lines": [
        {"meter": "input", "quantity": 33, "rate_nanousd_per_million": 20_000_000, "amount_nanousd": 660},
        {"meter": "output", "quantity": 10, "rate_nanousd_per_million": 80_000_000, "amount_nanousd": 800},
    ],
    "accounts": [
        {"account": "award:awd_01kdx3c8v2q7m4n9rt5w6y8z0b", "held_nanousd": 4700, "posted_nanousd": 1460},
    ],
    "bound": {"input_tokens": 171, "output_tokens": 16},
    "deployment": "starter/smollm2-135m",
    "attempts": [{"deployment": "starter/smollm2-135m", "ended": "ok", "ms": 38}],
    "prompt_seen_by": ["starter"],
    "training": "never",
    "ttft_ms": 38,
    "duration_ms": 171,
    "energy_wh": None,
    "energy_method": "not measured",
}
READY: dict[str, Any] = {
    "status": "ready",
    "checks": {"serving": "ok", "ledger": "ok", "engines": "ok"},
    "engines": {"starter": "ready", "starter-embeddings": "ready"},
}
UNREADY: dict[str, Any] = {
    "status": "unavailable",
    "checks": {"serving": "draining", "ledger": "ok", "engines": "ok"},
    "engines": {"starter": "ready", "starter-embeddings": "ready"},
}
METRICS = "# TYPE tokenry_requests_in_flight gauge\ntokenry_requests_in_flight 2.0\n"
