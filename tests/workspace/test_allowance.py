"""Nobody fills the disk with questions that nobody answers."""

from __future__ import annotations

import pytest

from tokenry.base.clock import ManualClock
from tokenry.workspace.allowance import REFILL_S, ROW_SIZE, WRITTEN_MAX, Allowance, TooMuchWritten

MIB = "x" * (2**20 - ROW_SIZE)


def test_so_much_at_once_and_as_much_again_in_an_hour() -> None:
    clock = ManualClock()
    allowance = Allowance(clock)
    for _ in range(WRITTEN_MAX // 2**20):
        allowance.take("ada", MIB)
    with pytest.raises(TooMuchWritten) as refused:
        allowance.take("ada", MIB)
    assert refused.value.headers["retry-after"] == str(-(-REFILL_S * 2**20 // WRITTEN_MAX))
    allowance.take("bob", MIB)
    clock.advance(s=int(refused.value.headers["retry-after"]))
    allowance.take("ada", MIB)
    with pytest.raises(TooMuchWritten):
        allowance.take("ada", "x" * 10_000)
    clock.advance(s=REFILL_S)
    for _ in range(WRITTEN_MAX // 2**20):
        allowance.take("ada", MIB)


def test_signs_are_counted_as_they_are_kept() -> None:
    allowance = Allowance(ManualClock())
    allowance.take("ada", "x" * (WRITTEN_MAX // 2))
    with pytest.raises(TooMuchWritten):
        allowance.take("ada", "\N{GRINNING FACE}" * (WRITTEN_MAX // 8))
    allowance.take("ada", "\ud800")  # half a sign, which is kept as one that stands for it
