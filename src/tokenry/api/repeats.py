"""Idempotency-Key at the doors of routes that are no inference: the same request again gets the answer it got.

Knows how such a request is told from another, and what of its answer may be given again. How a key is claimed and kept
is `access.once`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tokenry.access import Asked, Claim, Kept, Once
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.base.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from tokenry.base.logs import get_logger
from tokenry.storage import StorageError, joining

_JSON = "application/json"
log = get_logger("tokenry.api")


def asked_once(request: Request, whose: str, said: bytes) -> Asked | None:
    """The request as one that is to happen once; None when it does not ask for that.

    Args:
        whose: who acts; another's key of the same name is another key.
        said: what tells it from another request, beside its path and query.

    Raises:
        InvalidRequest: its key cannot be one.
    """
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH_MAX:
        raise InvalidRequest(
            f"an Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH_MAX} characters", param="Idempotency-Key"
        )
    fingerprint = sha256(request.url.query.encode() + b"\n" + said).digest()
    return Asked(f"{whose} {request.url.path}", key, fingerprint)


async def answered_once(
    once: Once, asked: Asked | None, answer: Callable[[], Awaitable[Response]], *, kept: bool = True
) -> Response:
    """The answer of a request, given anew where it was given before.

    Args:
        asked: None = it may happen as often as it is asked.
        answer: does it.
        kept: whether the answer may be kept and told again.

    Raises:
        RequestInFlight, OtherRequest, AnswerNotKept: see `Once.claim`; or what `answer` raises.
    """
    if asked is None:
        return await answer()
    found = await asyncio.to_thread(once.claim, asked)
    if isinstance(found, Kept):
        headers = {"idempotent-replayed": "true"}
        return Response(found.body, status_code=found.status, media_type=found.content_type, headers=headers)
    try:
        try:
            with joining(found):
                response = await answer()
        except TokenryError as error:
            if found.stands and error.status < 500:  # something was done, and this is how it ended
                await _keep(found, Kept(error.status, _JSON, msgspec.json.encode(error.envelope())))
            raise
        whole = kept and not isinstance(response, StreamingResponse)
        given = Kept(response.status_code, response.media_type or _JSON, bytes(response.body)) if whole else None
        await _keep(found, given)
        return response
    finally:
        once.release(found)


async def _keep(claim: Claim, answer: Kept | None) -> None:
    try:
        await asyncio.to_thread(claim.keep, answer)
    except StorageError as error:  # it is done all the same, and the caller shall hear of it
        log.warning("an answer could not be kept for its Idempotency-Key", why=error.message)
