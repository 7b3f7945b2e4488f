"""The verbs of certificates: list, show, export, verify, reissue, rotate-key. All of them work in worker threads."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from tokenry.access import local_actor
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json
from tokenry.api.certificates import address_of, file_name, file_of, register_of
from tokenry.api.certificates import reissue as reissue_one
from tokenry.api.rooms import Rooms
from tokenry.programmes.certificates import Certificate, check, document, judge, key_set, undrawable


class Nothing(Asked, kw_only=True, frozen=True):
    """All of them."""


class OneCertificate(Asked, kw_only=True, frozen=True):
    """A certificate by id."""

    certificate: str


class ExportCertificate(OneCertificate, kw_only=True, frozen=True):
    """In which form."""

    format: Literal["json", "svg", "pdf"] = "pdf"


class Reissue(OneCertificate, kw_only=True, frozen=True):
    """Under which name; None = the organization's own."""

    name: str | None = None


class Verify(Asked, kw_only=True, frozen=True):
    """A certificate's JSON as it was handed in."""

    text: str


async def listing(rooms: Rooms, _ask: Nothing) -> Json:
    """All of the installation, the largest milestone first."""
    found = await asyncio.to_thread(register_of(rooms).listing)
    return {"certificates": [_shown(rooms, one) for one in found]}


async def show(rooms: Rooms, ask: OneCertificate) -> Json:
    """One, whether it holds, and what of its name no font can write."""

    def work() -> Json:
        register = register_of(rooms)
        certificate = register.find(ask.certificate)
        checked = judge(register, certificate)
        missing = undrawable(certificate.statement.organization, rooms.config.milestones.font_files)
        told = {"genuine": checked.genuine, "words": checked.words, "undrawable": missing}
        return {**_shown(rooms, certificate), **told, "document": msgspec.to_builtins(certificate)}

    return await asyncio.to_thread(work)


async def export(rooms: Rooms, ask: ExportCertificate) -> Json:
    """One as a file."""

    def work() -> Json:
        certificate = register_of(rooms).find(ask.certificate)
        content = document(certificate).encode() if ask.format == "json" else file_of(rooms, certificate, ask.format)
        return {"name": file_name(certificate, ask.format), "base64": b64encode(content).decode()}

    return await asyncio.to_thread(work)


async def verify(rooms: Rooms, ask: Verify) -> Json:
    """Whether what was handed in is one of ours."""
    checked = await asyncio.to_thread(lambda: check(register_of(rooms), ask.text))
    statement = None if checked.certificate is None else msgspec.to_builtins(checked.certificate.statement)
    return {"genuine": checked.genuine, "words": checked.words, "statement": statement}


async def reissue(rooms: Rooms, ask: Reissue) -> Json:
    """One, signed anew."""

    def work() -> Json:
        place = register_of(rooms).find(ask.certificate).statement.organization_id
        return _shown(rooms, reissue_one(rooms, local_actor(place), ask.certificate, ask.name))

    return await asyncio.to_thread(work)


async def keys(rooms: Rooms, _ask: Nothing) -> Json:
    """The public keys, as a JSON Web Key Set."""
    return key_set(await asyncio.to_thread(register_of(rooms).keys.public))


async def rotate_key(rooms: Rooms, _ask: Nothing) -> Json:
    """Another key from now on."""
    return {"key_id": await asyncio.to_thread(lambda: register_of(rooms).rotate_key(by_hand(rooms)))}


def _shown(rooms: Rooms, one: Certificate) -> Json:
    statement = one.statement
    return {
        "id": statement.id,
        "organization_id": statement.organization_id,
        "organization": statement.organization,
        "threshold_tokens": statement.threshold_tokens,
        "reached_at": statement.reached_at,
        "issued_at": statement.issued_at,
        "issuer": statement.issuer,
        "edition": statement.edition,
        "key_id": statement.key_id,
        "fingerprint": one.fingerprint,
        "verify_url": address_of(rooms, statement.id),
        "verify_path": f"/verify/{statement.id}",
    }


CERTIFYING: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "certificate list": (Nothing, listing),
    "certificate show": (OneCertificate, show),
    "certificate export": (ExportCertificate, export),
    "certificate verify": (Verify, verify),
    "certificate reissue": (Reissue, reissue),
    "certificate keys": (Nothing, keys),
    "certificate rotate-key": (Nothing, rotate_key),
}
