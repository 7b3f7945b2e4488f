"""How an answer ends: its state by what was said and what went wrong, and which of its receipts are not booked yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.base.errors import InvalidRequest
from tokenry.gateway import EngineRefused
from tokenry.workspace.ending import failure_of, outcome, unbooked


def run(told: int = 0, *, error: bool = False, gone: bool = False, finish: str | None = "stop") -> Any:
    said = SimpleNamespace(position=told)
    return SimpleNamespace(said=said, error=InvalidRequest("no") if error else None, gone=gone, finish=finish)


@pytest.mark.parametrize(
    ("one", "state", "code"),
    [
        (run(5), "complete", None),
        (run(5, finish=None), "complete", None),
        (run(5, finish="length"), "stopped", "length"),
        (run(0), "failed", "empty_answer"),
        (run(0, error=True), "failed", "invalid_value"),
        (run(5, error=True), "broken", "invalid_value"),
        (run(5, gone=True), "stopped", None),
        (run(0, gone=True), "stopped", None),
        (run(5, gone=True, error=True), "stopped", None),
        (run(5, gone=True, finish="length"), "stopped", "length"),
        (run(0, gone=True, error=True), "failed", "invalid_value"),
    ],
)
def test_states(one: Any, state: str, code: str | None) -> None:
    found, failure = outcome(one)
    assert found == state
    assert (None if failure is None else failure.code) == code


def receipts(*charges: int) -> Any:
    return [SimpleNamespace(charge=charge) for charge in charges]


@given(st.lists(st.integers(1, 1000)), st.lists(st.integers(1, 1000), min_size=1))
def test_what_a_row_has_is_not_booked_again(before: list[int], fresh: list[int]) -> None:
    found = unbooked(sum(before) if before else None, receipts(*before, *fresh))
    assert [one.charge for one in found] == fresh


def test_receipts_that_were_given_up() -> None:
    found = unbooked(700, receipts(5, 9))
    assert [cast(Any, one).charge for one in found] == [9]
    assert not unbooked(700, [])


def test_what_is_more_than_a_model_reads_says_what_to_do() -> None:
    words = "request (30041 tokens) exceeds the available context size (2048 tokens)"
    told = failure_of(EngineRefused(400, words, type_=None, param=None, code="context_length_exceeded"))
    assert "choose a model that reads more" in told.message
    assert words in told.message
    assert failure_of(EngineRefused(400, "no", type_=None, param=None, code=None)).code == "invalid_request_error"
