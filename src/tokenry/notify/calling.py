"""One call of a webhook: resolved once, connected to that very address, never redirected, bounded in time and size.

The address that was judged is the one that is connected to, so that a name which answers otherwise a moment later
reaches nothing. TLS is checked against the name, and the Host header says it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2

from tokenry.config import Webhooks
from tokenry.notify.addresses import ALLOW, address_fault, url_fault
from tokenry.notify.outcome import Outcome, printable

ANSWER_SIZE_MAX = 4096  # bytes of an answer that are read; the status says it all
ADDRESSES_MAX = 4  # of a name's addresses, how many are tried
RESOLVERS = 16  # look-ups at one time; one that hangs holds a thread until the system gives it up
_GONE, _TOO_MANY, _UNAVAILABLE = 410, 429, 503

Resolve = Callable[[str, int], Sequence[str]]  # host, port -> addresses; may block, may raise OSError


@dataclass(frozen=True, slots=True)
class Call:
    """One call: where to, and what is sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system knows them. Blocks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Caller:
    """Calls webhooks. One for the whole process; used on the event loop."""

    def __init__(self, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> None:
        """Args:
        tls: what certificates are checked with; None = the system's authorities.
        """
        self._resolve = resolve
        self._threads: Executor = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="webhook-name")
        self._tls = tls or ssl.create_default_context()

    def close(self) -> None:
        """Let go of the threads; one that still looks up a name ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def call(self, call: Call, settings: Webhooks) -> Outcome:
        """One attempt. Never raises for anything that the other side can do."""
        if fault := url_fault(call.url, allow_private=settings.allow_private):
            return Outcome("again", f"not called: the URL {fault}")
        try:
            async with asyncio.timeout(settings.timeout_s):
                return await self._call(call, settings)
        except httpx2.InvalidURL as error:
            return Outcome("again", printable(f"not called: {error}"))
        except TimeoutError:
            return Outcome("again", f"no whole answer within {settings.timeout_s} s")

    async def _call(self, call: Call, settings: Webhooks) -> Outcome:
        parts = urlsplit(call.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        try:
            addresses = await loop.run_in_executor(self._threads, self._resolve, host, port)
        except (OSError, UnicodeError):
            return Outcome("again", f"the name {host} cannot be looked up")
        if not settings.allow_private:
            for address in addresses:
                if fault := address_fault(address):
                    return Outcome("again", f"not called: {host} is at {address}, {fault}; {ALLOW}")
        outcome = Outcome("again", f"the name {host} has no address")
        for address in addresses[:ADDRESSES_MAX]:
            try:
                return await self._exchange(call, address, settings)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                outcome = Outcome("again", printable(f"no connection to {address}: {str(error) or 'no answer'}"))
            except httpx2.HTTPError as error:
                return Outcome("again", printable(f"broken off: {str(error) or type(error).__name__}"))
        return outcome

    async def _exchange(self, call: Call, address: str, settings: Webhooks) -> Outcome:
        """Send, and read the beginning of the answer. Raises httpx2.HTTPError."""
        parts = urlsplit(call.url)
        literal = f"[{address}]" if ":" in address else address
        url = httpx2.URL(call.url).copy_with(host=literal)
        phase_s = max(1.0, settings.timeout_s / ADDRESSES_MAX)
        # A transport of its own: a pooled connection is found again by address alone, not by the name that was checked.
        transport = httpx2.AsyncHTTPTransport(verify=self._tls, http2=False, trust_env=False)
        timeout = httpx2.Timeout(settings.timeout_s, connect=phase_s)
        async with httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False) as client:
            headers = {**call.headers, "host": parts.netloc, "connection": "close", "accept-encoding": "identity"}
            extensions = {"sni_hostname": parts.hostname}
            request = client.build_request("POST", url, content=call.body, headers=headers, extensions=extensions)
            answer = await client.send(request, stream=True)
            try:
                return judged(call.url, answer.status_code, answer.headers, await _beginning(answer))
            finally:
                await answer.aclose()


async def _beginning(answer: httpx2.Response) -> str:
    taken = b""
    async for piece in answer.aiter_raw():
        taken += piece
        if len(taken) >= ANSWER_SIZE_MAX:
            break
    return taken[:ANSWER_SIZE_MAX].decode("utf-8", "replace")


def judged(url: str, status: int, headers: Mapping[str, str], text: str) -> Outcome:
    """What an answer means."""
    said = printable(f"answered {status}" + (f": {text}" if text.strip() else ""))
    if 200 <= status < 300:
        return Outcome("delivered", said)
    if 300 <= status < 400:
        return Outcome("again", printable(f"answered {status}{_elsewhere(url, headers.get('location', ''))}"))
    if status == _GONE:
        return Outcome("gone", f"{said} (gone for good: the webhook is disabled)")
    asked = headers.get("retry-after", "") if status in {_TOO_MANY, _UNAVAILABLE} else ""
    return Outcome("again", said, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None)


def _elsewhere(url: str, location: str) -> str:
    """Where a redirect leads, in words. It is never followed: what was judged is the URL that somebody registered."""
    target = urljoin(url, location)[:200]
    try:
        fault = address_fault(urlsplit(target).hostname or "")
    except ValueError:
        fault = None
    return f" to {target}" + (f", {fault}" if fault else "") + "; redirects are not followed"
