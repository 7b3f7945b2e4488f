"""Whatever comes as a request for a response: it is read, or refused in words; never anything else."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.responses.stand import Remembered
from tokenry.access import KeyLimits, Principal
from tokenry.api.openai.parse import remember
from tokenry.api.responses import Reading
from tokenry.api.responses.fields import CreateResponse
from tokenry.api.responses.messages import FileData
from tokenry.api.responses.reading import LARGE
from tokenry.api.responses.surface import CompactSurface
from tokenry.api.responses.tools import Toolbox
from tokenry.api.surfaces import Asked
from tokenry.base.clock import ManualClock
from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.gateway import About, Inference
from tokenry.ledger import Usage

PRINCIPAL = Principal(
    key_id="key_1", key_name="k", project_id="proj_1", organization_id="org_1", user_id=None, expires_at=None,
    limits=KeyLimits(1000, 10**9, 1000), budget_ids=(),
)  # fmt: skip
TYPES = [
    "message", "reasoning", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output",
    "item_reference", "compaction", "additional_tools", "web_search_call", "function", "custom", "namespace",
    "web_search", "mcp", "input_text", "output_text", "input_image", "input_file", "input_audio", "refusal",
    "json_schema", "json_object", "text", "allowed_tools", "user", "assistant", "system", "developer", "required",
    "auto", "none", "x", "call_1",
]  # fmt: skip
MEMBERS = [
    "type", "role", "content", "id", "call_id", "name", "namespace", "arguments", "input", "output", "text",
    "refusal", "image_url", "file_id", "file_data", "filename", "summary", "encrypted_content", "tools", "mode",
    "parameters", "description", "format", "schema", "strict", "effort", "function", "definition", "syntax", "detail",
]  # fmt: skip
leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(TYPES)
    | st.text(max_size=5)
)
thing = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    max_leaves=25,
)
item = st.dictionaries(st.sampled_from(MEMBERS), thing, max_size=6).map(lambda one: {"type": "message", **one})
tool = st.dictionaries(st.sampled_from(MEMBERS), thing, max_size=6).map(lambda one: {"type": "function", **one})
known = [*sorted(field.name for field in msgspec.structs.fields(CreateResponse)), "messages", "n", "seed", "N"]
request = st.fixed_dictionaries(
    {"model": st.just("m"), "input": st.lists(item, max_size=5) | thing},
    optional={"tools": st.lists(tool, max_size=4), "tool_choice": thing, "text": thing, "include": thing},
) | st.dictionaries(st.sampled_from(known), thing, max_size=6)


def read(data: bytes) -> Inference | None:
    """The request for the gateway; None when it is refused."""
    reading = Reading(Remembered(), ManualClock()).read(PRINCIPAL, data)
    try:
        if len(data) > LARGE:  # it is told to engines in a thread
            large: Inference = asyncio.run(reading).request
            return large
        reading.send(None)  # this memory never makes it wait
    except StopIteration as done:
        request: Inference = done.value.request
        return request
    except TokenryError as error:
        refused = error
    else:
        raise AssertionError("it waits")
    assert 400 <= refused.status < 500
    assert refused.message
    return None


@settings(max_examples=60, deadline=None)
@given(request)
def test_any_json_is_read_or_refused(body: dict[str, Any]) -> None:
    made = read(msgspec.json.encode(body))
    if made is not None:
        assert msgspec.json.decode(made.fields["messages"])
        assert made.choices == 1
        assert made.body_size >= len(msgspec.json.encode(made.fields))
        assert made.native is not None
        assert made.native["store"] == msgspec.Raw(b"false")
        assert not {"previous_response_id", "conversation", "background", "service_tier"} & set(made.native)


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert read(data) is None


DEEP = b"[" * 950 + b"]" * 950


@pytest.mark.parametrize(
    "data",
    [
        b'{"model":"m","input":' + b"[" * 4000 + b"]" * 4000 + b"}",
        b'{"model":"m","input":"x","tools":[{"type":"function","name":"f","parameters":' + DEEP + b"}]}",
        b'{"model":"m","input":"\\ud800"}',
        b'{"model":"m","input":"x","model":7}',
    ],
    ids=["deep", "deep parameters", "half a character", "twice"],
)  # fmt: skip
def test_bodies_that_are_made_to_hurt(data: bytes) -> None:
    read(data)


@settings(max_examples=40, deadline=None)
@given(st.lists(thing, max_size=6), st.booleans())
def test_whatever_an_engine_says_is_told(answers: list[Any], cut: bool) -> None:
    made = read(b'{"model":"m","input":"x"}')
    assert made is not None
    assert made.voices is not None
    about = About("req_1", "m", 10**18, 100)
    voice = made.voices(about)
    events = b"".join([b"data: " + msgspec.json.encode(one) + b"\n\n" for one in answers])
    voice.say(events)
    voice.end(events, Usage(), cut=cut)
    for one in answers:
        if isinstance(one, dict):
            made.voices(about).whole({"choices": [{"message": one}]}, Usage(), cut=cut)
    native = made.voices(about)
    reader = native.native(about)

    def engine_says(kind: str, **members: Any) -> None:
        reader.feed(
            b"data: " + msgspec.json.encode({"type": f"response.{kind}", "output_index": 0, **members}) + b"\n\n"
        )
        native.say(b"x")

    for one in answers:
        engine_says("output_item.added", item=one)
        engine_says("output_text.delta", delta=one)
        engine_says("content_part.added", part=one)
    engine_says("completed", response={"output": answers, "usage": answers})
    reader.usage()
    native.end(b"", Usage(), cut=cut)


class TestWhatWouldStopTheServer:
    """Small requests that a server without these bounds would need minutes, or all of its memory, for."""

    @pytest.mark.parametrize("where", ["tools", "additional_tools"])
    def test_kinds_of_tools_that_nobody_knows(self, where: str) -> None:
        many = [{"type": f"kind_{number}"} for number in range(1000 if where == "tools" else 200_000)]
        body: dict[str, Any] = {"model": "m", "input": "go", "tools": many}
        if where == "additional_tools":
            body = {"model": "m", "input": [{"role": "user", "content": "go"}, {"type": where, "tools": many}]}
        request = read(msgspec.json.encode(body))
        assert request is not None
        assert request.told is not None

    def test_a_kind_of_tools_is_no_header(self) -> None:
        kind = "x\r\nset-cookie: a=b\r\n\r\n" + "y" * 500
        request = read(msgspec.json.encode({"model": "m", "input": "go", "tools": [{"type": kind}]}))
        assert request is not None
        assert request.told is not None
        [(_, value)] = request.told
        assert value.startswith(b"x__set-cookie__a_b____yyy")
        assert len(value) <= 200

    def test_functions_that_would_be_called_alike(self) -> None:
        inner = [{"type": "function", "name": "a" + chr(0x4E00 + number)} for number in range(2000)]
        box = Toolbox([{"type": "namespace", "name": "n", "tools": inner}])
        names = [function["function"]["name"] for function in box.functions]
        assert len(set(names)) == 2000
        assert {box.meant(name).name for name in names} == {tool["name"] for tool in inner}
        with pytest.raises(InvalidRequest, match="more than 2048 tools"):
            Toolbox([{"type": "namespace", "name": n, "tools": inner} for n in ("n", "m")])

    def test_a_choice_among_very_many(self) -> None:
        inner = [{"type": "function", "name": f"f{number}"} for number in range(2000)]
        box = Toolbox([{"type": "namespace", "name": "n", "tools": inner}])
        wanted = [{"type": "function", "name": "f1999"}] * 100_000
        assert box.choice({"type": "allowed_tools", "mode": "auto", "tools": wanted}) == "auto"
        assert len(box.functions) == 1

    @pytest.mark.anyio
    async def test_a_large_file_that_is_named_often(self) -> None:
        memory = Remembered(known_files={"file_a": FileData("a.txt", "text/plain", b"x" * (5 * 1024 * 1024))})
        part = {"type": "input_file", "file_id": "file_a"}
        for often, fine in ((4, True), (5, False)):
            body = {"model": "m", "input": [{"role": "user", "content": [part] * often}]}
            reading = Reading(memory, ManualClock()).read(PRINCIPAL, msgspec.json.encode(body))
            if fine:
                await reading
            else:
                with pytest.raises(InvalidRequest, match="as often as it is named"):
                    await reading

    @pytest.mark.anyio
    @pytest.mark.parametrize(("size", "often"), [(8 * 1024 * 1024, 5), (1, 1001)])
    async def test_items_that_are_referred_to_often(self, size: int, often: int) -> None:
        asked: list[str] = []

        class Large(Remembered):
            async def item(self, principal: Principal, item_id: str) -> dict[str, Any]:
                asked.append(item_id)
                return {
                    "type": "message",
                    "role": "user",
                    "id": item_id,
                    "content": [{"type": "x", "text": "x" * size}],
                }

        same = size > 1
        items = [{"type": "item_reference", "id": "msg_a" if same else f"msg_{n}"} for n in range(often)]
        with pytest.raises(InvalidRequest, match="referred to"):
            await Reading(Large(), ManualClock()).read(PRINCIPAL, msgspec.json.encode({"model": "m", "input": items}))
        assert len(asked) == (1 if same else 1000)


@pytest.mark.anyio
async def test_a_key_for_a_response_is_none_for_what_is_made_short() -> None:
    body = msgspec.json.encode({"model": "m", "input": "go"})
    compact = CompactSurface(Reading(Remembered(), ManualClock()))
    asked = Asked("req_1", PRINCIPAL, {b"idempotency-key": b"k"}, body)
    short = await compact.read(asked)
    remember(short, body, b"k")
    whole = read(body)
    assert whole is not None
    remember(whole, body, b"k")
    assert short.fingerprint != whole.fingerprint
