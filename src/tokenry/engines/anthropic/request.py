"""A chat completion's request as one to Anthropic's Messages API.

What has no meaning there and changes only the odds of an answer (penalties, seed, logit_bias) is left out; what would
be missing from the answer (several choices, log probabilities) is refused by name.

Source: https://platform.claude.com/docs/en/api/messages/create, and the types of Anthropic's Python SDK 2.12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.engines.anthropic import shaping
from tokenry.engines.anthropic.abilities import Abilities
from tokenry.engines.anthropic.parts import objects
from tokenry.engines.anthropic.thinking import thinking_of
from tokenry.engines.anthropic.tools import choice_of, forces, tools_of
from tokenry.engines.anthropic.turns import Conversation, conversation

_AS_THEY_ARE = ("model", "stream", "thinking", "top_k", "cache_control")  # the API's own names, for who knows them
_THINKS = frozenset({"enabled", "adaptive"})


@dataclass(frozen=True, slots=True)
class Translated:
    """A body for `/messages`. `answer_tool` names the tool whose input is the answer, where there is one."""

    body: bytes
    answer_tool: str | None


def read_fields(body: bytes) -> dict[str, Any]:
    """The members of a chat request. Raises InvalidRequest."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):  # it was checked before, so it can only be too deep
        raise InvalidRequest("the body is nested too deeply for this model's provider") from None


def asks_abilities(fields: dict[str, Any]) -> bool:
    """Whether the translation depends on what the model can do."""
    tools = [tool.get("function") for tool in objects(fields.get("tools"))]
    strict = any(isinstance(function, dict) and function.get("strict") is True for function in tools)
    wanted = fields.get("response_format")
    shaped = isinstance(wanted, dict) and wanted.get("type") == "json_schema"
    return strict or shaped or isinstance(fields.get("reasoning_effort"), str)


def translate(fields: dict[str, Any], able: Abilities) -> Translated:
    """The request for the Messages API.

    Args:
        fields: a chat request's members. able: what its model can do; matters only where `asks_abilities`.

    Raises:
        InvalidRequest: it asks for what the API does not have; the message and `param` say what.
    """
    _refuse(fields)
    limit = _limit(fields)
    talk = conversation(fields.get("messages"))
    made: dict[str, Any] = {name: fields[name] for name in _AS_THEY_ARE if fields.get(name) is not None}
    made["max_tokens"] = limit
    made["messages"] = talk.messages
    if talk.system:
        made["system"] = talk.system
    tools = tools_of(fields, strict=able.structured)
    if tools:
        made["tools"] = tools
        choice = choice_of(fields)
        if choice is not None:
            made["tool_choice"] = choice
    answer = _shape(made, fields, able)
    _think(made, fields, talk, able)
    _sample(made, fields)
    return Translated(msgspec.json.encode(made), answer)


def _refuse(fields: dict[str, Any]) -> None:
    if (fields.get("n") or 1) != 1:
        raise InvalidRequest("n: this model's provider gives one answer to a request; ask several times", param="n")
    for name in ("logprobs", "top_logprobs", "audio"):
        if fields.get(name):
            raise InvalidRequest(f"{name}: this model's provider does not give it; leave it out", param=name)


def _limit(fields: dict[str, Any]) -> int:
    given = [fields.get(name) for name in ("max_completion_tokens", "max_tokens")]
    limits = [one for one in given if isinstance(one, int) and one > 0]
    if not limits:
        raise InvalidRequest("this model's provider wants a limit: say max_completion_tokens", param="max_tokens")
    return max(limits)


def _shape(made: dict[str, Any], fields: dict[str, Any], able: Abilities) -> str | None:
    """Ask for an answer of a schema; the tool that takes it, where it must be one."""
    schema = shaping.wanted_schema(fields)
    if schema is None:
        return None
    free = shaping.is_free(schema)
    if able.structured and not free:
        made["output_config"] = {"format": shaping.output_format(schema)}
        return None
    if "tools" in made:
        words = "Answer with one JSON object and nothing else, unless you call a tool."
        if not free:
            words += f" Its JSON schema: {msgspec.json.encode(schema).decode()}"
        made["system"] = [*made.get("system", []), {"type": "text", "text": words}]
        return None
    made["tools"] = [shaping.answer_tool(schema)]
    made["tool_choice"] = {"type": "tool", "name": shaping.ANSWER_TOOL}
    return shaping.ANSWER_TOOL


def _think(made: dict[str, Any], fields: dict[str, Any], talk: Conversation, able: Abilities) -> None:
    """Thinking and effort, as far as the rest of the request allows thinking."""
    effort = fields.get("reasoning_effort")
    if not isinstance(effort, str) or "thinking" in made:
        return
    asked = thinking_of(effort, made["max_tokens"], able)
    thinking = asked.get("thinking")
    if thinking is not None and not _forbidden(thinking, made, talk):
        made["thinking"] = thinking
    if "effort" in asked:
        made["output_config"] = {**made.get("output_config", {}), "effort": asked["effort"]}


def _forbidden(thinking: dict[str, Any], made: dict[str, Any], talk: Conversation) -> bool:
    """A forced call allows none, and a budget none in the middle of calls that were made without."""
    if thinking["type"] in _THINKS and forces(made.get("tool_choice")):
        return True
    return thinking["type"] == "enabled" and talk.unsigned_calls


def _sample(made: dict[str, Any], fields: dict[str, Any]) -> None:
    """What is drawn how, where it stops, and for whom. Thinking allows no temperature of its own."""
    stop = fields.get("stop")
    stops = [stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []
    stops = [one for one in stops if isinstance(one, str) and one.strip()]  # the API takes no mere white space
    if stops:
        made["stop_sequences"] = stops
    user = fields.get("safety_identifier") or fields.get("user")
    if isinstance(user, str):
        made["metadata"] = {"user_id": user}
    thinking = made.get("thinking")
    if isinstance(thinking, dict) and thinking.get("type") in _THINKS:
        made.pop("top_k", None)
        return
    temperature, top_p = fields.get("temperature"), fields.get("top_p")
    if isinstance(temperature, int | float):
        made["temperature"] = min(temperature, 1)  # OpenAI's goes to 2, this to 1
    elif isinstance(top_p, int | float):  # newer models take one of the two
        made["top_p"] = top_p
