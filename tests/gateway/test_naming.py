"""The public name of a model in answers, and nowhere else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.gateway.naming import public_name, renaming


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
