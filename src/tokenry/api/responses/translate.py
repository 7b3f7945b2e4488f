"""From a request for a response to what engines are asked: a chat completion's members, or this API's own.

Pure: what a request goes on from was fetched before. The transcript is told whole, since no engine keeps it for us.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tokenry.api.responses.errors import NotServed
from tokenry.api.responses.fields import Context, CreateResponse
from tokenry.api.responses.items import Item
from tokenry.api.responses.messages import Compacted, FileData, Messages
from tokenry.api.responses.sealed import is_thought
from tokenry.api.responses.tools import Toolbox
from tokenry.base.errors import InvalidRequest

_KNOWN = frozenset(field.name for field in msgspec.structs.fields(CreateResponse))
# Of this API, and nothing to any engine here: hints for a provider's own cache, and what clients tell of themselves.
_IDLE = frozenset(
    {
        "client_metadata",
        "prompt_cache_retention",
        "prompt_cache_options",
        "background_options",
        "access_programs",
        "image",
        "personality",
    }
)
# Of chat completions, with a name of its own here.
_SAY_INSTEAD = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
    "verbosity": "text.verbosity",
    "logprobs": "include",
    "functions": "tools",
    "function_call": "tool_choice",
}
_ELSEWHERE = frozenset({"n", "best_of", "prediction", "modalities", "audio", "web_search_options"})
_KEPT_HERE = frozenset(  # never told to an engine that speaks this API
    {"store", "background", "previous_response_id", "conversation", "service_tier", "stream", "stream_options", "input"}
)
LOGPROBS = "message.output_text.logprobs"
FORMATS = ("text", "json_object", "json_schema")


class Transcript(msgspec.Struct, frozen=True):
    """All that a model is to read, in order.

    Args:
        before: items of what the request goes on from. own: the request's.
        files: contents of the files that they name, by id.
    """

    before: list[Item]
    own: list[Item]
    files: dict[str, FileData]
    compacted: Compacted

    @property
    def items(self) -> list[Item]:
        return [*self.before, *self.own]


def offered(body: Context, items: list[Item]) -> Toolbox:
    """The tools that a request offers: its own, and those that items of its transcript add. Raises as `Toolbox`."""
    tools = list(body.tools or ())
    for item in items:
        if item["type"] == "additional_tools" and isinstance(item.get("tools"), list):
            tools += item["tools"]
    return Toolbox(tools)


def chat_fields(body: CreateResponse, raw: dict[str, Any], transcript: Transcript, toolbox: Toolbox) -> dict[str, Any]:
    """The members of a chat completion's request.

    Args:
        raw: the request, decoded, for members that pass through.

    Raises:
        InvalidRequest: something in it cannot be. NotServed: something in it is not served.
    """
    fields = {**_passed_on(raw), **prompt_fields(body, transcript, toolbox)}
    for name in ("temperature", "top_p", "user", "service_tier", "prompt_cache_key", "safety_identifier"):
        if raw.get(name) is not None:
            fields[name] = raw[name]
    if body.max_output_tokens is not None:
        fields["max_completion_tokens"] = body.max_output_tokens
    if LOGPROBS in (body.include or ()):
        fields["logprobs"] = True
        if body.top_logprobs:
            fields["top_logprobs"] = body.top_logprobs
    if body.stream:
        fields["stream"] = True
    return fields


def prompt_fields(body: Context, transcript: Transcript, toolbox: Toolbox) -> dict[str, Any]:
    """Those of them that say what a model reads, and what it may answer. Raises as `chat_fields`."""
    fields: dict[str, Any] = {"model": body.model}
    choice = toolbox.choice(body.tool_choice)
    messages = Messages(toolbox, transcript.files, transcript.compacted).made(body.instructions, transcript.items)
    if not messages:
        raise InvalidRequest("there is no input: say something in `input`", param="input")
    fields["messages"] = messages
    if toolbox.functions:
        fields["tools"] = toolbox.functions
        if choice is not None:
            fields["tool_choice"] = choice
        if body.parallel_tool_calls is not None:
            fields["parallel_tool_calls"] = body.parallel_tool_calls
    if body.reasoning is not None and body.reasoning.effort is not None:
        fields["reasoning_effort"] = body.reasoning.effort
    if body.text is not None:
        if body.text.verbosity is not None:
            fields["verbosity"] = body.text.verbosity
        form = _format(body.text.format)
        if form is not None:
            fields["response_format"] = form
    return fields


def native_fields(raw: dict[str, Any], transcript: Transcript) -> dict[str, msgspec.Raw]:
    """The request's members for an engine that speaks this API: the transcript whole, nothing kept there."""
    fields = {name: value for name, value in raw.items() if name not in _KEPT_HERE and name not in _IDLE}
    fields["store"] = False
    fields["input"] = [_native_item(item, transcript) for item in transcript.items if _known_there(item)]
    if isinstance(raw.get("tools"), list):
        fields["tools"] = _offered(raw["tools"])
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in fields.items()}


def refuse_unserved(body: CreateResponse) -> None:
    """Say what is not built. Raises NotServed, InvalidRequest."""
    if body.prompt is not None:
        raise NotServed("stored prompts are not served here; send their text as `instructions`", param="prompt")
    if body.moderation is not None:
        raise NotServed("answers are not moderated here; ask `/v1/moderations` for it", param="moderation")
    if body.context_management:
        raise NotServed(
            "contexts are not compacted on the way; ask `/v1/responses/compact` when yours grows long",
            param="context_management",
        )
    if body.background and body.store is False:
        raise InvalidRequest("background needs `store`: its answer must lie somewhere", param="background")
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("stream_options is only allowed when stream is true", param="stream_options")
    if body.previous_response_id is not None and body.conversation is not None:
        raise InvalidRequest(
            "previous_response_id and conversation cannot be used together", param="previous_response_id"
        )


def _passed_on(raw: dict[str, Any]) -> dict[str, Any]:
    """Members that we do not know, for engines that do. Raises InvalidRequest, NotServed."""
    fields = {}
    for name, value in raw.items():
        if name in _KNOWN or name in _IDLE or value is None:
            continue
        if name in _SAY_INSTEAD:
            raise InvalidRequest(f"{name!r} is not taken here: say {_SAY_INSTEAD[name]!r}", param=name)
        if name in _ELSEWHERE:
            raise InvalidRequest(f"{name!r} is not taken by this endpoint", param=name)
        fields[name] = value
    return fields


def _format(form: dict[str, Any] | None) -> dict[str, Any] | None:
    """`response_format` from `text.format`."""
    kind = "text" if form is None else form.get("type")
    if kind not in FORMATS:
        raise InvalidRequest(f"text.format.type is one of {', '.join(FORMATS)}", param="text.format.type")
    if form is None or kind == "text":
        return None
    if kind == "json_object":
        return {"type": "json_object"}
    if not isinstance(form.get("schema"), dict):
        raise InvalidRequest("text.format has a `schema`", param="text.format.schema")
    known = {name: form[name] for name in ("name", "schema", "strict", "description") if form.get(name) is not None}
    return {"type": "json_schema", "json_schema": {"name": "answer", **known}}


def _offered(tools: list[Any]) -> list[Any]:
    """Of tools those that run at the client: what runs in a provider's house is not priced."""
    return [
        tool for tool in tools if isinstance(tool, dict) and tool.get("type") in ("function", "custom", "namespace")
    ]


def _known_there(item: Item) -> bool:
    """Whether a house that keeps nothing for us can make something of an item."""
    if item["type"] != "reasoning":
        return True
    return not is_thought(item.get("encrypted_content")) and bool(item.get("encrypted_content") or item.get("content"))


def _native_item(item: Item, transcript: Transcript) -> Item:
    """An item as another house takes it, which knows neither our files nor our compactions."""
    if item["type"] == "compaction":
        try:
            text = transcript.compacted(item["encrypted_content"])
        except InvalidRequest:
            return item  # its own
        return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    if item["type"] == "reasoning":
        return item  # what is encrypted may be bound to its id
    item = {name: value for name, value in item.items() if name != "id"}
    if item["type"] == "message" and item.get("role") == "assistant":
        return _said(item)
    if item["type"] == "additional_tools" and isinstance(item.get("tools"), list):
        return {**item, "tools": _offered(item["tools"])}
    for member in ("content", "output"):
        parts = item.get(member)
        if isinstance(parts, list) and any(_ours(part, transcript) for part in parts):
            return {**item, member: [_native_part(part, transcript) for part in parts]}
    return item


def _said(item: Item) -> Item:
    """What a model said before, without its id: a message of parts must have one there, a plain text need not."""
    parts = item.get("content")
    if not isinstance(parts, list) or any(not _is_text(part) for part in parts):
        return item
    rest = {name: value for name, value in item.items() if name != "status"}
    return {**rest, "content": "".join([part["text"] for part in parts])}


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "output_text" and isinstance(part.get("text"), str)


def _ours(part: Any, transcript: Transcript) -> bool:
    return isinstance(part, dict) and part.get("file_id") in transcript.files


def _native_part(part: Any, transcript: Transcript) -> Any:
    if not _ours(part, transcript):
        return part
    file = transcript.files[part["file_id"]]
    rest = {name: value for name, value in part.items() if name != "file_id"}
    if part.get("type") == "input_image":
        return {**rest, "image_url": file.url}
    return {**rest, "filename": file.name, "file_data": file.url}
