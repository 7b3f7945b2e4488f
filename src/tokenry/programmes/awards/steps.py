"""What was done to an award, step by step: by whom, when, why. Each is a row here and one in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

from tokenry import storage
from tokenry.access import Act, Actor, Desk
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.programmes.answers import is_clean
from tokenry.storage import Transaction

table = storage.tables.award_steps
REASON_LENGTH_MAX = 1000
Reason = Annotated[str, Meta(max_length=REASON_LENGTH_MAX)]


@dataclass(frozen=True, slots=True)
class Step:
    """One of them. `state` is the award's after it; `details` are ids and amounts."""

    id: str
    award_id: str
    step: str
    state: str
    actor_id: str
    words: str | None
    details: dict[str, Any] | None
    at: int


def checked_reason(text: str | None, what: str) -> str:
    """The reason without blanks around it. Raises InvalidRequest when there is none."""
    reason = (text or "").strip()
    if not reason or len(reason) > REASON_LENGTH_MAX:
        raise InvalidRequest(
            f"say why {what}: `reason`, at most {REASON_LENGTH_MAX} characters; those concerned can read it",
            param="reason",
        )
    return reason


def note_step(desk: Desk, act: Act, by: Actor, award: tuple[str, str], words: str | None = None) -> None:
    """Write a step down, as the act is called: `award.suspended` is the step `suspended`.

    Args:
        act: the act under way; its details are the step's.
        award: its id, and its state after the step.

    Raises:
        InvalidRequest: words that would act on the screen of whoever reads them.
    """
    award_id, state = award
    if words is not None and not is_clean(words, lines=True):
        raise InvalidRequest("reason: printable characters, and line breaks", param="reason")
    now_ns = desk.clock.now_ns()
    row = {
        "id": new_id("stp", at_ns=now_ns), "award_id": award_id, "step": act.type.removeprefix("award."),
        "state": state, "actor_id": by.user_id or by.id, "words": words, "details": dict(act.details), "at": now_ns,
    }  # fmt: skip
    act.connection.execute(table.insert(), row)
    act.details["step_id"] = row["id"]  # what was said stands there alone, where it can be erased


def steps_of(connection: Transaction, award_id: str) -> list[Step]:
    """All steps of an award, oldest first."""
    query = table.select().where(table.c.award_id == award_id).order_by(table.c.at, table.c.id)
    return [Step(**row._asdict()) for row in connection.execute(query)]
