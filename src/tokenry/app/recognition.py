"""Milestones become certificates while we serve: what the ledger found and the disk holds is signed and told once.

Between the settlement and the certificate stands only this round, which a crash may cut anywhere: the next start finds
the same milestones in the books, and whether each has its certificate already is one look into a table.
"""

from __future__ import annotations

import asyncio

from tokenry.api.admin import Rooms
from tokenry.api.certificates import named, register_of
from tokenry.api.money import Place, in_charge
from tokenry.base.clock import NS_PER_S
from tokenry.base.logs import get_logger
from tokenry.ledger import Milestone
from tokenry.programmes.certificates import Reached

LOOK_EVERY_S = 1.0
SETTLED_BY_NS = 3600 * NS_PER_S  # a settlement that is older is on disk, should its row be given up already

log = get_logger("tokenry")


class Recognition:
    """Issues what is due. `run` until it is cancelled."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._done: set[tuple[str, int]] = set()  # (organization id, threshold) with a certificate
        self._failing: str | None = None

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """One round; how many certificates are new. What fails is tried again by the next one."""
        ledger, issued = self._rooms.ledger, 0
        if ledger.journal.latched is not None:
            return 0
        due = [one for place, one in ledger.books.milestones.items() if place not in self._done]
        failing: str | None = None
        for milestone in due:  # one that fails keeps no other waiting
            try:
                issued += await asyncio.to_thread(self._issue, milestone)
            except Exception as error:  # edge: task supervisor; a busy or full disk is tried again by the next round
                failing = failing or str(error).partition("\n")[0]  # what follows differs each time
        if failing is not None and failing != self._failing:
            log.error("a certificate cannot be issued; it is tried again", why=failing)
        self._failing = failing
        return issued

    def _issue(self, milestone: Milestone) -> bool:
        position = self._position(milestone)
        if position is None:
            return False
        rooms, organization_id = self._rooms, milestone.organization_id
        addresses = in_charge(rooms.people.roster, Place(organization_id))
        reached = Reached(milestone, position)
        certificate = register_of(rooms).issue(reached, named(rooms, organization_id), addresses)
        self._done.add((organization_id, milestone.threshold))
        if certificate is not None:
            log.info(
                "certificate issued", certificate=certificate.statement.id, organization=organization_id,
                tokens=milestone.threshold,
            )  # fmt: skip
        return certificate is not None

    def _position(self, milestone: Milestone) -> int | None:
        """Where in the journal its settlement is; 0 = it was there; None = it is not on disk yet."""
        row = self._rooms.journal.find(milestone.request_id, "settle")
        if row is not None:
            return row.seq
        return 0 if self._rooms.clock.now_ns() - milestone.at > SETTLED_BY_NS else None
