"""What an API that generates needs beside the gateway: how a request is read, and how an error is told.

OpenAI's own three hot routes have the shortest way (`openai.inference`); every further API stands as a `Surface` in a
table beside them. Knows no API itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import msgspec

from tokenry.access import Principal
from tokenry.base.errors import TokenryError
from tokenry.gateway import Endpoint, Headers, Inference, Unattended


class Words(Protocol):
    """How one API tells errors."""

    def headers(self, request_id: str) -> Headers:
        """What every answer says beside what ours do."""
        ...

    def body(self, error: TokenryError, request_id: str) -> bytes:
        """An error as a whole answer, JSON."""
        ...

    def event(self, error: TokenryError, request_id: str) -> bytes:
        """An error as the last event of a stream."""
        ...


class OpenAIWords:
    """The envelope of OpenAI's API: `{"error": {"message", "type", "param", "code"}}`."""

    def headers(self, request_id: str) -> Headers:
        """See Words."""
        return []

    def body(self, error: TokenryError, request_id: str) -> bytes:
        """See Words."""
        return msgspec.json.encode(error.envelope())

    def event(self, error: TokenryError, request_id: str) -> bytes:
        """See Words."""
        return b"data: " + msgspec.json.encode(error.envelope()) + b"\n\n"


OPENAI_WORDS = OpenAIWords()


class Asked(msgspec.Struct, frozen=True):
    """One request of a client that was let in, not read yet.

    Args:
        headers: by lower-case name.
        body: as it came.
        unattended: it is a batch's line: nobody waits for the answer, and it goes as that tier of service.
    """

    request_id: str
    principal: Principal
    headers: Mapping[bytes, bytes]
    body: bytes
    unattended: Unattended | None = None


class Answered(msgspec.Struct, frozen=True):
    """What answers a request without the gateway: it costs nothing, or it is worked on behind the client's back.

    Args:
        body: whole, or piece by piece as it comes.
    """

    headers: Headers
    body: bytes | AsyncIterator[bytes]
    status: int = 200


class Surface(Protocol):
    """One path that generates."""

    @property
    def endpoint(self) -> Endpoint:
        """What receipts call it."""
        ...

    @property
    def words(self) -> Words:
        """How errors are told there."""
        ...

    def authorization(self, headers: Mapping[bytes, bytes]) -> bytes | None:
        """The value of the Authorization header, or of what stands in its place there."""
        ...

    async def read(self, asked: Asked) -> Inference | Answered:
        """The request for the gateway, or the answer. Raises TokenryError: it cannot be served."""
        ...
