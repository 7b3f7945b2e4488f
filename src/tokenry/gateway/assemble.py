"""A stream put together to the answer it would have been. A stream equals its non-stream twin.

Engines that leave a slot busy when a plain request is dropped are always asked for a stream.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.base.limits import CHOICES_MAX
from tokenry.gateway.chunks import usage_json
from tokenry.gateway.cutter import data_of
from tokenry.ledger import Usage

CALLS_MAX = 1024  # in one answer; an engine's index must not make us fill the memory
_HEAD = ("id", "created", "model", "system_fingerprint", "service_tier")
_TEXTS = ("content", "refusal", "reasoning_content", "reasoning")


class Assembler:
    """Takes the events of a chat or text completion and gives the whole object."""

    def __init__(self, *, chat: bool) -> None:
        self._chat = chat
        self._head: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}

    def add(self, block: bytes) -> None:
        """Take a block of whole events, as `Cutter.feed` returns them."""
        for event in block.split(b"\n\n"):
            data = data_of(event)
            if data is None:
                continue
            try:
                self._take(msgspec.json.decode(data))
            except (AttributeError, TypeError, ValueError, IndexError, RecursionError):
                continue  # no JSON, no text, or of a shape that no answer has

    def _take(self, chunk: dict[str, Any]) -> None:
        for name in _HEAD:
            if chunk.get(name) is not None:
                self._head.setdefault(name, chunk[name])
        for part in chunk.get("choices") or ():
            index = part.get("index", 0)
            if not isinstance(index, int) or not 0 <= index < CHOICES_MAX**2:
                continue  # `n` for each of many prompts is the most that anybody can ask for
            choice = self._choices.setdefault(index, self._empty(index))
            if part.get("finish_reason") is not None:
                choice["finish_reason"] = part["finish_reason"]
            _merge_logprobs(choice, part.get("logprobs"))
            if self._chat:
                _merge_delta(choice["message"], part.get("delta") or {})
            else:
                choice["text"] += part.get("text") or ""

    def _empty(self, index: int) -> dict[str, Any]:
        if not self._chat:
            return {"index": index, "text": "", "logprobs": None, "finish_reason": None}
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
        return {"index": index, "message": message, "logprobs": None, "finish_reason": None}

    def choices(self) -> list[dict[str, Any]]:
        """The choices as they stand, by index."""
        return [self._choices[index] for index in sorted(self._choices)]

    def answer(self, usage: Usage) -> dict[str, Any]:
        """The whole answer."""
        kind = "chat.completion" if self._chat else "text_completion"
        return {**self._head, "object": kind, "choices": self.choices(), "usage": usage_json(usage)}


def _merge_delta(message: dict[str, Any], delta: dict[str, Any]) -> None:
    for name in _TEXTS:
        if isinstance(delta.get(name), str):
            message[name] = (message.get(name) or "") + delta[name]
    if delta.get("role"):
        message["role"] = delta["role"]
    for call in delta.get("tool_calls") or ():
        _merge_call(message.setdefault("tool_calls", []), call)
    known = {*_TEXTS, "role", "tool_calls"}
    # What we do not know passes through; the last word counts.
    message.update({name: value for name, value in delta.items() if name not in known})


def _merge_call(calls: list[dict[str, Any]], part: dict[str, Any]) -> None:
    """Tool calls come in pieces that share an index; arguments are text to be joined."""
    index = part.get("index", len(calls))
    if not 0 <= index < CALLS_MAX:
        return
    while len(calls) <= index:
        calls.append({"id": "", "type": "function", "function": {"name": "", "arguments": ""}})
    call = calls[index]
    call["id"] = part.get("id") or call["id"]
    call["type"] = part.get("type") or call["type"]
    function = part.get("function") or {}
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""


def _merge_logprobs(choice: dict[str, Any], logprobs: dict[str, Any] | None) -> None:
    if not logprobs:
        return
    whole = choice["logprobs"] or {}
    for name, value in logprobs.items():
        if isinstance(value, list):
            whole[name] = (whole.get(name) or []) + value
        else:
            whole.setdefault(name, value)
    choice["logprobs"] = whole
