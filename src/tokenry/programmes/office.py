"""What the acts of this room work on: the books of people and of money, and where news is told."""

from __future__ import annotations

from typing import Protocol

from tokenry.access import Actor, Desk, People
from tokenry.base.clock import Clock
from tokenry.ledger import Ledger
from tokenry.notify import Notices

HOUSE = "house"  # who acts when time does


class Office(Protocol):
    """One installation's. Functions that are coroutines are awaited on the ledger's event loop; the others block."""

    @property
    def desk(self) -> Desk:
        """Where acts are done and noted."""

    @property
    def people(self) -> People:
        """Who belongs where."""

    @property
    def ledger(self) -> Ledger:
        """The units."""

    @property
    def notices(self) -> Notices:
        """Where news is told."""

    @property
    def clock(self) -> Clock:
        """The time."""


def house_actor(organization_id: str) -> Actor:
    """Who does what is due by itself, as the audit log names them."""
    return Actor("local", HOUSE, organization_id, None, frozenset())
