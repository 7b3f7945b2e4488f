"""The lives of an application and of an award: which step leads from where to where, and who may take it. Pure.

What a step does beside changing the state (money, mails, rows) is told where it is done; that it may be taken now is
told here, as two tables that are the specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from tokenry.base.errors import Conflict

ApplicationState = Literal[
    "draft", "submitted", "under_review", "returned", "waitlisted", "approved", "declined", "accepted", "refused",
    "withdrawn",
]  # fmt: skip
ApplicationStep = Literal[
    "submit", "begin_review", "return", "waitlist", "withdraw", "approve", "decline", "accept", "refuse"
]  # fmt: skip
AwardState = Literal["granting", "active", "suspended", "closing", "closed"]
AwardStep = Literal["grant", "suspend", "resume", "begin_closing", "reopen", "close"]
Who = Literal["applicant", "officer", "house"]

JUDGED: Final[tuple[ApplicationState, ...]] = ("submitted", "under_review", "waitlisted")  # an officer's turn
S = TypeVar("S", bound=str)


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """A step leads from any of these states to that one, and these people take it."""

    begins: frozenset[S]
    ends: S
    who: Who


def _rule(begins: tuple[S, ...], ends: S, who: Who) -> Rule[S]:
    return Rule(frozenset(begins), ends, who)


APPLICATION: Final[Mapping[ApplicationStep, Rule[ApplicationState]]] = {
    "submit": _rule(("draft", "returned"), "submitted", "applicant"),
    "withdraw": _rule(("draft", "returned", *JUDGED, "approved"), "withdrawn", "applicant"),
    "begin_review": _rule(("submitted", "waitlisted"), "under_review", "officer"),
    "return": _rule(JUDGED, "returned", "officer"),
    "waitlist": _rule(("submitted", "under_review"), "waitlisted", "officer"),
    "approve": _rule(JUDGED, "approved", "officer"),
    "decline": _rule(JUDGED, "declined", "officer"),
    "accept": _rule(("approved",), "accepted", "applicant"),
    "refuse": _rule(("approved",), "refused", "applicant"),
}
AWARD: Final[Mapping[AwardStep, Rule[AwardState]]] = {
    "grant": _rule(("granting",), "active", "house"),
    "suspend": _rule(("active",), "suspended", "officer"),
    "resume": _rule(("suspended",), "active", "officer"),
    "begin_closing": _rule(("active", "suspended"), "closing", "officer"),
    "reopen": _rule(("closing",), "active", "officer"),
    "close": _rule(("closing",), "closed", "officer"),
}
OPEN_APPLICATIONS: Final = frozenset[ApplicationState]({"draft", "returned", *JUDGED, "approved"})
EDITABLE: Final = frozenset[ApplicationState]({"draft", "returned"})


class WrongState(Conflict):
    """A step that cannot be taken from where things stand; somebody may have been quicker."""

    code = "wrong_state"


class ConflictOfInterest(Conflict):
    """Somebody who is too near to what they would judge, or would give to themselves."""

    code = "conflict_of_interest"


def next_application_state(step: ApplicationStep, state: ApplicationState) -> ApplicationState:
    """Where a step leads an application. Raises WrongState when it cannot be taken from there."""
    rule = APPLICATION[step]
    if state not in rule.begins:
        raise _wrong("an application", step, state, sorted(rule.begins))
    return rule.ends


def next_award_state(step: AwardStep, state: AwardState) -> AwardState:
    """Where a step leads an award. Raises WrongState when it cannot be taken from there."""
    rule = AWARD[step]
    if state not in rule.begins:
        raise _wrong("an award", step, state, sorted(rule.begins))
    return rule.ends


def _wrong(what: str, step: str, state: str, begins: list[str]) -> WrongState:
    verb, allowed = step.replace("_", " "), " or ".join(begins).replace("_", " ")
    return WrongState(f"{what} that is {state.replace('_', ' ')} cannot take the step {verb!r}; it must be {allowed}")
