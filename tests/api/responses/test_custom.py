"""A custom tool's input, from arguments cut anywhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.api.responses.custom import CustomInput
from tokenry.api.responses.tools import custom_arguments


def told(arguments: str, *cuts: int) -> tuple[str, str]:
    """All that was told, joined, and the whole input."""
    taken, said, start = CustomInput(), "", 0
    for cut in (*sorted(min(cut, len(arguments)) for cut in cuts), len(arguments)):
        said += taken.more(arguments[start:cut])
        start = cut
    rest, whole = taken.end()
    return said + rest, whole


@given(st.text(), st.lists(st.integers(0, 60), max_size=6), st.booleans())
def test_any_text_cut_anywhere(text: str, cuts: list[int], ascii_only: bool) -> None:
    written = json.dumps({"input": text}) if ascii_only else custom_arguments(text)
    assert told(written, *cuts) == (text, text)


@given(st.text(max_size=30), st.lists(st.integers(0, 30), max_size=6))
def test_whatever_comes_is_told_once(arguments: str, cuts: list[int]) -> None:
    said, whole = told(arguments, *cuts)
    assert said == whole == told(arguments)[1]


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ('{"input":"abc', "abc"),
        ('{"input":"a\\u00', "a"),
        ('{"input":"a\\ud83d', "a"),
        ('{"input":"","x":1}', ""),
        ('{"input":7}', '{"input":7}'),
        ('{"patch":"x"}', '{"patch":"x"}'),
        ("*** Begin", "*** Begin"),
        ("", ""),
    ],
)
def test_what_engines_write_instead(arguments: str, whole: str) -> None:
    assert told(arguments) == told(arguments, *range(len(arguments))) == (whole, whole)
