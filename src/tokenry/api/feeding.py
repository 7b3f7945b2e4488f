"""The body of a request fed to the form that it is, as it comes: for every door that takes files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from starlette.requests import Request

from tokenry.api.client import BODY_TIMEOUT_S, BodyTooSlow
from tokenry.api.multipart import Reading

FED_AT_ONCE = 1024 * 1024  # bytes of a form, for one trip to the disk
SIZE_DIGITS_MAX = 15  # of a declared length; a number with more is too large without being read


def declared(request: Request) -> int:
    """How many bytes the body says it has; 0 when it does not."""
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdigit()):
        return 0
    return 10**SIZE_DIGITS_MAX if len(told) > SIZE_DIGITS_MAX else int(told)


async def feed(reading: Reading, request: Request, look: Callable[[], None]) -> None:
    """All of a form, a large piece at a time; before each, `look` may say that there is no room for it.

    Raises what `Reading` and `look` do, and BodyTooSlow.
    """

    def take(data: bytes) -> None:
        look()
        reading.feed(data)

    waiting, size = [], 0
    async with aclosing(_pieces(request)) as pieces:
        async for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            if size >= FED_AT_ONCE:
                await asyncio.to_thread(take, b"".join(waiting))
                waiting, size = [], 0
    await asyncio.to_thread(take, b"".join(waiting))
    reading.finish()


async def _pieces(request: Request) -> AsyncGenerator[bytes]:
    """The body as it comes. Raises BodyTooSlow when nothing comes for a minute, and ClientDisconnect."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise BodyTooSlow(f"nothing of the body came for {BODY_TIMEOUT_S:g} s") from None
        yield piece
