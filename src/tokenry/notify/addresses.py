"""Where a webhook may lie: which URLs can be registered, and which network addresses may be connected to. Pure.

Knows no name look-up: whoever connects asks about the very address that it connects to.
Source of the ranges: https://www.iana.org/assignments/iana-ipv6-special-registry
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

URL_LENGTH_MAX = 2048  # characters
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, 8215: IPv4 in the last 32 bits
_UNICAST = IPv6Network("2000::/3")  # all that has been given out
_EXAMPLES = IPv6Network("3fff::/20")  # RFC 9637, which older tables do not know
_ISATAP = 0x0000_5EFE  # RFC 5214: an interface that stands for the IPv4 address behind it
_PLATFORM = IPv4Address("168.63.129.16")  # of one large cloud: public by its number, the machine's own host in truth
Address = IPv4Address | IPv6Address


def url_fault(url: str, *, allow_private: bool) -> str | None:
    """What keeps a webhook from lying there, in words; None = nothing that the URL alone would show."""
    if len(url) > URL_LENGTH_MAX:
        return f"has more than {URL_LENGTH_MAX} characters"
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        return "must be an address without blanks or characters beyond ASCII"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not an address: its host or port cannot be read"
    if parts.scheme not in ({"https", "http"} if allow_private else {"https"}):
        return "must begin with https:// (http:// needs webhooks.allow_private)"
    if not parts.hostname or port == 0:
        return "is not an address: its host or port cannot be read"
    if "@" in parts.netloc:
        return "must not hold a user or password: deliveries are signed"
    if parts.fragment:
        return "must end with its path or query: no #"
    return None if allow_private else _literal_fault(parts)


def _literal_fault(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return f"{host} is this machine; {ALLOW}"
    try:
        fault = address_fault(host)
    except ValueError:
        return None  # a name; it is looked at when it has been looked up
    return None if fault is None else f"{host} is {fault}; {ALLOW}"


ALLOW = "webhooks.allow_private = true lets webhooks go there"


def address_fault(text: str) -> str | None:
    """What kind of address this is when it is no public one, in words; None = a public one. Raises ValueError."""
    address = _meant(ip_address(text.split("%", 1)[0]))
    if address.is_loopback:
        return "an address of this machine"
    if address.is_link_local:
        return "a link-local address, where clouds keep machines' credentials"
    if address.is_unspecified or address.is_multicast:
        return "an address that stands for no single machine"
    if address == _PLATFORM:
        return "an address of the cloud that machines run in"
    public = address.is_global and (address.version == 4 or (address in _UNICAST and address not in _EXAMPLES))
    return None if public else "a private or reserved address"


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, where there is one within it."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    isatap = (int(address) >> 32) & 0xFDFF_FFFF == _ISATAP
    if isatap or any(address in network for network in _TRANSLATED) or 1 < int(address) < 2**32:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
