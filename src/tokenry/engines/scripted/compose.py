"""Decide what each choice of an answer holds. Pure: request and script in, tokens out; no shapes, no time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tokenry.engines.scripted import instance, tokens
from tokenry.engines.scripted.asked import ChatRequest, CompletionRequest, Tool
from tokenry.engines.scripted.directives import Script, without

_MESSAGE_TOKENS = 3


@dataclass(slots=True)
class ToolCall:
    """One call: its function's name and the arguments' tokens."""

    name: str
    arguments: list[str]


@dataclass(slots=True)
class Choice:
    """What one choice holds, in tokens."""

    index: int
    reasoning: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    finish: str = "stop"
    stopped: str | None = None  # the stop sequence that ended it

    @property
    def count(self) -> int:
        """Tokens of it; a called function's name is one."""
        return (
            len(self.reasoning) + len(self.content) + len(self.refusal) + sum(1 + len(c.arguments) for c in self.calls)
        )


def chat_choices(request: ChatRequest, script: Script) -> list[Choice]:
    """The choices of a chat answer, cut at stops and limit."""
    return [_chat_choice(request, script, index) for index in range(request.n or 1)]


def completion_choices(request: CompletionRequest, script: Script) -> list[Choice]:
    """The choices of a completion: `n` for each prompt, in the prompts' order."""
    count = request.n or 1
    limit = request.max_tokens or 16  # OpenAI's default on this endpoint
    choices = []
    for row, prompt in enumerate(request.prompts):
        for column in range(count):
            choice = Choice(row * count + column)
            _say(choice, _text(without(prompt), script, column), request.stops)
            choices.append(_cut(choice, None if script.ignore_limit else limit, script))
    return choices


def chat_prompt_tokens(request: ChatRequest) -> int:
    """Tokens of the messages and tools, directives included."""
    count = 3
    for message in request.messages:
        called = json.dumps(message.tool_calls) if message.tool_calls else ""
        count += _MESSAGE_TOKENS + len(tokens.split(message.text)) + len(tokens.split(called))
    for tool in request.tools or ():
        if tool.function is not None:
            count += len(tokens.split(tool.function.name + " " + json.dumps(tool.function.parameters)))
    return count


def _chat_choice(request: ChatRequest, script: Script, index: int) -> Choice:
    choice = Choice(index)
    if script.reasoning is not None:
        choice.reasoning = tokens.split(script.reasoning)
    tool = _called(request, script)
    if script.refusal is not None:
        choice.refusal = tokens.split(script.refusal)
    elif tool is not None:
        choice.calls = _calls(request, script, tool)
        choice.finish = "stop" if isinstance(request.tool_choice, dict) else "tool_calls"
    else:
        _say(choice, _chat_text(request, script, index), request.stops)
    return _cut(choice, None if script.ignore_limit else request.limit, script)


def _called(request: ChatRequest, script: Script) -> str | None:
    """The name of the tool to call, if any."""
    names = [tool.function.name for tool in request.tools or () if tool.function is not None]
    forced = request.forced_tool
    if forced is not None and names:
        return forced or (script.tool if script.tool in names else names[0])
    told = request.tool_result is not None and not script.again
    if script.tool is None or told or request.tool_choice == "none":
        return None
    return script.tool


def _calls(request: ChatRequest, script: Script, name: str) -> list[ToolCall]:
    arguments = script.args
    if arguments is None:
        arguments = json.dumps(instance.instance(_parameters(request.tools or [], name)))
    return [ToolCall(name, tokens.split(arguments)) for _ in range(script.calls)]


def _parameters(tools: list[Tool], name: str) -> object:
    found = (tool.function.parameters for tool in tools if tool.function is not None and tool.function.name == name)
    return next(found, None) or {"type": "object"}


def _chat_text(request: ChatRequest, script: Script, index: int) -> str:
    wanted = request.response_format
    if script.text is None and script.words is None and (script.json or (wanted is not None and wanted.type != "text")):
        if wanted is not None and wanted.json_schema is not None:
            return json.dumps(instance.instance(wanted.json_schema.definition))
        return json.dumps({"scripted": without(request.question)})
    if request.tool_result is not None and script.text is None and script.words is None:
        return f"the tool said: {request.tool_result}"
    return _text(without(request.question), script, index)


def _text(question: str, script: Script, index: int) -> str:
    mark = f"[{index}] " if index else ""
    if script.text is not None:
        return mark + script.text
    if script.words is not None:
        return tokens.words(script.words)
    return f"{mark}scripted: {question}"


def _say(choice: Choice, text: str, stops: list[str]) -> None:
    """Give the choice its text, up to the first of the stops."""
    ends = [(place, stop) for place, stop in ((text.find(stop), stop) for stop in stops) if place >= 0]
    if ends:
        place, choice.stopped = min(ends)
        text = text[:place]
    choice.content = tokens.split(text)


def _cut(choice: Choice, limit: int | None, script: Script) -> Choice:
    """Hold the limit: reasoning counts first, then the answer, then the calls in order."""
    if limit is not None and choice.count > limit:
        choice.finish, choice.stopped = "length", None
        left = limit
        for part in (choice.reasoning, choice.content, choice.refusal):
            del part[left:]
            left -= len(part)
        for call in choice.calls:
            del call.arguments[max(0, left - 1) :]
            left = max(0, left - 1 - len(call.arguments))
        while choice.calls and choice.count > limit:
            choice.calls.pop()
    if script.finish is not None:
        choice.finish = script.finish
    return choice
