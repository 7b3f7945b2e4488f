"""Whom a request comes from when proxies stand in front. Believes headers only from proxies that were named.

Knows X-Forwarded-For and X-Forwarded-Proto, which have no standard but are what every proxy writes. Each proxy appends
the address that it saw, so the list is read from its right end: what stands left of the first address that is no proxy
of ours was written by the client, and says what the client likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

HeaderPairs = Iterable[tuple[bytes, bytes]]

UNIX = "unix"
HOPS_MAX = 32  # proxies between a client and us; whatever has more is a forgery or a loop
_FOR, _PROTO = b"x-forwarded-for", b"x-forwarded-proto"


class Proxies:
    """The proxies that are believed.

    Args:
        trusted: addresses, networks, or "unix" for whoever speaks through the Unix socket; as configured.
    """

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        names = tuple(trusted)
        self._unix = UNIX in names
        self._networks = tuple(ip_network(name) for name in names if name != UNIX)

    def __bool__(self) -> bool:
        return self._unix or bool(self._networks)

    def client(self, peer: str | None, headers: HeaderPairs) -> str | None:
        """The address that the request comes from.

        Args:
            peer: the other end of the connection; None for a Unix socket, which has no address.
            headers: the request's, names in lower case.

        Returns:
            The right-most address that is no trusted proxy; the left-most when all are. What cannot be read as an
            address ends the search: then it is the last proxy that could be. None when nobody named an address.
        """
        if not self._believed(peer):
            return peer
        found = peer
        for hop in _hops(headers):
            address = _address(hop)
            if address is None:
                break
            found = str(address)
            if not self._holds(address):
                break
        return found

    def scheme(self, peer: str | None, headers: HeaderPairs, own: str) -> str:
        """`http` or `https`: what the client used, as the nearest proxy says; `own` when nobody is believed."""
        if not self._believed(peer):
            return own
        said = [value for name, value in headers if name == _PROTO]
        last = said[-1].rsplit(b",", 1)[-1].strip().lower() if said else b""
        return last.decode() if last in (b"http", b"https") else own

    def put_right(self, scope: dict[str, Any]) -> dict[str, Any]:
        """An ASGI scope with the client's own address and scheme. The port is 0: no proxy tells it."""
        peer = scope["client"][0] if scope.get("client") else None
        if not self._believed(peer):
            return scope
        address = self.client(peer, scope["headers"])
        scheme = self.scheme(peer, scope["headers"], scope["scheme"])
        client = scope.get("client") if address == peer else (address, 0)
        return {**scope, "client": client, "scheme": scheme}

    def _believed(self, peer: str | None) -> bool:
        if peer is None:
            return self._unix
        address = _address(peer) if self._networks else None
        return address is not None and self._holds(address)

    def _holds(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def _hops(headers: HeaderPairs) -> Iterator[str]:
    """The addresses that proxies wrote, nearest first. Several headers are one list, in their order (RFC 9110, 5.3)."""
    rest = b",".join(value for name, value in headers if name == _FOR)
    for _ in range(HOPS_MAX):
        rest, comma, last = rest.rpartition(b",")
        yield last.decode("latin-1").strip()
        if not comma:
            return


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, in brackets, or IPv4 dressed as IPv6."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
