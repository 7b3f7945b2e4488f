"""The public name of a model in answers, and nowhere else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway.naming import public_name, renaming, tier_named, tiers_named


@given(st.text(max_size=20), st.text(min_size=1, max_size=20), st.text(max_size=30))
def test_the_member_is_replaced_and_the_text_is_not(inner: str, public: str, text: str) -> None:
    said = text + json.dumps({"model": inner})
    body = {"id": "x", "model": inner, "choices": [{"message": {"content": said}}]}
    for separators in ((",", ":"), (", ", ": ")):
        made = json.loads(public_name(json.dumps(body, separators=separators).encode(), public))
        assert made == {**body, "model": public}


def test_an_answer_without_a_name_stays_as_it_is() -> None:
    assert public_name(b'{"id":"x"}', "m") == b'{"id":"x"}'
    assert renaming(b": ping\n\n", "m") is None


@pytest.mark.parametrize("name", ['a"b', "a\\b", "日本"])
def test_names_that_need_escapes(name: str) -> None:
    pair = renaming(json.dumps({"model": name}).encode(), name)
    assert pair is not None
    assert json.loads(b"{" + pair[1] + b"}") == {"model": name}


TIERS = st.sampled_from(["absent", None, "default", "auto", 'a"b'])


@given(TIERS, st.text(max_size=30), st.booleans())
def test_the_tier_is_named_once_and_the_text_stays(engine: str | None, text: str, compact: bool) -> None:
    said = text + json.dumps({"service_tier": "flex"})
    body: dict[str, object] = {"id": "x", "choices": [{"message": {"content": said}}]}
    if engine != "absent":
        body["service_tier"] = engine
    written = json.dumps(body, separators=(",", ":") if compact else (", ", ": ")).encode()
    made = tier_named(written, "priority")
    assert made.count(b'"service_tier":') + made.count(b'"service_tier" :') == 1
    assert json.loads(made) == {**body, "service_tier": "priority"}


def test_every_event_of_a_block_names_it_and_comments_do_not() -> None:
    block = b': ping\n\ndata: {"a":1}\n\ndata:{ "service_tier" : null, "b":2}\n\ndata: {}\n\ndata: [DONE]\n\n'
    assert tiers_named(block, "flex") == (
        b': ping\n\ndata: {"service_tier":"flex","a":1}\n\ndata:{ "service_tier":"flex", "b":2}\n\n'
        b"data: {}\n\ndata: [DONE]\n\n"
    )
    assert tiers_named(b"", "flex") == b""
