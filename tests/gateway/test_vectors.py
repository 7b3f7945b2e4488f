"""Embeddings in either encoding, whichever the engine sent."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway.vectors import render

VECTORS = st.lists(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=6), max_size=4)


def encoded(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def body(vectors: list[Any]) -> bytes:
    data = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    return json.dumps({"object": "list", "data": data, "model": "inner", "usage": {"prompt_tokens": 9}}).encode()


@given(VECTORS, st.booleans(), st.booleans())
def test_any_way_in_and_any_way_out(vectors: list[list[float]], sent: bool, asked: bool) -> None:
    made = json.loads(render(body([encoded(v) if sent else v for v in vectors]), "m", as_base64=asked, input_tokens=7))
    assert [item["index"] for item in made["data"]] == list(range(len(vectors)))
    got = [item["embedding"] for item in made["data"]]
    assert got == [encoded(v) for v in vectors] if asked else got == vectors
    assert (made["model"], made["usage"]) == ("m", {"prompt_tokens": 7, "total_tokens": 7})


@pytest.mark.parametrize(
    "junk",
    [b"", b"[]", b"{}", b'{"data":5}', body([5]), body([["x"]]), body([{"a": 1}]), b'{"data":[{"embedding":null}]}'],
)
def test_what_is_no_answer(junk: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        render(junk, "m", as_base64=False, input_tokens=1)


@pytest.mark.parametrize(("vector", "as_base64"), [("AAA", False), ("!", False), ("AAAA", False), ([1e39], True)])
def test_what_is_no_vector(vector: Any, as_base64: bool) -> None:
    with pytest.raises(ValueError, match=r"."):
        render(body([vector]), "m", as_base64=as_base64, input_tokens=1)
