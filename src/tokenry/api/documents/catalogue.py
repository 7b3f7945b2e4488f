"""Every operation that is served: those written by hand, then the rest as their routes tell them."""

from __future__ import annotations

from functools import cache

from tokenry.api.administration import ROUTES
from tokenry.api.documents import keyed
from tokenry.api.documents.administration import operation_of
from tokenry.api.documents.audio import OPERATIONS as AUDIO
from tokenry.api.documents.messages import OPERATIONS as MESSAGES
from tokenry.api.documents.operations import BY_HAND, Operation
from tokenry.api.documents.responses import OPERATIONS as RESPONSES
from tokenry.api.keyed_routes import ROUTES as KEYED


@cache
def operations() -> tuple[Operation, ...]:
    """All of them; put together when they are first asked for, since a start needs none."""
    return *BY_HAND, *AUDIO, *RESPONSES, *MESSAGES, *map(keyed.operation_of, KEYED), *map(operation_of, ROUTES)
