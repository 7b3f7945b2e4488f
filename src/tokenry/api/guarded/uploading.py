"""Forms with a file in them that people send: read onto the disk before the route answers, so many of one caller at a
time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
from starlette.requests import Request

from tokenry.access import RateLimited
from tokenry.api.feeding import declared, feed
from tokenry.api.guarded.asked import read_fields
from tokenry.api.guarded.route import Call, Guarded
from tokenry.api.multipart import FRAMING_MAX, Reading, TooMuchInForm
from tokenry.api.rooms import Rooms

UPLOADS_AT_ONCE_MAX = 8  # of one caller: what is not whole yet is in nobody's share of the disk


class Uploads:
    """The forms that are being read now."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._running: Counter[str] = Counter()  # by caller

    @asynccontextmanager
    async def taken(self, route: Guarded, request: Request, begun: Call) -> AsyncIterator[tuple[Call, bytes]]:
        """The call with its form read, and what the form said; the file that nobody keeps is gone after the block.

        Raises:
            RateLimited: they send as many files already. TooMuchInForm, UnreadableForm, InvalidRequest, BodyTooSlow,
            and whatever `welcome` raises.
        """
        assert route.upload is not None
        assert route.takes is not None
        size, caller = declared(request), f"{begun.actor.organization_id} {begun.actor.kind} {begun.actor.id}"
        size_max = await asyncio.to_thread(route.welcome, begun, max(0, size - FRAMING_MAX))
        if size > size_max + FRAMING_MAX:
            raise TooMuchInForm(f"{route.upload.file!r} is larger than {size_max} bytes", param=route.upload.file)
        if self._running[caller] >= UPLOADS_AT_ONCE_MAX:
            raise RateLimited(
                f"you send {UPLOADS_AT_ONCE_MAX} files already; wait until one of them is here",
                headers={"retry-after": "1"},
            )
        ground, content_type = self._rooms.objects.ground, request.headers.get("content-type", "")
        reading = Reading(content_type, route.upload, size_max, ground.blobs.draft)
        self._running[caller] += 1
        try:
            await feed(reading, request, ground.require_room)
            body, file = read_fields(route.takes, reading.fields), reading.attached
            # Another try draws its parts' boundary anew, so what is the same is what they say.
            content = None if file is None else (file.name, file.mime_type, file.draft.sha256)
            yield replace(begun, body=body, attached=file), msgspec.json.encode([reading.fields, content])
        finally:
            self._running[caller] -= 1
            if not self._running[caller]:
                del self._running[caller]
            await asyncio.to_thread(reading.discard)
