"""Keys of a project: `/v1/organization/projects/{project_id}/api_keys`.

Who may read a project's keys sees them all; everybody else in the project sees their own, ends them, and names them or
shortens their lives. A key that asks sees itself alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tokenry.access import KeyRecord, ServiceAccount, ending, list_service_accounts, update_key
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted, seconds, seconds_or_none
from tokenry.api.unbuilt import NotBuilt
from tokenry.base.errors import NotFound

Access = Literal["active", "inactive"]


class KeyPerson(msgspec.Struct, kw_only=True):
    """The person a key belongs to. `role` is theirs in the project."""

    id: str
    name: str
    email: str
    role: str
    created_at: int


class KeyAccount(msgspec.Struct, kw_only=True):
    """The service account a key belongs to."""

    id: str
    name: str
    role: str
    created_at: int


class KeyOwner(msgspec.Struct, kw_only=True):
    """Whose a key is. All null: the project's own."""

    type: Literal["user", "service_account"] | None = None
    user: KeyPerson | None = None
    service_account: KeyAccount | None = None


class KeyShape(msgspec.Struct, kw_only=True):
    """A project's key, as OpenAI shows one."""

    id: str
    name: str
    redacted_value: str
    created_at: int
    expires_at: int | None
    owner: KeyOwner
    owner_project_access: Access
    last_used_at: None = None
    object: Literal["organization.project.api_key"] = "organization.project.api_key"


class ListKeys(Paged, kw_only=True, frozen=True):
    """Which page, and whether only keys whose owner can reach the project (`active`), or cannot."""

    owner_project_access: Literal["active", "inactive", "any"] = "any"


class UpdateKey(Taken, kw_only=True, frozen=True):
    """Another name, which is ours to take; another end, counted from now."""

    name: str | None = None
    expires_in_seconds: int | None = None
    scopes: tuple[str, ...] | None = None


def listing(call: Call) -> Page[KeyShape]:
    """List a project's keys. Oldest first, without deleted ones."""
    ask: ListKeys = call.query
    found = [
        key
        for key in call.rooms.keys.list(call.path["project_id"])
        if _visible(call, key) and ask.owner_project_access in {"any", _access(call, key)}
    ]
    accounts = _accounts(call)
    return listed(found, ask, lambda key: key.id, lambda key: shape(call, key, accounts))


def retrieve(call: Call) -> KeyShape:
    """Retrieve a project's key."""
    return shape(call, _one(call), _accounts(call))


def update(call: Call) -> KeyShape:
    """Change a key's name or end. Its text stays."""
    ask: UpdateKey = call.body
    key = _one(call, writing=True)
    if ask.scopes is not None:
        raise NotBuilt("Keys have no scopes here; limit the models a key may use when you make it", param="scopes")
    if not call.actor.may("keys.write", key.project_id):
        _refuse_longer(call, key, ask.expires_in_seconds)
    changed = update_key(call.rooms.desk, call.actor, key, ask.name, ask.expires_in_seconds)
    return shape(call, changed, _accounts(call))


def delete(call: Call) -> Deleted:
    """Delete a key. It opens nothing from then on, for good."""
    key = _one(call, writing=True)
    call.rooms.keys.revoke(key.id, key.project_id, by=call.actor)
    return Deleted(id=key.id, object="organization.project.api_key.deleted")


def _refuse_longer(call: Call, key: KeyRecord, life_s: int | None) -> None:
    """Who found a key, or was given one for a while, does not make it live longer."""
    ends_at = ending(call.rooms.clock.now_ns(), life_s)
    if ends_at is not None and key.expires_at is not None and ends_at > key.expires_at:
        call.actor.require("keys.write", key.project_id)


def _visible(call: Call, key: KeyRecord, *, writing: bool = False) -> bool:
    if key.revoked_at is not None:
        return False
    if call.actor.kind == "api_key":
        return key.id == call.actor.id
    own = key.user_id is not None and key.user_id == call.actor.user_id
    return own or call.actor.may("keys.write" if writing else "keys.read", key.project_id)


def _one(call: Call, *, writing: bool = False) -> KeyRecord:
    """The key that the path names. Raises NotFound, and PermissionDenied for one that is seen but not theirs."""
    key_id = call.path["api_key_id"]
    for key in call.rooms.keys.list(call.path["project_id"]):
        if key.id == key_id and _visible(call, key):
            if not _visible(call, key, writing=writing):
                call.actor.require("keys.write", key.project_id)
            return key
    raise NotFound(f"There is no key {key_id[:100]!r} in the project.", param="api_key_id")


def shape(call: Call, key: KeyRecord, accounts: Mapping[str, ServiceAccount]) -> KeyShape:
    """A key as it is shown; `accounts` are its project's, by id."""
    return KeyShape(
        id=key.id,
        name=key.name,
        redacted_value=f"{key.prefix}-…",
        created_at=seconds(key.created_at),
        expires_at=seconds_or_none(key.expires_at),
        owner=_owner(call, key, accounts),
        owner_project_access=_access(call, key),
    )


def _accounts(call: Call) -> dict[str, ServiceAccount]:
    return {one.id: one for one in list_service_accounts(call.rooms.desk.db, call.path["project_id"])}


def _owner(call: Call, key: KeyRecord, accounts: Mapping[str, ServiceAccount]) -> KeyOwner:
    roster = call.rooms.people.roster
    if key.user_id is not None:
        user = roster.users[key.user_id]
        role = roster.project_roles(user.id, call.organization_id).get(key.project_id, "none")
        person = KeyPerson(
            id=user.id, name=user.name, email=user.email or "", role=role, created_at=seconds(user.created_at)
        )
        return KeyOwner(type="user", user=person)
    account = accounts.get(key.service_account_id or "")
    if account is None:
        return KeyOwner()
    shown = KeyAccount(
        id=account.id, name=account.name, role=account.role, created_at=seconds(account.created_at)
    )  # fmt: skip
    return KeyOwner(type="service_account", service_account=shown)


def _access(call: Call, key: KeyRecord) -> Access:
    """Whether its owner can reach the project; a key whose owner cannot opens nothing."""
    people = call.rooms.people
    if key.user_id is not None:
        actor = people.actor(key.user_id, call.organization_id, "api_key", key.id)
        return "active" if actor is not None and actor.sees(key.project_id) else "inactive"
    gone = key.service_account_id is not None and key.service_account_id not in people.roster.service_accounts
    return "inactive" if gone else "active"


_ALL = "/v1/organization/projects/{project_id}/api_keys"
_ONE = f"{_ALL}/{{api_key_id}}"
_EXAMPLE = {"expires_in_seconds": 2_592_000}
ROUTES = (
    Guarded("GET", _ALL, "projects.read", listing, asks=ListKeys),
    Guarded("GET", _ONE, "projects.read", retrieve),
    Guarded("POST", _ONE, "own_keys.write", update, takes=UpdateKey, example=_EXAMPLE, changes=True),
    Guarded("DELETE", _ONE, "own_keys.write", delete, changes=True),
)
