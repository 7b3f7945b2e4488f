"""Every step from every state, against the same life written down a second time, as people would draw it."""

from __future__ import annotations

from typing import get_args

import pytest

from tokenry.base.errors import Conflict
from tokenry.programmes.lifecycle import (
    APPLICATION,
    AWARD,
    OPEN_APPLICATIONS,
    ApplicationState,
    ApplicationStep,
    AwardState,
    AwardStep,
    next_application_state,
    next_award_state,
)

APPLICATION_LIFE = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {
        "begin_review": "under_review", "return": "returned", "withdraw": "withdrawn", "approve": "approved",
        "decline": "declined", "waitlist": "waitlisted",
    },
    "under_review": {
        "return": "returned", "withdraw": "withdrawn", "approve": "approved", "decline": "declined",
        "waitlist": "waitlisted",
    },
    "waitlisted": {
        "begin_review": "under_review", "return": "returned", "withdraw": "withdrawn", "approve": "approved",
        "decline": "declined",
    },
    "returned": {"submit": "submitted", "withdraw": "withdrawn"},
    "approved": {"accept": "accepted", "refuse": "refused", "withdraw": "withdrawn"},
    "declined": {}, "accepted": {}, "refused": {}, "withdrawn": {},
}  # fmt: skip
AWARD_LIFE = {
    "granting": {"grant": "active"},
    "active": {"suspend": "suspended", "begin_closing": "closing"},
    "suspended": {"resume": "active", "begin_closing": "closing"},
    "closing": {"reopen": "active", "close": "closed"},
    "closed": {},
}


@pytest.mark.parametrize("state", get_args(ApplicationState))
@pytest.mark.parametrize("step", get_args(ApplicationStep))
def test_an_application_goes_where_it_may(state: ApplicationState, step: ApplicationStep) -> None:
    expected = APPLICATION_LIFE[state].get(step)
    if expected is None:
        with pytest.raises(Conflict, match="cannot take the step"):
            next_application_state(step, state)
    else:
        assert next_application_state(step, state) == expected


@pytest.mark.parametrize("state", get_args(AwardState))
@pytest.mark.parametrize("step", get_args(AwardStep))
def test_an_award_goes_where_it_may(state: AwardState, step: AwardStep) -> None:
    expected = AWARD_LIFE[state].get(step)
    if expected is None:
        with pytest.raises(Conflict, match="cannot take the step"):
            next_award_state(step, state)
    else:
        assert next_award_state(step, state) == expected


def test_nothing_is_decided_twice() -> None:
    assert {state for state in APPLICATION_LIFE if APPLICATION_LIFE[state]} == OPEN_APPLICATIONS


def test_who_takes_a_step() -> None:
    applicants = {step for step, rule in APPLICATION.items() if rule.who == "applicant"}
    assert applicants == {"submit", "withdraw", "accept", "refuse"}
    assert {step for step, rule in AWARD.items() if rule.who == "house"} == {"grant"}
