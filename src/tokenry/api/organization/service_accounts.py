"""Service accounts of a project and their keys: `/v1/organization/projects/{project_id}/service_accounts`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import (
    KeyRecord,
    NewKey,
    ServiceAccount,
    create_service_account,
    delete_service_account,
    ending,
    get_service_account,
    key_name,
    list_service_accounts,
    update_service_account,
)
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted, seconds, seconds_or_none
from tokenry.api.organization.role_words import project_role
from tokenry.api.unbuilt import NotBuilt
from tokenry.base.errors import InvalidRequest

KEYS_MAX = 100  # of one service account


class AccountShape(msgspec.Struct, kw_only=True):
    """A service account, as OpenAI shows one."""

    id: str
    name: str
    role: Literal["owner", "member"]
    created_at: int
    object: Literal["organization.project.service_account"] = "organization.project.service_account"


class AccountKeyShape(msgspec.Struct, kw_only=True):
    """A fresh key of a service account. `value` is its text, told this once."""

    id: str
    name: str
    value: str
    created_at: int
    expires_at: int | None
    object: Literal["organization.project.service_account.api_key"] = "organization.project.service_account.api_key"


class NewAccountShape(AccountShape, kw_only=True):
    """A fresh service account, with its first key unless none was wanted."""

    api_key: AccountKeyShape | None


class CreateAccount(Taken, kw_only=True, frozen=True):
    """A new service account. Its first key is made at once, unless `create_service_account_only`."""

    name: str
    create_service_account_only: bool | None = None
    expires_in_seconds: int | None = None


class UpdateAccount(Taken, kw_only=True, frozen=True):
    """Another name, another role in the project."""

    name: str | None = None
    role: str | None = None


class CreateAccountKey(Taken, kw_only=True, frozen=True):
    """A further key; it is called as the account unless named."""

    name: str | None = None
    expires_in_seconds: int | None = None
    scopes: tuple[str, ...] | None = None


def listing(call: Call) -> Page[AccountShape]:
    """List service accounts. Oldest first."""
    ask: Paged = call.query
    found = list_service_accounts(call.rooms.desk.db, call.path["project_id"])
    return listed(found, ask, lambda account: account.id, shape)


def create(call: Call) -> NewAccountShape:
    """Create a service account. The key in the answer is shown this once."""
    ask: CreateAccount = call.body
    rooms = call.rooms
    ending(rooms.clock.now_ns(), ask.expires_in_seconds)
    account = create_service_account(rooms.desk, call.actor, call.path["project_id"], key_name(ask.name))
    key = None
    if not ask.create_service_account_only:
        key = _key(call, account, account.name, ask.expires_in_seconds)
    return NewAccountShape(**msgspec.structs.asdict(shape(account)), api_key=key)


def retrieve(call: Call) -> AccountShape:
    """Retrieve a service account."""
    return shape(_one(call))


def update(call: Call) -> AccountShape:
    """Change a service account's name or role."""
    ask: UpdateAccount = call.body
    role = None if ask.role is None else project_role(ask.role)
    return shape(update_service_account(call.rooms.desk, call.actor, _one(call), ask.name, role))


def delete(call: Call) -> Deleted:
    """Delete a service account. Its keys open nothing from then on."""
    account = _one(call)
    delete_service_account(call.rooms.desk, call.actor, account)
    return Deleted(id=account.id, object="organization.project.service_account.deleted")


def create_key(call: Call) -> AccountKeyShape:
    """Create a key of a service account. Its text is shown this once."""
    ask: CreateAccountKey = call.body
    account = _one(call)
    if ask.scopes is not None:
        raise NotBuilt("Keys have no scopes here; they open models, and administer nothing else's", param="scopes")
    return _key(call, account, account.name if ask.name is None else ask.name, ask.expires_in_seconds)


def shape(account: ServiceAccount) -> AccountShape:
    """A service account as it is shown."""
    return AccountShape(id=account.id, name=account.name, role=account.role, created_at=seconds(account.created_at))


def _one(call: Call) -> ServiceAccount:
    return get_service_account(call.rooms.desk.db, call.path["project_id"], call.path["service_account_id"])


def _key(call: Call, account: ServiceAccount, name: str, life_s: int | None) -> AccountKeyShape:
    keys = call.rooms.keys.list(account.project_id)
    if sum(key.service_account_id == account.id and key.revoked_at is None for key in keys) >= KEYS_MAX:
        raise InvalidRequest(f"A service account has at most {KEYS_MAX} keys: delete some.")
    new = NewKey(
        name=name,
        project_id=account.project_id,
        service_account_id=account.id,
        expires_at=ending(call.rooms.clock.now_ns(), life_s),
        created_by=call.actor.user_id or call.actor.id,
    )
    record, secret = call.rooms.keys.create(new, by=call.actor)
    return _fresh(record, secret)


def _fresh(key: KeyRecord, secret: str) -> AccountKeyShape:
    return AccountKeyShape(
        id=key.id,
        name=key.name,
        value=secret,
        created_at=seconds(key.created_at),
        expires_at=seconds_or_none(key.expires_at),
    )


_ALL = "/v1/organization/projects/{project_id}/service_accounts"
_ONE = f"{_ALL}/{{service_account_id}}"
_KEYS = f"{_ONE}/api_keys"
_CREATE, _CREATE_KEY = {"name": "nightly-batch"}, {"name": "second", "expires_in_seconds": 2_592_000}
ROUTES = (
    Guarded("GET", _ALL, "keys.read", listing, asks=Paged),
    Guarded("POST", _ALL, "keys.write", create, takes=CreateAccount, example=_CREATE, changes=True, secret=True),
    Guarded("GET", _ONE, "keys.read", retrieve),
    Guarded("POST", _ONE, "keys.write", update, takes=UpdateAccount, example={"name": "nightly"}, changes=True),
    Guarded("DELETE", _ONE, "keys.write", delete, changes=True),
    Guarded(
        "POST",
        _KEYS,
        "keys.write",
        create_key,
        takes=CreateAccountKey,
        example=_CREATE_KEY,
        changes=True,
        secret=True,
    ),
)
