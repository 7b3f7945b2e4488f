"""One try at one deployment: open the call, and say of a failure what it means: try the next, or tell the caller.

Knows engines and the router's words for failures; knows nothing of money or of the client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.engines import Call, Engine, EngineDown, Exchange, WireError
from tokenry.gateway.reply import EngineBusy, EngineFailed, EngineRefused
from tokenry.router import FailureKind, kind_of_status

ERROR_BODY_SIZE_MAX = 64 * 1024
_MESSAGE_LENGTH_MAX = 2000


HowFar = Literal["unsent", "seen", "worked"]


class AttemptFailed(Exception):
    """This deployment did not answer; another may. `how_far` says what it may have done with the prompt."""

    def __init__(
        self,
        kind: FailureKind,
        ended: str,
        told: TokenryError,
        *,
        retry_after_s: float | None = None,
        how_far: HowFar = "seen",
    ) -> None:
        super().__init__(ended)
        self.kind = kind
        self.ended = ended
        self.told = told
        self.retry_after_s = retry_after_s
        self.reached = how_far != "unsent"
        self.spent = how_far == "worked"


async def open_call(engine: Engine, call: Call, deployment: str, sent: Callable[[Exchange], None]) -> Exchange:
    """Send the call; the exchange whose head says 2xx.

    Args:
        sent: given the exchange as soon as it is on its way, or in line for a connection.

    Raises:
        AttemptFailed: the deployment is at fault; the next may do better.
        EngineRefused: the request is at fault, in the engine's words.
    """
    try:
        exchange = await engine.send(call)
        sent(exchange)
        if not exchange.status:
            await exchange.answered()
    except WireError as error:
        raise broken(error, deployment) from None
    except EngineDown as error:
        raise AttemptFailed("connect", "down", error, how_far="unsent") from None
    if 200 <= exchange.status < 300:
        return exchange
    raise await _status(exchange, deployment)


def broken(error: WireError, deployment: str) -> AttemptFailed:
    """What a broken exchange means before the client has seen anything."""
    if error.timed_out:
        kind: FailureKind = "timeout"
    else:
        kind = "connect" if error.phase == "connect" else "broken"
    told = EngineFailed(f"the engine {deployment} did not answer ({error})")
    ended = f"timeout_{error.phase}" if error.timed_out else error.phase
    return AttemptFailed(kind, ended, told, how_far="worked" if error.sent_any else "unsent")


def failed_event(body: bytes, deployment: str) -> AttemptFailed:
    """An engine that said 200 and then sent an error instead of an answer."""
    message, _ = _words(b'{"error":' + body + b"}")
    return AttemptFailed(
        "server_error", "error_event", EngineFailed(f"the engine {deployment} failed: {message}"), how_far="worked"
    )


def senseless(words: str, deployment: str) -> AttemptFailed:
    """An engine whose answer cannot be read."""
    return AttemptFailed("broken", "senseless", EngineFailed(f"the engine {deployment} {words}"), how_far="worked")


def ended_early(deployment: str) -> AttemptFailed:
    """A stream that ended before the answer was whole."""
    told = EngineFailed(f"the engine {deployment} broke off its answer")
    return AttemptFailed("broken", "ended_early", told, how_far="worked")


async def _status(exchange: Exchange, deployment: str) -> Exception:
    """What an answer other than 2xx means."""
    status = exchange.status
    try:
        body = await exchange.read_all(ERROR_BODY_SIZE_MAX)
    except WireError:
        body = b""
    message, error = _words(body)
    kind = kind_of_status(status)
    if kind == "caller" and status >= 400:
        return _refused(status, message, error)
    retry_after_s = _seconds(exchange.header(b"retry-after"))
    if status == 429 and error.get("type") != "insufficient_quota":
        headers = {} if retry_after_s is None else {"retry-after": str(round(retry_after_s))}
        told: TokenryError = EngineBusy(f"the engine {deployment} is over its rate limit: {message}", headers=headers)
    elif status in (401, 403, 429):
        told = EngineFailed(
            f"the provider of {deployment} refused the house's own account ({status}); tell your administrator"
        )
    else:
        told = EngineFailed(f"the engine {deployment} answered {status}: {message}")
    return AttemptFailed(kind, f"http_{status}", told, retry_after_s=retry_after_s)


def _refused(status: int, message: str, error: dict[str, str | None]) -> EngineRefused:
    """The engine's refusal in OpenAI's words: llama.cpp and others have their own, and repeat the status as a code."""
    kind, code, param = error.get("type"), error.get("code"), error.get("param")
    if kind == "exceed_context_size_error":
        kind, code, param = None, "context_length_exceeded", param or "messages"
        message = message.removesuffix(", try increasing it")
    if code is not None and code.isdigit():
        code = None
    return EngineRefused(status, message, type_=kind, param=param, code=code)


class _ErrorBody(msgspec.Struct):
    error: dict[str, object] | str | None = None


def _words(body: bytes) -> tuple[str, dict[str, str | None]]:
    """The message of an engine's error body and its other fields, whatever shape it has."""
    try:
        error = msgspec.json.decode(body, type=_ErrorBody).error
    except (ValueError, RecursionError):
        error = None
    if isinstance(error, dict):
        fields = {name: _text(error.get(name)) for name in ("message", "type", "param", "code")}
        return (fields["message"] or "no reason given")[:_MESSAGE_LENGTH_MAX], fields
    text = error if isinstance(error, str) else body.decode("utf-8", "replace").strip()
    return text[:_MESSAGE_LENGTH_MAX] or "no reason given", {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _seconds(value: bytes | None) -> float | None:
    """Retry-After in seconds; its date form is not worth its clock."""
    try:
        return None if value is None else max(0.0, min(float(value), 3600.0))
    except ValueError:
        return None
