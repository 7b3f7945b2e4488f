"""Reads an engine that speaks the Responses API itself: its items go to the client as they are, down to encrypted ones.

Of its response object only what the model made is taken; what was asked, ids, numbers and usage are ours to tell. The
event that says that the answer is whole is held back, as `cutter` does for chat completions.

Source: OpenAI's OpenAPI document 2.3.0, ResponseStreamEvent.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from tokenry.api.responses.items import Item
from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway import BadStream, data_of, reported
from tokenry.ledger import Usage

_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
_OURS = frozenset({"response.created", "response.in_progress", "response.queued"})
_PARTS = {"output_text": ("response.output_text", "text"), "refusal": ("response.refusal", "refusal")}


class _Details(msgspec.Struct):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: _Details | None = None
    output_tokens_details: _Details | None = None


class NativeReader:
    """See gateway's `Reader`. What it lets through is taken with `drained`, decoded.

    Attributes:
        incomplete: why the answer is not whole, once that is known.
    """

    def __init__(self, limit: int) -> None:
        self.tokens = 0
        self.done = False
        self.cut = False
        self.error: bytes | None = None
        self.held: list[bytes] = []
        self.incomplete: str | None = None
        self._limit = limit
        self._rest = b""
        self._ready: list[dict[str, Any]] = []
        self._items: dict[int, Item] = {}
        self._open: set[int] = set()
        self._ended: dict[str, Any] | None = None  # its response, when it said the last word

    @property
    def whole(self) -> bool:
        """See Reader."""
        return self._ended is not None

    def feed(self, data: bytes) -> bytes:
        """See Reader."""
        data = (self._rest + data).replace(b"\r\n", b"\n")
        end = data.rfind(b"\n\n")
        if end < 0:
            if len(data) > SSE_EVENT_SIZE_MAX:
                raise BadStream(f"an event of more than {SSE_EVENT_SIZE_MAX} bytes")
            self._rest = data
            return b""
        block, self._rest = data[: end + 2], data[end + 2 :]
        return b"".join([one + b"\n\n" for one in block.split(b"\n\n")[:-1] if self._passes(one)])

    def usage(self) -> Usage | None:
        """See Reader."""
        if self._ended is None:
            return None
        try:
            told = msgspec.convert(self._ended.get("usage") or {}, _Usage)
        except msgspec.ValidationError:
            return None
        inputs, outputs = told.input_tokens_details or _Details(), told.output_tokens_details or _Details()
        return reported(
            told.input_tokens, told.output_tokens, cached=inputs.cached_tokens or 0,
            written=inputs.cache_write_tokens or 0, reasoning=outputs.reasoning_tokens or 0,
        )  # fmt: skip

    def drained(self) -> list[dict[str, Any]]:
        """The events since it was asked last."""
        ready, self._ready = self._ready, []
        return ready

    def output(self) -> list[Item]:
        """The items that the model made."""
        told = (self._ended or {}).get("output")
        if isinstance(told, list) and told and all(isinstance(item, dict) for item in told):
            return told
        return [self._items[index] for index in sorted(self._items)]

    def closed(self) -> list[dict[str, Any]]:
        """What ends the items that are still open, where the stream was cut."""
        if self.cut:
            self.incomplete = "max_output_tokens"
        events: list[dict[str, Any]] = []
        for index in sorted(self._open):
            item = self._items[index]
            if item.get("type") != "reasoning":
                item["status"] = "incomplete"
            with suppress(AttributeError, LookupError, TypeError, ValueError):  # as above
                events += _endings(index, item)
            events.append({"type": "response.output_item.done", "output_index": index, "item": item})
        self._open.clear()
        return events

    def _passes(self, event: bytes) -> bool:
        """Take one event; whether it goes to the client now."""
        data = data_of(event)
        if data is None or self.done or self.cut:
            return False
        try:
            told = msgspec.json.decode(data, type=dict[str, Any])
        except (ValueError, RecursionError):
            return False
        kind = told.pop("type", None)
        if not isinstance(kind, str) or kind in _OURS:
            return False
        if kind in _ENDS:
            self._end(kind, told, event + b"\n\n")
            return False
        if kind.endswith(".delta"):
            if self.tokens >= self._limit:
                self.cut = True
                return False
            self.tokens += 1
        told.pop("sequence_number", None)
        with suppress(AttributeError, LookupError, TypeError, ValueError):  # of a shape that no item has
            self._note(kind, told)
        self._ready.append({"type": kind, **told})
        return True

    def _end(self, kind: str, told: dict[str, Any], event: bytes) -> None:
        self.done = True
        response = told.get("response")
        response = response if isinstance(response, dict) else {}
        if kind in ("error", "response.failed"):
            self.error = msgspec.json.encode(response.get("error") or told)
            return
        self._ended = response
        self.held.append(event)
        if kind == "response.incomplete":
            details = response.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, dict) else None
            self.incomplete = reason if isinstance(reason, str) else "max_output_tokens"

    def _note(self, kind: str, told: dict[str, Any]) -> None:
        """Keep what an item has become, so that it can be ended should the stream be cut."""
        index, item = told.get("output_index"), told.get("item")
        if not isinstance(index, int):
            return
        if kind in ("response.output_item.added", "response.output_item.done"):
            if isinstance(item, dict):
                self._items[index] = msgspec.json.decode(msgspec.json.encode(item))
                (self._open.add if kind.endswith("added") else self._open.discard)(index)
            return
        known, delta = self._items.get(index), told.get("delta")
        if known is None or index not in self._open:
            return
        if kind == "response.content_part.added" and isinstance(told.get("part"), dict):
            known.setdefault("content", []).append(dict(told["part"]))
        elif kind == "response.reasoning_summary_part.added" and isinstance(told.get("part"), dict):
            known.setdefault("summary", []).append(dict(told["part"]))
        elif isinstance(delta, str):
            _grow(known, kind, delta)


def _grow(item: Item, kind: str, delta: str) -> None:
    if kind == "response.function_call_arguments.delta":
        item["arguments"] = item.get("arguments", "") + delta
    elif kind == "response.custom_tool_call_input.delta":
        item["input"] = item.get("input", "") + delta
    elif item.get("content") and kind in ("response.output_text.delta", "response.refusal.delta"):
        part, member = item["content"][-1], "refusal" if kind == "response.refusal.delta" else "text"
        part[member] = part.get(member, "") + delta
    elif kind == "response.reasoning_text.delta":
        if not item.get("content"):
            item["content"] = [{"type": "reasoning_text", "text": ""}]
        item["content"][-1]["text"] = item["content"][-1].get("text", "") + delta
    elif kind == "response.reasoning_summary_text.delta" and item.get("summary"):
        item["summary"][-1]["text"] = item["summary"][-1].get("text", "") + delta


def _endings(index: int, item: Item) -> list[dict[str, Any]]:
    """What comes before an open item's own end."""
    where = {"item_id": item.get("id"), "output_index": index}
    if item.get("type") == "function_call":
        said = item.get("arguments", "")
        return [{"type": "response.function_call_arguments.done", **where, "name": item.get("name"), "arguments": said}]
    if item.get("type") == "custom_tool_call":
        return [{"type": "response.custom_tool_call_input.done", **where, "input": item.get("input", "")}]
    if item.get("type") == "reasoning":
        return _endings_of_thought(where, item)
    content = item.get("content")
    if not isinstance(content, list) or not content or content[-1].get("type") not in _PARTS:
        return []
    part = content[-1]
    place, (prefix, member) = len(content) - 1, _PARTS[part["type"]]
    done: dict[str, Any] = {"type": f"{prefix}.done", **where, "content_index": place, member: part.get(member, "")}
    if member == "text":
        done["logprobs"] = part.get("logprobs") or []
    return [done, {"type": "response.content_part.done", **where, "content_index": place, "part": part}]


def _endings_of_thought(where: dict[str, Any], item: Item) -> list[dict[str, Any]]:
    """The same for reasoning: its text, or the summary that is written of it."""
    if item.get("content"):
        place, text = len(item["content"]) - 1, item["content"][-1].get("text", "")
        return [{"type": "response.reasoning_text.done", **where, "content_index": place, "text": text}]
    if not item.get("summary"):
        return []
    place, part = len(item["summary"]) - 1, item["summary"][-1]
    at = {**where, "summary_index": place}
    return [
        {"type": "response.reasoning_summary_text.done", **at, "text": part.get("text", "")},
        {"type": "response.reasoning_summary_part.done", **at, "part": part},
    ]
