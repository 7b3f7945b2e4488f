"""OpenAI's Python client, unmodified: files, uploads, stored completions, and moderations."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI

from tests.conformance.house import CHAT, GUARD, SCRIPTED, House
from tests.conformance.test_openai_python import ASKED

both = pytest.mark.parametrize("model", [SCRIPTED, CHAT])


def leave(client: OpenAI, content: bytes = b"one\ntwo\n", purpose: Any = "user_data", **more: Any) -> Any:
    return client.files.create(file=("näme.txt", io.BytesIO(content)), purpose=purpose, **more)


def test_a_file_comes_back_as_it_came(client: OpenAI) -> None:
    content = bytes(range(256)) * 20_000
    file = leave(client, content, expires_after={"anchor": "created_at", "seconds": 3600})
    assert (file.bytes, file.filename, file.purpose) == (len(content), "näme.txt", "user_data")
    assert file.expires_at == file.created_at + 3600
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == content
    assert client.files.wait_for_processing(file.id).status == "processed"
    assert client.files.delete(file.id).deleted
    with pytest.raises(NotFoundError):
        client.files.content(file.id)


def test_lists_go_on_by_themselves(client: OpenAI) -> None:
    made = {leave(client, b"%d" % n, "evals").id for n in range(5)}
    listed = client.files.list(purpose="evals", limit=2, order="asc")
    assert listed.has_next_page()
    found = [file.id for file in listed]  # the client asks for the pages that follow
    assert found == sorted(made)
    for file in made:
        client.files.delete(file)


def test_what_is_wrong_is_told_as_the_client_knows_it(client: OpenAI, house: House) -> None:
    with pytest.raises(BadRequestError) as refused:
        leave(client, purpose="world-domination")
    assert refused.value.param == "purpose"
    with pytest.raises(BadRequestError):
        leave(client, b"")
    with pytest.raises(NotFoundError) as missing:
        client.files.retrieve("file_00000000000000000000000000")
    assert missing.value.code == "not_found"
    stranger = OpenAI(base_url=f"{house.server.url}/v1", api_key="sk-tok-nobody")
    with stranger, pytest.raises(AuthenticationError):
        stranger.files.list()


def test_an_upload_in_parts(client: OpenAI) -> None:
    whole = b"line of text\n" * 100_000
    file = client.uploads.upload_file_chunked(
        file=whole, filename="big.txt", bytes=len(whole), mime_type="text/plain", purpose="user_data",
        part_size=400_000,
    )  # fmt: skip
    assert file.status == "completed"
    assert file.file is not None
    assert client.files.content(file.file.id).read() == whole
    client.files.delete(file.file.id)
    upload = client.uploads.create(bytes=3, filename="a", mime_type="text/plain", purpose="batch")
    client.uploads.parts.create(upload.id, data=b"abc")
    assert client.uploads.cancel(upload.id).status == "cancelled"


@both
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_stored_completion_is_what_was_answered(client: OpenAI, house: House, model: str, streamed: bool) -> None:
    mark = f"{model}-{streamed}"
    body: dict[str, Any] = {"model": model, "messages": ASKED, "max_tokens": 12, "store": True}
    body["metadata"] = {"mark": mark}
    if streamed:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        with client.chat.completions.with_streaming_response.create(**body, **options) as raw:
            chunks = list(raw.parse())
            (usage,) = [chunk.usage for chunk in chunks if chunk.usage is not None]
            house.booked(raw.headers["x-request-id"], usage.model_dump())
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        id_ = chunks[0].id
    else:
        raw = client.chat.completions.with_raw_response.create(**body)
        answer = raw.parse()
        house.booked(raw.headers["x-request-id"], answer.usage.model_dump())
        text, id_, usage = answer.choices[0].message.content, answer.id, answer.usage
    [stored] = client.chat.completions.list(metadata={"mark": mark})
    assert (stored.id, stored.choices[0].message.content, stored.usage) == (id_, text, usage)
    assert client.chat.completions.retrieve(id_) == stored
    assert [message.content for message in client.chat.completions.messages.list(id_)] == [ASKED[0]["content"]]
    changed: Any = client.chat.completions.update(id_, metadata={"mark": "other"})
    assert changed.metadata == {"mark": "other"}
    assert client.chat.completions.delete(id_).deleted
    with pytest.raises(NotFoundError):
        client.chat.completions.retrieve(id_)


def test_a_moderation_is_found_and_charged_by_its_input(client: OpenAI, house: House) -> None:
    raw = client.moderations.with_raw_response.create(input=["all is well", "[[refusal=no]] bad"], model=GUARD)
    found = raw.parse()
    assert [one.flagged for one in found.results] == [False, True]
    assert found.results[1].categories.violence
    receipt = house.server.receipt(raw.headers["x-request-id"], house.key)
    used = receipt["usage"]
    assert (used["output_tokens"], receipt["estimated"]) == (0, True)
    assert receipt["charge_nanousd"] == int(raw.headers["x-tokenry-charge-nanousd"]) > 0
    house.input_tokens += used["input_tokens"]  # the tally's own way asks for what an engine counted
    house.charge += receipt["charge_nanousd"]
