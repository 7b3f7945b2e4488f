"""Give composed choices OpenAI's shapes, whole or as stream chunks. Pure.

Source of the shapes: OpenAI's API reference, chat completions, completions and embeddings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tokenry.engines.scripted import tokens
from tokenry.engines.scripted.asked import ChatRequest, CompletionRequest, EmbeddingsRequest, texts
from tokenry.engines.scripted.compose import Choice, ToolCall
from tokenry.engines.scripted.directives import Script

FINGERPRINT = "fp_scripted"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every chunk of an answer repeats, and how usage is told."""

    id: str
    created: int
    model: str
    script: Script
    prompt_tokens: int

    def usage(self, completion_tokens: int, reasoning_tokens: int = 0) -> dict[str, Any]:
        """OpenAI's usage object, or the numbers that the script dictates."""
        prompt, cached = self.prompt_tokens, min(self.script.cached, self.prompt_tokens)
        if self.script.usage is not None:
            prompt, completion_tokens, *rest = (int(number) for number in self.script.usage.split(":"))
            cached = rest[0] if rest else cached
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0, **self._written(prompt - cached)},
            "completion_tokens_details": {
                "reasoning_tokens": reasoning_tokens,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def _written(self, uncached: int) -> dict[str, int]:
        """What went into a cache, where the script says so; few engines tell."""
        return {"cache_write_tokens": min(self.script.cache_write, uncached)} if self.script.cache_write else {}

    def usage_of(self, choices: list[Choice]) -> dict[str, Any]:
        """The usage of these choices together."""
        return self.usage(sum(c.count for c in choices), sum(len(c.reasoning) for c in choices))

    def wrap(self, kind: str, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """The outer object of an answer or chunk."""
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
            **more,
            "system_fingerprint": FINGERPRINT,
        }


def chat_body(frame: Frame, request: ChatRequest, choices: list[Choice]) -> dict[str, Any]:
    """A whole chat completion."""
    told = {} if frame.script.no_usage else {"usage": frame.usage_of(choices)}
    rendered = [_chat_choice(frame, request, choice) for choice in choices]
    return frame.wrap("chat.completion", rendered, **told, service_tier="default")


def chat_chunks(frame: Frame, request: ChatRequest, choices: list[Choice]) -> Iterator[dict[str, Any]]:
    """A chat completion as chunks: choices take turns token by token."""
    with_usage = request.include_usage and not frame.script.no_usage
    turns = zip_longest(*(_chat_deltas(frame, request, choice) for choice in choices))
    done = 0
    for turn in turns:
        for entry in turn:
            if entry is None:
                continue
            rendered, count = entry
            done += count
            yield frame.wrap("chat.completion.chunk", [rendered], **_running(frame, with_usage, done))
    if with_usage:
        yield from _closing(frame, "chat.completion.chunk", choices)


def completion_body(frame: Frame, request: CompletionRequest, choices: list[Choice]) -> dict[str, Any]:
    """A whole completion."""
    told = {} if frame.script.no_usage else {"usage": frame.usage_of(choices)}
    rendered = []
    for choice in choices:
        pieces = _echoed(request, choice) + choice.content
        rendered.append(_completion_choice(request, choice.index, pieces, 0, choice.finish))
    return frame.wrap("text_completion", rendered, **told)


def completion_chunks(frame: Frame, request: CompletionRequest, choices: list[Choice]) -> Iterator[dict[str, Any]]:
    """A completion as chunks: choices take turns token by token."""
    with_usage = request.include_usage and not frame.script.no_usage
    done = 0
    for turn in zip_longest(*(_completion_pieces(request, choice) for choice in choices)):
        for entry in turn:
            if entry is None:
                continue
            rendered, count = entry
            done += count
            yield frame.wrap("text_completion", [rendered], **_running(frame, with_usage, done))
    if with_usage:
        yield from _closing(frame, "text_completion", choices)


def embeddings_body(model: str, request: EmbeddingsRequest, script: Script) -> dict[str, Any]:
    """A list of vectors that depend on nothing but their text."""
    inputs = texts(request.input)
    vectors = [tokens.vector(text, request.dimensions or tokens.DIMENSIONS) for text in inputs]
    as_text = request.encoding_format == "base64"
    count = sum(len(tokens.split(text)) for text in inputs)
    if script.usage is not None:
        count = int(script.usage.split(":")[0])
    told = {} if script.no_usage else {"usage": {"prompt_tokens": count, "total_tokens": count}}
    data = [
        {"object": "embedding", "index": i, "embedding": tokens.as_base64(v) if as_text else v}
        for i, v in enumerate(vectors)
    ]
    return {"object": "list", "data": data, "model": model, **told}


def _chat_choice(frame: Frame, request: ChatRequest, choice: Choice) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if choice.calls or choice.refusal else "".join(choice.content),
        "refusal": "".join(choice.refusal) if choice.refusal else None,
        "annotations": [],
    }
    if choice.reasoning:
        message["reasoning_content"] = "".join(choice.reasoning)
    if choice.calls:
        message["tool_calls"] = [
            _call(frame, choice, i, "".join(call.arguments)) for i, call in enumerate(choice.calls)
        ]
    return {
        "index": choice.index,
        "message": message,
        "logprobs": _chat_logprobs(request, choice.content, choice.refusal),
        "finish_reason": choice.finish,
    }


def _chat_deltas(frame: Frame, request: ChatRequest, choice: Choice) -> Iterator[tuple[dict[str, Any], int]]:
    """(rendered choice, tokens it brings) of one choice's chunks."""

    def rendered(delta: dict[str, Any], logprobs: Any = None, finish: str | None = None) -> dict[str, Any]:
        return {"index": choice.index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}

    yield rendered({"role": "assistant", "content": None if choice.calls else "", "refusal": None}), 0
    for piece in choice.reasoning:
        yield rendered({"reasoning_content": piece}), 1
    for piece in choice.content:
        yield rendered({"content": piece}, _chat_logprobs(request, [piece], [])), 1
    for piece in choice.refusal:
        yield rendered({"refusal": piece}, _chat_logprobs(request, [], [piece])), 1
    for index, call in enumerate(choice.calls):
        yield rendered({"tool_calls": [{"index": index, **_call(frame, choice, index, "")}]}), 1
        for piece in call.arguments:
            yield rendered({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}), 1
    yield rendered({}, None, choice.finish), 0


def _call(frame: Frame, choice: Choice, index: int, arguments: str) -> dict[str, Any]:
    call: ToolCall = choice.calls[index]
    name = tokens.identity("call_", frame.id.encode(), b"%d.%d" % (choice.index, index))
    return {"id": name, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _chat_logprobs(request: ChatRequest, content: list[str], refusal: list[str]) -> dict[str, Any] | None:
    if not request.logprobs:
        return None
    top = request.top_logprobs or 0
    return {
        "content": [tokens.chat_logprob(piece, top) for piece in content] if content or not refusal else None,
        "refusal": [tokens.chat_logprob(piece, top) for piece in refusal] if refusal else None,
    }


def _completion_pieces(request: CompletionRequest, choice: Choice) -> Iterator[tuple[dict[str, Any], int]]:
    offset = 0
    for number, piece in enumerate([*_echoed(request, choice), *choice.content, ""]):
        last = number == len(_echoed(request, choice)) + len(choice.content)
        echoed = number < len(_echoed(request, choice))
        finish = choice.finish if last else None
        pieces = [] if last else [piece]
        yield _completion_choice(request, choice.index, pieces, offset, finish), 0 if echoed or last else 1
        offset += len(piece)


def _completion_choice(
    request: CompletionRequest, index: int, pieces: list[str], offset: int, finish: str | None
) -> dict[str, Any]:
    told = None if request.logprobs is None else tokens.completion_logprobs(pieces, request.logprobs, offset)
    return {"text": "".join(pieces), "index": index, "logprobs": told, "finish_reason": finish}


def _echoed(request: CompletionRequest, choice: Choice) -> list[str]:
    return tokens.split(request.prompts[choice.index // (request.n or 1)]) if request.echo else []


def _running(frame: Frame, with_usage: bool, done: int) -> dict[str, Any]:
    """The `usage` member of a chunk that is not the last."""
    if not with_usage:
        return {}
    return {"usage": frame.usage(done) if frame.script.usage_each else None}


def _closing(frame: Frame, kind: str, choices: list[Choice]) -> Iterator[dict[str, Any]]:
    """The chunks without choices that tell the usage at a stream's end."""
    groups = [[choice] for choice in choices] if frame.script.usage_per_choice else [choices]
    for group in groups:
        yield frame.wrap(kind, [], usage=frame.usage_of(group))
