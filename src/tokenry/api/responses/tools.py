"""Tools: from the request's to the functions that engines know, and from an engine's calls back to the client's tools.

Three kinds are made functions: `function`; `custom`, whose one argument is a text; and those in a `namespace`, under a
name that holds both. What runs in a provider's house cannot be made one: web search is left out, and the answer's head
says so, because coding agents offer it in every request; the others are refused.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from tokenry.api.responses.errors import NotServed
from tokenry.base.errors import InvalidRequest

_LEFT_OUT = re.compile(r"web_search(_preview)?(_\d{4}_\d{2}_\d{2})?")
_HOSTED = {
    "file_search": "file search",
    "code_interpreter": "the code interpreter",
    "image_generation": "image generation",
    "computer": "computer use",
    "computer_use_preview": "computer use",
    "mcp": "remote MCP servers",
}
NAME_LENGTH_MAX = 64  # of a function, as OpenAI bounds it
TOOLS_MAX = 2048  # of one request, with those in namespaces and those that its transcript adds
LEFT_OUT_MAX = 20  # kinds that are told
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")


class Meant(msgspec.Struct, frozen=True):
    """What the client calls a function that an engine was offered."""

    name: str
    namespace: str | None = None
    custom: bool = False


class Toolbox:
    """The tools of one request.

    Attributes:
        functions: as chat completions have them.
        left_out: kinds of tools that engines are not offered.
    """

    def __init__(self, tools: list[Any]) -> None:
        """Raises InvalidRequest, NotServed."""
        self.functions: list[dict[str, Any]] = []
        self.left_out: list[str] = []
        self._meant: dict[str, Meant] = {}
        self._named: dict[Meant, str] = {}
        for index, tool in enumerate(tools):
            self._add(tool, f"tools[{index}]")
        self._by_name: dict[str, list[str]] = {}
        for function, meant in self._meant.items():
            self._by_name.setdefault(meant.name, []).append(function)

    def meant(self, function: str) -> Meant:
        """What the client calls the function that an engine called."""
        return self._meant.get(function) or Meant(function)

    def function(self, meant: Meant) -> str:
        """What engines are to call a tool; a name for one that is not offered now, but was called before."""
        return self._named.get(meant) or _flat(meant)

    def choice(self, wanted: Any) -> Any:
        """`tool_choice` as chat completions have it; narrows the functions to those that are allowed.

        Raises:
            InvalidRequest: it names none of the tools. NotServed: it forces one that is not served.
        """
        if wanted is None or wanted in ("auto", "none"):
            return wanted
        if wanted == "required":
            self._require_any()
            return wanted
        kind = wanted.get("type") if isinstance(wanted, dict) else None
        if kind in ("function", "custom"):
            return {"type": "function", "function": {"name": self._wanted(wanted)}}
        if kind == "allowed_tools":
            return self._allowed(wanted)
        if isinstance(kind, str):
            raise NotServed(f"tool_choice: {_words(kind)} is not served here", param="tool_choice")
        raise InvalidRequest(
            "tool_choice is `none`, `auto`, `required`, or an object with a `type`", param="tool_choice"
        )

    def _allowed(self, wanted: dict[str, Any]) -> str:
        mode, tools = wanted.get("mode"), wanted.get("tools")
        if mode not in ("auto", "required") or not isinstance(tools, list) or not tools:
            raise InvalidRequest("tool_choice: `allowed_tools` has a `mode` and `tools`", param="tool_choice")
        names = {self._wanted(tool) for tool in tools if isinstance(tool, dict) and not _left_out(tool.get("type"))}
        self.functions = [one for one in self.functions if one["function"]["name"] in names]
        if mode == "required":
            self._require_any()
        return str(mode)

    def _require_any(self) -> None:
        if not self.functions:
            raise InvalidRequest(
                "tool_choice asks for a call, and there is no tool that could be called", param="tool_choice"
            )

    def _wanted(self, wanted: dict[str, Any]) -> str:
        """The function that a choice names."""
        name, space = wanted.get("name"), wanted.get("namespace")
        for function in self._by_name.get(name, ()) if isinstance(name, str) else ():
            if space is None or self._meant[function].namespace == space:
                return function
        raise InvalidRequest(
            f"tool_choice names {str(name)[:100]!r}, which is not among the tools", param="tool_choice"
        )

    def _add(self, tool: Any, where: str) -> None:
        kind = tool.get("type") if isinstance(tool, dict) else None
        if not isinstance(kind, str):
            raise InvalidRequest(f"{where} has no `type`", param=where)
        if kind == "namespace":
            self._add_namespace(tool, where)
        elif kind in ("function", "custom"):
            self._offer(tool, where, None, None)
        elif kind in _HOSTED:
            raise NotServed(
                f"{where}: {_words(kind)} is not served here; leave out the tool {kind!r}, or offer a function that "
                "does it in your own house",
                param=where,
            )
        elif kind not in self.left_out and len(self.left_out) < LEFT_OUT_MAX:
            self.left_out.append(_UNFIT.sub("_", kind[:60]))  # newer clients offer what older servers do not know

    def _add_namespace(self, tool: dict[str, Any], where: str) -> None:
        name, tools = tool.get("name"), tool.get("tools")
        if not isinstance(name, str) or not isinstance(tools, list):
            raise InvalidRequest(f"{where}: a namespace has a `name` and `tools`", param=where)
        about = tool.get("description")
        for index, inner in enumerate(tools):
            place = f"{where}.tools[{index}]"
            if not isinstance(inner, dict) or inner.get("type") not in ("function", "custom"):
                raise InvalidRequest(f"{place}: a namespace holds functions and custom tools", param=place)
            self._offer(inner, place, name, about if index == 0 and isinstance(about, str) else None)

    def _offer(self, tool: dict[str, Any], where: str, namespace: str | None, about: str | None) -> None:
        name, custom = tool.get("name"), tool["type"] == "custom"
        if not isinstance(name, str) or not name:
            raise InvalidRequest(f"{where} has no `name`", param=f"{where}.name")
        meant = Meant(name, namespace, custom)
        if meant in self._named:
            return  # clients repeat themselves
        if len(self._meant) >= TOOLS_MAX:
            raise InvalidRequest(f"there are more than {TOOLS_MAX} tools", param=where)
        function = _flat(meant)
        if function in self._meant:  # of another namespace, or with letters that functions' names have not
            function = _told_apart(function, meant)
        self._meant[function] = meant
        self._named[meant] = function
        told = [text for text in (about, tool.get("description")) if isinstance(text, str) and text]
        made = _custom(tool, told) if custom else _function(tool, told)
        self.functions.append({"type": "function", "function": {"name": function, **made}})


def _left_out(kind: Any) -> bool:
    return isinstance(kind, str) and _LEFT_OUT.fullmatch(kind) is not None


def _words(kind: str) -> str:
    return _HOSTED.get(kind, "web search" if _left_out(kind) else repr(kind[:100]))


def _flat(meant: Meant) -> str:
    """One name for a tool in a namespace, as functions may be called."""
    if meant.namespace is None:
        return meant.name
    between = "" if meant.namespace.endswith("__") else "__"
    return _shortened(_UNFIT.sub("_", meant.namespace + between + meant.name))


def _shortened(name: str) -> str:
    if len(name) <= NAME_LENGTH_MAX:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: NAME_LENGTH_MAX - 9]}_{digest}"


def _told_apart(function: str, meant: Meant) -> str:
    digest = hashlib.sha256(msgspec.json.encode(meant)).hexdigest()[:8]
    return f"{function[: NAME_LENGTH_MAX - 9]}_{digest}"


def _function(tool: dict[str, Any], told: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"parameters": tool.get("parameters") or {"type": "object", "properties": {}}}
    if told:
        made["description"] = "\n\n".join(told)
    if tool.get("strict") is not None:
        made["strict"] = tool["strict"]
    return made


def _custom(tool: dict[str, Any], told: list[str]) -> dict[str, Any]:
    """A tool that takes a text, as a function with one member."""
    form = tool.get("format")
    if isinstance(form, dict) and form.get("type") == "grammar":
        told = [*told, f"`input` must follow this {form.get('syntax')} grammar:\n{form.get('definition')}"]
    member = {"type": "string", "description": "The tool's input, as it is."}
    schema = {"type": "object", "properties": {"input": member}, "required": ["input"], "additionalProperties": False}
    return {"description": "\n\n".join(told), "parameters": schema} if told else {"parameters": schema}


def custom_arguments(text: str) -> str:
    """The arguments of a custom tool's function for its input."""
    return msgspec.json.encode({"input": text}).decode()


def custom_input(arguments: str) -> str:
    """The input of a custom tool from its function's arguments; the arguments themselves when they are something else,
    as when they were cut."""
    try:
        decoded = msgspec.json.decode(arguments)
    except (ValueError, RecursionError):
        return arguments
    given = decoded.get("input") if isinstance(decoded, dict) else None
    return given if isinstance(given, str) else arguments
