"""How an answer is told to a client that does not speak chat completions, and how engines that speak its API are read.

Inside, every generated answer is a chat completion: chat events come from the engine, whatever the client asked in.
A `Voice` tells them in the client's words. Where the engine speaks the client's own API, a `Reader` of that API stands
in the `Cutter`'s place, and the voice passes on what it lets through.

Knows no API. The voices stand in `api`, beside the parsing of the same API.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.ledger import Receipt, Usage


class About(msgspec.Struct, frozen=True):
    """What an answer says of itself, whoever made it.

    Args:
        request_id: ours. model: as clients know it. at: nanoseconds since the epoch when it was asked for.
        limit: output tokens at most. tier: of service, None = the default one.
    """

    request_id: str
    model: str
    at: int
    limit: int
    tier: str | None = None


class Reader(Protocol):
    """Reads an engine's stream as it flows; see `cutter.Cutter`, which reads chat completions.

    Attributes:
        tokens: counted so far, one for each event with text.
        done: the engine has said its last word. cut: the limit was reached, and the rest is not wanted.
        error: the JSON of the error that the engine told in its stream, if it did.
        held: events that say that the answer is whole, kept back for the charge.
    """

    tokens: int
    done: bool
    cut: bool
    error: bytes | None
    held: list[bytes]

    @property
    def whole(self) -> bool:
        """The answer has come to its end."""
        ...

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes from the engine; whole events that may go to the client now. Raises BadStream."""
        ...

    def usage(self) -> Usage | None:
        """What the engine reported, if it did."""
        ...


class Voice(Protocol):
    """Tells one answer in the client's words. One for each attempt at a deployment; used for one answer.

    Attributes:
        content_type: of a whole answer; a stream is always server-sent events.
    """

    content_type: bytes

    def native(self, about: About) -> Reader:
        """The engine speaks the client's API: from now on, `say` and `end` are given what this reader lets through."""
        ...

    def say(self, events: bytes) -> bytes:
        """Whole events, as the reader let them through, for the client; before the first, what opens the stream."""
        ...

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """The events that were kept back, and all that says that the answer is whole (or cut at the limit).

        What opens the stream comes first where nothing was said yet.
        """
        ...

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """The whole answer as one body, from a chat completion; None = it is what the `native` reader has read."""
        ...

    def broken(self, error: TokenryError) -> bytes:
        """The last event of a stream that broke."""
        ...

    async def settled(self, receipt: Receipt) -> None:
        """It is charged, and the client has not heard its end: the time to store it. Must not raise."""
        ...


Voices = Callable[[About], Voice]
