"""Drives OpenAI's Agents SDK, unmodified, and prints one JSON line per run: what the client was told.

    python agents_client.py API MODEL SCRIPTED_MODEL     API: responses or chat; OPENAI_BASE_URL, OPENAI_API_KEY are set

Runs in the client's own environment; the test beside this file compares the lines with the receipts.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from agents import Agent, ModelSettings, Runner, function_tool, set_default_openai_api, set_tracing_disabled
from pydantic import BaseModel

api, real, scripted = sys.argv[1:]


class Person(BaseModel):
    """Who it is."""

    name: str
    age: int


@function_tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"rain in {city}"


def tell(name: str, result: Any, **line: Any) -> None:
    """One line about a run that has ended."""
    usage = result.context_wrapper.usage
    told = {
        "requests": usage.requests,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "cached_tokens": usage.input_tokens_details.cached_tokens,
        "reasoning_tokens": usage.output_tokens_details.reasoning_tokens,
    }
    output = result.final_output
    said = output.model_dump() if isinstance(output, BaseModel) else output
    items = [item.type for item in result.new_items]
    print(
        json.dumps({"name": name, "usage": told, "said": said, "agent": result.last_agent.name, "items": items, **line})
    )


async def streamed(name: str, agent: Agent, asked: str) -> None:
    """A run whose events are listened to."""
    result = Runner.run_streamed(agent, asked)
    deltas = ""
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            deltas += event.data.delta
    tell(name, result, deltas=deltas)


async def main() -> None:
    """All runs."""
    # An answer that its limit cuts is a failure to this client; at temperature 0 the starter comes to an end.
    settled = ModelSettings(max_tokens=400, temperature=0, include_usage=True)
    for model in (scripted, real):
        agent = Agent(name="Speaker", instructions="Be brief.", model=model, model_settings=settled)
        tell(f"{model} run", await Runner.run(agent, "Say hello."))
        await streamed(f"{model} stream", agent, "Say hello.")
    caller = Agent(name="Caller", model=scripted, tools=[weather], model_settings=settled)
    asked = '[[tool=weather; args={"city": "Paris"}]]'
    tell("tool", await Runner.run(caller, asked))
    await streamed("tool stream", caller, asked)
    if api == "responses":
        begun = await Runner.run(caller, "one")
        tell("begun", begun)
        tell("gone on", await Runner.run(caller, "two", previous_response_id=begun.last_response_id))
    expert = Agent(name="Expert", model=scripted, instructions="You know.", handoff_description="knows")
    first = Agent(name="First", model=scripted, handoffs=[expert])
    tell("hand-off", await Runner.run(first, "[[tool=transfer_to_expert]] who knows?"))
    tell("schema", await Runner.run(Agent(name="Filler", model=scripted, output_type=Person), "who"))


set_tracing_disabled(True)
set_default_openai_api("responses" if api == "responses" else "chat_completions")
asyncio.run(main())
