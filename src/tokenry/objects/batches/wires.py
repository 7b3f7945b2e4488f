"""What batches need of the rest of the house; `app` wires it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.gateway import Unattended
from tokenry.objects.batches.batch import Batch
from tokenry.objects.batches.results import Heard
from tokenry.storage import Answer, Transaction


class Errand(msgspec.Struct, frozen=True):
    """One line on its way.

    Args:
        request_id: of the request that it is to become.
        principal: who pays for it.
        path: of the endpoint. body: of the request.
        key: under which its answer is kept, within the scope that `unattended` names.
    """

    request_id: str
    principal: Principal
    path: str
    body: bytes
    key: str
    unattended: Unattended


class Reply(msgspec.Struct, frozen=True):
    """What it heard, and the error that stands behind it, if it is one."""

    heard: Heard
    error: TokenryError | None = None


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Until something happens, and no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


@dataclass(frozen=True, slots=True)
class Wires:
    """Callables.

    Args:
        ask: sends a line through the gateway, as batches' tier of service.
        holder: who a key opens for now. Raises TokenryError: for nobody.
        require_model: (principal, path, model) raises the TokenryError that such a request would be answered with.
        kept: the answer that the journal keeps, by scope and key.
        forget: the answers of a scope are needed no more.
        tell: notes, in the transaction that ends a batch, what people shall know of it. told: that is durable now.
            Both are called in a worker thread.
        wait: see `wait`.
        step: called with the name of each step just before it, for whoever wants to know that a crash there does no
            harm.
    """

    ask: Callable[[Errand], Awaitable[Reply]]
    holder: Callable[[str], Principal]
    require_model: Callable[[Principal, str, str], None]
    kept: Callable[[str, str], Answer | None]
    forget: Callable[[str], Awaitable[None]]
    tell: Callable[[Transaction, Batch], None] = lambda _connection, _batch: None
    told: Callable[[], None] = lambda: None
    wait: Callable[[asyncio.Event, float], Awaitable[None]] = wait
    step: Callable[[str], None] = lambda _name: None
