"""Tokens, log probabilities and vectors that look real and are the same every time. Pure; nothing here was learned."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
import zlib
from typing import Any

DIMENSIONS = 256
DIMENSIONS_MAX = 4096
_TOKEN = re.compile(r"\s*\S{1,8}|\s+\Z")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def split(text: str) -> list[str]:
    """The tokens of a text; joined they are the text again."""
    return _TOKEN.findall(text)


def words(count: int) -> str:
    """A text of so many tokens."""
    return " ".join(_WORDS[i % len(_WORDS)] for i in range(count))


def logprob(token: str) -> float:
    """A log probability between -2.01 and -0.01."""
    return -(0.01 + zlib.crc32(token.encode()) % 1000 / 500)


def chat_logprob(token: str, top: int) -> dict[str, Any]:
    """One entry of `logprobs.content`; the token itself comes first among the `top` alternatives."""
    entry = _entry(token, logprob(token))
    return {**entry, "top_logprobs": [_entry(name, value) for name, value in _alternatives(token, top)]}


def completion_logprobs(pieces: list[str], top: int, offset: int) -> dict[str, Any]:
    """The older `logprobs` object of completions; `offset` is where the first piece stands, in characters."""
    offsets = []
    for piece in pieces:
        offsets.append(offset)
        offset += len(piece)
    return {
        "tokens": pieces,
        "token_logprobs": [logprob(piece) for piece in pieces],
        "top_logprobs": [dict(_alternatives(piece, top)) for piece in pieces],
        "text_offset": offsets,
    }


def vector(key: str, dimensions: int) -> list[float]:
    """A unit vector that depends on every character of `key`."""
    raw = hashlib.shake_256(key.encode()).digest(2 * dimensions)
    values = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    norm = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / norm for value in values]


def as_base64(values: list[float]) -> str:
    """Little-endian float32, in base64, as OpenAI's SDKs ask for."""
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def identity(prefix: str, *parts: bytes) -> str:
    """An id that is the same for the same request."""
    return prefix + hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def _alternatives(token: str, top: int) -> list[tuple[str, float]]:
    own = logprob(token)
    return [(token if i == 0 else f"{token}~{i}", own - i * 0.5) for i in range(top)]


def _entry(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(token.encode())}
