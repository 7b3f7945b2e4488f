"""What the books are made of: accounts, and the records that change them.

A record is one row of the journal and the unit of durability: a whole chain of holds is one record, its settlement
another. This file knows the shapes and how they are written; what a record does is in `transfers`.

The words are TigerBeetle's (account, transfer, pending, post, void; debit, credit).
Source: https://docs.tigerbeetle.com/coding/data-modeling
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from tokenry.ledger.awards import Award
from tokenry.ledger.budgets import Budget
from tokenry.ledger.pools import Pool
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.receipts import Facts, Receipt, Usage
from tokenry.ledger.units import Unit as Unit


@dataclass(slots=True)
class Account:
    """One account with TigerBeetle's four running columns, all non-negative integers in the ledger's unit.

    `limited` accounts keep debits_pending + debits_posted ≤ credits_posted at every instant.
    """

    id: str
    unit: Unit
    kind: str
    owner: str
    limited: bool
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def unspent(self) -> int:
        """What posted debits have left, pending holds not yet taken off."""
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> int:
        """What a new hold or transfer may still take."""
        return self.credits_posted - self.debits_posted - self.debits_pending


class Leg(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`amount` units from `debit` to `credit`, two accounts of one ledger."""

    debit: str
    credit: str
    amount: int


class OpenAccount(msgspec.Struct, frozen=True, array_like=True):
    """An account comes to be, with all columns at zero."""

    account: str
    unit: int
    kind: str
    owner: str
    limited: bool

    @property
    def ref(self) -> str:
        """What the journal files a record under: the request, the account, the award, the budget or the version."""
        return self.account


class CloseAccount(msgspec.Struct, frozen=True, array_like=True):
    """An empty account leaves the books: a past window of a budget, once nothing in it is pending."""

    account: str

    @property
    def ref(self) -> str:
        return self.account


class Move(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Single transfers, linked: all of them or none. A `key` makes the second attempt a no-op.

    `facts` are those of the request that a correction is about, so that it is told where the request was, and
    `price_version` the prices that it has been charged by from then on.
    """

    id: str
    legs: tuple[Leg, ...]
    code: str
    key: str | None = None
    facts: Facts | None = None
    price_version: str | None = None

    @property
    def ref(self) -> str:
        return self.id


class Hold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Pending transfers on every account of a request's chain, linked."""

    id: str
    legs: tuple[Leg, ...]
    timeout_at: int
    facts: Facts

    @property
    def ref(self) -> str:
        return self.id


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A checkpoint of a running stream: what to post should we die before it settles."""

    id: str
    charge: int
    usage: Usage

    @property
    def ref(self) -> str:
        return self.id


class Settle(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The end of a hold: of each leg `posts[i]` is posted, the rest voided; `extra` are single transfers linked to it.

    The receipt is the usage row, and `milestones` are the thresholds of tokens that the organization has come to: they
    stand in the same record, so they are durable with the money or not at all.
    """

    id: str
    posts: tuple[int, ...]
    extra: tuple[Leg, ...]
    receipt: Receipt
    milestones: tuple[int, ...] = ()

    @property
    def ref(self) -> str:
        return self.id


class DefineAward(msgspec.Struct, frozen=True, array_like=True):
    """An award is made or changed; `amount` more units are issued to it (0 for a change of terms).

    They come from its pool, else from issuance, and so do those that are `committed`: promised, and not released yet.
    A `key` makes the second attempt a no-op.
    """

    award: Award
    amount: int
    committed: int = 0
    key: str | None = None

    @property
    def ref(self) -> str:
        return self.award.id


class DefinePool(msgspec.Struct, frozen=True, array_like=True):
    """A pool is made or changed; its cap is raised by `amount` units, or lowered. A `key` makes it happen once."""

    pool: Pool
    amount: int
    key: str | None = None

    @property
    def ref(self) -> str:
        return self.pool.id


class DefineBudget(msgspec.Struct, frozen=True, array_like=True):
    """A budget is made or changed."""

    budget: Budget

    @property
    def ref(self) -> str:
        return self.budget.id


class DefinePrices(msgspec.Struct, frozen=True, array_like=True):
    """A new version of the price book."""

    version: PriceVersion

    @property
    def ref(self) -> str:
        return self.version.id


Record: TypeAlias = (
    OpenAccount | CloseAccount | Move | Hold | Mark | Settle | DefineAward | DefinePool | DefineBudget | DefinePrices
)

KINDS: dict[str, type[Record]] = {
    "open": OpenAccount,
    "close": CloseAccount,
    "move": Move,
    "hold": Hold,
    "mark": Mark,
    "settle": Settle,
    "award": DefineAward,
    "pool": DefinePool,
    "budget": DefineBudget,
    "prices": DefinePrices,
}
KIND_OF: dict[type[Record], str] = {cls: kind for kind, cls in KINDS.items()}

_encoder = msgspec.msgpack.Encoder()
_decoders = {kind: msgspec.msgpack.Decoder(cls) for kind, cls in KINDS.items()}


encode: Callable[[Record], bytes] = _encoder.encode
"""The journal's bytes (MessagePack array) for a record; its kind is written beside them."""


def decode(kind: str, body: bytes) -> Record:
    """The record that `encode` wrote.

    Raises:
        ValueError: an unknown kind, or bytes that are not such a record.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        raise ValueError(f"the journal holds a record of unknown kind {kind!r}")
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise ValueError(f"the journal holds a broken {kind} record: {error}") from None
