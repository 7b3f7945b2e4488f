"""Inputs on a web server, by HTTP: files, and the folders whose page lists them.

Source: RFC 9110 (ranges, ETags). A connection that breaks is taken up again at the byte where it broke; a file that
changes meanwhile is refused. Credentials are those of `~/.netrc`, proxies and authorities those of the environment.
A server is a stranger: it leads nobody from the open network into a private one, nor from HTTPS to HTTP.
"""

from __future__ import annotations

import html
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx2

from tokenry.corpus.read.far import MAGIC, Far, Listed, RemoteError, fitting

SCHEMES: Final = ("http://", "https://")
ATTEMPTS = 5  # at the same byte
PAUSE = 0.5  # seconds before the second attempt; twice as long before each that follows
REDIRECTS_MAX = 5
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGE_MAX = 16 << 20  # bytes of a folder's page
_SIZE_DIGITS = 18  # of a size in bytes
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_HREF = re.compile(
    rb"""<a\s[^<>]{0,2000}?href\s{0,9}=\s{0,9}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""", re.I
)
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)
_AGAIN_ADVICE = "start the same build again to go on"


def listed(pattern: str) -> list[Listed]:
    """Files that an address means: one, or where it ends in `/` or holds a `*`, those that its folder's page links to.

    Raises:
        RemoteError: the server cannot be asked, or refuses.
    """
    try:
        parts = urlsplit(pattern)
    except ValueError as error:
        raise RemoteError(f"{pattern} is no address: {error}") from error
    if parts.username or parts.password:
        raise RemoteError(f"{parts.hostname}: an address may hold no password, for it stands in papers; use ~/.netrc")
    folder, _, last = parts.path.rpartition("/")
    if last and not re.search(r"[*\[]", parts.path):
        return [version(pattern)]
    if MAGIC.search(folder):
        raise RemoteError(f"{pattern}: on a web server only the last part of an address may hold a pattern")
    base = f"{parts.scheme}://{parts.netloc}{folder}/"
    fits = fitting(last or "*")
    names = {urlsplit(one)._replace(fragment="").geturl() for one in _linked(base)}
    inside = [
        one for one in names if one.startswith(base) and fits.fullmatch(unquote(one[len(base) :])) and one != base
    ]
    return [version(one) for one in sorted(inside) if "/" not in one[len(base) :]]


def version(address: str) -> Listed:
    """A file as it is now.

    Raises:
        RemoteError: it is gone, has no size, or the server cannot be asked.
    """
    with _asking(address) as client, closing(_answered(client, address, {"range": "bytes=0-0"})) as answer:
        if answer.status_code == 416:  # nothing is in it
            return Listed(address, 0, _version(answer))
        whole = answer.headers.get("content-range", "").rpartition("/")[2]
        size = whole if answer.status_code == 206 else answer.headers.get("content-length", "")
        if not (size.isascii() and size.isdecimal() and len(size) <= _SIZE_DIGITS):
            raise RemoteError(f"{address}: the server does not say how large it is; copy the file here first")
        return Listed(address, int(size), _version(answer), ranges=answer.status_code == 206)


class Page(Far):
    """A file on a web server, read as a stream for as long as nobody moves about in it."""

    def __init__(self, address: str, size: int, known: str, alive: Callable[[], None]) -> None:
        super().__init__(size, alive)
        self._address = address
        self._known = known
        self._client: httpx2.Client | None = None
        self._answer: httpx2.Response | None = None
        self._pieces: Iterator[bytes] = iter(())
        self._held = b""
        self._next = 0  # the byte that comes next in the stream

    def bytes_at(self, at: int, most: int) -> bytes:
        """Some bytes from a place on."""
        for attempt in range(ATTEMPTS):
            try:
                if self._answer is None or self._next != at:
                    self._begin(at)
                data = self._held or next(self._pieces, b"")
                if not data:
                    raise httpx2.RemoteProtocolError("it broke off")
            except httpx2.TransportError as error:
                self._drop()
                if attempt + 1 == ATTEMPTS:
                    raise _unreachable(self._address, error) from error
                pause(attempt)
                continue
            self._held = data[most:]
            self._next = at + len(data[:most])
            return data[:most]
        raise AssertionError("the last attempt raises")

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            self._drop()
            if self._client is not None:
                self._client.close()
        super().close()

    def _begin(self, at: int) -> None:
        self._drop()
        self._client = self._client or _asking(self._address)
        answer = self._answer = _answered(self._client, self._address, {"range": f"bytes={at}-"} if at else {})
        self._look(answer, at)
        self._pieces = answer.iter_raw()
        self._next = at if answer.status_code == 206 or not at else 0
        self._held = b""
        while self._next < at:  # a server without ranges
            data = next(self._pieces, b"")
            if not data:
                raise httpx2.RemoteProtocolError("it broke off")
            self._held = data[at - self._next :]
            self._next += len(data) - len(self._held)

    def _look(self, answer: httpx2.Response, at: int) -> None:
        """Refuse another file than the one that was listed, and other bytes of it than were asked for."""
        told = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        size = answer.headers.get("content-length") if answer.status_code == 200 else told and told[2]
        if _version(answer) != self._known or answer.status_code == 416 or size not in (None, "*", str(self._size)):
            raise RemoteError(f"{self._address} changed since this build began; name another output and build anew")
        if answer.status_code == 206 and (told is None or int(told[1]) != at):
            raise RemoteError(f"{self._address}: the server sends other bytes than it is asked for; copy the file here")

    def _drop(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None
        self._held = b""


def pause(attempt: int) -> None:
    """Wait before the next attempt, longer each time."""
    threading.Event().wait(PAUSE * 2**attempt)


def _asking(address: str) -> httpx2.Client:
    """Who asks for an address, and for others that it leads to."""
    start = httpx2.URL(address)

    def look(request: httpx2.Request) -> None:
        if start.scheme == "https" and request.url.scheme != "https":
            raise RemoteError(f"{address}: it leads to {request.url.host} without encryption; name another address")
        if request.url.host != start.host and is_inside(request.url.host) and not is_inside(start.host):
            raise RemoteError(f"{address}: it leads into a private network, to {request.url.host}; name what is there")

    try:
        auth = httpx2.NetRCAuth()
    except (OSError, SyntaxError):  # there is none, or none that can be read
        auth = None
    headers = {"accept-encoding": "identity", "user-agent": "tokenry-corpus"}
    return httpx2.Client(
        auth=auth, headers=headers, timeout=_TIMEOUT, follow_redirects=True, max_redirects=REDIRECTS_MAX,
        event_hooks={"request": [look]},
    )  # fmt: skip  # a call in two lines


def is_inside(host: str) -> bool:
    """Whether a host is on this machine or in a private network; one that only a proxy knows is not."""
    try:
        found = {str(one[4][0]).partition("%")[0] for one in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return any(not ip_address(one).is_global for one in found)


def _answered(client: httpx2.Client, address: str, headers: dict[str, str]) -> httpx2.Response:
    """A good answer whose body is still to come; who calls closes it."""
    for attempt in range(ATTEMPTS):
        last = attempt + 1 == ATTEMPTS
        try:
            answer = client.send(client.build_request("GET", address, headers=headers), stream=True)
        except httpx2.TooManyRedirects as error:
            raise RemoteError(f"{address}: more than {REDIRECTS_MAX} redirects; name where it is itself") from error
        except httpx2.TransportError as error:
            if last or _untrusted(error):
                raise _unreachable(address, error) from error
            pause(attempt)
            continue
        except httpx2.HTTPError as error:
            raise RemoteError(f"{address}: {error}") from error
        if answer.status_code in (200, 206, 416):
            return answer
        answer.close()
        if answer.status_code not in _AGAIN or last:
            raise _refused(address, answer)
        pause(attempt)
    raise AssertionError("the last attempt raises")


def _refused(address: str, answer: httpx2.Response) -> RemoteError:
    code = answer.status_code
    if code in (401, 403, 407):
        advice = "it needs a login: put it into ~/.netrc, or copy the file here" if code != 407 else "the proxy refuses"
        return RemoteError(f"{address}: the server refuses ({code}); {advice}")
    if code in (404, 410):
        return RemoteError(f"{address}: nothing is there ({code}); look whether the address is right")
    if code in _AGAIN:
        return RemoteError(f"{address}: the server has trouble ({code}, {ATTEMPTS} times); {_AGAIN_ADVICE}")
    return RemoteError(f"{address}: the server answers {code}")


def _unreachable(address: str, error: Exception) -> RemoteError:
    if _untrusted(error):
        return RemoteError(f"{address}: its certificate is not trusted ({error}); name its authority in SSL_CERT_FILE")
    words = str(error) or type(error).__name__
    return RemoteError(f"{address} cannot be reached ({words[:200]}); look at the network, and {_AGAIN_ADVICE}")


def _untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _version(answer: httpx2.Response) -> str:
    return answer.headers.get("etag", "").strip('"') or answer.headers.get("last-modified", "")


def _linked(folder: str) -> set[str]:
    """The addresses that a folder's page links to."""
    with _asking(folder) as client, closing(_answered(client, folder, {})) as answer:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise RemoteError(f"{folder}: its page comes packed though that was not asked for; name files one by one")
        page = bytearray()
        for piece in answer.iter_raw(1 << 16):
            page += piece
            if len(page) > _PAGE_MAX:
                raise RemoteError(f"{folder}: its page has more than {_PAGE_MAX >> 20} MiB; name files one by one")
    links = (html.unescape((one[1] or one[2] or one[3]).decode("utf-8", "replace")) for one in _HREF.finditer(page))
    return {_joined(folder, one) for one in links}


def _joined(folder: str, link: str) -> str:
    try:
        return urljoin(folder, link)
    except ValueError:
        return folder
