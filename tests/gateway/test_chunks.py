"""The fields that decide, whatever engines make of them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway.chunks import EngineUsage, counted, read_chunk, usage_json
from tokenry.ledger import Usage

NUMBER = st.none() | st.integers(-5, 10**6)


@given(NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
def test_usage_is_made_sound(prompt: Any, output: Any, total: Any, cached: Any, reasoning: Any) -> None:
    raw = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": total,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    usage = counted(msgspec.convert(raw, EngineUsage))
    if usage is None:
        assert prompt is output is total is None
        return
    assert 0 <= usage.cached_tokens <= usage.input_tokens
    assert 0 <= usage.reasoning_tokens <= usage.output_tokens
    if prompt is not None:
        assert usage.input_tokens == max(0, prompt)
    if output is not None:
        assert usage.output_tokens == max(0, output)
    told: Any = usage_json(usage)
    assert told["total_tokens"] == told["prompt_tokens"] + told["completion_tokens"]


@pytest.mark.parametrize(
    ("raw", "tokens"),
    [
        ({"prompt_tokens": 3, "total_tokens": 8}, (3, 5)),
        ({"completion_tokens": 3, "total_tokens": 8}, (5, 3)),
        ({"total_tokens": 8}, (8, 0)),
        ({"prompt_tokens": 9, "total_tokens": 8}, (9, 0)),
    ],
)
def test_what_is_missing_follows_from_the_rest(raw: dict[str, int], tokens: tuple[int, int]) -> None:
    usage = counted(msgspec.convert(raw, EngineUsage))
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == tokens


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b"5", b'"x"', b"null", b'{"a":}', b'{"usage":5,'])
def test_what_is_no_object(junk: bytes) -> None:
    assert read_chunk(junk) is None


ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)


@given(ODD, ODD, st.sampled_from([None, "stop"]))
def test_one_odd_field_does_not_hide_the_others(usage: Any, index: Any, reason: str | None) -> None:
    good = {"choices": [{"index": 0, "finish_reason": reason}], "usage": usage}
    chunk = read_chunk(json.dumps(good).encode())
    assert chunk is not None
    assert chunk.choices is not None
    assert chunk.choices[0].finish_reason == reason
    failing = read_chunk(json.dumps({"choices": index, "error": {"message": "x"}}).encode())
    assert failing is not None
    assert failing.failure == b'{"message": "x"}'


def test_what_was_written_into_a_cache_is_part_of_the_input_beside_what_was_read() -> None:
    details = {"cached_tokens": 6, "cache_write_tokens": 9}
    raw = msgspec.convert({"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": details}, EngineUsage)
    usage = counted(raw)
    assert usage is not None
    assert (usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens) == (10, 6, 4)
    assert counted(EngineUsage(prompt_tokens=10)) == Usage(10, 0, source="engine")
