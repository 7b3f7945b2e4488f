"""All that time does to awards, in one pass: at the start, and every minute while we serve."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tokenry.programmes.applications.due import tell_due
from tokenry.programmes.awards.amendments import finish_amendments
from tokenry.programmes.awards.closeout import finish_closings
from tokenry.programmes.awards.granting import finish_grants
from tokenry.programmes.awards.reports import remind
from tokenry.programmes.awards.suspending import agree
from tokenry.programmes.awards.tranches import finish_releases, release_due
from tokenry.programmes.awards.watching import watch
from tokenry.programmes.office import Office


@dataclass(frozen=True, slots=True)
class Round:
    """What one pass did, as counts."""

    granted: int = 0
    amended: int = 0
    agreed: int = 0
    released: int = 0
    closed: int = 0
    told: int = 0


async def finish_begun(office: Office) -> Round:
    """Carry on with what was decided and not done when the last process ended. Raises LedgerUnavailable."""
    granted = await finish_grants(office)
    released = await finish_releases(office)
    amended = await finish_amendments(office)
    return Round(granted=granted, amended=amended, agreed=await agree(office), released=released)


async def go_round(office: Office) -> Round:
    """One pass: what was begun, what is due, who is to be told. Raises LedgerUnavailable."""
    begun = await finish_begun(office)
    released = await release_due(office)
    closed = await finish_closings(office)
    told = await asyncio.to_thread(remind, office) + await watch(office) + await asyncio.to_thread(tell_due, office)
    return Round(begun.granted, begun.amended, begun.agreed, begun.released + released, closed, told)
