"""Errors of Anthropic's API as OpenAI's, so that whoever reads an engine's answer reads one kind of error.

Source: https://platform.claude.com/docs/en/api/errors
"""

from __future__ import annotations

from typing import Any

import msgspec

_TYPES = {
    "not_found_error": "invalid_request_error",
    "request_too_large": "invalid_request_error",
    "permission_error": "permission_error",
    "overloaded_error": "server_error",
    "timeout_error": "server_error",
    "api_error": "server_error",
}
_CODES = {"overloaded_error": "overloaded", "request_too_large": "request_too_large", "timeout_error": "timeout"}
_TOO_LONG = ("prompt is too long", "input length and `max_tokens` exceed context limit")
_NULL = msgspec.Raw(b"null")


class _Envelope(msgspec.Struct):
    error: msgspec.Raw = _NULL


class _Told(msgspec.Struct):
    type: str = "api_error"
    message: str = "no reason given"


def error_of(raw: bytes) -> dict[str, Any]:
    """OpenAI's error object for the `error` member of Anthropic's, whatever stands there."""
    try:
        told = msgspec.json.decode(raw, type=_Told)
    except (ValueError, RecursionError):
        told = _Told(message=raw[:2000].decode("utf-8", "replace"))
    kind, code, param = _TYPES.get(told.type, told.type), _CODES.get(told.type), None
    if told.message.startswith(_TOO_LONG):
        code, param = "context_length_exceeded", "messages"
    return {"message": told.message, "type": kind, "param": param, "code": code}


def error_body(body: bytes) -> bytes:
    """The body of an answer that is an error, as OpenAI's; as it came when it is no error of Anthropic's."""
    try:
        raw = msgspec.json.decode(body, type=_Envelope).error
    except (ValueError, RecursionError):
        return body
    return body if raw == _NULL else msgspec.json.encode({"error": error_of(bytes(raw))})
