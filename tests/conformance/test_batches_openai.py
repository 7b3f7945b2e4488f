"""Batches with OpenAI's Python client, unmodified, on the scripted engine: file in, file out, each line in the books
once."""

from __future__ import annotations

import json
import time
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types import Batch

from tests.conformance.house import EMBEDDING, SCRIPTED, House

TIMEOUT_S = 60.0


def jsonl(*lines: dict[str, Any] | str) -> bytes:
    """Lines as a file."""
    return b"".join((one if isinstance(one, str) else json.dumps(one)).encode() + b"\n" for one in lines)


def line(name: str, url: str, **body: Any) -> dict[str, Any]:
    """One line."""
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def chat(name: str, prompt: str = "go", **more: Any) -> dict[str, Any]:
    """A line that asks for a chat completion."""
    messages = [{"role": "user", "content": prompt}]
    return line(name, "/v1/chat/completions", model=SCRIPTED, messages=messages, **more)


def begin(client: OpenAI, content: bytes, endpoint: Any = "/v1/chat/completions", **more: Any) -> Batch:
    """A batch over a fresh file."""
    file = client.files.create(file=("lines.jsonl", content), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h", **more)


def ended(client: OpenAI, batch: Batch) -> Batch:
    """It is over."""
    deadline = time.monotonic() + TIMEOUT_S
    while (batch := client.batches.retrieve(batch.id)).status not in {"completed", "failed", "expired", "cancelled"}:
        assert time.monotonic() < deadline, batch
        time.sleep(0.02)
    return batch


def rows(client: OpenAI, file_id: str | None) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [] if file_id is None else [json.loads(row) for row in client.files.content(file_id).text.splitlines()]


def booked(house: House, rows: list[dict[str, Any]]) -> None:
    """Each line has its receipt, with the usage that it was told."""
    for row in rows:
        house.booked(row["response"]["request_id"], row["response"]["body"]["usage"])


def test_a_batch_of_chats(client: OpenAI, house: House) -> None:
    made = begin(client, jsonl(chat("a", "one [[words=3]]"), chat("b", max_tokens=2)), metadata={"run": "conformance"})
    assert (made.object, made.status, made.metadata) == ("batch", "validating", {"run": "conformance"})
    batch = ended(client, made)
    assert (batch.status, batch.error_file_id, batch.model) == ("completed", None, SCRIPTED)
    assert batch.request_counts is not None
    assert batch.request_counts.model_dump() == {"total": 2, "completed": 2, "failed": 0}
    told = rows(client, batch.output_file_id)
    assert [one["custom_id"] for one in told] == ["a", "b"]
    assert told[0]["response"]["body"]["choices"][0]["message"]["content"] == "one two three"
    assert told[1]["response"]["body"]["choices"][0]["finish_reason"] == "length"
    booked(house, told)
    assert batch.usage is not None
    assert batch.usage.output_tokens == sum([one["response"]["body"]["usage"]["completion_tokens"] for one in told])
    assert batch.id in [one.id for one in client.batches.list()]
    assert client.files.retrieve(str(batch.output_file_id)).purpose == "batch_output"


def test_batches_of_other_endpoints(client: OpenAI, house: House) -> None:
    cases: list[tuple[str, dict[str, Any]]] = [
        ("/v1/embeddings", {"model": EMBEDDING, "input": "hello"}),
        ("/v1/completions", {"model": SCRIPTED, "prompt": "go", "max_tokens": 4}),
        ("/v1/responses", {"model": SCRIPTED, "input": "go"}),
    ]
    batches = [begin(client, jsonl(line("a", url, **body)), url) for url, body in cases]
    for (url, _), batch in zip(cases, batches, strict=True):
        over = ended(client, batch)
        assert over.status == "completed", (url, over)
        told = rows(client, over.output_file_id)
        assert len(told) == 1, (url, rows(client, over.error_file_id))
        booked(house, told)


def test_lines_that_are_refused_are_in_a_file_of_their_own(client: OpenAI, house: House) -> None:
    batch = ended(client, begin(client, jsonl(chat("good"), chat("bad", temperature="warm"))))
    assert (batch.status, batch.output_file_id is None, batch.error_file_id is None) == ("completed", False, False)
    (error,) = rows(client, batch.error_file_id)
    assert (error["custom_id"], error["response"]["status_code"], error["error"]) == ("bad", 400, None)
    assert error["response"]["body"]["error"]["type"] == "invalid_request_error"
    booked(house, rows(client, batch.output_file_id))


def test_broken_lines_fail_the_batch_and_are_named(client: OpenAI) -> None:
    batch = ended(client, begin(client, jsonl(chat("a"), "{broken", chat("a"), chat("c", stream=True))))
    assert (batch.status, batch.output_file_id, batch.failed_at is None) == ("failed", None, False)
    assert batch.errors is not None
    faults = [(one.line, one.code) for one in batch.errors.data or []]
    assert faults == [(2, "invalid_json_line"), (3, "duplicate_custom_id"), (4, "invalid_value")]
    empty = ended(client, begin(client, b"\n"))
    assert empty.errors is not None
    assert [one.code for one in empty.errors.data or []] == ["empty_file"]


def test_a_batch_is_cancelled(client: OpenAI, house: House) -> None:
    slow = "[[latency_ms=100]]"
    batch = begin(client, jsonl(*[chat(str(number), slow) for number in range(200)]))
    assert client.batches.cancel(batch.id).status == "cancelling"
    batch = ended(client, batch)
    assert batch.status == "cancelled"
    told = rows(client, batch.output_file_id)
    booked(house, told)
    assert batch.request_counts is not None
    assert batch.request_counts.completed == len(told) < 200
    assert {one["error"]["code"] for one in rows(client, batch.error_file_id)} <= {"batch_cancelled"}
    with pytest.raises(openai.ConflictError):
        client.batches.cancel(ended(client, begin(client, b"nope\n")).id)


def test_what_is_not_there(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="No such File object: file_never"):
        client.batches.create(input_file_id="file_never", endpoint="/v1/chat/completions", completion_window="24h")
    with pytest.raises(openai.NotFoundError):
        client.batches.retrieve("batch_never")
