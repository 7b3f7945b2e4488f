"""The one-time link that lets an owner in who has no way in yet, or has forgotten it: made at the machine alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from tokenry.access import Desk, Links, Roster, local_actor, owners, user_by_email
from tokenry.base.errors import NotFound
from tokenry.config import Server


@dataclass(frozen=True, slots=True)
class OwnerLink:
    """A link that opens once; `expires_at` is ns since the epoch."""

    url: str
    user_id: str
    expires_at: int


def make_owner_link(desk: Desk, roster: Roster, base: str, ref: str | None = None) -> OwnerLink:
    """A link for an owner; one made before for the same owner opens nothing any more. Blocks for one transaction.

    Args:
        base: scheme, host and port that people reach the server by.
        ref: the owner's id, name or e-mail address; None = the first one.

    Raises:
        NotFound: no owner is called that, or there is none.
    """
    known = owners(roster)
    if ref is not None:
        named = {user_by_email(roster, ref), ref} | {one.id for one in roster.users.values() if one.name == ref}
        known = tuple(one for one in known if one in named)
    if not known:
        raise NotFound("There is no such owner." if ref else "There is no owner who is not disabled.", param="user")
    places = [p for p in roster.organizations_of(known[0]) if roster.members[p, known[0]].role == "owner"]
    link, token = Links(desk).create(local_actor(places[0]), known[0], "owner")
    return OwnerLink(f"{base.rstrip('/')}/sign-in/link/{token}", link.user_id, link.expires_at)


def base_url(server: Server, listening: str | None) -> str:
    """Where people reach a server: as configured, else where it listens, with an address that a browser takes."""
    if server.public_url is not None:
        return server.public_url
    scheme = "http" if server.tls_cert_file is None else "https"
    host = f"[{server.host}]" if ":" in server.host else server.host
    url = listening if listening is not None and "://" in listening else f"{scheme}://{host}:{server.port}"
    parts = urlsplit(url)
    if parts.hostname in {"0.0.0.0", "::"}:  # noqa: S104 - it is recognized here, not listened on
        return f"{parts.scheme}://127.0.0.1:{parts.port}"
    return url
