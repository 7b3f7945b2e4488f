"""Pools: what programmes award from, each with a cap of its own; and what became of a pool and of an award. Pure.

A pool is a definition here and a limited account `pool:<id>` in the books, of dollars or of tokens.
"""

from __future__ import annotations

import msgspec

from tokenry.ledger.units import Unit


class Pool(msgspec.Struct, frozen=True, array_like=True):
    """What an organization's programmes award from. `unit`: nano-USD or tokens; never changes."""

    id: str
    unit: Unit
    organization_id: str
    name: str

    @property
    def account(self) -> str:
        return f"pool:{self.id}"


def pool_account(pool_id: str) -> str:
    """The account of a pool."""
    return f"pool:{pool_id}"


class Share(msgspec.Struct, array_like=True):
    """What was moved into one award or pool and out of it, but for requests and their corrections. In its own unit.

    Args:
        issued: of an award, what it was granted, released and transferred, less what it gave to others; of a pool,
            what it was funded with, less what was taken back: its cap.
        returned: of an award, what went back to its pool or to issuance; of a pool, what awards gave back.
        expired: what ended with the award's time.
    """

    issued: int = 0
    returned: int = 0
    expired: int = 0


class AwardBalance(msgspec.Struct, frozen=True, kw_only=True):
    """How one award stands, in its unit: `issued` = `spent` + `held` + `left` + `returned` + `expired`.

    `committed` comes beside it: promised and not released.
    """

    unit: Unit
    issued: int
    committed: int
    held: int
    spent: int
    left: int
    returned: int
    expired: int


class PoolBalance(msgspec.Struct, frozen=True, kw_only=True):
    """How one pool stands, in its unit: `cap` = `left` + `committed` + `granted` - `returned`.

    `granted` is what its awards were given in all, `returned` what of that came back, `committed` what is promised to
    them and not released.
    """

    unit: Unit
    cap: int
    left: int
    committed: int
    granted: int
    returned: int
