"""Drives LangChain's own OpenAI package, unmodified, and prints one JSON line per answer: what the client was told.

    python langchain_client.py CHAT_MODEL EMBEDDING_MODEL SCRIPTED_MODEL     OPENAI_BASE_URL and OPENAI_API_KEY are set

Runs in the client's own environment; the test beside this file compares the lines with the receipts.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

chat_model, embedding_model, scripted = sys.argv[1:]


class Person(BaseModel):
    """Who it is."""

    name: str
    age: int


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"rain in {city}"


def tell(name: str, **line: Any) -> None:
    """One line."""
    print(json.dumps({"name": name, **line}), flush=True)


def told(name: str, answer: Any, **line: Any) -> None:
    """A line about a message."""
    tell(name, text=answer.text, usage=answer.usage_metadata, **line)


def streamed(name: str, llm: ChatOpenAI) -> None:
    """A stream's pieces, added up as the client does it."""
    pieces = list(llm.stream("Say hello."))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    told(name, whole, pieces=len(pieces))


for model in (scripted, chat_model):
    told(f"{model} chat", ChatOpenAI(model=model, max_tokens=8).invoke("Say hello."))
    streamed(f"{model} stream", ChatOpenAI(model=model, max_tokens=8))
    streamed(f"{model} stream with usage", ChatOpenAI(model=model, max_tokens=8, stream_usage=True))

llm = ChatOpenAI(model=scripted)
asked = HumanMessage('[[tool=weather; args={"city": "Paris"}]]')
offered = llm.bind_tools([weather])
call = offered.invoke([asked])
assert isinstance(call, AIMessage)
result = weather.invoke(call.tool_calls[0])
assert isinstance(result, ToolMessage)
told("tool call", call, calls=[{"name": one["name"], "args": one["args"]} for one in call.tool_calls])
told("tool result", offered.invoke([asked, call, result]))
found = llm.with_structured_output(Person, include_raw=True).invoke("who")
told("schema", found["raw"], person=found["parsed"].model_dump())

embeddings = OpenAIEmbeddings(model=embedding_model, check_embedding_ctx_length=False)
tell("documents", vectors=embeddings.embed_documents(["hello world", "rain in spring"]))
tell("query", vectors=[embeddings.embed_query("hello world")])
