"""Tells a transcript in the client's words, and reads engines' events of one that is under way.

OpenAI's events are `transcript.text.delta` and `transcript.text.done` (and `transcript.text.segment` from engines that
tell speakers apart); engines of ours add the segment to a delta, and vLLM writes chunks like those of a chat. What the
client gets are OpenAI's.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from tokenry.api.audio.formats import Format, content_type, render
from tokenry.base.errors import TokenryError
from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway import About, BadStream, Reader, data_of, reported_sound
from tokenry.ledger import Receipt, Usage

_PASSED = ("delta", "logprobs", "segment_id")  # members of a delta that are OpenAI's


class Wish(msgspec.Struct, frozen=True):
    """In what form the client wants its transcript."""

    format: Format
    granularities: frozenset[str] = frozenset()


class TranscriptReader:
    """See the gateway's `Reader`. Puts the transcript together, too, for clients that want it whole."""

    def __init__(self) -> None:
        self.tokens = 0
        self.done = False
        self.cut = False
        self.error: bytes | None = None
        self.held: list[bytes] = []
        self.last: dict[str, Any] = {}
        self._rest = b""
        self._texts: list[str] = []
        self._segments: list[dict[str, Any]] = []
        self._words: list[dict[str, Any]] = []

    @property
    def whole(self) -> bool:
        """The last event has come."""
        return bool(self.held)

    def feed(self, data: bytes) -> bytes:
        """See Reader."""
        data = (self._rest + data).replace(b"\r\n", b"\n")
        end = data.rfind(b"\n\n")
        if end < 0:
            if len(data) > SSE_EVENT_SIZE_MAX:
                raise BadStream(f"an event of more than {SSE_EVENT_SIZE_MAX} bytes")
            self._rest = data
            return b""
        self._rest = data[end + 2 :]
        return b"".join([self._event(data_of(one)) for one in data[:end].split(b"\n\n")])

    def usage(self) -> Usage | None:
        """See Reader; before the end, what was heard so far, as far as the engine says."""
        if self.whole:
            return reported_sound(self.last)
        heard = self._segments[-1].get("end") if self._segments else None
        if isinstance(heard, int | float) and heard >= 0:
            return Usage(source="events", audio_seconds=math.ceil(heard))
        return None

    def answer(self) -> dict[str, Any]:
        """The whole transcript, as an engine's plain answer has it."""
        told = {name: value for name, value in self.last.items() if name not in ("type", "usage")}
        told.setdefault("text", "".join(self._texts).strip())
        if self._segments:
            told["segments"] = [
                {name: value for name, value in one.items() if name != "words"} for one in self._segments
            ]
        return told | ({"words": self._words} if self._words else {})

    def _event(self, data: bytes | None) -> bytes:
        """One event's data: what of it may go now."""
        if data is None or self.done:
            return b""
        if data == b"[DONE]":
            self.done = True
            return self._end({}) if not self.held else b""
        try:
            told = msgspec.json.decode(data, type=dict[str, Any])
        except (ValueError, RecursionError):
            raise BadStream("an event that is no JSON object") from None
        if told.get("error") is not None:
            self.error, self.done = msgspec.json.encode(told["error"]), True
            return b""
        match told.get("type"):
            case "transcript.text.delta":
                return self._delta(told)
            case "transcript.text.done":
                self.done = True
                return self._end(told)
            case "transcript.text.segment":
                return b"data: " + data + b"\n\n"
            case _:
                return self._chunk(told)

    def _delta(self, told: dict[str, Any]) -> bytes:
        delta, segment = told.get("delta"), told.get("segment")
        if not isinstance(delta, str):
            raise BadStream("a delta without text")
        if isinstance(segment, dict):
            self._segments.append(segment)
            self._words += [word for word in segment.get("words") or () if isinstance(word, dict)]
        self.tokens += 1
        self._texts.append(delta)
        event = {"type": "transcript.text.delta"} | {name: told[name] for name in _PASSED if name in told}
        return _written(event)

    def _chunk(self, told: dict[str, Any]) -> bytes:
        """vLLM's events: chunks of a chat, whose usage stands in one of its own."""
        choices = told.get("choices")
        if not isinstance(choices, list):
            return b""
        if isinstance(told.get("usage"), dict):
            usage = told["usage"]
            self.last = {"usage": {**usage, "input_tokens": usage.get("prompt_tokens", 0),
                                   "output_tokens": usage.get("completion_tokens", 0), "type": "tokens"}}  # fmt: skip
        out = b""
        for choice in choices:
            text = (choice.get("delta") or {}).get("content") if isinstance(choice, dict) else None
            if isinstance(text, str) and text:
                out += self._delta({"delta": text})
        return out

    def _end(self, told: dict[str, Any]) -> bytes:
        """The last event: nothing of it goes before the charge."""
        self.last |= told
        self.last.setdefault("text", "".join(self._texts).strip())
        self.held.append(_written({**self.last, "type": "transcript.text.done"}))
        return b""


class TranscriptVoice:
    """See the gateway's `Voice`."""

    def __init__(self, wish: Wish, about: About) -> None:
        self.content_type = content_type(wish.format)
        self._wish = wish
        self._about = about
        self._reader = TranscriptReader()

    def native(self, about: About) -> Reader:
        """See Voice."""
        self._reader = TranscriptReader()
        return self._reader

    def say(self, events: bytes) -> bytes:
        """See Voice; the reader has written them as they go out."""
        return events

    def end(self, held: bytes, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        out = []
        for one in held.split(b"\n\n")[:-1]:
            told = msgspec.json.decode(data_of(one) or b"{}", type=dict[str, Any])
            if told.get("type") == "transcript.text.done":
                known: dict[str, Any] = {name: told[name] for name in ("text", "logprobs", "languages") if name in told}
                told = {"type": told["type"], **known, "usage": told_usage(told, usage)}
            out.append(_written(told))
        return b"".join(out)

    def whole(self, answer: dict[str, Any] | None, usage: Usage, *, cut: bool) -> bytes:
        """See Voice."""
        told = self._reader.last if answer is None else answer
        answer = self._reader.answer() if answer is None else answer
        return render(answer, self._wish.format, self._wish.granularities, told_usage(told, usage))

    def broken(self, error: TokenryError) -> bytes:
        """See Voice."""
        return _written(error.envelope())

    async def settled(self, receipt: Receipt) -> None:
        """See Voice; transcripts are not kept."""


def told_usage(told: dict[str, Any], usage: Usage) -> dict[str, Any]:
    """What the client reads that was used: tokens where the engine counts those, else seconds of sound."""
    if not usage.total_tokens:
        return {"type": "duration", "seconds": usage.audio_seconds}
    given = told.get("usage")
    details = given.get("input_token_details") if isinstance(given, dict) else None
    counted = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    more = {} if details is None else {"input_token_details": details}
    return {"type": "tokens", **counted, "total_tokens": usage.total_tokens, **more}


def _written(event: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(event) + b"\n\n"
