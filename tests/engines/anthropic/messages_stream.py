"""What Anthropic's API sends, made up: whole messages and the bytes of their streams."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(min_size=1, max_size=12)
COUNT = st.integers(0, 10_000)


def sse(*events: dict[str, Any]) -> bytes:
    """The bytes of a stream of these events."""
    return b"".join(
        b"event: %b\ndata: %b\n\n" % (str(event.get("type", "")).encode(), json.dumps(event).encode())
        for event in events
    )


def begin(**usage: int) -> dict[str, Any]:
    """The event a stream begins with."""
    counted = {"input_tokens": 5, "output_tokens": 1, **usage}
    return {
        "type": "message_start",
        "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "usage": counted},
    }


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of one block."""
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def text(index: int, *pieces: str) -> list[dict[str, Any]]:
    """A block of text."""
    return block(index, {"type": "text", "text": ""}, *({"type": "text_delta", "text": piece} for piece in pieces))


def thinking(index: int, signature: str, *pieces: str) -> list[dict[str, Any]]:
    """A block of thinking with its signature."""
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
    signed = {"type": "signature_delta", "signature": signature}
    return block(index, {"type": "thinking", "thinking": "", "signature": ""}, *deltas, signed)


def call(index: int, name: str, *pieces: str, given: Any = None) -> list[dict[str, Any]]:
    """A call of a tool; its input in pieces, or given at once."""
    start = {"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": {} if given is None else given}
    return block(index, start, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))


def end(reason: str | None = "end_turn", **usage: int) -> list[dict[str, Any]]:
    """The events a stream ends with."""
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 7, **usage}},
        {"type": "message_stop"},
    ]


_PIECES = st.lists(TEXT, min_size=1, max_size=4)
_BLOCKS = st.lists(
    st.one_of(
        st.tuples(st.just("text"), _PIECES),
        st.tuples(st.just("thinking"), _PIECES),
        st.tuples(st.just("call"), st.dictionaries(TEXT, TEXT, max_size=3)),
        st.tuples(st.just("unknown"), _PIECES),
    ),
    max_size=5,
)
_USAGE = st.fixed_dictionaries(
    {
        "input_tokens": COUNT,
        "cache_read_input_tokens": COUNT,
        "cache_creation_input_tokens": COUNT,
        "output_tokens": st.integers(1, 10_000),
    }
)
_REASONS = st.sampled_from(["end_turn", "max_tokens", "stop_sequence", "refusal", "pause_turn", "of_the_future"])
TRANSCRIPTS = st.fixed_dictionaries({"blocks": _BLOCKS, "usage": _USAGE, "reason": _REASONS})


def events_of(transcript: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a made-up answer."""
    events = [begin(), {"type": "ping"}]
    for index, (kind, said) in enumerate(transcript["blocks"]):
        match kind:
            case "text":
                events += text(index, *said)
            case "thinking":
                events += thinking(index, f"sig{index}", *said)
            case "call":
                raw = json.dumps(said)
                events += call(index, f"tool{index}", raw[:3], raw[3:])
            case _:
                events += block(index, {"type": "of_the_future", "data": said}, {"type": "some_delta", "more": said})
                events.append({"type": "event_of_the_future", "index": index})
    return events + end(transcript["reason"], **transcript["usage"])
