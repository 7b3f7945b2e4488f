"""What the gateway reads in an engine's answers: only the fields that decide, the rest stays bytes."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tokenry.ledger import CountSource, Usage

T = TypeVar("T")

TOKENS_MAX = 10**12  # of one request; an engine that says more is not believed


class PromptDetails(msgspec.Struct, gc=False):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class OutputDetails(msgspec.Struct, gc=False):
    reasoning_tokens: int | None = None


class EngineUsage(msgspec.Struct, gc=False):
    """`usage` as OpenAI-compatible engines write it; every part may be missing or null."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: OutputDetails | None = None


class Choice(msgspec.Struct, gc=False):
    index: int = 0
    finish_reason: str | None = None


_NULL = msgspec.Raw(b"null")


class Chunk(msgspec.Struct):
    """One event of a stream, or a whole answer."""

    choices: list[Choice] | None = None
    usage: EngineUsage | None = None
    error: msgspec.Raw = _NULL

    @property
    def failure(self) -> bytes | None:
        """The JSON of the error that this event tells, if it tells one."""
        return None if self.error == _NULL else bytes(self.error)


_decoder = msgspec.json.Decoder(Chunk)


def read_chunk(data: bytes) -> Chunk | None:
    """An event's JSON; None when it is no JSON object.

    A field of a type that no engine should send is taken for absent: it must not hide the others, for one of them may
    say that the answer is whole.
    """
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError:
        pass
    except (ValueError, RecursionError):  # msgspec's own, or bytes that are no UTF-8
        return None
    try:
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):
        return None
    return Chunk(
        choices=_read(fields, "choices", list[Choice]),
        usage=_read(fields, "usage", EngineUsage),
        error=fields.get("error", _NULL),
    )


def _read(fields: dict[str, msgspec.Raw], name: str, kind: type[T]) -> T | None:
    raw = fields.get(name, _NULL)
    try:
        return None if raw == _NULL else msgspec.json.decode(raw, type=kind, strict=False)
    except (ValueError, RecursionError):
        return None


class _Answer(msgspec.Struct):
    usage: EngineUsage | None = None


answer_decoder = msgspec.json.Decoder(_Answer)


def counted(raw: EngineUsage, *, source: CountSource = "engine") -> Usage | None:
    """The usage an engine reports, made sound: nothing negative, no part above its whole. None if it says nothing."""
    prompt, output = raw.prompt_tokens, raw.completion_tokens
    if prompt is None and output is None and raw.total_tokens is None:
        return None
    if output is None:
        output = max(0, (raw.total_tokens or 0) - (prompt or 0)) if prompt is not None else 0
    if prompt is None:
        prompt = max(0, (raw.total_tokens or 0) - output)
    prompt, output = min(max(0, prompt), TOKENS_MAX), min(max(0, output), TOKENS_MAX)
    cached = raw.prompt_tokens_details.cached_tokens if raw.prompt_tokens_details else 0
    reasoning = raw.completion_tokens_details.reasoning_tokens if raw.completion_tokens_details else 0
    cached = min(max(cached or 0, 0), prompt)
    written = raw.prompt_tokens_details.cache_write_tokens if raw.prompt_tokens_details else 0
    written = min(max(written or 0, 0), prompt - cached)
    return Usage(prompt, output, cached, min(max(reasoning or 0, 0), output), source, written)


def reported(
    prompt: int | None, output: int | None, *, cached: int = 0, written: int = 0, reasoning: int = 0
) -> Usage | None:
    """The same for the report of an engine that has other words for it; in tokens, parts included in their wholes."""
    return counted(EngineUsage(prompt, output, None, PromptDetails(cached, written), OutputDetails(reasoning)))


def usage_json(usage: Usage) -> dict[str, object]:
    """`usage` of a chat completion with every detail OpenAI's document names."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
