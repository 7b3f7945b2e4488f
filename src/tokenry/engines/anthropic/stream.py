"""A stream of Anthropic's Messages API told as the stream of a chat completion.

Text is `content`, thinking `reasoning_content`, calls come in pieces under their index. Whole blocks of thinking, with
the signatures that only their maker can give, stand in `thinking_blocks` of a delta, the last of which has them all;
a client that sends them back in its assistant message has them sent back as they came. Blocks and events that are not
known are passed over. Usage is told at the end, where Anthropic's counts are final.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming and …/handling-stop-reasons
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.engines.anthropic.errors import error_of
from tokenry.engines.anthropic.events import Block, Delta, Event, Framer, Message, Stop, Usage, read

FINISHES = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
    "pause_turn": "stop",  # only of the provider's own tools, which a chat cannot ask for
}
THOUGHTS_SIZE_MAX = 1024 * 1024  # bytes of thinking that are kept to be told whole
_OPEN_MAX = 1024  # blocks; an upstream's index must not make us fill the memory
_PING = b": ping\n\n"
_DONE = b"data: [DONE]\n\n"
_encode = msgspec.json.Encoder().encode


class Translator:
    """Feed it the bytes of a Messages stream; it returns those of the same chat stream.

    Args:
        created: when the answer was asked for, in seconds since the epoch.
        answer_tool: the tool whose input is the answer, which is told as content.
    """

    def __init__(self, created: int, *, answer_tool: str | None = None) -> None:
        self._created = created
        self._answer_tool = answer_tool
        self._framer = Framer()
        self._head = b""
        self._blocks: dict[int, _Open] = {}
        self._calls = 0
        self._thoughts: list[dict[str, str]] = []
        self._thoughts_size = 0
        self._usage: dict[str, int] = {}
        self._finished = self._done = False

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, in any pieces; the chat's events that are whole now. Never raises for what came."""
        told = b"".join([self._event(event) for event in self._framer.feed(data) if not self._done])
        return told + self._framer.beyond_limit()

    def _event(self, data: bytes) -> bytes:
        event = read(data, Event)
        if event is None:
            return b""
        match event.type:
            case "content_block_delta":
                return self._grow(event)
            case "content_block_start":
                return self._open(event)
            case "content_block_stop":
                return self._close(event.index)
            case "message_start":
                return self._begin(event)
            case "message_delta":
                return self._end(event)
            case "message_stop":
                self._done = True
                return self._finish("end_turn") + _DONE
            case "error":
                self._done = True
                return b"data: " + _encode({"error": error_of(bytes(event.error))}) + b"\n\n"
            case "ping":
                return _PING
        return b""

    # --- the message -----------------------------------------------------------------------------------------------

    def _begin(self, event: Event) -> bytes:
        message = read(event.message, Message)
        if message is None or self._head:
            return b""
        self._count(message.usage)
        self._name(message)
        head = self._chunk({"role": "assistant", "content": None, "refusal": None})
        self._usage["output_tokens"] = 0  # of a beginning; not yet how many there are
        prompt = self._used()  # should the stream break, it is known what was read
        del self._usage["output_tokens"]
        return head + prompt

    def _name(self, message: Message) -> None:
        head = {"id": message.id, "object": "chat.completion.chunk", "created": self._created, "model": message.model}
        self._head = b"data: " + _encode(head)[:-1]

    def _end(self, event: Event) -> bytes:
        self._count(event.usage)
        stop = read(event.delta, Stop)
        told = b""
        if stop is not None and stop.stop_reason is not None:
            if stop.stop_reason == "refusal" and stop.stop_details is not None and stop.stop_details.explanation:
                told = self._chunk({"refusal": stop.stop_details.explanation}) if not self._finished else b""
            told += self._finish(stop.stop_reason)
        return told + self._used()

    def _finish(self, reason: str) -> bytes:
        if self._finished:
            return b""
        told = b"".join([self._close(index) for index in sorted(self._blocks)])
        self._finished = True
        finish = FINISHES.get(reason, "stop")
        if finish in {"stop", "tool_calls"}:
            finish = "tool_calls" if self._calls else "stop"
        return told + self._chunk({}, finish)

    def _count(self, raw: msgspec.Raw) -> None:
        usage = read(raw, Usage)
        if usage is None:
            return
        details = usage.output_tokens_details
        for name, count in (
            ("input_tokens", usage.input_tokens),
            ("written", usage.cache_creation_input_tokens),
            ("cached", usage.cache_read_input_tokens),
            ("output_tokens", usage.output_tokens),
            ("thinking", details.thinking_tokens if details is not None else None),
        ):
            if count is not None:
                self._usage[name] = max(0, count)

    def _used(self) -> bytes:
        """The usage as a chat's: the whole prompt, and of it what came from a cache and what went into one."""
        known = self._usage
        if "output_tokens" not in known:
            return b""
        cached, written = known.get("cached", 0), known.get("written", 0)
        prompt, output = known.get("input_tokens", 0) + cached + written, known["output_tokens"]
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "total_tokens": prompt + output,
            "prompt_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
            "completion_tokens_details": {"reasoning_tokens": min(known.get("thinking", 0), output)},
        }
        return self._line(b'"choices":[],"usage":' + _encode(usage))

    # --- its blocks ------------------------------------------------------------------------------------------------

    def _open(self, event: Event) -> bytes:
        block = read(event.content_block, Block)
        if block is None or self._finished or len(self._blocks) >= _OPEN_MAX:
            return b""
        told = self._close(event.index)
        open_ = self._blocks[event.index] = _Open(block, self._kind(block))
        match open_.kind:
            case "text" if block.text:
                told += self._chunk({"content": block.text})
            case "thinking" if block.thinking:
                told += self._think(open_, block.thinking)
            case "call":
                open_.call = self._calls
                self._calls += 1
                function = {"name": block.name, "arguments": ""}
                told += self._call({"id": block.id, "type": "function", "function": function}, open_)
        return told

    def _kind(self, block: Block) -> str:
        if block.type == "tool_use":
            return "answer" if self._answer_tool is not None and block.name == self._answer_tool else "call"
        return block.type

    def _grow(self, event: Event) -> bytes:
        delta, open_ = read(event.delta, Delta), self._blocks.get(event.index)
        if delta is None or open_ is None:
            return b""
        match open_.kind, delta.type:
            case "text", "text_delta" if delta.text:
                return self._chunk({"content": delta.text})
            case "thinking", "thinking_delta" if delta.thinking:
                return self._think(open_, delta.thinking)
            case "thinking", "signature_delta":
                open_.signature += self._kept(delta.signature)
            case "call", "input_json_delta" if delta.partial_json:
                open_.grown = True
                return self._call({"function": {"arguments": delta.partial_json}}, open_)
            case "answer", "input_json_delta" if delta.partial_json:
                open_.grown = True
                return self._chunk({"content": delta.partial_json})
        return b""

    def _close(self, index: int) -> bytes:
        """A block is whole: input that came with its beginning is told now, and thinking with its signature."""
        open_ = self._blocks.pop(index, None)
        if open_ is None:
            return b""
        match open_.kind:
            case "call" | "answer" if not open_.grown:
                given = bytes(open_.block.input)
                whole = given.decode() if given.startswith(b"{") else "{}"
                if open_.kind == "answer":
                    return self._chunk({"content": whole})
                return self._call({"function": {"arguments": whole}}, open_)
            case "thinking" if open_.signature or open_.block.signature:
                signature = open_.signature or open_.block.signature
                return self._tell({"type": "thinking", "thinking": "".join(open_.thinking), "signature": signature})
            case "redacted_thinking":
                return self._tell({"type": "redacted_thinking", "data": self._kept(open_.block.data)})
        return b""

    def _think(self, open_: _Open, piece: str) -> bytes:
        open_.thinking.append(self._kept(piece))
        return self._chunk({"reasoning_content": piece})

    def _kept(self, piece: str) -> str:
        """The piece, if there is still room to keep it."""
        self._thoughts_size += len(piece)
        return piece if self._thoughts_size <= THOUGHTS_SIZE_MAX else ""

    def _tell(self, block: dict[str, str]) -> bytes:
        """All whole blocks of thinking so far; none once some were too large to be told as they came."""
        if self._thoughts_size > THOUGHTS_SIZE_MAX:
            return b""
        self._thoughts.append(block)
        return self._chunk({"thinking_blocks": self._thoughts})

    # --- the chat's events -----------------------------------------------------------------------------------------

    def _call(self, part: dict[str, Any], open_: _Open) -> bytes:
        return self._chunk({"tool_calls": [{"index": open_.call, **part}]})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        return self._line(
            b'"choices":[{"index":0,"delta":%b,"logprobs":null,"finish_reason":%b}]' % (_encode(delta), _encode(finish))
        )

    def _line(self, members: bytes) -> bytes:
        if not self._head:  # it never said that it begins
            self._name(Message())
        return b"%b,%b}\n\n" % (self._head, members)


class _Open:
    """A block that is under way."""

    __slots__ = ("block", "call", "grown", "kind", "signature", "thinking")

    def __init__(self, block: Block, kind: str) -> None:
        self.block = block
        self.kind = kind
        self.call = 0
        self.grown = False
        self.thinking: list[str] = []
        self.signature = ""
