"""A Tokenry whose provider is this one, spoken to as Anthropic's API: what one end translates the other understands.

OpenAI's client asks the second, which asks the first in Anthropic's words; both books must say the same tokens. The
first answers from an engine of chat completions (translated there again) and from one that speaks Messages itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openai import BadRequestError, OpenAI

from tests.conformance.house import NATIVE, RESPONSE_FORMAT, SCRIPTED, TOOLS, House
from tests.e2e.harness import Key, Server, model

PRICE = "input = 1, cached_input = 0.1, output = 2"
MODELS = ("translated", "native")


@pytest.fixture(scope="module")
def behind(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Key, Key]]:
    """The second server, a key of its own, and the key that it has of the first."""
    own = house.server.key("behind itself", budget_nano=10**10)
    provider = (
        f'[[provider]]\nname = "house"\ndialect = "anthropic"\nbase_url = "{house.server.url}/v1"\n'
        'api_key_env = "HOUSE_ENTRY"\n'
    )
    rows = [
        model(name, to=f"house/{target}", price=PRICE) for name, target in zip(MODELS, (SCRIPTED, NATIVE), strict=True)
    ]
    server = Server(tmp_path_factory.mktemp("behind"), provider + "".join(rows)).start(HOUSE_ENTRY=own.text)
    yield server, server.key("test", budget_nano=10**10), own
    assert server.stop() == 0, server.log.read_text()
    assert server.check()["ok"]
    house.server.idle()
    for one in house.server.verb("requests", key=own.id, count=1000)["requests"]:
        receipt = house.server.receipt(one["id"], own)
        if receipt["outcome"] != "refused":
            house.count(receipt)


@pytest.fixture
def client(behind: tuple[Server, Key, Key]) -> Iterator[OpenAI]:
    """OpenAI's client at the second server."""
    with OpenAI(base_url=f"{behind[0].url}/v1", api_key=behind[1].text, max_retries=0) as made:
        yield made


def said(prompt: str) -> list[Any]:
    return [{"role": "user", "content": prompt}]


CASES: dict[str, dict[str, Any]] = {
    "text": {"messages": said("[[words=40]]")},
    "unicode": {"messages": said("[[text=日本語 🦜 naïve “quotes” \\ \n\n data: [DONE] ]]")},
    "cut": {"messages": said("[[words=40]]"), "max_tokens": 7},
    "stop": {"messages": said("[[words=40]]"), "stop": "four"},
    "calls": {"messages": said("[[calls=2]]"), "tools": TOOLS, "tool_choice": "required"},
    "reasoning": {"messages": said("[[reasoning=let me see; words=5]]")},
    "cached": {"messages": said("[[words=6; cached=4]]")},
    "schema": {"messages": said("go"), "response_format": RESPONSE_FORMAT},
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_both_books_say_the_same(
    client: OpenAI, behind: tuple[Server, Key, Key], house: House, case: dict[str, Any], name: str
) -> None:
    server, key, own = behind
    plain = client.chat.completions.with_raw_response.create(model=name, **case)
    stream = client.chat.completions.with_raw_response.create(
        model=name, **case, stream=True, stream_options={"include_usage": True}
    )
    whole, chunks = plain.parse(), list(stream.parse())
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == (whole.choices[0].message.content or "")
    assert chunks[-1].usage == whole.usage
    assert {chunk.choices[0].finish_reason for chunk in chunks if chunk.choices} == {
        None,
        whole.choices[0].finish_reason,
    }
    front = [server.receipt(answer.headers["x-request-id"], key)["usage"] for answer in (plain, stream)]
    server.idle()
    house.server.idle()
    listed = house.server.verb("requests", key=own.id, count=2)["requests"]
    back = [house.server.receipt(one["id"], own)["usage"] for one in listed]
    assert front == [front[0]] * 2 == back


@pytest.mark.parametrize("name", MODELS)
def test_a_tool_loop(client: OpenAI, name: str) -> None:
    messages = said('[[reasoning=hm]] [[tool=weather; args={"city": "Rome", "days": 1}]]')
    more: Any = {"model": name, "tools": TOOLS, "reasoning_effort": "high"}
    first = client.chat.completions.create(messages=messages, **more).choices[0]
    (call,) = first.message.tool_calls or []
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"city": "Rome", "days": 1}
    assert first.finish_reason == "tool_calls"
    told = first.message.model_dump()
    assert told["reasoning_content"] == "hm"
    if name == "native":  # signed by who thought it, so it goes back as it came
        assert told["thinking_blocks"][0]["signature"]
    messages += [
        first.message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "rain"},
    ]
    last = client.chat.completions.create(messages=messages, **more)
    assert last.choices[0].message.content == "the tool said: rain"


@pytest.mark.parametrize("name", MODELS)
def test_refusals_keep_their_words(client: OpenAI, name: str) -> None:
    with pytest.raises(BadRequestError, match="not this way"):
        client.chat.completions.create(model=name, messages=said("[[error=400; message=not this way]]"))
