"""What OpenAI's API has and Tokenry has not: said in words, not passed over."""

from __future__ import annotations

from tokenry.base.errors import TokenryError


class NotBuilt(TokenryError):
    """Something of OpenAI's API that is not built here; the message names it, and what there is instead."""

    status = 501
    type = "invalid_request_error"
    code = "not_built"

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message, param=param, headers={"x-should-retry": "false"})
