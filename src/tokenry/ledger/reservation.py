"""A hold in the hands of the request that made it, how that request ends, and how many of each there were."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from tokenry.base.clock import NS_PER_S
from tokenry.ledger.model import Hold, Settle
from tokenry.ledger.receipts import Attempt, Facts, Outcome, Receipt, Usage
from tokenry.ledger.refusals import LedgerUnavailable
from tokenry.ledger.terms import Terms
from tokenry.ledger.writing import fail

HOLD_TTL_NS = 3600 * NS_PER_S


class Reservation(msgspec.Struct, eq=False):
    """A hold in the hands of the request that made it.

    `fate` says whether it is on disk. One that never will be is gone from the books, and `lost` is called, so that the
    engine call can be aborted.
    """

    record: Hold
    terms: Terms
    loop: asyncio.AbstractEventLoop
    lost: Callable[[], None] | None = None
    settled: Settle | None = None
    fate: Literal["queued", "written", "undone"] = "queued"
    _refusal: LedgerUnavailable | None = None
    _durable: asyncio.Future[None] | None = None

    @property
    def durable(self) -> asyncio.Future[None]:
        """Done once the hold is on disk; fails with LedgerUnavailable if it never will be."""
        if self._durable is None:
            self._durable = self.loop.create_future()
            self._tell()
        return self._durable

    def decided(self, refusal: LedgerUnavailable | None) -> None:
        """The disk has spoken."""
        self.fate, self._refusal = ("written", None) if refusal is None else ("undone", refusal)
        if self._durable is not None:
            self._tell()

    def _tell(self) -> None:
        durable = self._durable
        if durable is None or durable.done():
            return
        if self.fate == "written":
            durable.set_result(None)
        elif self._refusal is not None:
            fail(durable, self._refusal)

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def facts(self) -> Facts:
        return self.record.facts


class Ending(msgspec.Struct, frozen=True, gc=False):
    """What a request came to, as its receipt will say it."""

    usage: Usage
    outcome: Outcome
    status: int
    deployment: str | None = None
    attempts: tuple[Attempt, ...] = ()
    ttft_ms: int | None = None
    duration_ms: int = 0
    estimated: bool = False
    seen_by: tuple[str, ...] = ()


@dataclass(slots=True)
class LedgerStats:
    """Counters for /metrics since the start of the process. Undone holds and their charges are taken off again."""

    holds: int = 0
    settles: int = 0
    refusals: int = 0
    waits: int = 0
    recovered: int = 0
    undone: int = 0
    charged_nanousd: int = 0
    writeoff_nanousd: int = 0
    charged_tokens: int = 0

    def count(self, receipt: Receipt, sign: int = 1) -> None:
        """Count a settlement in, or (sign -1) out again."""
        self.settles += sign
        self.charged_nanousd += sign * receipt.charge
        self.charged_tokens += sign * receipt.charge_tokens
        self.writeoff_nanousd += sign * receipt.writeoff
