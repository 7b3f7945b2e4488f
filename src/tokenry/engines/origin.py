"""Where a provider is: scheme, host and port out of a URL, and the proxy on the way there.

Knows what a URL may say and how a request names its target. Opens nothing: that is `dial`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from tokenry.engines.tls import Tls, TlsSettings

FROM_ENVIRONMENT = "environment"  # what `proxy` says to have the usual variables looked at
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?|[0-9a-f:.]+", re.IGNORECASE)
_PATH = re.compile(r"(?:/[!-\"$->@-~]*)?")  # printable ASCII without `?` and `#`
_PROXY_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """A forward proxy: where it is, and its ready `proxy-authorization` line or nothing."""

    host: str
    port: int
    head: bytes = field(default=b"", repr=False)  # whoever prints this object prints no password

    @classmethod
    def parse(cls, url: str, credentials: str | None = None) -> Proxy:
        """A proxy from `http://host:port`.

        Args:
            url: without a path; a user and password in it (percent-encoded) are taken unless `credentials` are given.
            credentials: `user:password`.

        Raises:
            ValueError: in words. They never hold the credentials.
        """
        if not (url.isascii() and url.isprintable()):
            raise ValueError("the proxy must be plain ASCII, such as http://proxy.example.org:3128")
        parts = urlsplit(url)
        if parts.scheme != "http" or not _HOST.fullmatch(parts.hostname or "") or parts.path.strip("/"):
            raise ValueError("the proxy must be http:// with a host and maybe a port; others are not spoken to")
        if credentials is None and parts.username is not None:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        if credentials is not None and ":" not in credentials:
            raise ValueError("the proxy's credentials must be user:password")
        try:
            port = _PROXY_PORT if parts.port is None else parts.port
        except ValueError:
            raise ValueError("the proxy's port must be 1 to 65535") from None
        head = b""
        if credentials is not None:
            head = b"proxy-authorization: Basic %b\r\n" % b64encode(credentials.encode())
        return cls(parts.hostname or "", port, head)

    @classmethod
    def from_environment(cls, variables: Mapping[str, str], scheme: str, host: str) -> Proxy | None:
        """The proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (in either case) name for a host.

        Raises:
            ValueError: it is no proxy that we speak to.
        """

        def value(name: str) -> str:
            return (variables.get(name.lower()) or variables.get(name) or "").strip()

        url = value(f"{scheme.upper()}_PROXY") or value("ALL_PROXY")
        if not url or _excepted(host.lower(), value("NO_PROXY").lower()):
            return None
        return cls.parse(url if "://" in url else f"http://{url}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a pool's connections go. `tls` is None for plain HTTP; `host_header` is the ready value of `host`."""

    scheme: str
    host: str
    port: int
    tls: Tls | None
    host_header: bytes
    proxy: Proxy | None = None

    @classmethod
    def parse(cls, url: str, tls: TlsSettings | None = None, proxy: Proxy | None = None) -> tuple[Origin, bytes]:
        """The origin of a base URL, and the URL's path without a slash at its end (`b"/v1"`, or `b""`).

        Args:
            url: `http://` or `https://`, a host, maybe a port and a path; no user, query or fragment.
            tls: whom to trust, for `https://`.
            proxy: what to go through.

        Raises:
            ValueError: with words for the configuration's author. Reads files: not for the hot path.
        """
        if not url.isprintable():
            raise ValueError("the URL must not hold control characters")  # urlsplit would drop them silently
        parts = urlsplit(url)
        scheme, host, path = parts.scheme, parts.hostname or "", parts.path.rstrip("/")
        if scheme not in {"http", "https"}:
            raise ValueError("the URL must begin with http:// or https://")
        if "@" in parts.netloc:
            raise ValueError("the URL must not hold a user or password; use a key")
        if "?" in url or "#" in url:
            raise ValueError("the URL must not hold a query or fragment")
        if not host.isascii():
            host = _idna(host)
        if not _HOST.fullmatch(host) or not _PATH.fullmatch(path):
            raise ValueError("the URL has no valid host or path")
        standard = 443 if scheme == "https" else 80
        port = standard if parts.port is None else parts.port  # ValueError with words of its own when out of range
        if port == 0:
            raise ValueError("the URL's port must be 1 to 65535")
        name = f"[{host}]" if ":" in host else host
        made = Tls(tls or TlsSettings()) if scheme == "https" else None
        host_header = (name if port == standard else f"{name}:{port}").encode()
        return cls(scheme, host, port, made, host_header, proxy), path.encode()

    @property
    def authority(self) -> str:
        """Host and port, the port always said."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def head(self, method: bytes, target: bytes) -> bytes:
        """The request line and the lines that the way there needs. A proxy is told the whole URL of plain HTTP."""
        if self.proxy is None or self.tls is not None:
            return b"%b %b HTTP/1.1\r\nhost: %b\r\n" % (method, target, self.host_header)
        url = b"http://%b%b" % (self.host_header, target)
        return b"%b %b HTTP/1.1\r\nhost: %b\r\n%b" % (method, url, self.host_header, self.proxy.head)


def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise ValueError("the URL's host is not a name that DNS can hold") from None


def _excepted(host: str, exceptions: str) -> bool:
    """Whether `NO_PROXY` names a host: itself, a domain above it, its address, a network around that, or `*`."""
    words = [word.strip().lstrip(".") for word in exceptions.split(",")]
    return any(
        word and (word in ("*", host) or host.endswith(f".{word.removeprefix('*.')}") or _within(host, word))
        for word in words
    )


def _within(host: str, network: str) -> bool:
    try:
        return "/" in network and ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
