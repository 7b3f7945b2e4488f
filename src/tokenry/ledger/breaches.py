"""What a proof of the books found. The proof itself is in `check`."""

from __future__ import annotations

import msgspec


class Breach(msgspec.Struct, frozen=True):
    """One thing that does not add up: in which row of the journal, which rule, and what is wrong."""

    seq: int
    rule: str
    what: str


class Report(msgspec.Struct):
    """What the proof found. Amounts are nano-USD. The books are sound exactly when `breaches` is empty.

    `rows` are those that were proven, `closed_rows` those before them that are no longer kept: the books as they stood
    after these are where the proof begins. All other counts and amounts are of both. What ends in `_tokens` is of
    awards of tokens: `served_tokens` are those that requests drew, by the awards' weights.
    """

    rows: int = 0
    closed_rows: int = 0
    accounts: int = 0
    requests: int = 0
    open_holds: int = 0
    issued: int = 0
    charged: int = 0
    expired: int = 0
    available: int = 0
    pending: int = 0
    written_off: int = 0
    borne_by_house: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    issued_tokens: int = 0
    served_tokens: int = 0
    expired_tokens: int = 0
    available_tokens: int = 0
    pending_tokens: int = 0
    written_off_tokens: int = 0
    breaches: list[Breach] = []

    @property
    def ok(self) -> bool:
        return not self.breaches
