"""One's own passkeys: `/v1/tokenry/me/passkeys`. Made and listed by whoever is signed in with a browser."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from tokenry.access import PermissionDenied, Session
from tokenry.access.passkeys import NoPasskeysHere, Passkey, PasskeyRefused, Site, site_of
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError

FRESH_S = 3600  # a browser that was left open lets nobody add a key of their own to it


class SignInAgain(TokenryError):
    """What is asked opens the account for good, and the session is too old for it."""

    status = 403
    type = "invalid_request_error"
    code = "sign_in_again"


class PasskeyShape(msgspec.Struct, kw_only=True):
    """A passkey. Times are seconds since the epoch; `synced` = its maker says that it lies on several devices."""

    id: str
    name: str
    synced: bool
    created_at: int
    used_at: int | None
    object: str = "tokenry.passkey"


class PasskeyList(msgspec.Struct, kw_only=True):
    """One's passkeys, oldest first."""

    data: list[PasskeyShape]
    object: str = "list"


class PasskeyOptions(msgspec.Struct, kw_only=True):
    """What `navigator.credentials.create` takes, with bytes as base64url."""

    publicKey: dict[str, Any]  # noqa: N815 - the browser's own name for it
    object: str = "tokenry.passkey.options"


class NewPasskey(Taken, kw_only=True, frozen=True):
    """What a device made: a PublicKeyCredential as its `toJSON` has it; and how the person calls it."""

    name: str
    credential: dict[str, Any]


class PasskeyDeleted(msgspec.Struct, kw_only=True):
    """It opens nothing any more."""

    id: str
    deleted: bool = True
    object: str = "tokenry.passkey.deleted"


def passkeys(call: Call) -> PasskeyList:
    """List your passkeys."""
    return PasskeyList(data=[_shown(one) for one in call.rooms.passkeys.of_user(_person(call))])


async def begin(call: Call) -> PasskeyOptions:
    """Begin a passkey. What your browser needs to make one; the answer goes to `POST /v1/tokenry/me/passkeys`."""
    session, rooms = _fresh(call), call.rooms
    site, user = _site(call), rooms.people.roster.users[session.user_id]
    known = await asyncio.to_thread(rooms.passkeys.of_user, user.id)
    verifier = await asyncio.to_thread(rooms.passkeys.verifier)
    challenge = rooms.passkeys.challenges.give(f"adding {session.id}")
    options = verifier.creation(site, user, challenge, [one.credential_id for one in known])
    return PasskeyOptions(publicKey=options)


async def add(call: Call) -> PasskeyShape:
    """Keep a passkey. It signs you in from now on, without a password."""
    session, rooms, body = _fresh(call), call.rooms, call.body
    site, verifier = _site(call), await asyncio.to_thread(rooms.passkeys.verifier)
    challenge = verifier.challenge_of(body.credential)
    if not rooms.passkeys.challenges.take(challenge, f"adding {session.id}"):
        raise PasskeyRefused("This was not begun in this browser, took longer than five minutes, or was used.")
    made = await asyncio.to_thread(verifier.made, site, challenge, body.credential)
    return _shown(await asyncio.to_thread(rooms.passkeys.add, call.actor, session.user_id, body.name, made))


def remove(call: Call) -> PasskeyDeleted:
    """Remove a passkey. The device may go on offering it; it opens nothing here."""
    passkey_id = call.path["passkey_id"]
    call.rooms.passkeys.remove(call.actor, _person(call), passkey_id)
    return PasskeyDeleted(id=passkey_id)


def _person(call: Call) -> str:
    """Whoever asks; a project's key is in too many hands to speak of somebody's devices."""
    if call.actor.user_id is None or call.actor.kind == "api_key":
        raise PermissionDenied("passkeys are shown to people who signed in and to admin keys, not to a project's key")
    return call.actor.user_id


def _session(call: Call) -> Session:
    """The browser that asks: no key may make itself another way in."""
    mine = call.rooms.sessions.of_user(_person(call))
    found = next((one for one in mine if one.id == call.actor.session_id), None)
    if found is None:
        raise NoPasskeysHere("a passkey is made in a browser that is signed in, and this was asked with a key")
    return found


def _fresh(call: Call) -> Session:
    session = _session(call)
    if call.rooms.clock.now_ns() - session.created_at >= FRESH_S * NS_PER_S:
        raise SignInAgain("You signed in more than an hour ago. Sign out and in again, then add the passkey.")
    return session


def _site(call: Call) -> Site:
    return site_of(call.origin, call.rooms.config.server.public_url)


def _shown(passkey: Passkey) -> PasskeyShape:
    return PasskeyShape(
        id=passkey.id,
        name=passkey.name,
        synced=passkey.backed_up,
        created_at=passkey.created_at // NS_PER_S,
        used_at=None if passkey.used_at is None else passkey.used_at // NS_PER_S,
    )


ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", "/v1/tokenry/me/passkeys", None, passkeys),
    Guarded("POST", "/v1/tokenry/me/passkeys/begin", None, begin, failures=("no_passkeys_here", "sign_in_again")),
    Guarded(
        "POST",
        "/v1/tokenry/me/passkeys",
        None,
        add,
        takes=NewPasskey,
        example={"name": "My laptop", "credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {}}},
        failures=("no_passkeys_here", "passkey_refused", "sign_in_again"),
    ),
    Guarded("DELETE", "/v1/tokenry/me/passkeys/{passkey_id}", None, remove),
)
