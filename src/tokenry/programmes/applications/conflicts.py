"""Conflicts of interest that nobody needs to declare: who can judge an application neither as a reviewer nor as an
officer, and why. Pure."""

from __future__ import annotations

from tokenry.access import Actor, Roster
from tokenry.programmes.applications.applications import Application
from tokenry.programmes.lifecycle import ConflictOfInterest


def conflict_of(roster: Roster, user_id: str, application: Application) -> str | None:
    """Why somebody cannot review an application; None = nothing that is known here.

    Their own; that of a project they have a role in; or that of somebody with whom they share a project.
    """
    if user_id == application.applicant_id:
        return "it is their own application"
    place = application.organization_id
    theirs = set(roster.project_roles(user_id, place))
    if application.project_id in theirs:
        return "they have a role in the project that it is for"
    if theirs & set(roster.project_roles(application.applicant_id, place)):
        return "they share a project with the applicant"
    return None


def require_free(roster: Roster, user_id: str, application: Application) -> None:
    """Raise ConflictOfInterest unless somebody may review an application."""
    why = conflict_of(roster, user_id, application)
    if why is not None:
        raise ConflictOfInterest(f"this person cannot review the application: {why}", param="reviewer_id")


def refuse_near(roster: Roster, by: Actor, application: Application) -> None:
    """Say no to an officer who would handle what is their own, or their project's. Raises ConflictOfInterest.

    Sharing some other project with the applicant is no reason: officers help in many. The machine's own command line is
    nobody in particular.
    """
    if by.user_id is None:
        return
    own = by.user_id == application.applicant_id
    if own or application.project_id in roster.project_roles(by.user_id, application.organization_id):
        what = "your own application" if own else "an application for a project of yours"
        raise ConflictOfInterest(f"this is {what}: another officer decides on it and chooses who reviews it")
