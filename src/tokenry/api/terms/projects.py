"""What a project may use, send and keep: `/v1/tokenry/projects/{project_id}/terms`, and its class of data by itself."""

from __future__ import annotations

from typing import Literal, cast

import msgspec

from tokenry.access import Project, ProjectTerms, keeps_content, set_project_terms
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.data_class import DEFAULT, DataClass


class ProjectTermsShape(msgspec.Struct, kw_only=True):
    """A project's own bounds. `models_mode` `all`: it may use every model, and `models` is empty. `retention` null: as
    the organization says; `keeps_content`: what follows from that, whether anything may be kept."""

    project_id: str
    models_mode: Literal["all", "allow_list", "deny_list"]
    models: list[str]
    data_class: DataClass
    retention: str | None
    keeps_content: bool
    object: Literal["tokenry.project.terms"] = "tokenry.project.terms"


class DataClassShape(msgspec.Struct, kw_only=True):
    """What a project's prompts are."""

    project_id: str
    data_class: DataClass
    object: Literal["tokenry.project.data_class"] = "tokenry.project.data_class"


class SetDataClass(Taken, kw_only=True, frozen=True):
    """What they are from now on."""

    data_class: DataClass


def terms(call: Call) -> ProjectTermsShape:
    """Retrieve a project's terms. The models it may use, the class of its data, and whether content may be kept."""
    project = _project(call)
    organization = call.rooms.people.roster.organizations[call.organization_id]
    mode: Literal["all", "allow_list", "deny_list"] = "all"
    if project.models_mode in {"allow_list", "deny_list"}:
        mode = cast(Literal["allow_list", "deny_list"], project.models_mode)
    return ProjectTermsShape(
        project_id=project.id,
        models_mode=mode,
        models=list(project.models or ()),
        data_class=project.data_class or DEFAULT,
        retention=project.retention,
        keeps_content=keeps_content(organization, project),
    )


def retrieve(call: Call) -> DataClassShape:
    """Retrieve the class of a project's data. Only providers that may see it are sent the project's prompts."""
    return shape(_project(call))


def update(call: Call) -> DataClassShape:
    """Set the class of a project's data. It is the organization's to say, not the project's own."""
    ask: SetDataClass = call.body
    terms = ProjectTerms(data_class=ask.data_class)
    return shape(set_project_terms(call.rooms.desk, call.actor, _project(call), terms))


def shape(project: Project) -> DataClassShape:
    """As it is shown."""
    return DataClassShape(project_id=project.id, data_class=project.data_class or DEFAULT)


def _project(call: Call) -> Project:
    return call.rooms.people.roster.projects[call.path["project_id"]]


_ONE = "/v1/tokenry/projects/{project_id}/data_class"
_EXAMPLE = {"data_class": "confidential"}
ROUTES = (
    Guarded("GET", "/v1/tokenry/projects/{project_id}/terms", "projects.read", terms),
    Guarded("GET", _ONE, "projects.read", retrieve),
    Guarded("POST", _ONE, "organization.write", update, takes=SetDataClass, example=_EXAMPLE, changes=True),
)
