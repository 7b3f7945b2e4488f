"""The client's side of a request, as the gateway needs it, and the errors that an engine's failure becomes.

`api` implements `Client` over its web server; the gateway never sees the framework.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from tokenry.base.errors import TokenryError

Headers = list[tuple[bytes, bytes]]


class Client(Protocol):
    """Where an answer goes. `send` waits while the client is slow, so that its slowness reaches the engine."""

    @property
    def gone(self) -> bool:
        """Whether the client hung up."""
        ...

    def on_gone(self, callback: Callable[[], None]) -> None:
        """Call back at once when the client hangs up (or now, if it has)."""
        ...

    def breaks_with(self, words: Callable[[TokenryError], bytes]) -> None:
        """How to tell an error as the last of a stream, where that is not an event with OpenAI's envelope."""
        ...

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""
        ...

    async def start(self, status: int, headers: Headers) -> None:
        """Begin a stream."""
        ...

    def push(self, data: bytes) -> bool:
        """Send more of a stream now, if that needs no waiting; False when nothing was sent and it must be `send`."""
        ...

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Send more of a stream; `last` ends it."""
        ...


@lru_cache(maxsize=1000)
def header_value(name: str) -> bytes:
    """A name as a header can hold it."""
    return (name if name.isascii() and name.isprintable() else name.encode("unicode_escape").decode()).encode()


class EngineFailed(TokenryError):
    """No deployment could answer; what the last one said stands in the message."""

    status = 502
    type = "server_error"
    code = "engine_error"


class EngineBusy(TokenryError):
    """Every deployment is over its provider's rate; come again later."""

    status = 429
    type = "requests"
    code = "rate_limit_exceeded"


class NoDeployment(TokenryError):
    """No deployment of the model is fit to be asked now."""

    status = 503
    type = "server_error"
    code = "no_deployment"


class TimedOut(TokenryError):
    """The request took longer than the server allows."""

    status = 504
    type = "server_error"
    code = "timeout"


class Stopping(TokenryError):
    """The server ends and did not wait for this request any longer."""

    status = 503
    type = "server_error"
    code = "server_stopping"


class EngineRefused(TokenryError):
    """The engine says that the request itself is wrong; passed on with its status and words."""

    status = 400
    type = "invalid_request_error"
    code = None

    def __init__(self, status: int, message: str, *, type_: str | None, param: str | None, code: str | None) -> None:
        super().__init__(message, param=param)
        self.status = status
        self.type = type_ or "invalid_request_error"
        self.code = code
