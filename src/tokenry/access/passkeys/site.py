"""The place that a passkey is made for: a name, and the origins whose pages may ask for it. Pure.

A passkey belongs to a domain name for ever. An IP address is none (Web Authentication, section 5.1.2: the relying
party's id is a valid domain string); `localhost` is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tokenry.base.errors import TokenryError


class NoPasskeysHere(TokenryError):
    """The page was opened at an address that passkeys cannot be made for."""

    status = 400
    type = "invalid_request_error"
    code = "no_passkeys_here"


@dataclass(frozen=True, slots=True)
class Site:
    """Args:
    name: the relying party's id, a domain name.
    origins: `scheme://host[:port]` of the pages that may ask.
    """

    name: str
    origins: tuple[str, ...]


def site_of(origin: str, public_url: str | None) -> Site:
    """The site of a page of ours.

    Args:
        origin: where the page was asked from, `scheme://host[:port]`.
        public_url: what the configuration calls the server from outside; when it does, that is the site.

    Raises:
        NoPasskeysHere: the address has no name.
    """
    told = origin if public_url is None else public_url
    parts = urlsplit(told)
    name = (parts.hostname or "").lower()
    if not name or _is_address(name):
        raise NoPasskeysHere(
            f"passkeys need a name, and {name or 'this address'} is none: open the pages at `localhost` on this "
            "machine, or at the server's `public_url`"
        )
    return Site(name, (f"{parts.scheme}://{parts.netloc}".lower(),))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
