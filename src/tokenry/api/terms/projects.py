"""The class of a project's data: `/v1/tokenry/projects/{project_id}/data_class`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Project, ProjectTerms, set_project_terms
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.data_class import DEFAULT, DataClass


class DataClassShape(msgspec.Struct, kw_only=True):
    """What a project's prompts are."""

    project_id: str
    data_class: DataClass
    object: Literal["tokenry.project.data_class"] = "tokenry.project.data_class"


class SetDataClass(Taken, kw_only=True, frozen=True):
    """What they are from now on."""

    data_class: DataClass


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
    Guarded("GET", _ONE, "projects.read", retrieve),
    Guarded("POST", _ONE, "organization.write", update, takes=SetDataClass, example=_EXAMPLE, changes=True),
)
