"""The accounts that no customer owns: what earns, what takes tokens, and what the house pays from. Names alone."""

from __future__ import annotations

from typing import Final

from tokenry.ledger.units import Unit

OVERRUN: Final = "writeoff:overrun"
LOW_PRIORITY: Final = "writeoff:low_priority"  # what exhausted awards let through for nothing
CRASH_WRITEOFF: Final = "writeoff:crash"
CRASH_HOUSE: Final = "house:crash"
# Of models without a price, whose tokens are all there is to write off:
TOKENS_OVERRUN: Final = "tokens:overrun"
TOKENS_LOW_PRIORITY: Final = "tokens:low_priority"
TOKENS_CRASH: Final = "tokens:crash"
HOUSE_BEARS: Final = frozenset({OVERRUN, LOW_PRIORITY})  # of the price of a usage that was counted
_NATURES: Final = {"revenue": (Unit.CREDIT, "revenue"), "served": (Unit.TOKENS, "revenue")}


def revenue_account(model: str) -> str:
    """The account that earns what requests for a model pay in dollars."""
    return f"revenue:{model}"


def served_account(model: str) -> str:
    """The account that takes the tokens that requests for a model draw from awards of tokens."""
    return f"served:{model}"


def nature(name: str) -> tuple[Unit, str]:
    """The ledger that such an account stands in, and its kind."""
    family = name.partition(":")[0]
    if family in _NATURES:
        return _NATURES[family]
    unit = Unit.TOKENS if family == "tokens" else Unit.CREDIT
    return unit, "house" if family == "house" else "writeoff"
