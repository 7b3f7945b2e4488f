"""An offer: the terms of an award exactly as they were decided, and the hash by which an applicant accepts them. Pure.

It is a copy: what the programme says later changes nothing in it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from tokenry.programmes.terms import Reporting, Restrictions, TokenWeights, Tranches, UnitName

_encoder = msgspec.json.Encoder(order="deterministic")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What is accepted. `amount` is whole units; `days` count from the acceptance; `accept_by` is seconds.

    `programme_conditions` are those of every award of the programme, `conditions` those of this one.
    """

    programme_id: str
    programme: str
    application_id: str
    project_id: str | None
    renews: str | None
    tier: str
    unit: UnitName
    amount: int
    days: int
    accept_by: int
    programme_conditions: str
    conditions: str
    acknowledgement: str
    weights: TokenWeights | None
    restrictions: Restrictions
    reporting: Reporting
    tranches: Tranches

    @property
    def hash(self) -> str:
        """As `hash_of` what is kept of it."""
        return hash_of(msgspec.to_builtins(self))


def hash_of(document: Any) -> str:
    """SHA-256 over an offer as it is kept, as JSON: members of all objects sorted by name, without spaces; in hex.

    It is reckoned from what was kept, so that an offer which waits over an upgrade is still accepted by its hash.
    """
    return sha256(_encoder.encode(document)).hexdigest()


def read_offer(document: Any) -> Offer:
    """An offer as it was kept."""
    return msgspec.convert(document, Offer)
