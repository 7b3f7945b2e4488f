"""Reads the stream of an engine that speaks Anthropic's Messages API: passes on, counts, holds back, cuts.

See `gateway.Reader` for its duties. Events go through as they came: signatures, block types and deltas that nobody here
knows. Only the model's name is the one that clients know, and the last two events wait for the charge.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.api.messages.usage import EngineUsage, counted, merged
from tokenry.api.messages.words import event
from tokenry.base.limits import SSE_EVENT_SIZE_MAX
from tokenry.gateway import About, BadStream, data_of
from tokenry.ledger import Usage

_TEXTS = frozenset({"text", "thinking", "partial_json"})


class _Read(msgspec.Struct):
    """What decides in an event; the rest stays bytes."""

    type: str = ""
    index: int = 0
    delta: dict[str, Any] | None = None
    message: dict[str, Any] | None = None
    content_block: dict[str, Any] | None = None
    usage: EngineUsage | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")


class _MessageUsage(msgspec.Struct):
    usage: EngineUsage | None = None


_decoder = msgspec.json.Decoder(_Read)


class MessagesReader:
    """One answer of an engine that speaks the client's API.

    Args:
        about: what the answer says of itself.
        keep: put the whole message together, too.

    Attributes:
        message: the whole message without its content, as far as it came.
        ending: the last `message_delta`, which says why it ended.
        open: the block that is begun and not ended, by its index.
        blocks: of the message, if they are kept.
    """

    def __init__(self, about: About, *, keep: bool) -> None:
        self.tokens = 0
        self.done = False
        self.cut = False
        self.error: bytes | None = None
        self.held: list[bytes] = []
        self.message: dict[str, Any] = {}
        self.ending: dict[str, Any] | None = None
        self.open: set[int] = set()
        self.blocks: dict[int, dict[str, Any]] = {}
        self._about = about
        self._keep = keep
        self._rest = b""
        self._usage: EngineUsage | None = None

    @property
    def whole(self) -> bool:
        """It has said why it ended."""
        return self.ending is not None

    def usage(self) -> Usage | None:
        """What the engine reported, if it did."""
        return None if self._usage is None else counted(self._usage)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes from the engine; whole events that may go to the client now. Raises BadStream."""
        data = (self._rest + data).replace(b"\r\n", b"\n")
        end = data.rfind(b"\n\n")
        if end < 0:
            if len(data) > SSE_EVENT_SIZE_MAX:
                raise BadStream(f"an event of more than {SSE_EVENT_SIZE_MAX} bytes")
            self._rest = data
            return b""
        block, self._rest = data[: end + 2], data[end + 2 :]
        return b"".join([self._event(one + b"\n\n") for one in block.split(b"\n\n")[:-1]])

    def _event(self, whole: bytes) -> bytes:
        """One event: what of it may go now."""
        data = data_of(whole)
        if data is None or self.done or self.cut:
            return b""
        try:
            read = _decoder.decode(data)
        except (ValueError, RecursionError):
            raise BadStream("an event that makes no sense") from None
        match read.type:
            case "message_start":
                return self._start(read.message or {})
            case "content_block_start":
                self.open.add(read.index)
                if self._keep:
                    self.blocks[read.index] = dict(read.content_block or {})
            case "content_block_delta":
                return whole if self._counts(read.index, read.delta or {}) else b""
            case "content_block_stop":
                self.open.discard(read.index)
            case "message_delta":
                return self._delta(whole, read)
            case "message_stop":
                self.done = True
                return b""
            case "error":
                self.error, self.done = bytes(read.error), True
                return b""
        if self.held:
            self.held.append(whole)
            return b""
        return whole

    def _start(self, message: dict[str, Any]) -> bytes:
        self.message = {**message, "model": self._about.model}
        try:
            self._usage = msgspec.convert(message, _MessageUsage, strict=False).usage
        except msgspec.ValidationError:
            raise BadStream("a usage that is none") from None
        return event({"type": "message_start", "message": self.message})

    def _counts(self, index: int, delta: dict[str, Any]) -> bool:
        """Count a delta; False when it is beyond the limit, where the stream is cut."""
        new = 1 if any(delta.get(name) for name in _TEXTS) else 0
        if self.tokens + new > self._about.limit:
            self.cut = True
            return False
        self.tokens += new
        if self._keep:
            grow(self.blocks.setdefault(index, {}), delta)
        return True

    def _delta(self, whole: bytes, read: _Read) -> bytes:
        """The message's own delta; the last one says why it ended, and waits."""
        if read.usage is not None:
            self._usage = merged(self._usage, read.usage)
        if not (read.delta or {}).get("stop_reason"):
            return whole
        data = data_of(whole)
        self.ending = msgspec.json.decode(data or b"{}")
        self.held.append(whole)
        return b""


def grow(block: dict[str, Any], delta: dict[str, Any]) -> None:
    """Add a delta to its block: texts and lists go on, of all else the last word counts."""
    for name, value in delta.items():
        if name == "type":
            continue
        before = block.get("citations" if name == "citation" else name)
        if name == "citation":
            block["citations"] = [*before, value] if isinstance(before, list) else [value]
        elif name != "signature" and isinstance(value, str) and isinstance(before, str):
            block[name] = before + value
        else:
            block[name] = value


def finished(block: dict[str, Any]) -> dict[str, Any]:
    """A whole block as it stands in a message: the JSON text of a call's input is read."""
    if "partial_json" not in block:
        return block
    text = block.pop("partial_json")
    try:
        decoded = msgspec.json.decode(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        decoded = {}
    return {**block, "input": decoded if isinstance(decoded, dict) else {}}
