"""What became of one line, as the output and error files tell it.

Source of the format: https://platform.openai.com/docs/guides/batch, and OpenAI's OpenAPI document.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.objects.batches.batch import Use

Kind = Literal["ok", "error", "expired", "cancelled"]

_WORDS: dict[Kind, tuple[str, str]] = {
    "expired": ("batch_expired", "This request could not be executed before the completion window expired."),
    "cancelled": ("batch_cancelled", "This request was not executed: the batch was cancelled before its turn came."),
}
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")  # within JSON they can only stand between its words


class Result(msgspec.Struct, frozen=True):
    """One line of an output or error file.

    Args:
        number: of the input's line.
        kind: `ok` goes to the output file, all else to the error file.
        text: the line, without its end.
    """

    number: int
    kind: Kind
    text: bytes


class Heard(msgspec.Struct, frozen=True):
    """What a request of a line was told.

    Args:
        request_id: of the request that was charged, if any was.
        body: JSON.
    """

    request_id: str
    status: int
    body: bytes


class _Response(msgspec.Struct):
    status_code: int
    request_id: str
    body: msgspec.Raw


class _Error(msgspec.Struct):
    code: str
    message: str


class _Line(msgspec.Struct):
    id: str
    custom_id: str
    response: _Response | None = None
    error: _Error | None = None


class _Cached(msgspec.Struct, frozen=True):
    cached_tokens: int = 0


class _Reasoning(msgspec.Struct, frozen=True):
    reasoning_tokens: int = 0


class _Usage(msgspec.Struct, frozen=True):
    """Both ways in which OpenAI's answers say it: of chat, completions and embeddings; and of responses."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    prompt_tokens_details: _Cached | None = None
    completion_tokens_details: _Reasoning | None = None
    input_tokens_details: _Cached | None = None
    output_tokens_details: _Reasoning | None = None


class _Body(msgspec.Struct, frozen=True):
    usage: _Usage | None = None


class _Told(msgspec.Struct, frozen=True):
    body: _Body = _Body()


class _Read(msgspec.Struct, frozen=True):
    response: _Told | None = None


_read = msgspec.json.Decoder(_Read)


def answered(number: int, custom_id: str, heard: Heard) -> Result:
    """The line was asked, and this is what it heard, good or bad."""
    response = _Response(heard.status, heard.request_id, msgspec.Raw(heard.body.translate(_LINE_ENDS)))
    line = _Line(f"batch_{heard.request_id}", custom_id, response)
    return Result(number, "ok" if heard.status < 300 else "error", msgspec.json.encode(line))


def unasked(number: int, custom_id: str, kind: Kind, request_id: str) -> Result:
    """The line was never asked, or never to an end. `request_id` only makes the line's own id."""
    line = _Line(f"batch_{request_id}", custom_id, error=_Error(*_WORDS[kind]))
    return Result(number, kind, msgspec.json.encode(line))


def use(result: Result) -> Use:
    """The tokens that an answered line reports; none where it reports nothing that can be read."""
    try:
        told = _read.decode(result.text).response
    except (msgspec.DecodeError, RecursionError):
        return Use()
    usage = None if told is None else told.body.usage
    if usage is None:
        return Use()
    cached = usage.prompt_tokens_details or usage.input_tokens_details or _Cached()
    reasoning = usage.completion_tokens_details or usage.output_tokens_details or _Reasoning()
    return Use(
        usage.prompt_tokens or usage.input_tokens, cached.cached_tokens,
        usage.completion_tokens or usage.output_tokens, reasoning.reasoning_tokens,
    )  # fmt: skip
