"""Drives Anthropic's own Python client, unmodified, and prints one JSON line per answer: what the client was told.

    python anthropic_client.py MODEL REAL_MODEL     ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY and POOR_KEY are set

Runs in the client's own environment; the test beside this file compares the lines with the receipts.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import anthropic
from pydantic import BaseModel

scripted, real = sys.argv[1:]
answered: list[str] = []  # ids of requests
hooks = {"response": [lambda response: answered.append(response.headers["request-id"])]}
client = anthropic.Anthropic(http_client=anthropic.DefaultHttpxClient(event_hooks=hooks))
WEATHER: Any = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one dot


class Person(BaseModel):
    """Who it is."""

    name: str
    age: int


def tell(name: str, **line: Any) -> None:
    """One line."""
    print(json.dumps({"name": name, **line}), flush=True)


def told(name: str, message: Any, **line: Any) -> None:
    """A line about a message."""
    tell(
        name, id=answered[-1], message=message.id, usage=message.usage.model_dump(mode="json"),
        content=[block.model_dump(mode="json") for block in message.content], reason=message.stop_reason,
        model=message.model, **line,
    )  # fmt: skip


def user(content: Any) -> list[Any]:
    """A conversation of one turn."""
    return [{"role": "user", "content": content}]


def create(model: str, content: Any, **more: Any) -> Any:
    """A message."""
    return client.messages.create(model=model, max_tokens=more.pop("max_tokens", 64), messages=user(content), **more)


def streamed(name: str, model: str, content: Any, **more: Any) -> None:
    """A stream, added up as the client does it."""
    with client.messages.stream(
        model=model, max_tokens=more.pop("max_tokens", 64), messages=user(content), **more
    ) as stream:
        types = [event.type for event in stream]
        message = stream.get_final_message()
    told(name, message, events=len(types), text=stream.get_final_text() if "text" in types else None)


def loop(model: str) -> None:
    """The client's own runner calls the tool and goes on."""

    @anthropic.beta_tool
    def weather(city: str) -> str:
        """The weather in a city.

        Args:
            city: its name.
        """
        return f"rain in {city}"

    runner = client.beta.messages.tool_runner(
        model=model, max_tokens=64, tools=[weather],
        messages=user('[[tool=weather;args={"city": "Paris"}]]'),
    )  # fmt: skip
    for turn, message in enumerate(runner):
        told(f"tool loop {turn}", message)


def failed(name: str, ask: Any) -> None:
    """The error that a call ends in, or what came instead, and how often the server was asked."""
    asked: list[str] = []
    inner = anthropic.DefaultHttpxClient(event_hooks={**hooks, "request": [lambda it: asked.append(str(it.url))]})
    try:
        told(name, ask(client.with_options(http_client=inner, max_retries=1)))
    except anthropic.APIStatusError as error:
        body: Any = error.body
        tell(
            name, kind=type(error).__name__, status=error.status_code, error=body["error"], asked=len(asked),
            id=error.request_id, body_id=body["request_id"],
        )  # fmt: skip


told("create", create(scripted, "Say hello.", system="Be brief.", metadata={"user_id": "ann"}))
streamed("stream", scripted, "Say hello.")
told("limit", create(scripted, "[[words=20]]", max_tokens=3))
told("cached", create(scripted, "[[cached=2;cache_write=3]] hi"))
streamed("thinking", scripted, "[[reasoning=let me see]] [[text=so]]", thinking={"type": "adaptive"})
told("picture", create(scripted, [
    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}},
    {"type": "text", "text": "What is it?"},
]))  # fmt: skip
told("forced", create(scripted, "call", tools=[WEATHER], tool_choice={"type": "tool", "name": "weather"}))
streamed("calls", scripted, '[[tool=weather;calls=2;args={"city": "Rome"}]]', tools=[WEATHER])
parsed = client.messages.parse(model=scripted, max_tokens=64, messages=user("who"), output_format=Person)
told("schema", parsed, person=parsed.parsed_output.model_dump() if parsed.parsed_output else None)
loop(scripted)
told("real", create(real, "Say hello.", max_tokens=8))
streamed("real stream", real, "Say hello.", max_tokens=8)

count = client.messages.count_tokens(model=scripted, messages=user("Say hello."), system="Be brief.", tools=[WEATHER])
counted = create(scripted, "Say hello.", system="Be brief.", tools=[WEATHER])
told("counted", counted, tokens=count.input_tokens)
tell("real count", tokens=client.messages.count_tokens(model=real, messages=user("Say hello.")).input_tokens)
listed = client.models.list()
tell("models", ids=[model.id for model in listed], types=sorted({model.type for model in listed.data}))
tell("one model", **client.models.retrieve(scripted).model_dump(mode="json", include={"id", "type", "display_name"}))

failed("key", lambda it: it.with_options(api_key="sk-tok-no").messages.create(
    model=scripted, max_tokens=5, messages=user("x")))  # fmt: skip
failed("model", lambda it: it.messages.create(model="nothing", max_tokens=5, messages=user("x")))
failed("field", lambda it: it.messages.create(model=scripted, max_tokens=0, messages=user("x")))
failed("block", lambda it: it.messages.create(model=scripted, max_tokens=5, messages=user([{"type": "hologram"}])))
failed("search", lambda it: it.messages.create(
    model=scripted, max_tokens=5, messages=user("x"),
    tools=[{"type": "web_search_20250305", "name": "web_search"}]))  # fmt: skip
failed("engine", lambda it: it.messages.create(model="script-unlucky-anthropic", max_tokens=5, messages=user("x")))
failed("busy", lambda it: it.messages.create(model="script-busy", max_tokens=5, messages=user("x")))
failed("funds", lambda it: it.with_options(api_key=os.environ["POOR_KEY"]).messages.create(
    model=scripted, max_tokens=5, messages=user("x")))  # fmt: skip
failed("count", lambda it: it.messages.count_tokens(model="nothing", messages=user("x")))
failed("no model", lambda it: it.models.retrieve("nothing"))
