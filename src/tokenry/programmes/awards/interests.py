"""Nobody gives themselves anything: who has a part in an award leaves what it is given to another officer. Pure."""

from __future__ import annotations

from tokenry.access import Actor, Roster
from tokenry.programmes.lifecycle import ConflictOfInterest


def require_disinterested(roster: Roster, by: Actor, project_id: str | None, awardee_id: str | None) -> None:
    """Raise ConflictOfInterest where somebody would give to themselves, or to a project that they have a role in.

    The machine's own command line is nobody in person, and may.
    """
    if by.user_id is None:
        return
    if by.user_id == awardee_id:
        raise ConflictOfInterest(
            "nobody gives an award of their own anything: another officer does, or `tokenry award`"
        )
    if project_id is not None and project_id in roster.project_roles(by.user_id, by.organization_id):
        raise ConflictOfInterest(
            "you have a role in the award's project: another officer does this, or `tokenry award` on the machine"
        )
