"""Read the directives of a model's name and a prompt into one script. Pure; the package says what they mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import parse_qsl

import msgspec

# Coding clients write [[links]] and [[links-like-this]] into their prompts, which are no directives.
_BRACKETS = re.compile(r"\[\[\s*([a-z_]+\s*(?:[=;].*?)?)\]\]", re.DOTALL)
_TO_THE_END = re.compile(r"(?:^|;)\s*(text|reasoning|refusal|args|message)=(.*)\Z", re.DOTALL)

_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]
_Numbers = Annotated[str, msgspec.Meta(pattern=r"^\d{1,12}:\d{1,12}(:\d{1,12})?\Z")]


class BadDirective(ValueError):
    """A directive nobody knows or with a value it cannot have."""


class Script(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """All directives of one request."""

    text: str | None = None
    words: _Count | None = None
    json: bool = False
    reasoning: str | None = None
    refusal: str | None = None
    tool: str | None = None
    args: str | None = None
    again: bool = False
    calls: Annotated[int, msgspec.Meta(ge=1, le=128)] = 1
    finish: Literal["stop", "length", "content_filter", "tool_calls"] | None = None
    model: str | None = None
    ignore_limit: bool = False
    latency_ms: _Milliseconds = 0
    first_ms: _Milliseconds = 0
    delay_ms: _Milliseconds = 0
    error: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    type: str | None = None
    code: str | None = None
    retry_after: str | None = None
    message: str | None = None
    times: _Count | None = None
    break_head: bool = False
    break_after: _Count | None = None
    error_after: _Count | None = None
    stall_after: _Count | None = None
    junk_after: _Count | None = None
    no_done: bool = False
    whole: bool = False
    no_usage: bool = False
    usage: _Numbers | None = None
    cached: _Count = 0
    cache_write: _Count = 0
    usage_each: bool = False
    usage_per_choice: bool = False
    pings: bool = False
    crlf: bool = False
    split: Annotated[int, msgspec.Meta(ge=1, le=65536)] | None = None


def read(model: str, prompts: Iterable[str]) -> Script:
    """The script of a request; later prompts win over earlier ones, prompts over the model's name.

    Raises:
        BadDirective: with the nearest right name.
    """
    names = Script.__struct_fields__
    found: dict[str, str] = {}
    _, _, query = model.partition("?")
    found.update(parse_qsl(query.replace("+", "%2B"), keep_blank_values=True))
    for prompt in prompts:
        for match in _BRACKETS.finditer(prompt):
            if match[1] in names or not match[1].isidentifier():
                found.update(_members(match[1]))
    for name in found:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise BadDirective(f"unknown directive {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    values = {name: value or "true" for name, value in found.items()}
    try:
        return msgspec.convert(values, Script, strict=False)
    except msgspec.ValidationError as error:
        raise BadDirective(f"directive: {error}") from None


def without(prompt: str) -> str:
    """The prompt with its directives taken out."""
    return _BRACKETS.sub("", prompt).strip()


def _members(text: str) -> dict[str, str]:
    members: dict[str, str] = {}
    last = _TO_THE_END.search(text)
    if last is not None:
        members[last[1]] = last[2].strip()
        text = text[: last.start()]
    for member in text.split(";"):
        name, _, value = member.partition("=")
        if name.strip():
            members[name.strip()] = value.strip()
    return members
