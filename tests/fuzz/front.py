"""The JSON front: any body is refused as a fault of the client's, or what goes on to the engine is what was checked.

    just fuzz front --minutes 15

The judge is Python's own JSON reader: the members that leave us are those it finds in the body, no limit that was asked
for is lost, and what is written for the engine is JSON again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from tokenry.api.openai.parse import parse, remember
from tokenry.base.errors import InvalidRequest
from tokenry.gateway import Endpoint, Inference
from tokenry.gateway.inference import body_for
from tokenry.gateway.toolcalls import constrain
from tokenry.router import DeploymentEntry

ROOMS = ("tokenry.api.openai", "tokenry.gateway")
ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)
LIMIT = 100
WORDS = (
    *("model", "messages", "role", "content", "stream", "stream_options", "include_usage", "max_tokens", "n", "stop"),
    *(
        "max_completion_tokens",
        "tools",
        "tool_choice",
        "function",
        "allowed_tools",
        "required",
        "name",
        "type",
        "best_of",
    ),
    *("prompt", "input", "encoding_format", "base64", "dimensions", "logit_bias", "image_url", "text", "prediction"),
    *(
        "modalities",
        "response_format",
        "n_predict",
        "n_cmpl",
        "service_tier",
        "Max_Tokens",
        "\\u006eodel",
        "null",
        "true",
    ),
)
_SIGNS = (*'"{}[]:,.\\-+e 0123579afxy', "\\ud83d", "\\ude00", "hi", "m")
_TABLE = [word.encode() for word in (*_SIGNS, *WORDS, *(f'"{word}":' for word in WORDS))]
_DEPLOYMENT = DeploymentEntry("p/inner", "p", "inner", 1, 1)


def target(data: bytes) -> None:
    """One input: a byte for the endpoint, then the body."""
    if not data:
        return
    endpoint, body = ENDPOINTS[(data[0] & 63) % len(ENDPOINTS)], data[1:]
    if data[0] & 64:
        body = b"".join([_TABLE[byte % len(_TABLE)] for byte in body])
    try:
        request = parse(endpoint, body)
        if data[0] & 128:
            remember(request, body, b"k")
    except InvalidRequest as error:
        assert error.status == 400
        said = msgspec.json.encode(error.envelope())
        assert len(said) < 1000, said
        return
    whole: dict[str, Any] = json.loads(body)
    assert request.choices >= 1
    _same(whole, request.fields)
    _sent(request, whole)
    _forced(request)


def _same(whole: dict[str, Any], fields: dict[str, msgspec.Raw]) -> None:
    """What we hand on is what the client said, but for what is ours to do."""
    ours = {"encoding_format", "service_tier"} | ({"store", "metadata"} if "store" in whole else set())
    came = {name: json.loads(bytes(raw)) for name, raw in fields.items() if name not in ours}
    assert repr(came) == repr({name: whole[name] for name in whole if name not in ours})


def _sent(request: Inference, whole: dict[str, Any]) -> None:
    """What the engine gets: its own model's name, a limit, the client's members."""
    for stream in (True, False):
        sent = json.loads(body_for(request, _DEPLOYMENT, LIMIT, stream=stream))
        assert sent["model"] == _DEPLOYMENT.model
        for name in ("messages", "prompt", "input", "tools", "stop"):
            assert repr(sent.get(name)) == repr(whole.get(name))
        if request.endpoint == "embeddings":
            continue
        asked = [sent[name] for name in ("max_tokens", "max_completion_tokens") if sent.get(name) is not None]
        assert asked, sent
        assert max(asked) == (LIMIT if request.limit is None else request.limit)
        assert bool(sent.get("stream")) is stream


def _forced(request: Inference) -> None:
    if request.forced_tools:
        try:
            rest = constrain({name: msgspec.json.decode(raw) for name, raw in request.fields.items()})
        except (InvalidRequest, msgspec.ValidationError):
            return  # of numbers beyond a float, which the engine would have refused
        msgspec.json.encode(rest)


def in_words(body: bytes) -> bytes:
    """A body as the numbers of its words; what no word fits is left out."""
    numbers, at = bytearray(), 0
    longest_first = sorted(enumerate(_TABLE), key=lambda pair: -len(pair[1]))
    while at < len(body):
        number, word = next(((n, w) for n, w in longest_first if body.startswith(w, at)), (0, b""))
        if word:
            numbers.append(number)
        at += len(word) or 1
    return bytes(numbers)


def seeds() -> Iterator[bytes]:
    """Bodies as clients send them, and a few as they should not: as they stand, and in words."""
    for seed in _bodies():
        yield seed
        yield bytes([seed[0] | 64]) + in_words(seed[1:])


def _bodies() -> Iterator[bytes]:
    chat = b'{"model":"m","messages":[{"role":"user","content":"hi"}]'
    tools = b',"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]'
    for rest in (
        b"}",
        b',"stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"max_completion_tokens":7}',
        tools + b',"tool_choice":"required"}',
        tools + b',"tool_choice":{"type":"function","function":{"name":"f"}}}',
        tools + b',"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"name":"f"}]}}}',
        b',"n":2,"stop":["a"],"logit_bias":{"5":-1.5},"seed":-1,"user":null,"modalities":["text"]}',
        b',"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}},"prediction":{"content":"y"}}',
        b',"service_tier":"auto","top_logprobs":3,"x":[[[{}]]],"\\u006d\\u006fdel":"other"}',
    ):
        yield b"\0" + chat + rest
    yield b"\0" + b'{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}'
    yield b"\1" + b'{"model":"m","prompt":["a","b"],"best_of":3,"n":2,"echo":true,"logprobs":2}'
    yield b"\1" + b'{"model":"m","prompt":[[1,2],[3]],"max_tokens":9,"stream":true}'
    yield b"\2" + b'{"model":"m","input":["a"],"encoding_format":"base64","dimensions":8}'
    yield b"\x82" + b'{"model":"m","input":[1,2,3],"user":"\\ud83d\\ude00"}'
