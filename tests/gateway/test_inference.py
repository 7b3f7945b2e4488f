"""What a request can use at most, and the body that is written for an engine."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.rooms import chat, configuration
from tokenry.gateway.inference import Inference, body_for, bound
from tokenry.router import Catalogue

MODEL = Catalogue.build(configuration({"m": "s/inner"})).models[0]
(DEPLOYMENT,) = MODEL.deployments


def test_bounds() -> None:
    plain = bound(chat(), MODEL)
    assert plain.limit == plain.output_tokens == 100
    assert plain.input_tokens >= chat().body_size + MODEL.template_tokens
    assert bound(chat(max_tokens=7, n=3), MODEL).output_tokens == 21
    embedding = Inference("embeddings", {}, "m", 50)
    assert (bound(embedding, MODEL).input_tokens, bound(embedding, MODEL).output_tokens) == (50, 0)


def sent(request: Inference, *, stream: bool) -> dict[str, Any]:
    return dict(json.loads(body_for(request, DEPLOYMENT, 100, stream=stream)))


@pytest.mark.parametrize("options", [None, {}, {"include_usage": False}, {"include_usage": True, "other": [1]}])
def test_a_stream_always_asks_for_usage_and_has_a_limit(options: Any) -> None:
    body = sent(chat(stream=True, stream_options=options), stream=True)
    assert body["stream_options"] == {**(options or {}), "include_usage": True}
    assert (body["stream"], body["model"], body["max_tokens"]) == (True, "inner", 100)


def test_a_plain_request_that_is_asked_for_as_a_stream_and_the_other_way_round() -> None:
    assert sent(chat(), stream=True)["stream"] is True
    body = sent(chat(stream=True, stream_options={"include_usage": True}), stream=False)
    assert "stream" not in body
    assert "stream_options" not in body


def test_a_limit_of_the_clients_stays_where_it_put_it() -> None:
    request = chat(max_completion_tokens=9)
    request.limit, request.limit_field = 9, "max_completion_tokens"
    body = sent(request, stream=False)
    assert (body["max_completion_tokens"], "max_tokens" in body) == (9, False)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OURS = {"model", "stream", "stream_options", "max_tokens", "messages", "n"}


@given(st.dictionaries(st.text().filter(lambda name: name not in OURS), VALUES, max_size=4), st.booleans())
def test_what_we_do_not_know_passes_through(others: dict[str, Any], stream: bool) -> None:
    body = sent(chat(**others), stream=stream)
    assert {name: body[name] for name in others} == others


def test_a_member_that_is_repeated_is_sent_once() -> None:
    data = b'{"model":"m","model":"dear","messages":[],"max_tokens":5,"max_\\u0074okens":99999}'
    fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    request = Inference("chat.completions", fields, "dear", len(data), limit=99999, limit_field="max_tokens")
    written = body_for(request, DEPLOYMENT, 100, stream=False)
    assert written.count(b'"model"') == written.count(b'"max_tokens"') == 1
    assert json.loads(written)["max_tokens"] == request.limit
