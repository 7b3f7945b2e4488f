"""Answers in the shapes of OpenAI's Responses API: a whole response, and the events of its stream.

Pure: choices in, payloads out. What is decided stands in `compose`.
Source: https://developers.openai.com/api/reference/resources/responses/streaming-events
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokenry.engines.scripted import tokens
from tokenry.engines.scripted.compose import Choice
from tokenry.engines.scripted.directives import Script
from tokenry.engines.scripted.render import Frame
from tokenry.engines.scripted.responses_asked import ENCRYPTED, Reasoning, ResponsesRequest
from tokenry.engines.scripted.telling import Telling, envelope

_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}

Event = tuple[str, dict[str, Any]]


def telling(frame: Frame, request: ResponsesRequest, choice: Choice) -> Telling:
    """A response, whole and in events."""
    return Telling(
        body(frame, request, choice), events(frame, request, choice), named=True, done=None, error=_error_event
    )


def body(frame: Frame, request: ResponsesRequest, choice: Choice) -> dict[str, Any]:
    """A whole response."""
    reason = _REASONS.get(choice.finish)
    return {
        **_response(frame, request),
        "status": "incomplete" if reason else "completed",
        "completed_at": None if reason else frame.created,
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [item for item, _ in _items(frame, request, choice)],
        "usage": None if frame.script.no_usage else _usage(frame, choice),
    }


def events(frame: Frame, request: ResponsesRequest, choice: Choice) -> Iterator[dict[str, Any]]:
    """The payloads of a response's stream, numbered without a gap."""
    for number, (kind, members) in enumerate(_told(frame, request, choice)):
        yield {"type": kind, "sequence_number": number, **members}


def _told(frame: Frame, request: ResponsesRequest, choice: Choice) -> Iterator[Event]:
    begun = _response(frame, request)
    yield "response.created", {"response": begun}
    yield "response.in_progress", {"response": begun}
    for index, (item, told) in enumerate(_items(frame, request, choice)):
        yield "response.output_item.added", {"output_index": index, "item": _begun(item)}
        for kind, members in told:
            yield kind, {"item_id": item["id"], "output_index": index, **members}
        yield "response.output_item.done", {"output_index": index, "item": item}
    whole = body(frame, request, choice)
    yield f"response.{whole['status']}", {"response": whole}


def _error_event(script: Script, before: int) -> dict[str, Any]:
    error = envelope(script, 500)["error"]
    return {
        "type": "error",
        "sequence_number": before,
        "code": error["code"] or error["type"],
        "message": error["message"],
        "param": None,
    }


def _response(frame: Frame, request: ResponsesRequest) -> dict[str, Any]:
    """The response as it begins, with what was asked told back."""
    text = {"format": {"type": "text"}}
    if request.text is not None and request.text.format is not None:
        wanted = request.text.format
        schema = {"schema": wanted.definition, "name": "answer", "strict": True}
        text = {"format": {"type": wanted.type, **(schema if wanted.type == "json_schema" else {})}}
    reasoning = request.reasoning or Reasoning()
    return {
        "id": "resp_" + frame.id.removeprefix("chatcmpl-"),
        "object": "response",
        "created_at": frame.created,
        "completed_at": None,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": None,
        "metadata": {},
        "model": frame.model,
        "output": [],
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "reasoning": {"effort": reasoning.effort, "summary": reasoning.summary},
        "safety_identifier": None,
        "service_tier": "default",
        "store": request.store is not False,
        "temperature": 1.0,
        "text": text,
        "tool_choice": request.tool_choice or "auto",
        "tools": request.tools or [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
        "user": None,
    }


def _usage(frame: Frame, choice: Choice) -> dict[str, Any]:
    told = frame.usage_of([choice])
    prompt = told["prompt_tokens"]
    cached = told["prompt_tokens_details"]["cached_tokens"]
    return {
        "input_tokens": prompt,
        "input_tokens_details": {
            "cached_tokens": cached,
            "cache_write_tokens": min(frame.script.cache_write, prompt - cached),
        },
        "output_tokens": told["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": len(choice.reasoning)},
        "total_tokens": told["total_tokens"],
    }


def _items(frame: Frame, request: ResponsesRequest, choice: Choice) -> Iterator[tuple[dict[str, Any], list[Event]]]:
    """Each item as it is in the end, and the events between its first and its last."""
    if choice.reasoning:
        yield _reasoning(frame, request, choice.reasoning)
    status = "incomplete" if choice.finish in _REASONS else "completed"
    if choice.content or choice.refusal or not (choice.calls or choice.reasoning):
        yield _message(frame, choice, status)
    for number, call in enumerate(choice.calls):
        custom = call.name in request.custom
        key = b"%d" % number
        text = "".join(call.arguments)
        member, kind = ("input", "custom_tool_call") if custom else ("arguments", "function_call")
        item = {
            "id": tokens.identity("ctc_" if custom else "fc_", frame.id.encode(), key),
            "type": kind,
            "status": status,
            "call_id": tokens.identity("call_", frame.id.encode(), key),
            "name": call.name,
            member: text,
        }
        what = f"response.{kind}_{member}"
        told: list[Event] = [(f"{what}.delta", {"delta": piece}) for piece in call.arguments]
        yield item, [*told, (f"{what}.done", {member: text})]


def _reasoning(frame: Frame, request: ResponsesRequest, pieces: list[str]) -> tuple[dict[str, Any], list[Event]]:
    """Thoughts: as a summary where one was asked for, else as text."""
    text = "".join(pieces)
    item: dict[str, Any] = {"id": tokens.identity("rs_", frame.id.encode()), "type": "reasoning", "summary": []}
    if "reasoning.encrypted_content" in (request.include or ()):
        item["encrypted_content"] = tokens.identity(ENCRYPTED, frame.id.encode(), text.encode())
    if request.reasoning is not None and request.reasoning.summary is not None:
        what, place, part = "reasoning_summary_text", {"summary_index": 0}, {"type": "summary_text", "text": text}
        item["summary"] = [part]
        empty = {**part, "text": ""}
        first: list[Event] = [("response.reasoning_summary_part.added", {**place, "part": empty})]
        last: list[Event] = [("response.reasoning_summary_part.done", {**place, "part": part})]
    else:
        what, place, first, last = "reasoning_text", {"content_index": 0}, [], []
        item["content"] = [{"type": "reasoning_text", "text": text}]
    told: list[Event] = [(f"response.{what}.delta", {**place, "delta": piece}) for piece in pieces]
    return item, [*first, *told, (f"response.{what}.done", {**place, "text": text}), *last]


def _message(frame: Frame, choice: Choice, status: str) -> tuple[dict[str, Any], list[Event]]:
    place, pieces = {"content_index": 0}, choice.refusal or choice.content
    text = "".join(pieces)
    part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    more: dict[str, Any] = {"logprobs": []}
    what, member = "output_text", "text"
    if choice.refusal:
        what, member, more, part = "refusal", "refusal", {}, {"type": "refusal", "refusal": text}
    item = {
        "id": tokens.identity("msg_", frame.id.encode()),
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [part],
    }
    added = ("response.content_part.added", {**place, "part": {**part, member: ""}})
    told: list[Event] = [(f"response.{what}.delta", {**place, "delta": piece, **more}) for piece in pieces]
    done = (f"response.{what}.done", {**place, member: text, **more})
    return item, [added, *told, done, ("response.content_part.done", {**place, "part": part})]


def _begun(item: dict[str, Any]) -> dict[str, Any]:
    """The item as it is before anything was said."""
    begun = dict(item)
    for name in ("arguments", "input"):
        if name in begun:
            begun[name] = ""
    for name in ("content", "summary"):
        if name in begun:
            begun[name] = []
    if "status" in begun:
        begun["status"] = "in_progress"
    begun.pop("encrypted_content", None)
    return begun
