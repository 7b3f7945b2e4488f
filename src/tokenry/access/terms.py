"""Administrative acts on what may be used: the models and data of a project, of a group's members. Each is audited.

Which member of a change was asked for is told by leaving the others out (UNSET); None takes a bound away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from tokenry import storage
from tokenry.access.actor import Actor, PermissionDenied
from tokenry.access.audit import Desk
from tokenry.access.directory import Project
from tokenry.access.people import Group
from tokenry.base.data_class import DATA_CLASSES, DataClass, is_data_class
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.limits import MODEL_NAME_LENGTH_MAX

tables = storage.tables
MODELS_MAX = 1000  # of one list
ModelsMode = Literal["allow_list", "deny_list"]
Listed = tuple[str | None, Collection[str] | None]  # a mode and its list; None and None = every model


@dataclass(frozen=True, slots=True)
class ProjectTerms:
    """A change: `models` comes with its mode, None with None."""

    data_class: DataClass | UnsetType | None = UNSET
    models: tuple[ModelsMode, tuple[str, ...]] | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """A change of what a group's members may use and send."""

    data_class: DataClass | UnsetType | None = UNSET
    models: tuple[str, ...] | UnsetType | None = UNSET


def set_project_terms(desk: Desk, by: Actor, project: Project, terms: ProjectTerms) -> Project:
    """Change what a project may use and what its prompts are.

    Whoever may write this one project alone can narrow its list of models, never widen it: the organization's list is
    not theirs to lift.

    Raises:
        PermissionDenied: the list would be wider than it is, and the actor is none of the organization's.
        InvalidRequest: a name, a number of them, or a class that cannot be; or the project is archived.
        NotFound: it is gone.
    """
    row: dict[str, Any] = {}
    if terms.data_class is not UNSET:
        row["data_class"] = _checked_class(terms.data_class)
    if terms.models is not UNSET:
        mode, models = (None, None) if terms.models is None else terms.models
        row |= {"models_mode": mode, "models": None if models is None else _checked_models(models, "model_ids")}
    with desk.act(by, "project.updated", project.id, project.id) as act:
        act.details |= row
        mine = (tables.projects.c.id == project.id) & (tables.projects.c.organization_id == by.organization_id)
        found = act.connection.execute(tables.projects.select().where(mine)).one_or_none()
        if found is None:
            raise NotFound(f"There is no project {project.id[:100]!r}.", param="project_id")
        if found.archived_at is not None:
            raise InvalidRequest("The project is archived, and nothing of it changes any more.", param="project_id")
        if "models" in row and not by.may("projects.write"):
            _refuse_wider((found.models_mode, found.models), (row["models_mode"], row["models"]))
        if row:
            act.connection.execute(tables.projects.update().where(mine), row)
    return replace(project, **_frozen(row, tuple))


def set_group_terms(desk: Desk, by: Actor, group: Group, terms: GroupTerms) -> Group:
    """Change what a group's members may use and send. Raises as `set_project_terms`."""
    row: dict[str, Any] = {}
    if terms.data_class is not UNSET:
        row["data_class"] = _checked_class(terms.data_class)
    if terms.models is not UNSET:
        row["models"] = None if terms.models is None else _checked_models(terms.models, "models")
    with desk.act(by, "group.updated", group.id) as act:
        act.details |= row
        mine = (tables.groups.c.id == group.id) & (tables.groups.c.organization_id == by.organization_id)
        if act.connection.execute(tables.groups.select().where(mine)).one_or_none() is None:
            raise NotFound(f"There is no group {group.id[:100]!r}.", param="group_id")
        if row:
            act.connection.execute(tables.groups.update().where(mine), row)
    return replace(group, **_frozen(row, frozenset))


def _refuse_wider(old: Listed, new: Listed) -> None:
    """Raise PermissionDenied unless the new list lets through nothing that the old one did not, whatever is aliased."""
    if is_narrower(old, new):
        return
    raise PermissionDenied(
        "this would let the project use models that it may not use now; within the project its list can be made "
        "narrower, and wider by an owner or admin of the organization alone"
    )


def is_narrower(old: Listed, new: Listed) -> bool:
    """Whether what `new` lets through is surely no more than what `old` does. Pure; told by words alone.

    Two lists of different kinds cannot be compared so: a model that one names may stand in the other by an alias.
    """
    (old_mode, before), (new_mode, after) = old, new
    if old_mode is None:
        return True
    if old_mode != new_mode:
        return False
    names, further = frozenset(before or ()), frozenset(after or ())
    return further <= names if old_mode == "allow_list" else further >= names


def _checked_class(word: str | None) -> str | None:
    if word is not None and not is_data_class(word):
        raise InvalidRequest(f"A class of data is one of {', '.join(DATA_CLASSES)}.", param="data_class")
    return word


def _checked_models(models: tuple[str, ...], param: str) -> list[str]:
    """The names, each once, in the order given. A name that no model bears yet is taken: it may come."""
    if len(models) > MODELS_MAX:
        raise InvalidRequest(f"A list names at most {MODELS_MAX} models.", param=param)
    if not all(0 < len(name) <= MODEL_NAME_LENGTH_MAX and name.isprintable() for name in models):
        raise InvalidRequest(f"A model's name has 1 to {MODEL_NAME_LENGTH_MAX} printable characters.", param=param)
    return list(dict.fromkeys(models))


def _frozen(row: Mapping[str, Any], kind: type[tuple[str, ...]] | type[frozenset[str]]) -> dict[str, Any]:
    """The changes as the record holds them."""
    return {name: kind(value) if isinstance(value, list) else value for name, value in row.items()}
