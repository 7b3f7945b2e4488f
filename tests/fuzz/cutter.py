"""The reader of engines' streams against bytes that no engine should send, and against a slow reader of its own kind.

    just fuzz cutter --minutes 15

Whatever the bytes and wherever the reads cut them: only `BadStream` is raised; the same goes out, is held back and is
counted as when each event is looked at alone; no token goes out beyond the limit; the answer can be put together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from tokenry.gateway import toolcalls, vectors
from tokenry.gateway.assemble import Assembler
from tokenry.gateway.cutter import BadStream, Cutter, data_of
from tokenry.gateway.naming import public_name
from tokenry.ledger import Usage

ROOMS = ("tokenry.gateway",)
WORDS = (
    *(
        "data: ",
        "data:",
        "event: ",
        ": ",
        "[DONE]",
        "\n\n",
        "\r\n\r\n",
        '"choices":[',
        '"index":',
        '"delta":{',
        '"content":"a"',
    ),
    *(
        '"finish_reason":"stop"',
        '"usage":{',
        '"prompt_tokens":',
        '"completion_tokens":',
        '"total_tokens":',
        '"error":{',
    ),
    *(
        '"tool_calls":[',
        '"function":{',
        '"name":"',
        '"arguments":"',
        '"logprobs":{',
        '"reasoning_content":"',
        '"text":"',
        "null",
    ),
)


@dataclass(frozen=True)
class Read:
    """All that a reader of a stream makes known."""

    out: bytes
    held: list[bytes]
    tokens: int
    finished: set[int]
    ends: tuple[bool, bool, bytes | None]
    usage: Usage | None
    last: bytes | None


def read(pieces: list[bytes], choices: int, limit: int, *, adds_up: bool) -> Read:
    """What the cutter makes of a stream in these pieces."""
    cutter = Cutter(choices=choices, limit=limit, usage_adds_up=adds_up)
    out = b""
    for piece in pieces:
        if cutter.done or cutter.cut:
            break
        out += cutter.feed(piece)
    ends = (cutter.done, cutter.cut, cutter.error)
    return Read(out, cutter.held, cutter.tokens, cutter.finished, ends, cutter.usage(), data_of(cutter.last_event))


def by_event(stream: bytes) -> list[bytes]:
    """The stream's whole events, one by one; the rest of it last."""
    events = stream.replace(b"\r\n", b"\n").split(b"\n\n")
    return [event + b"\n\n" for event in events[:-1]] + [events[-1]]


def target(data: bytes) -> None:
    """One input: a few bytes that say how to read, then the stream."""
    if len(data) < 4:
        return
    how, stream = data[:4], data[4:]
    choices, limit, adds_up = how[0] % 3 + 1, (how[1] % 8) * 3 + 1, bool(how[0] & 128)
    try:
        whole = read([stream], choices, limit, adds_up=adds_up)
        small = read(list(cuts(stream, how[2], how[3])), choices, limit, adds_up=adds_up)
        single = read(by_event(stream), choices, limit, adds_up=adds_up)
    except BadStream:
        return
    # A key written in escapes is read only where something else made us look; where lines are blank or end twice, an
    # event has more than one end.
    if not any(odd in stream.replace(b"\r\n", b"\n") for odd in (b"\\u", b"\n\n\n", b"\r")):
        for other in (small, single):
            assert other == whole, f"\n{whole}\n{other}"
    assert whole.tokens <= limit
    assert all(data_of(one) != b"[DONE]" for one in whole.out.split(b"\n\n"))
    after(whole)


def cuts(stream: bytes, size: int, step: int) -> Iterator[bytes]:
    """Pieces of 1 to 256 bytes, of changing length."""
    start, length = 0, size + 1
    while start < len(stream):
        yield stream[start : start + length]
        start += length
        length = (length + step) % 256 + 1


def after(whole: Read) -> None:
    """What the gateway does with what came out: put it together, name it, end it."""
    usage = whole.usage or Usage()
    assembler = Assembler(chat=True)
    assembler.add(whole.out)
    assembler.add(b"".join(whole.held))
    answer = assembler.answer(usage)
    json.dumps(answer)
    toolcalls.as_events(toolcalls.as_calls({**answer, "model": "m"}))
    public_name(whole.out, "m")
    with suppress(ValueError, RecursionError):  # which its caller takes for a senseless answer
        vectors.render(whole.out, "m", as_base64=True, input_tokens=1)


def _chunk(choices: str, more: str = "") -> bytes:
    return f'data: {{"id":"c","created":1,"model":"x","choices":[{choices}]{more}}}\n\n'.encode()


def seeds() -> Iterator[bytes]:
    """Streams as engines write them, with the turns that some take."""
    head = _chunk('{"index":0,"delta":{"role":"assistant","content":""}}')
    word = _chunk('{"index":0,"delta":{"content":"a"},"finish_reason":null}')
    call = '{"index":0,"id":"t","function":{"name":"f","arguments":"{"}}'
    tool = _chunk('{"index":1,"delta":{"tool_calls":[' + call + "]}}")
    stop = _chunk('{"index":0,"delta":{},"finish_reason":"stop"}', ',"usage":null')
    counts = '"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":1}'
    used = _chunk("", ',"usage":{' + counts + "}")
    done = b"data: [DONE]\n\n"
    error = b'data: {"error":{"message":"boom","type":"t","code":500}}\n\n'
    odd = _chunk('{"index":"0","finish_reason":"stop","delta":{"content":"\\ud83d\\ude00"}}', ',"usage":5')
    for how in (b"\0\7\3\1", b"\1\2\0\0", b"\x80\1\x20\5"):
        for stream in (
            head + word * 3 + stop + used + done,
            head + word + tool + b": ping\n\n" + stop + done,
            head + word + error,
            word + b"event: x\ndata: {\ndata: }\n\n" + stop,
            b'data: {"choices":[{"text":"a","index":0,"logprobs":{"tokens":["a"]}}]}\n\n' + done,
            b'{"object":"list","data":[{"index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":1}}',
            word + odd,
        ):
            yield how + stream
            yield how + stream.replace(b"\n", b"\r\n")
