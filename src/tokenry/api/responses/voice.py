"""Tells an answer as a response: from a chat completion's events, or from those of an engine that speaks this API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec

from tokenry.api.responses.items import Item, output_id
from tokenry.api.responses.native import NativeReader
from tokenry.api.responses.object import State, error_of, event_bytes, seconds, usage_of
from tokenry.api.responses.telling import Telling
from tokenry.api.responses.tools import Toolbox
from tokenry.base.clock import Clock
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.gateway import About, Pieces, Reader
from tokenry.ledger import Receipt, Usage


class Prepared(msgspec.Struct, frozen=True):
    """What a voice must know of the request it answers.

    Args:
        response_id: of the answer. echo: the members that every telling of it has.
        toolbox: knows what the client calls the tools.
        keep: is given the whole response when it is charged and nobody has heard its end; must not raise.
    """

    response_id: str
    echo: dict[str, Any]
    toolbox: Toolbox
    clock: Clock
    keep: Callable[[dict[str, Any], Receipt], Awaitable[None]]


class ResponseVoice:
    """See gateway's `Voice`."""

    content_type = b"application/json"

    def __init__(self, prepared: Prepared, about: About) -> None:
        self._prepared = prepared
        self._head = {
            **prepared.echo,
            "model": about.model,
            "created_at": seconds(about.at),
            "service_tier": about.tier or "default",
        }
        self._events: list[dict[str, Any]] = []
        self._number = 0
        self._begun = False
        self._made: dict[str, Any] | None = None
        self._pieces = Pieces()
        self._reader: NativeReader | None = None
        body = prepared.response_id.partition("_")[2]
        self._telling = Telling(
            lambda kind, index: output_id(kind, body, index), partial(new_id, "call"), prepared.toolbox, self._say
        )

    def native(self, about: About) -> Reader:
        """See Voice."""
        self._reader = NativeReader(about.limit)
        return self._reader

    def say(self, events: bytes) -> bytes:
        """See Voice."""
        self._begin()
        self._hear(events)
        return self._drained()

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        self._begin()
        self._hear(held)
        made = self._close(usage, cut=cut)
        self._say(f"response.{made['status']}", response=made)
        return self._drained()

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        if answer is None:
            self._hear(b"")
        else:
            for piece in self._pieces.read_whole(answer):
                self._telling.hear(piece)
        return msgspec.json.encode(self._close(usage, cut=cut))

    def broken(self, error: TokenryError) -> bytes:
        """See Voice."""
        self._begin()
        self._made = self._told("failed", error=error_of(error), output=[])
        self._say("response.failed", response=self._made)
        return self._drained()

    async def settled(self, receipt: Receipt) -> None:
        """See Voice."""
        if self._made is not None:
            await self._prepared.keep(self._made, receipt)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._say("response.created", response=self._head)
            self._say("response.in_progress", response=self._head)

    def _hear(self, events: bytes) -> None:
        if self._reader is not None:
            for event in self._reader.drained():
                self._say(event.pop("type"), **event)
            return
        for piece in self._pieces.read(events):
            self._telling.hear(piece)

    def _close(self, usage: Usage, *, cut: bool) -> dict[str, Any]:
        """The whole response. The items that were still open are closed, which is told."""
        output: list[Item]
        if self._reader is not None:
            for event in self._reader.closed():
                self._say(event.pop("type"), **event)
            output, incomplete = self._reader.output(), self._reader.incomplete
        else:
            if cut and self._telling.incomplete is None:
                self._telling.incomplete = "max_output_tokens"
            self._telling.close()
            output, incomplete = self._telling.output, self._telling.incomplete
        state: State = "completed" if incomplete is None else "incomplete"
        more: dict[str, Any] = {"completed_at": seconds(self._prepared.clock.now_ns())} if incomplete is None else {}
        if incomplete is not None:
            more["incomplete_details"] = {"reason": incomplete}
        self._made = self._told(state, output=output, usage=usage_of(usage), **more)
        return self._made

    def _told(self, state: State, **members: Any) -> dict[str, Any]:
        return {**self._head, "status": state, **members}

    def _say(self, kind: str, /, **members: Any) -> None:
        self._events.append({"type": kind, "sequence_number": self._number, **members})
        self._number += 1

    def _drained(self) -> bytes:
        out = b"".join([event_bytes(event) for event in self._events])
        self._events.clear()
        return out
