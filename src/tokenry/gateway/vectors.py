"""Embeddings in the encoding the client asked for. Official SDKs ask for base64; few engines know it."""

from __future__ import annotations

import base64
import struct
from typing import Any

import msgspec


class _Item(msgspec.Struct):
    index: int = 0
    embedding: list[float] | str = []
    object: str = "embedding"


class _Vectors(msgspec.Struct):
    data: list[_Item]
    usage: dict[str, Any] | None = None


_decoder = msgspec.json.Decoder(_Vectors)


def render(body: bytes, model: str, *, as_base64: bool, input_tokens: int) -> bytes:
    """An engine's embeddings as OpenAI's answer.

    Args:
        body: the engine's answer, floats or base64 of little-endian float32.
        as_base64: the encoding that the client asked for.

    Raises:
        msgspec.DecodeError: the body is not an embeddings answer.
        ValueError: a vector in it is none of 32-bit floats.
    """
    data = [
        {"object": "embedding", "index": item.index, "embedding": _encoded(item.embedding, as_base64=as_base64)}
        for item in _decoder.decode(body).data
    ]
    usage = {"prompt_tokens": input_tokens, "total_tokens": input_tokens}
    return msgspec.json.encode({"object": "list", "data": data, "model": model, "usage": usage})


def _encoded(vector: list[float] | str, *, as_base64: bool) -> list[float] | str:
    try:
        if isinstance(vector, str):
            if as_base64:
                return vector
            raw = base64.b64decode(vector, validate=True)
            return list(struct.unpack(f"<{len(raw) // 4}f", raw))
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if as_base64 else vector
    except (struct.error, OverflowError) as error:
        raise ValueError(f"a vector is not of 32-bit floats: {error}") from None
