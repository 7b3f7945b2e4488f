"""Answers against questions: every kind with what it takes and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.answers import LENGTHS_MAX, SIZE_MAX, check_answers
from tokenry.programmes.terms import Field

FIELDS = (
    Field("line", "A line", "text"),
    Field("story", "A story", "long_text"),
    Field("many", "How many", "number"),
    Field("stage", "Which", "choice", choices=("idea", "product")),
    Field("minors", "Any minors?", "yes_no"),
    Field("page", "A page", "url", required=False),
)
WHOLE: dict[str, Any] = {"line": "x", "story": "a\nb", "many": 0, "stage": "idea", "minors": False}

WRONG: list[tuple[str, Any]] = [
    ("line", 5), ("line", "a\nb"), ("line", "x" * (LENGTHS_MAX["text"] + 1)), ("line", ["x"]), ("line", "\x00"),
    ("line", "\x1b[31mred"),
    ("line", "\u202eevil"), ("story", "\u2067x"), ("line", "a\u2028b"), ("line", "\x9b31m"),
    ("story", "x" * (LENGTHS_MAX["long_text"] + 1)), ("story", {"a": 1}), ("story", "\x07"),
    ("many", "5"), ("many", 1.5), ("many", True), ("many", 2**53), ("stage", "Idea"), ("stage", ""), ("stage", 0),
    ("minors", "no"), ("minors", 0), ("page", "example.org"), ("page", "javascript:alert(1)"), ("page", "https://"),
    ("page", "https://a b"), ("page", "https://[::1"), ("page", "ftp://example.org/x"), ("nothing", "x"),
]  # fmt: skip
RIGHT: list[tuple[str, Any]] = [
    ("line", ""), ("line", "Ünïcode 漢字\u3000全角"),
    ("line", "\u0645\u06cc\u200c\u062e\u0648"), ("story", "👩\u200d🔬\u00a0\t1\r\n"),
    ("story", "x" * LENGTHS_MAX["long_text"]), ("many", -(2**53) + 1),
    ("stage", "product"), ("minors", True), ("page", "https://example.org/a?b=c#d"), ("page", "http://[::1]:8080/"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_a_question_does_not_take(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match="answers") as caught:
        check_answers(FIELDS, {name: value}, complete=False)
    assert caught.value.param in {"answers", f"answers.{name}"}


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_what_it_takes(name: str, value: Any) -> None:
    assert check_answers(FIELDS, {name: value}, complete=False) == {name: value}


@pytest.mark.parametrize("name", [field.id for field in FIELDS if field.required])
def test_what_must_be_answered(name: str) -> None:
    for empty in ({}, {name: None}, *([{name: " "}] if isinstance(WHOLE[name], str) and name != "stage" else [])):
        said = {key: value for key, value in WHOLE.items() if key != name} | empty
        check_answers(FIELDS, said, complete=False)
        with pytest.raises(InvalidRequest, match=name):
            check_answers(FIELDS, said, complete=True)


def test_whole_without_what_may_be_left_out() -> None:
    assert check_answers(FIELDS, WHOLE | {"page": None}, complete=True) == WHOLE


def test_all_of_them_have_a_size() -> None:
    fields = tuple(Field(f"f{n}", "F", "long_text") for n in range(50))
    said = {field.id: "x" * 5000 for field in fields}
    with pytest.raises(InvalidRequest, match=str(SIZE_MAX)):
        check_answers(fields, said, complete=False)


NONSENSE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from([*(field.id for field in FIELDS), "other"]), NONSENSE))
def test_nothing_but_a_refusal_comes_of_nonsense(said: dict[str, Any]) -> None:
    try:
        taken = check_answers(FIELDS, said, complete=False)
    except InvalidRequest:
        return
    assert taken == {key: value for key, value in said.items() if value is not None}


def test_words_are_counted_when_it_is_submitted() -> None:
    short = (Field("line", "A line", "long_text", words_max=3),)
    for fits in ("one two three", " one\u00a0two\n\tthree ", "漢字", ""):
        assert check_answers(short, {"line": fits}, complete=False) == {"line": fits}
    for fits in ("one two three", " one\u00a0two\n\tthree ", "漢字"):
        check_answers(short, {"line": fits}, complete=True)
    long = {"line": "one two three four"}
    assert check_answers(short, long, complete=False) == long, "a draft may be too long"
    with pytest.raises(InvalidRequest, match="at most 3 words, and there are 4") as caught:
        check_answers(short, long, complete=True)
    assert caught.value.param == "answers.line"
