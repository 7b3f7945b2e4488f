"""How Anthropic's API tells errors: `{"type": "error", "error": {"type", "message"}, "request_id"}`.

Source: https://platform.claude.com/docs/en/api/errors
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.gateway import Headers

_KINDS = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def told(error: TokenryError, request_id: str) -> dict[str, Any]:
    """An error's payload."""
    body: dict[str, Any] = {"type": kind_of(error.status, error.code), "message": error.message}
    details = {"error_code": error.code, "param": error.param}
    if any(details.values()):
        body["details"] = {name: value for name, value in details.items() if value}
    return {"type": "error", "error": body, "request_id": request_id}


def kind_of(status: int, code: str | None) -> str:
    """The API's class of an error."""
    if code == "insufficient_quota":
        return "billing_error"  # told as 429: clients in the field know it as a limit that waiting does not help
    return _KINDS.get(status, "api_error" if status >= 500 else "invalid_request_error")


class MessagesWords:
    """See `surfaces.Words`."""

    def headers(self, request_id: str) -> Headers:
        """See Words."""
        return [(b"request-id", request_id.encode())]

    def body(self, error: TokenryError, request_id: str) -> bytes:
        """See Words."""
        return msgspec.json.encode(told(error, request_id))

    def event(self, error: TokenryError, request_id: str) -> bytes:
        """See Words."""
        return event(told(error, request_id))


MESSAGES_WORDS = MessagesWords()


def event(payload: dict[str, Any]) -> bytes:
    """One event of a stream; its name is its payload's type."""
    return b"event: %b\ndata: %b\n\n" % (payload["type"].encode(), msgspec.json.encode(payload))
