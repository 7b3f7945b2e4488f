"""Tells one answer as a message of Anthropic's Messages API: from a chat's pieces, or from an engine that speaks it.

`message_start` must say the prompt's tokens before anybody has counted them: an engine that speaks the API says them
itself, for others they are an estimate. `message_delta` says what is charged.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tokenry.api.messages import usage as tokens
from tokenry.api.messages.lanes import Lanes
from tokenry.api.messages.reader import MessagesReader, finished
from tokenry.api.messages.words import MESSAGES_WORDS, event
from tokenry.base.errors import TokenryError
from tokenry.gateway import About, Finish, Pieces, Reader, data_of
from tokenry.ledger import Receipt, Usage

_REASONS = {"length": "max_tokens", "tool_calls": "tool_use", "function_call": "tool_use", "content_filter": "refusal"}
_STOPPED = re.compile(rb'"stop_reason"[ \t\r]*:[ \t\r]*"')


class Wish(msgspec.Struct, frozen=True):
    """How the client wants its answer.

    Args:
        stream: as events. thoughts: the model's thoughts are shown. stops: its stop sequences.
        input_tokens: an estimate of the prompt.
    """

    stream: bool
    thoughts: bool
    stops: tuple[str, ...]
    input_tokens: int


class MessagesVoice:
    """See `gateway.Voice`."""

    content_type = b"application/json"

    def __init__(self, wish: Wish, about: About) -> None:
        self._wish = wish
        self._about = about
        self._pieces = Pieces()
        self._lanes = Lanes(about.request_id, thoughts=wish.thoughts)
        self._begun = False
        self._reason: str | None = None  # why the chat ended
        self._sequence: str | None = None  # the stop sequence that ended it
        self._reader: MessagesReader | None = None

    def native(self, about: About) -> Reader:
        """See Voice."""
        self._reader = MessagesReader(about, keep=not self._wish.stream)
        return self._reader

    def say(self, events: bytes) -> bytes:
        """See Voice."""
        if self._reader is not None:
            return events
        return self._opening() + _events(self._heard(events))

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        if self._reader is not None:
            return self._native_end(self._reader, usage, cut=cut)
        told = self._opening() + _events([*self._heard(held), *self._lanes.close()])
        last = {"type": "message_delta", "delta": self._ending(cut=cut), "usage": tokens.told(usage)}
        return told + _events([last, {"type": "message_stop"}])

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        if self._reader is not None:
            return msgspec.json.encode(self._native_whole(self._reader, usage, cut=cut))
        assert answer is not None
        pieces = self._pieces.read_whole(answer)
        self._lanes.take(pieces)
        self._note_end(next((one.reason for one in reversed(pieces) if isinstance(one, Finish)), None))
        for choice in answer.get("choices") or ():
            self._note_stop(choice)
        body = {**self._head(self._lanes.content()), **self._ending(cut=cut)}
        return msgspec.json.encode({**body, "usage": self._usage(usage)})

    def broken(self, error: TokenryError) -> bytes:
        """See Voice."""
        return MESSAGES_WORDS.event(error, self._about.request_id)

    async def settled(self, receipt: Receipt) -> None:
        """See Voice; nothing is kept."""

    # --- from a chat -------------------------------------------------------------------------------------------------

    def _heard(self, events: bytes) -> list[dict[str, Any]]:
        pieces = self._pieces.read(events)
        for piece in pieces:
            if isinstance(piece, Finish):
                self._note_end(piece.reason)
        if self._wish.stops and _STOPPED.search(events) is not None:
            for one in events.split(b"\n\n"):
                for choice in _choices(data_of(one)):
                    self._note_stop(choice)
        return self._lanes.take(pieces)

    def _note_end(self, reason: str | None) -> None:
        self._reason = reason or self._reason

    def _note_stop(self, choice: Any) -> None:
        """Some engines say beside the finish reason which stop sequence it was."""
        said = choice.get("stop_reason") if isinstance(choice, dict) else None
        if isinstance(said, str) and said in self._wish.stops:
            self._sequence = said

    def _opening(self) -> bytes:
        """What opens the stream, once."""
        if self._begun:
            return b""
        self._begun = True
        opened = {"stop_reason": None, "stop_sequence": None, "stop_details": None}
        usage = self._usage(Usage(self._wish.input_tokens, 0))
        return _events([{"type": "message_start", "message": {**self._head([]), **opened, "usage": usage}}, _PING])

    def _head(self, content: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": f"msg_{self._about.request_id.removeprefix('req_')}",
            "type": "message",
            "role": "assistant",
            "model": self._about.model,
            "content": content,
        }

    def _usage(self, usage: Usage) -> dict[str, Any]:
        return {**tokens.told(usage), "service_tier": tokens.tier(self._about.tier)}

    def _ending(self, *, cut: bool) -> dict[str, Any]:
        """Why it ended."""
        reason, refused = _REASONS.get(self._reason or "", "end_turn"), "".join(self._lanes.refusal)
        if cut:
            reason = "max_tokens"
        elif refused:
            reason = "refusal"
        elif reason == "end_turn" and self._lanes.calls:
            reason = "tool_use"  # a tool that had to be called is told as an ordinary end by some
        elif reason == "end_turn" and self._sequence is not None:
            reason = "stop_sequence"
        details = {"type": "refusal", "category": None, "explanation": refused or None}
        return {
            "stop_reason": reason,
            "stop_sequence": self._sequence if reason == "stop_sequence" else None,
            "stop_details": details if reason == "refusal" else None,
        }

    # --- from an engine that speaks this API -----------------------------------------------------------------------

    def _native_end(self, reader: MessagesReader, usage: Usage, *, cut: bool) -> bytes:
        """What was held back, with the tokens as they are charged."""
        events: list[dict[str, Any]] = []
        if cut:
            events += [{"type": "content_block_stop", "index": index} for index in sorted(reader.open)]
        ending = _ended(reader, cut=cut)
        ending["usage"] = {**(ending.get("usage") or {}), **tokens.told(usage)}
        return _events([*events, ending, {"type": "message_stop"}])

    def _native_whole(self, reader: MessagesReader, usage: Usage, *, cut: bool) -> dict[str, Any]:
        ending = _ended(reader, cut=cut)
        said = {**(reader.message.get("usage") or {}), **(ending.get("usage") or {}), **tokens.told(usage)}
        beside = {name: value for name, value in ending.items() if name not in ("type", "delta", "usage")}
        content = [finished(reader.blocks[index]) for index in sorted(reader.blocks)]
        return {**reader.message, "content": content, **ending["delta"], **beside, "usage": said}


_PING: dict[str, Any] = {"type": "ping"}


def _ended(reader: MessagesReader, *, cut: bool) -> dict[str, Any]:
    """The event that says why a native answer ended."""
    if reader.ending is not None and not cut:
        return dict(reader.ending)
    reason = "max_tokens" if cut else "end_turn"
    return {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}}


def _events(payloads: list[dict[str, Any]]) -> bytes:
    return b"".join([event(payload) for payload in payloads])


def _choices(data: bytes | None) -> list[Any]:
    try:
        chunk = msgspec.json.decode(data) if data else None
    except (ValueError, RecursionError):
        return []
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    return choices if isinstance(choices, list) else []
