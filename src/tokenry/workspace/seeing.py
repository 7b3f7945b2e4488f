"""Who sees a prompt: a provider on a machine of the house, or one elsewhere. Pure, over the configuration."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from tokenry.config import Config, Provider
from tokenry.workspace.messages import SeenBy

Place = Literal["house", "provider"]
_LOCAL_NAMES = (".local", ".internal", ".localhost", ".lan", ".home.arpa")  # RFC 6762, 6761, 8375


def place_of(provider: Provider) -> Place:
    """Whether a provider is a machine of the house: a child of this process, or an address that leads nowhere else."""
    if provider.base_url is None or provider.dialect == "scripted":
        return "house"
    host = (urlsplit(provider.base_url).hostname or "").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "house" if host == "localhost" or host.endswith(_LOCAL_NAMES) else "provider"
    return "house" if address.is_loopback or address.is_private or address.is_link_local else "provider"


def seen_by(config: Config, names: Iterable[str]) -> list[SeenBy]:
    """Providers by their names; one that the configuration does not know any more counts as elsewhere."""
    known = {provider.name: provider for provider in config.provider}
    found = []
    for name in dict.fromkeys(names):
        provider = known.get(name)
        place: Place = "provider" if provider is None else place_of(provider)
        found.append(SeenBy(name, place, "unknown" if provider is None else provider.dialect))
    return found
