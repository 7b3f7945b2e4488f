"""A request to Anthropic's Messages API as the body of a chat completion.

Pure. What has no word in a chat is left out where leaving it out changes nothing that was promised (`cache_control`,
betas of coding clients), and refused where it would (`refused`).
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from tokenry.api.messages.conversation import tell
from tokenry.api.messages.fields import Messages, OutputConfig, Prompt, ThinkingWish
from tokenry.api.messages.tools import choice, functions, is_strict
from tokenry.base.errors import InvalidRequest

USER_LENGTH_MAX = 64  # what engines take; a longer name goes as its SHA-256
LOW_BUDGET, MEDIUM_BUDGET = 4096, 16384  # thinking tokens up to which an effort is low, medium
_EFFORTS = {"low": "low", "medium": "medium", "xhigh": "high", "max": "high"}  # `high` is as if nothing was said

# Members that ask for what is not done here, and what they would ask for.
_UNSERVED = {
    "mcp_servers": "servers of tools are not called from here; your client can call them and offer their tools",
    "container": "containers run at a provider and are not served",
    "fallbacks": "which engines stand in for each other is the administrator's to say",
    "fallback_credit_token": "credits are a provider's and are not served",
    "billing_policy": "billing is this server's own",
    "inference_geo": "where a model runs is the administrator's to say; ask for a model that runs there",
    "speed": "the fast mode is not served",
}
_HARMLESS = {"speed": "standard"}


class ThreadUnsupported(InvalidRequest):
    """The request wants its conversation kept by the server. Clients know the code and send the whole instead."""

    code = "thread_unsupported_request"


def refuse_unserved(members: dict[str, msgspec.Raw]) -> None:
    """Refuse members that ask for what is not done here. Raises InvalidRequest."""
    if bytes(members.get("thread", b"null")).strip() != b"null":
        raise ThreadUnsupported("thread: conversations are not kept here; send the messages", param="thread")
    for name, why in _UNSERVED.items():
        if name not in members:
            continue
        value = bytes(members[name]).strip()
        if value in (b"null", b"[]") or value == msgspec.json.encode(_HARMLESS.get(name)):
            continue
        raise InvalidRequest(f"{name}: {why}", param=name)


def refuse_compaction(members: dict[str, msgspec.Raw]) -> None:
    """Refuse to have the context made short on the way: what that costs is not in an answer's usage. InvalidRequest."""
    try:
        wanted = msgspec.json.decode(members.get("context_management", b"null"))
    except RecursionError:
        raise InvalidRequest("the body is nested too deeply") from None
    edits = wanted.get("edits") if isinstance(wanted, dict) else None
    for edit in edits if isinstance(edits, list) else ():
        if isinstance(edit, dict) and str(edit.get("type")).startswith("compact"):
            raise InvalidRequest(
                "context_management: contexts are not compacted on the way here; make yours short yourself",
                param="context_management",
            )


def chat(request: Prompt, members: dict[str, Any]) -> dict[str, Any]:
    """The body of a chat completion, but for its limit.

    Args:
        members: of the body, decoded: content blocks are read from them.

    Raises:
        InvalidRequest: it says something that no chat can say.
    """
    told = tell(members.get("system"), members["messages"])
    if all(message["role"] == "system" for message in told.messages):
        raise InvalidRequest("messages: nobody but the system says anything", param="messages")
    offered = functions(request.tools or [], told)
    body: dict[str, Any] = {"model": request.model, "messages": told.messages}
    if offered:
        body["tools"] = offered
    body |= choice(request.tool_choice, offered)
    form = _form(request)
    if form is not None:
        body["response_format"] = form
    effort = _effort(request.thinking, request.output_config)
    if effort is not None:
        body["reasoning_effort"] = effort
    return body | (_sampling(request) if isinstance(request, Messages) else {})


def _sampling(request: Messages) -> dict[str, Any]:
    fields: dict[str, Any] = {"max_tokens": request.max_tokens}
    for name in ("stream", "temperature", "top_p", "top_k"):
        value = getattr(request, name)
        if value is not None:
            fields[name] = value
    if request.stop_sequences:
        fields["stop"] = request.stop_sequences
    user = request.metadata.user_id if request.metadata is not None else None
    if user:
        fields["user"] = user if len(user) <= USER_LENGTH_MAX else hashlib.sha256(user.encode()).hexdigest()
    return fields


def _form(request: Prompt) -> dict[str, Any] | None:
    config = request.output_config
    wanted = config.format if config is not None and config.format is not None else request.output_format
    if wanted is None:
        return None
    return {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": is_strict(wanted.definition), "schema": wanted.definition},
    }


def _effort(thinking: ThinkingWish | None, config: OutputConfig | None) -> str | None:
    """How hard to think; None leaves it to the engine, which may know no efforts."""
    if thinking is not None and thinking.type == "disabled":
        return "low"  # the least that every engine with efforts knows
    if config is not None and config.effort in _EFFORTS:
        return _EFFORTS[config.effort]
    if thinking is None or thinking.type != "enabled":
        return None
    if thinking.budget_tokens is None:
        raise InvalidRequest("thinking.budget_tokens: enabled thinking has a budget", param="thinking.budget_tokens")
    budget = thinking.budget_tokens
    return "low" if budget <= LOW_BUDGET else "medium" if budget <= MEDIUM_BUDGET else "high"


def shows_thoughts(thinking: ThinkingWish | None) -> bool:
    """Whether the client wants to see what the model thinks: only if it asks, so that others find text first."""
    return thinking is not None and thinking.type != "disabled" and thinking.display != "omitted"
