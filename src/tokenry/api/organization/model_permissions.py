"""Which models a project may use: `/v1/organization/projects/{project_id}/model_permissions`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Project, ProjectTerms, set_project_terms
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.errors import NotFound


class PermissionsShape(msgspec.Struct, kw_only=True):
    """A project's list, as OpenAI shows one: the only models it may use, or those it may not."""

    mode: Literal["allow_list", "deny_list"]
    model_ids: list[str]
    object: Literal["project.model_permissions"] = "project.model_permissions"


class DeletedPermissions(msgspec.Struct, kw_only=True):
    """The list is gone."""

    deleted: bool = True
    object: Literal["project.model_permissions.deleted"] = "project.model_permissions.deleted"


class UpdatePermissions(Taken, kw_only=True, frozen=True):
    """A whole new list, of models' names or aliases."""

    mode: Literal["allow_list", "deny_list"]
    model_ids: tuple[str, ...]


def retrieve(call: Call) -> PermissionsShape:
    """Retrieve a project's model permissions. 404 while it has none and may use every model."""
    return shape(_project(call))


def update(call: Call) -> PermissionsShape:
    """Set a project's model permissions. They hold from the next request, beside the keys' and groups' own lists."""
    ask: UpdatePermissions = call.body
    terms = ProjectTerms(models=(ask.mode, ask.model_ids))
    return shape(set_project_terms(call.rooms.desk, call.actor, _project(call), terms))


def delete(call: Call) -> DeletedPermissions:
    """Delete a project's model permissions. It may use every model again."""
    set_project_terms(call.rooms.desk, call.actor, _project(call), ProjectTerms(models=None))
    return DeletedPermissions()


def shape(project: Project) -> PermissionsShape:
    """A project's list as it is shown. Raises NotFound when there is none."""
    match project.models_mode:
        case "allow_list" | "deny_list" as mode:
            return PermissionsShape(mode=mode, model_ids=list(project.models or ()))
        case _:
            raise NotFound("The project has no model permissions: it may use every model.", param="project_id")


def _project(call: Call) -> Project:
    return call.rooms.people.roster.projects[call.path["project_id"]]


_ONE = "/v1/organization/projects/{project_id}/model_permissions"
_EXAMPLE = {"mode": "allow_list", "model_ids": ["gpt-oss-20b"]}
ROUTES = (
    Guarded("GET", _ONE, "projects.read", retrieve),
    Guarded("POST", _ONE, "projects.write", update, takes=UpdatePermissions, example=_EXAMPLE, changes=True),
    Guarded("DELETE", _ONE, "projects.write", delete, changes=True),
)
