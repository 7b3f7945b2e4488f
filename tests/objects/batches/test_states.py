"""The states of a batch: no order of events leads off the map, and a step that is taken twice is one."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.base.errors import Conflict
from tokenry.objects.batches.batch import UNFINISHED, Batch, Fault, State, Use
from tokenry.objects.batches.states import Outcome, asked_to_cancel, done, ended, lost, rejected, validated

FAULT = Fault(code="empty_file", message="no lines")
MAY_FOLLOW: dict[State, set[State]] = {
    "validating": {"in_progress", "failed", "cancelling"},
    "in_progress": {"finalizing", "cancelling", "failed"},
    "finalizing": {"completed", "expired", "failed"},
    "cancelling": {"cancelled", "failed"},
    "failed": set(),
    "completed": set(),
    "expired": set(),
    "cancelled": set(),
}
STAMPS = {state: f"{state}_at" for state in get_args(State) if state != "validating"}


def a_batch(**more: Any) -> Batch:
    told: dict[str, Any] = {
        "id": "batch_1", "organization_id": "org_1", "project_id": "proj_1", "key_id": "key_1",
        "endpoint": "/v1/chat/completions", "input_file_id": "file_1", "window": "24h", "created_at": 1,
        "expires_at": 100,
    }  # fmt: skip
    return Batch(**{**told, **more})


def outcome(*, expired: bool) -> Outcome:
    return Outcome(completed=2, failed=1, usage=Use(5, 1, 3), expired=expired, output_file_id="file_2")


STEPS = {
    "validated": lambda one, at: validated(one, 3, "m", at),
    "rejected": lambda one, at: rejected(one, [FAULT], at),
    "cancel": asked_to_cancel,
    "done": done,
    "ended": lambda one, at: ended(one, outcome(expired=False), at),
    "expired": lambda one, at: ended(one, outcome(expired=True), at),
    "lost": lambda one, at: lost(one, FAULT, outcome(expired=False), at),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
@settings(max_examples=300, deadline=None)
def test_every_walk_stays_on_the_map(names: list[str]) -> None:
    batch = a_batch()
    for at, name in enumerate(names, start=2):
        before = batch
        try:
            batch = STEPS[name](before, at)
        except (AssertionError, Conflict):
            continue  # no step from here
        if batch.state != before.state:
            assert batch.state in MAY_FOLLOW[before.state], (before.state, name)
            assert getattr(batch, STAMPS[batch.state]) == at
        for state, stamp in STAMPS.items():
            if state != batch.state:
                assert getattr(batch, stamp) == getattr(before, stamp), "a moment that was is not moved"
        assert batch.unfinished == (batch.state in UNFINISHED)
        if batch.state == "failed":
            assert batch.errors
        if not before.unfinished:
            assert batch == before


@pytest.mark.parametrize("name", ["validated", "rejected", "done", "cancel"])
def test_a_step_that_a_kill_repeats_changes_nothing(name: str) -> None:
    start = a_batch(state="in_progress", in_progress_at=2) if name == "done" else a_batch()
    once = STEPS[name](start, 5)
    assert STEPS[name](once, 9) == once


@pytest.mark.parametrize("state", ["failed", "completed", "expired", "finalizing"])
def test_what_came_too_far_is_not_cancelled(state: State) -> None:
    with pytest.raises(Conflict, match=f"with status '{state}'"):
        asked_to_cancel(a_batch(state=state), 5)


def test_a_cancelled_one_is_not_begun_by_a_look_that_was_under_way() -> None:
    cancelled = asked_to_cancel(a_batch(), 5)
    for name in ("validated", "rejected", "done"):
        assert STEPS[name](cancelled, 6).state == "cancelling"
    assert ended(cancelled, outcome(expired=True), 7).state == "cancelled"


def test_use_adds_up() -> None:
    assert Use(1, 2, 3, 4).plus(Use(10, 20, 30, 40)) == Use(11, 22, 33, 44)
    assert msgspec.to_builtins(a_batch(usage=Use(1)))["usage"]["input_tokens"] == 1
