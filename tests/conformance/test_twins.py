"""A stream is its plain twin told in pieces: same text, calls, reasons, log probabilities, usage and price."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from tests.conformance.house import RESPONSE_FORMAT, SCRIPTED, TOOLS, House

CASES: dict[str, dict[str, Any]] = {
    "text": {"prompt": "[[words=40]]"},
    "unicode": {"prompt": "[[text=日本語 🦜 naïve “quotes” \\ \n\n data: [DONE] ]]"},
    "cut": {"prompt": "[[words=40]]", "max_tokens": 7},
    "stop": {"prompt": "[[words=40]]", "stop": "four"},
    "choices": {"prompt": "[[words=9]]", "n": 3},
    "call": {"prompt": "[[calls=2]]", "tools": TOOLS, "tool_choice": "required"},
    "named call": {
        "prompt": "go",
        "tools": TOOLS,
        "tool_choice": {"type": "function", "function": {"name": "traffic"}},
    },
    "reasoning": {"prompt": "[[reasoning=let me see; words=5]]"},
    "refusal": {"prompt": "[[refusal=no, I will not]]"},
    "schema": {"prompt": "go", "response_format": RESPONSE_FORMAT},
    "logprobs": {"prompt": "[[words=6]]", "logprobs": True, "top_logprobs": 3},
    "cached": {"prompt": "[[words=6; cached=4]]"},
    "filtered": {"prompt": "[[words=6; finish=content_filter]]"},
    "another's name": {"prompt": '[[model=acme/huge-7b; text={"model":"acme/huge-7b"}]]'},
    "split anywhere": {"prompt": "[[words=30; split=7; crlf; pings]]"},
    "usage in every event": {"prompt": "[[words=30; usage_each]]"},
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_chat(client: OpenAI, house: House, case: dict[str, Any]) -> None:
    body = {"model": SCRIPTED, **case, "messages": [{"role": "user", "content": case["prompt"]}]}
    del body["prompt"]
    plain = client.chat.completions.with_raw_response.create(**body)
    streamed = client.chat.completions.with_raw_response.create(
        **body, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(streamed.parse())
    twin = _joined([chunk.model_dump(exclude_unset=True) for chunk in chunks])
    whole = plain.parse().model_dump(exclude_unset=True)

    assert twin["usage"] == whole["usage"]
    assert twin["choices"] == _bare(whole["choices"])
    assert twin["model"] == whole["model"] == SCRIPTED
    receipts = [
        house.booked(answer.headers["x-request-id"], usage)
        for answer, usage in ((plain, whole["usage"]), (streamed, twin["usage"]))
    ]
    assert receipts[0]["charge_nanousd"] == receipts[1]["charge_nanousd"]
    assert receipts[0]["lines"] == receipts[1]["lines"]


def _joined(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """What the deltas come to, put together by other code than the product's."""
    choices: dict[int, dict[str, Any]] = {}
    usage: list[Any] = []
    for chunk in chunks:
        if chunk.get("usage"):
            usage.append(chunk["usage"])
        for part in chunk["choices"]:
            choice = choices.setdefault(part["index"], {"message": {}, "logprobs": [], "calls": {}, "finish": None})
            for name, value in part["delta"].items():
                if name == "tool_calls":
                    for call in value:
                        kept = choice["calls"].setdefault(call["index"], {"id": "", "name": "", "arguments": ""})
                        kept["id"] += call.get("id") or ""
                        kept["name"] += call["function"].get("name") or ""
                        kept["arguments"] += call["function"].get("arguments") or ""
                elif value and name != "role":
                    choice["message"][name] = choice["message"].get(name, "") + value
            choice["logprobs"] += (part.get("logprobs") or {}).get("content") or []
            choice["finish"] = part["finish_reason"] or choice["finish"]
    rows = [
        {"index": i, **c, "calls": [(d["name"], d["arguments"]) for _, d in sorted(c["calls"].items())]}
        for i, c in sorted(choices.items())
    ]
    return {"choices": rows, "usage": usage[-1], "model": chunks[0]["model"]}


def _bare(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A plain answer's choices in the same shape."""
    texts = ("content", "refusal", "reasoning_content")
    return [
        {
            "index": choice["index"],
            "message": {name: choice["message"][name] for name in texts if choice["message"].get(name)},
            "logprobs": (choice.get("logprobs") or {}).get("content") or [],
            "finish": choice["finish_reason"],
            "calls": [
                (call["function"]["name"], call["function"]["arguments"])
                for call in choice["message"].get("tool_calls") or ()
            ],
        }
        for choice in choices
    ]
