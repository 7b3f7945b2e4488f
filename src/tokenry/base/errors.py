"""The base of every error that Tokenry raises on purpose. Each room adds small classes beside what raises them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TokenryError(Exception):
    """An error with words for the person who meets it and a shape for the program that meets it.

    The class says the HTTP status, OpenAI's `type` and the machine-readable `code`; the instance says what happened and
    what to do next. `param` names the field of the request at fault.
    """

    status: int = 500
    type: str = "server_error"
    code: str | None = None

    def __init__(self, message: str, *, param: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.headers: Mapping[str, str] = headers or {}

    def envelope(self) -> dict[str, Any]:
        """OpenAI's error envelope; all four keys are always there."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


class InvalidRequest(TokenryError):
    """The caller sent something we cannot take; the message says which field and why."""

    status = 400
    type = "invalid_request_error"
    code: str | None = "invalid_value"


class NotFound(TokenryError):
    """There is no such thing, or it is not yours to see."""

    status = 404
    type = "invalid_request_error"
    code = "not_found"


class Conflict(TokenryError):
    """What was asked clashes with what is there."""

    status = 409
    type = "invalid_request_error"
    code = "conflict"


class Unavailable(TokenryError):
    """We cannot do this now; the same request may work later."""

    status = 503
    type = "server_error"
    code = "overloaded"
