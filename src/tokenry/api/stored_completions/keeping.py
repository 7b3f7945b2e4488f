"""The answers that are stored as they are given: what a chat completion with `store: true` leaves with us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.gateway import Inference, Keep
from tokenry.objects import Completions

log = get_logger("tokenry.api")


def keeper(completions: Completions) -> Callable[[Inference, Principal], Keep | None]:
    """What keeps the answer of a request; None where the project's content is not kept."""

    def keeps(request: Inference, principal: Principal) -> Keep | None:
        if not principal.keeps_content:
            return None
        asked, metadata = bytes(request.fields["messages"]), request.store

        async def keep(body: bytes) -> None:
            """The client has its answer whatever becomes of this."""
            try:
                await asyncio.to_thread(completions.store, principal, body, asked, metadata)
            except (TokenryError, ValueError) as error:
                log.warning("an answer could not be stored", project=principal.project_id, why=str(error))

        return keep

    return keeps
