"""How a batch goes from state to state. Pure: each step takes a batch and gives the one that it becomes.

    validating -> in_progress -> finalizing -> completed | expired
        |             |
        |             +-> cancelling -> cancelled          (from validating, too)
        +-> failed    +-> failed                           (its input was lost)

A step that a kill repeats gives what it gave the first time.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tokenry.base.errors import Conflict
from tokenry.objects.batches.batch import Batch, Fault, State, Use

change = msgspec.structs.replace


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a batch's lines.

    Args:
        completed, failed: how many were answered, and how many were not.
        usage: of those that were answered.
        expired: whether some were not begun when the window was over.
        output_file_id, error_file_id: the files with both kinds; None = there are none of that kind.
    """

    completed: int = 0
    failed: int = 0
    usage: Use = Use()
    expired: bool = False
    output_file_id: str | None = None
    error_file_id: str | None = None


def validated(batch: Batch, total: int, model: str | None, now_ns: int) -> Batch:
    """Its lines are sound; it begins, unless it was cancelled meanwhile."""
    if batch.state == "cancelling":
        return change(batch, total=total, model=model)
    _require(batch, "validating", "in_progress")
    return change(batch, state="in_progress", total=total, model=model, in_progress_at=batch.in_progress_at or now_ns)


def rejected(batch: Batch, faults: Iterable[Fault], now_ns: int) -> Batch:
    """Its input file cannot be worked on: it has failed, and nothing was asked. A cancelled one stays cancelled."""
    if batch.state == "cancelling":
        return batch
    _require(batch, "validating", "failed")
    return change(batch, state="failed", errors=tuple(faults), failed_at=batch.failed_at or now_ns)


def asked_to_cancel(batch: Batch, now_ns: int) -> Batch:
    """Begin no more lines. A second time changes nothing. Raises Conflict: it has come too far."""
    if batch.state in {"cancelling", "cancelled"}:
        return batch
    if batch.state not in {"validating", "in_progress"}:
        raise Conflict(f"Cannot cancel a batch with status '{batch.state}'.", param="batch_id")
    return change(batch, state="cancelling", cancelling_at=now_ns)


def done(batch: Batch, now_ns: int) -> Batch:
    """Every line has its result; the files are to be made. A cancelled one stays as it is."""
    if batch.state == "cancelling":
        return batch
    _require(batch, "in_progress", "finalizing")
    return change(batch, state="finalizing", finalizing_at=batch.finalizing_at or now_ns)


def ended(batch: Batch, outcome: Outcome, now_ns: int) -> Batch:
    """The files are made."""
    _require(batch, "finalizing", "cancelling")
    state: State = "cancelled" if batch.state == "cancelling" else "expired" if outcome.expired else "completed"
    return change(_with(batch, outcome), state=state, **{f"{state}_at": now_ns})


def lost(batch: Batch, fault: Fault, outcome: Outcome, now_ns: int) -> Batch:
    """Its input is gone, so what is not done cannot be: it has failed, with what was done in its files."""
    _require(batch, "in_progress", "cancelling", "finalizing")
    return change(_with(batch, outcome), state="failed", errors=(fault,), failed_at=now_ns)


def _with(batch: Batch, outcome: Outcome) -> Batch:
    return change(
        batch, completed=outcome.completed, failed=outcome.failed, usage=outcome.usage,
        total=max(batch.total, outcome.completed + outcome.failed),
        output_file_id=outcome.output_file_id, error_file_id=outcome.error_file_id,
    )  # fmt: skip


def _require(batch: Batch, *states: State) -> None:
    assert batch.state in states, f"a batch that is {batch.state} cannot take this step"
