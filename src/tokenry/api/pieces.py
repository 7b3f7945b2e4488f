"""An answer that is no JSON, piece by piece: a file, or events as they come. For routes of every door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import StreamingResponse

OCTETS = "application/octet-stream"
EVENTS = "text/event-stream"
_NOTHING = "sandbox; default-src 'none'"  # should a browser show it nevertheless, nothing in it runs or loads


@dataclass(frozen=True, slots=True)
class Pieces:
    """An answer that is no JSON, piece by piece: read in a thread when it is a plain iterator.

    Args:
        media: its type. size: bytes, when they are known. name: what a browser shall save it as.
        policy: a Content-Security-Policy under which a browser may show it; None = it is saved, never shown.
    """

    pieces: Iterator[bytes] | AsyncIterator[bytes]
    media: str = OCTETS
    size: int | None = None
    name: str | None = None
    policy: str | None = None


def streamed(given: Pieces, status: int) -> StreamingResponse:
    """The answer as the web framework sends it."""
    headers = {} if given.size is None else {"content-length": str(given.size)}
    if given.policy is not None:
        headers |= {"content-security-policy": given.policy, "referrer-policy": "no-referrer"}
    elif given.media != EVENTS:
        headers |= {"content-disposition": _disposition(given.name), "content-security-policy": _NOTHING}
    return StreamingResponse(given.pieces, status_code=status, media_type=given.media, headers=headers)


def _disposition(name: str | None) -> str:
    """As RFC 6266 has it: saved and never shown, so that no file of somebody's runs as a page of ours."""
    return "attachment" if name is None else f"attachment; filename*=UTF-8''{quote(name, safe='')}"
