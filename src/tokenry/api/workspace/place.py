"""Where somebody chats: the room of chats, while somebody serves, and the projects that may be charged for it."""

from __future__ import annotations

from tokenry.access import Project
from tokenry.api.guarded import Call
from tokenry.base.errors import NotFound, Unavailable
from tokenry.workspace import MayNotChat, Whose, Workspace


def room(call: Call) -> Workspace:
    """The chats of this house. Raises Unavailable: nobody serves."""
    if call.rooms.workspace is None:
        raise Unavailable("chats are answered only while the server runs")
    return call.rooms.workspace


def projects(call: Call, whose: Whose) -> list[Project]:
    """The projects that the person's chats can be charged to: first those they have a role in, the oldest first."""
    roster, actor = call.rooms.people.roster, call.actor
    own = roster.project_roles(whose.user_id, whose.organization_id)
    found = [
        project for project in roster.projects.values()
        if project.organization_id == whose.organization_id and project.archived_at is None
        and actor.sees(project.id) and actor.may("own_keys.write", project.id)
    ]  # fmt: skip
    return sorted(found, key=lambda project: (project.id not in own, project.created_at, project.id))


def project_of(call: Call, whose: Whose, project_id: str | None) -> str:
    """The project that is named, or the first of theirs. Raises NotFound, and MayNotChat: they have none at all."""
    mine = projects(call, whose)
    if project_id is None:
        if not mine:
            raise MayNotChat(
                "You have no project that your chats could be charged to; ask an administrator to add you to one.",
                param="project_id",
            )
        return mine[0].id
    if all(project.id != project_id for project in mine):
        raise NotFound(f"There is no project {project_id[:100]!r} that you may chat in.", param="project_id")
    return project_id
