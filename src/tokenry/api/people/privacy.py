"""A person's data: `/v1/tokenry/people/{user_id}/export`, `/erase`, and `/v1/tokenry/me/export`."""

from __future__ import annotations

from tokenry.access import PermissionDenied
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.api.people.records import Erased, Export, erase, export
from tokenry.base.errors import InvalidRequest


class ErasePerson(Taken, kw_only=True, frozen=True):
    """`confirm` repeats the person's id: there is no way back."""

    confirm: str


def export_me(call: Call) -> Export:
    """Export your own data. Everything known of whoever asks, with an index; not with a project's key."""
    if call.actor.user_id is None or call.actor.kind == "api_key":
        raise PermissionDenied(
            "this is for people who signed in and for admin keys; a project's key is in too many hands"
        )
    costs = call.actor.may("costs.read")
    return export(call.rooms, call.actor.user_id, call.organization_id, own=True, costs=costs)


def export_person(call: Call) -> Export:
    """Export a person's data. Every row about them, kind by kind, with an index; noted in the audit log."""
    user_id = call.path["user_id"]
    given = export(call.rooms, user_id, call.organization_id, costs=call.actor.may("costs.read"))
    with call.rooms.desk.act(call.actor, "user.exported", user_id):
        pass
    return given


def erase_for_good(call: Call) -> Erased:
    """Erase a person. Their name, address, keys and ways in go for good; the answer says what stays, and why."""
    ask: ErasePerson = call.body
    user_id = call.path["user_id"]
    if ask.confirm != user_id:
        raise InvalidRequest("confirm: repeat the id of the person who is to be erased", param="confirm")
    return erase(call.rooms, call.actor, user_id)


ROUTES = (
    Guarded("GET", "/v1/tokenry/me/export", None, export_me),
    Guarded("GET", "/v1/tokenry/people/{user_id}/export", "people.write", export_person, noted=True),
    Guarded(
        "POST", "/v1/tokenry/people/{user_id}/erase", "people.write", erase_for_good, takes=ErasePerson,
        example={"confirm": "user_01kdx3c8v2"}, changes=True,
    ),
)  # fmt: skip
