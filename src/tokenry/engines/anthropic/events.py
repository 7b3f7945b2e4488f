"""The events of Anthropic's Messages stream as types, and how to find them in bytes that come in any pieces.

Lenient: what cannot be read is passed over, for the API may add events, blocks and members at any time.
Source: https://platform.claude.com/docs/en/build-with-claude/streaming, …/api/versioning
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from tokenry.base.limits import SSE_EVENT_SIZE_MAX

T = TypeVar("T")

_NULL = msgspec.Raw(b"null")


class Event(msgspec.Struct, gc=False):
    """One event; its parts are read by those who want them."""

    type: str = ""
    index: int = 0
    delta: msgspec.Raw = _NULL
    content_block: msgspec.Raw = _NULL
    message: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL
    error: msgspec.Raw = _NULL


class Delta(msgspec.Struct, gc=False):
    """What a block grows by."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""


class Block(msgspec.Struct, gc=False):
    """A block as it begins."""

    type: str = ""
    id: str = ""
    name: str = ""
    text: str = ""
    thinking: str = ""
    signature: str = ""
    data: str = ""
    input: msgspec.Raw = _NULL


class StopDetails(msgspec.Struct, gc=False):
    """Why it refused."""

    explanation: str | None = None


class Stop(msgspec.Struct, gc=False):
    """How the message ended."""

    stop_reason: str | None = None
    stop_details: StopDetails | None = None


class Message(msgspec.Struct, gc=False):
    """The message as it begins."""

    id: str = ""
    model: str = ""
    usage: msgspec.Raw = _NULL


class OutputDetails(msgspec.Struct, gc=False):
    """Of what is put out."""

    thinking_tokens: int | None = None


class Usage(msgspec.Struct, gc=False):
    """Tokens so far; what is not told again stays as it was told."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


def read(raw: bytes | msgspec.Raw, kind: type[T]) -> T | None:
    """The JSON as a type; None for what is none, or of another shape."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError):
        return None


class Framer:
    """Finds whole events; of a stream in which one grows beyond any limit, none any more."""

    def __init__(self) -> None:
        self._rest = b""
        self._lost = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The data of each event that is whole with these bytes; comments and events without data are passed over."""
        if self._lost:
            return
        data = self._rest + data
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        *events, self._rest = data.split(b"\n\n")
        self._lost = len(self._rest) > SSE_EVENT_SIZE_MAX
        for event in events:
            lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                yield b"\n".join(lines)

    def beyond_limit(self) -> bytes:
        """The event that is larger than any may be, once, for the reader to see that it is; else nothing."""
        if not self._lost:
            return b""
        told, self._rest = self._rest, b""
        return told
