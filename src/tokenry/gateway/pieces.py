"""A chat completion, streamed or whole, as the pieces that it says in order: what a `Voice` tells in a client's words.

One choice is read, the first: the APIs that are told from pieces have no more. Knows no API but chat completions, and
nothing of money: usage is given to voices by the gateway.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tokenry.gateway.assemble import CALLS_MAX
from tokenry.gateway.cutter import data_of


class Text(msgspec.Struct, frozen=True):
    """More of the answer's text. `logprobs`: of its tokens, as the engine wrote them, when they were asked for."""

    text: str
    logprobs: list[Any] | None = None


class Reasoning(msgspec.Struct, frozen=True):
    """More of what the model thought before it answered."""

    text: str


class Refusal(msgspec.Struct, frozen=True):
    """More of the words in which the model declines."""

    text: str


class Call(msgspec.Struct, frozen=True):
    """The model begins to call a tool. `index` tells its calls apart; `id` is empty where the engine names none."""

    index: int
    id: str
    name: str


class Arguments(msgspec.Struct, frozen=True):
    """More of the arguments (JSON as text) of the call that began under this index."""

    index: int
    text: str


class Other(msgspec.Struct, frozen=True):
    """A member of the delta or message that no other piece tells, as it came: `annotations`, `thinking_blocks`, …"""

    name: str
    value: Any


class Finish(msgspec.Struct, frozen=True):
    """The answer is whole: `stop`, `length`, `tool_calls`, `content_filter`, or an engine's own word."""

    reason: str


Piece = Text | Reasoning | Refusal | Call | Arguments | Other | Finish

THOUGHTS = "thinking_blocks"  # what the model thought, signed by its maker; it belongs to the reasoning before it
_TOLD = frozenset({"role", "content", "refusal", "reasoning_content", "reasoning", "tool_calls", "function_call"})


class Pieces:
    """Reads one answer. Of what has no shape that an answer has, nothing is told; nothing raises."""

    def __init__(self) -> None:
        self._begun: set[int] = set()  # calls
        self._waiting: dict[int, tuple[str, str]] = {}  # id and arguments of calls whose name did not come yet
        self._last = -1

    def read(self, events: bytes) -> list[Piece]:
        """The pieces in whole events of a chat completion's stream."""
        found: list[Piece] = []
        for event in events.split(b"\n\n"):
            data = data_of(event)
            if data is None:
                continue
            try:
                chunk = msgspec.json.decode(data)
            except (ValueError, RecursionError):
                continue
            for choice in _choices(chunk):
                found += self._choice(choice, choice.get("delta"))
        return found

    def read_whole(self, answer: dict[str, Any]) -> list[Piece]:
        """The pieces of a whole chat completion, in the order in which its stream would say them."""
        found: list[Piece] = []
        for choice in _choices(answer):
            message = choice.get("message")
            if isinstance(message, dict):
                calls = message.get("tool_calls")
                if isinstance(calls, list):
                    known = [{**call, "index": index} for index, call in enumerate(calls) if isinstance(call, dict)]
                    message = {**message, "tool_calls": known}
            found += self._choice(choice, message)
        return found

    def _choice(self, choice: dict[str, Any], said: Any) -> Iterator[Piece]:
        if isinstance(said, dict):
            yield from self._said(said, choice.get("logprobs"))
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            yield Finish(reason)

    def _said(self, said: dict[str, Any], logprobs: Any) -> Iterator[Piece]:
        # Some engines write one token under both names.
        if thought := _text(said.get("reasoning_content")) or _text(said.get("reasoning")):
            yield Reasoning(thought)
        if said.get(THOUGHTS) is not None:
            yield Other(THOUGHTS, said[THOUGHTS])
        tokens = logprobs.get("content") if isinstance(logprobs, dict) else None
        tokens = tokens if isinstance(tokens, list) and tokens else None
        text = _text(said.get("content"))
        if text or tokens:
            yield Text(text, tokens)
        if refused := _text(said.get("refusal")):
            yield Refusal(refused)
        calls = said.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict):
                yield from self._call(call)
        for name, value in said.items():
            if name not in _TOLD and name != THOUGHTS and value is not None:
                yield Other(name, value)

    def _call(self, call: dict[str, Any]) -> Iterator[Piece]:
        """One piece of a call. Its name opens it; engines may send the name late, or again."""
        function = call.get("function")
        function = function if isinstance(function, dict) else {}
        name, arguments, id_ = _text(function.get("name")), _text(function.get("arguments")), _text(call.get("id"))
        index = call.get("index")
        if not isinstance(index, int) or isinstance(index, bool):
            index = self._last + 1 if name else max(self._last, 0)  # as engines mean it that leave it out
        if not 0 <= index < CALLS_MAX:
            return
        self._last = max(self._last, index)
        if index not in self._begun:
            known, before = self._waiting.pop(index, ("", ""))
            id_, arguments = known or id_, before + arguments
            if not name:
                self._waiting[index] = id_, arguments
                return
            self._begun.add(index)
            yield Call(index, id_, name)
        if arguments:
            yield Arguments(index, arguments)


def _choices(chunk: Any) -> Iterator[dict[str, Any]]:
    """The first of the choices, where a chunk or answer has it."""
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("index", 0) == 0:
            yield choice
            return


def _text(value: Any) -> str:
    """A text; the texts of its parts, for engines that write parts; nothing for what is none."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    return "".join([_text(part.get("text")) for part in value if isinstance(part, dict)])
