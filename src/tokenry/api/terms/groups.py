"""What a group's members may use and send: `/v1/tokenry/groups/{group_id}/terms`."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tokenry.access import Group, GroupTerms, set_group_terms
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.data_class import DataClass
from tokenry.base.errors import NotFound


class GroupTermsShape(msgspec.Struct, kw_only=True):
    """A group's own bounds; null = it has none, and those of the groups around it hold."""

    group_id: str
    models: list[str] | None
    data_class: DataClass | None
    object: Literal["tokenry.group.terms"] = "tokenry.group.terms"


class SetGroupTerms(Taken, kw_only=True, frozen=True):
    """What is to be otherwise; `null` takes a bound away, what is left out stays."""

    models: tuple[str, ...] | UnsetType | None = UNSET
    data_class: DataClass | UnsetType | None = UNSET


def retrieve(call: Call) -> GroupTermsShape:
    """Retrieve a group's terms. The only models its members may use, and the highest class of data they may send."""
    return shape(_group(call))


def update(call: Call) -> GroupTermsShape:
    """Set a group's terms. Whoever is in several groups may use and send what any of them allows."""
    ask: SetGroupTerms = call.body
    terms = GroupTerms(ask.data_class, ask.models)
    return shape(set_group_terms(call.rooms.desk, call.actor, _group(call), terms))


def shape(group: Group) -> GroupTermsShape:
    """As it is shown."""
    models = None if group.models is None else sorted(group.models)
    return GroupTermsShape(group_id=group.id, models=models, data_class=group.data_class)


def _group(call: Call) -> Group:
    group = call.rooms.people.roster.groups.get(call.path["group_id"])
    if group is None or group.organization_id != call.organization_id:
        raise NotFound(f"There is no group {call.path['group_id'][:100]!r}.", param="group_id")
    return group


_ONE = "/v1/tokenry/groups/{group_id}/terms"
_EXAMPLE = {"models": ["gpt-oss-20b"], "data_class": "internal"}
ROUTES = (
    Guarded("GET", _ONE, "groups.read", retrieve),
    Guarded("POST", _ONE, "groups.write", update, takes=SetGroupTerms, example=_EXAMPLE, changes=True),
)
